"""Star-shaped outlines with as many vertices as one likes: as ragged as a digitised shore."""

from __future__ import annotations

import numpy as np
import shapely


def star(
    rng: np.random.Generator, vertices: int, radius_m: float, middle: tuple[float, float], rough: float = 0.3
) -> shapely.Polygon:
    """Return one star; its radius wanders by the share ``rough``, coves within coves, and no edge is a long spike."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, vertices))
    waves = np.arange(2, 60)
    phase = rng.uniform(0, 2 * np.pi, len(waves))
    wander = (np.cos(np.outer(angle, waves) + phase) / waves).sum(axis=1) / 2 + rng.normal(0, 2 / vertices, vertices)
    reach = radius_m * (1 + rough * np.clip(wander, -1, 1))
    ring = np.stack([np.cos(angle), np.sin(angle)], axis=1) * reach[:, None] + np.asarray(middle)
    return shapely.Polygon(ring)


def stars(
    rng: np.random.Generator, count: int, vertices: int, radius_m: float, side_m: float, corner: tuple[float, float]
) -> np.ndarray:
    """Return stars strewn over a square; the few whose angles leave half a circle open are left out."""
    made = np.array(
        [star(rng, vertices, radius_m, (corner[0] + x, corner[1] + y)) for x, y in rng.uniform(0, side_m, (count, 2))],
        dtype=object,
    )
    return made[shapely.is_valid(made)]
