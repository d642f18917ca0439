"""What cannot be done with a raster: it has cells and no features."""

from __future__ import annotations

from landgis.db.layers import StoredRelease
from landgis.errors import UsageError


def require_features(stored: StoredRelease, done_zh: str, done_en: str) -> None:
    """Refuse what would find no features on a raster, and take that for an answer.

    Parameters
    ----------
    stored
        The release.
    done_zh, done_en
        What would be done with it, e.g. ``逐要素对比`` and ``compared feature by feature``.

    Raises
    ------
    UsageError
        If the release is a raster.
    """
    release = stored.release
    if release.raster is not None:
        raise UsageError(
            f"{release.key} 是栅格，没有要素，不能{done_zh}",
            f"{release.key} is a raster without features and cannot be {done_en}",
            where=release.key,
            next_zh=f"逐宗量测请用 landgis layer measure {release.key}",
            next_en=f"Measure parcels on it with landgis layer measure {release.key}",
        )
