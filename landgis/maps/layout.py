"""Sheet layouts as data: paper, boxes in millimetres, type sizes, allowed scales."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, PositiveInt, ValidationError, model_validator

from landgis.errors import ConfigError

_SAME_PLACE = {frozenset({"panel", "north_arrow"}), frozenset({"panel", "locator"})}
_FOLLOWING_PAGES = ("continued", "footer")


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
        """Tell whether two boxes share ground."""
        across = self.x_mm < other.x_mm + other.width_mm and other.x_mm < self.x_mm + self.width_mm
        return across and self.y_mm < other.y_mm + other.height_mm and other.y_mm < self.y_mm + self.height_mm


class MapPart(_Part):
    """How the map stands in its box, and from which size on paper a parcel is shown in its shape or needs an inset."""

    border_mm: PositiveFloat
    padding_mm: PositiveFloat
    small_parcel_mm: PositiveFloat
    group_from: PositiveInt
    label_pt: PositiveFloat
    grid_mm: PositiveFloat
    inset_below_mm: float = Field(default=0, ge=0)


class Insets(_Part):
    """Boxes of several small maps in place of one, each at the largest of its own scales that holds its parcels."""

    columns: PositiveInt
    rows: PositiveInt
    gap_mm: PositiveFloat
    header_mm: PositiveFloat
    gather_at: PositiveInt
    scales: tuple[PositiveInt, ...] = Field(min_length=1)


class Index(_Part):
    """How many entries of the parcel index stand on the sheet, and on a page of its own when that is not enough."""

    columns: PositiveInt
    rows: PositiveInt
    page_columns: PositiveInt
    page_rows: PositiveInt


PanelPart = Literal["legend", "schedule", "totals", "contents", "index", "sources", "notes", "signature"]


class Panel(_Part):
    """The column beside the map and what stands in it, from top to bottom."""

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

    title: PositiveFloat
    subtitle: PositiveFloat
    heading: PositiveFloat
    text: PositiveFloat
    small: PositiveFloat
    table: PositiveFloat
    wide_table: PositiveFloat


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

    Raises
    ------
    ConfigError
        Naming every fault: missing boxes, boxes that leave the margin or cover each other, falling scales.
    """
    try:
        return Layout.model_validate(yaml.safe_load(text))
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


@cache
def load_layout(name: str = "a3_plan") -> Layout:
    """Load a layout that ships with landgis."""
    path = files("landgis.maps").joinpath(f"layouts/{name}.yaml")
    return read_layout(path.read_text(encoding="utf-8"), f"maps/layouts/{name}.yaml")
