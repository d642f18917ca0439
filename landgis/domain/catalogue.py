"""The layer catalogue: which layers exist, by which names they arrive, and how they are drawn."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from landgis.domain.raster import RasterSpec
from landgis.errors import ConfigError, NotFound

GEOMETRIES = ("polygon", "line", "point", "raster")
HATCHES = ("none", "diag", "cross", "dots", "vert", "horiz")
"""Fill patterns that stay apart in black and white."""
CLASSINGS = ("planned", "survey", "day")
"""How the features of a layer get their class: by planned use, by survey class, or by the day of a paper (ISO)."""
UNDATED = "undated"
"""Class of a feature that is classed by a day and states none."""

Rgb = tuple[int, int, int]


@dataclass(frozen=True)
class LayerStyle:
    """How a layer is drawn.

    Attributes
    ----------
    fill_rgb, stroke_rgb
        Colours, 0–255 each; no fill is None. Layers with a land-use class take the fill of the class instead.
    hatch
        One of `HATCHES`.
    legend_zh, legend_en
        What a legend prints.
    official
        False for a project default that stands in for a symbol no public standard gives.
    dash_mm
        Dash pattern of the outline on paper; empty for a full line.
    """

    fill_rgb: Rgb | None
    stroke_rgb: Rgb
    hatch: str
    legend_zh: str
    legend_en: str
    official: bool = False
    dash_mm: tuple[float, ...] = ()


@dataclass(frozen=True)
class LayerSpec:
    """One layer of the catalogue.

    Attributes
    ----------
    key
        Stable key, e.g. ``permanent_basic_farmland``.
    title_zh, title_en
        Titles.
    geometry
        ``polygon``, ``line``, ``point`` or ``raster``.
    style
        How it is drawn.
    aliases
        Layer and file names under which it arrives; compared by `plain_name`.
    id_fields, label_fields, code_fields
        Field names to look for, best first: identifier, what a card prints, land-use code or day.
    class_by
        ``planned``, ``survey``, ``day`` or None (the layer has no classes).
    legal_basis_zh
        The statute or policy that makes the layer matter.
    cycle_months
        How often a new release is due; None when there is no fixed cycle.
    grace_months
        How long after that its data may still carry a final verdict; the bureau's setting, 0 as shipped.
    raster
        What its cells may mean, for a layer of rasters; None for every other.
    """

    key: str
    title_zh: str
    title_en: str
    geometry: str
    style: LayerStyle
    aliases: tuple[str, ...] = ()
    id_fields: tuple[str, ...] = ()
    label_fields: tuple[str, ...] = ()
    class_by: str | None = None
    code_fields: tuple[str, ...] = ()
    legal_basis_zh: str = ""
    cycle_months: int | None = None
    grace_months: int = 0
    raster: RasterSpec | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the layer answers to: key, Chinese title, aliases."""
        return (self.key, self.title_zh, *self.aliases)


def plain_name(name: str) -> str:
    """Reduce a layer, file or field name to what matters: letters, digits and Chinese, case and separators ignored."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in folded if character.isalnum())


@dataclass(frozen=True)
class Catalogue:
    """All layers by key.

    Raises
    ------
    ConfigError
        If two layers answer to one name.
    """

    layers: tuple[LayerSpec, ...]
    _by_name: dict[str, LayerSpec] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", _index(self.layers))

    def __iter__(self) -> Iterator[LayerSpec]:
        return iter(self.layers)

    def keys(self) -> tuple[str, ...]:
        """Return the layer keys, in the order of the catalogue."""
        return tuple(layer.key for layer in self.layers)

    def find(self, name: str) -> LayerSpec | None:
        """Return the layer that a key, title, file or layer name means, or None."""
        return self._by_name.get(plain_name(name))

    def require(self, name: str) -> LayerSpec:
        """Return the layer that a name means.

        Raises
        ------
        NotFound
            If no layer answers to it.
        """
        found = self.find(name)
        if found is None:
            known = "、".join(self.keys())
            raise NotFound(
                f"图层目录中没有“{name}”",
                f"The layer catalogue has no “{name}”",
                next_zh=f"可用的图层：{known}",
                next_en=f"Known layers: {known}",
            )
        return found


def _index(layers: Iterable[LayerSpec]) -> dict[str, LayerSpec]:
    by_name: dict[str, LayerSpec] = {}
    for layer in layers:
        for name in layer.names:
            holder = by_name.setdefault(plain_name(name), layer)
            if holder is not layer:
                raise ConfigError(
                    f"图层 {holder.key} 与 {layer.key} 使用了同一名称“{name}”",
                    f"Layers {holder.key} and {layer.key} both answer to “{name}”",
                    where=f"{layer.key}.aliases",
                    next_zh="请从其中一个图层删去该名称",
                    next_en="Remove the name from one of them",
                )
    return by_name
