"""Sheet layouts as data: paper, boxes in millimetres, type sizes, allowed scales."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError, model_validator

from landgis.errors import ConfigError

_SAME_PLACE = {frozenset({"panel", "north_arrow"}), frozenset({"panel", "locator"})}
_FOLLOWING_PAGES = ("continued", "footer")
_HAIR_MM = 0.02
LEAST_PT = 7.0
"""Nothing on a sheet to be signed is set smaller."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Paper(_Part):
    """Size of the sheet."""

    width_mm: PositiveFloat
    height_mm: PositiveFloat


class Box(_Part):
    """A rectangle on the paper, from the top left corner."""

    x_mm: float
    y_mm: float
    width_mm: PositiveFloat
    height_mm: PositiveFloat

    def meets(self, other: Box) -> bool:
        """Tell whether two boxes share ground: more than a hair's breadth, for boxes that grew are rounded."""
        across = min(self.x_mm + self.width_mm, other.x_mm + other.width_mm) - max(self.x_mm, other.x_mm)
        down = min(self.y_mm + self.height_mm, other.y_mm + other.height_mm) - max(self.y_mm, other.y_mm)
        return min(across, down) > _HAIR_MM


class MapPart(_Part):
    """How the map stands in its box, and from which size on paper a parcel is shown in its shape or needs an inset."""

    border_mm: PositiveFloat
    padding_mm: PositiveFloat
    small_parcel_mm: PositiveFloat
    group_from: PositiveInt
    label_pt: float = Field(ge=LEAST_PT)
    grid_mm: PositiveFloat
    inset_below_mm: float = Field(default=0, ge=0)


class Grid(_Part):
    """Several maps in place of one, row by row, each with a header of its own."""

    columns: PositiveInt
    rows: PositiveInt
    gap_mm: PositiveFloat
    header_mm: PositiveFloat

    def boxes(self, area: Box) -> list[tuple[Box, Box]]:
        """Header and map box of every place of an area, row by row."""
        width = (area.width_mm - (self.columns - 1) * self.gap_mm) / self.columns
        height = (area.height_mm - (self.rows - 1) * self.gap_mm) / self.rows
        places = []
        for row in range(self.rows):
            for column in range(self.columns):
                x = area.x_mm + column * (width + self.gap_mm)
                y = area.y_mm + row * (height + self.gap_mm)
                head = Box(x_mm=x, y_mm=y, width_mm=width, height_mm=self.header_mm)
                high = height - self.header_mm
                places.append((head, Box(x_mm=x, y_mm=y + self.header_mm, width_mm=width, height_mm=high)))
        return places


class Insets(Grid):
    """At most so many insets a page, each at the largest of its own scales that holds its parcels."""

    gather_at: PositiveInt
    scales: tuple[PositiveInt, ...] = Field(min_length=1)


class Sides(Grid):
    """Two maps of the same ground side by side; how wide legend and signatures stand in the strip under them."""

    legend_mm: PositiveFloat
    signing_mm: PositiveFloat


class Index(_Part):
    """How many entries of the parcel index stand on the sheet, and on a page of its own when that is not enough."""

    columns: PositiveInt
    rows: PositiveInt
    page_columns: PositiveInt
    page_rows: PositiveInt


PanelPart = Literal["legend", "schedule", "changes", "totals", "contents", "index", "sources", "notes", "signature"]


class Panel(_Part):
    """The column beside the map, or the strip under it, and what stands in it in order."""

    parts: tuple[PanelPart, ...]
    padding_mm: PositiveFloat
    gap_mm: PositiveFloat
    max_rows: PositiveInt
    signature_mm: PositiveFloat


class Items(_Part):
    """Where everything stands."""

    title: Box
    subtitle: Box
    banner: Box
    classification: Box
    map: Box
    crs_note: Box
    scale_bar: Box
    map_note: Box
    panel: Box
    north_arrow: Box
    locator: Box
    continued: Box
    footer: Box


class Type(_Part):
    """Type sizes in points."""

    title: float = Field(ge=LEAST_PT)
    subtitle: float = Field(ge=LEAST_PT)
    heading: float = Field(ge=LEAST_PT)
    text: float = Field(ge=LEAST_PT)
    small: float = Field(ge=LEAST_PT)
    table: float = Field(ge=LEAST_PT)
    wide_table: float = Field(ge=LEAST_PT)


class Layout(_Part):
    """One sheet layout. Boxes lie inside the margin and do not cover each other."""

    name: str
    paper: Paper
    margin_mm: PositiveFloat
    items: Items
    map: MapPart
    panel: Panel
    type_pt: Type
    scales: tuple[PositiveInt, ...] = Field(min_length=1)
    insets: Insets | None = None
    sides: Sides | None = None
    index: Index | None = None

    @model_validator(mode="after")
    def _boxes_stand_clear(self) -> Layout:
        boxes: dict[str, Box] = dict(self.items)
        inner = Paper(width_mm=self.paper.width_mm - self.margin_mm, height_mm=self.paper.height_mm - self.margin_mm)
        for name, box in boxes.items():
            right, bottom = box.x_mm + box.width_mm, box.y_mm + box.height_mm
            if min(box.x_mm, box.y_mm) < self.margin_mm or right > inner.width_mm or bottom > inner.height_mm:
                raise ValueError(f"{name} leaves the margin")
        first_page = [name for name in boxes if name not in _FOLLOWING_PAGES]
        for one, other in combinations(first_page, 2):
            if frozenset({one, other}) not in _SAME_PLACE and boxes[one].meets(boxes[other]):
                raise ValueError(f"{one} covers {other}")
        if list(self.scales) != sorted(set(self.scales)):
            raise ValueError("scales must rise")
        return self


def read_layout(text: str, where: str) -> Layout:
    """Read a layout from YAML.

    One that names another under ``enlarges`` is that layout on its own paper: boxes, gaps and type grow with the
    paper, and what it states itself holds.

    Raises
    ------
    ConfigError
        Naming every fault: missing boxes, boxes that leave the margin or cover each other, falling scales, type too
        small to be signed.
    """
    try:
        stated = yaml.safe_load(text)
        if isinstance(stated, dict) and "enlarges" in stated:
            stated = _enlarged(load_layout(str(stated.pop("enlarges"))), stated)
        return Layout.model_validate(stated)
    except (yaml.YAMLError, ValidationError) as error:
        detail = (
            "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            if isinstance(error, ValidationError)
            else str(error)
        )
        raise ConfigError(
            f"版式文件有误：{detail}",
            f"The sheet layout is wrong: {detail}",
            where=where,
            next_zh="请按 a3_plan.yaml 的写法改正",
            next_en="Correct it after the model of a3_plan.yaml",
        ) from error


_GROWING = {
    "items": ("x_mm", "y_mm", "width_mm", "height_mm"),
    "map": ("border_mm", "label_pt", "grid_mm"),
    "panel": ("padding_mm", "gap_mm", "signature_mm"),
    "type_pt": tuple(Type.model_fields),
}
"""What grows with the paper: not the symbols of the map, of which a larger paper is to hold more."""


def _enlarged(smaller: Layout, stated: Mapping[str, Any]) -> dict[str, Any]:
    paper = Paper.model_validate(stated.get("paper"))
    times = min(paper.width_mm / smaller.paper.width_mm, paper.height_mm / smaller.paper.height_mm)

    def grown(part: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
        return {name: round(value * times, 2) if name in names else value for name, value in part.items()}

    whole = smaller.model_dump()
    whole["items"] = {name: grown(box, _GROWING["items"]) for name, box in whole["items"].items()}
    for name in ("map", "panel", "type_pt"):
        whole[name] = grown(whole[name], _GROWING[name])
    for name, value in stated.items():
        whole[name] = {**whole[name], **value} if isinstance(value, dict) else value
    return whole


@cache
def load_layout(name: str = "a3_plan") -> Layout:
    """Load a layout that ships with landgis."""
    path = files("landgis.maps").joinpath(f"layouts/{name}.yaml")
    return read_layout(path.read_text(encoding="utf-8"), f"maps/layouts/{name}.yaml")
