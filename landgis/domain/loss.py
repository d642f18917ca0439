"""What a file format cannot hold, cell by cell: known before anything is written, and written exactly as told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """What a loss does to an export."""

    TOLD = "told"
    """Said, never in the way: the content can be had back."""
    STOPS = "stops"
    """Stops the export unless its code is accepted."""
    REFUSED = "refused"
    """Cannot be written at all, accepted or not."""


class LossCode(StrEnum):
    """Kinds of loss, each with its weight and its words."""

    weight: Weight
    zh: str
    en: str

    def __new__(cls, code: str, weight: Weight, zh: str, en: str) -> LossCode:
        """Make a member that is its code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.weight, member.zh, member.en = weight, zh, en
        return member

    NAME_CHANGED = "name_changed", Weight.TOLD, "名称按格式改写", "the name is rewritten as the format demands"
    FLAG_AS_TEXT = "flag_as_text", Weight.TOLD, "是/否写成文字", "yes/no is written as text"
    DAY_AS_TEXT = "day_as_text", Weight.TOLD, "日期写成文字", "dates are written as text"
    WHOLE_AS_DECIMAL = "whole_as_decimal", Weight.TOLD, "整数写成小数类型", "whole numbers are stored as decimals"
    MISSING_AS_BLANK = (
        "missing_as_blank",
        Weight.TOLD,
        "缺值写成空白，有软件读作 0",
        "missing is written as a blank, read by some as 0",
    )
    COORDINATES_ROUNDED = (
        "coordinates_rounded",
        Weight.TOLD,
        "坐标取格式规定的位数",
        "coordinates are rounded to the stated digits",
    )
    ORDER_CHANGED = "order_changed", Weight.TOLD, "行序由格式决定", "the format puts rows in its own order"
    RINGS_APART = (
        "rings_apart",
        Weight.TOLD,
        "环各成一条多段线，同属一宗的以标记相连",
        "every ring becomes a polyline of its own, marked with its plot",
    )

    TEXT_CHARACTERS = "text_characters", Weight.STOPS, "有写不出的字符", "holds characters that cannot be written"
    TEXT_CUT = "text_cut", Weight.STOPS, "文字过长", "the text is too long"
    TEXT_TRIMMED = "text_trimmed", Weight.STOPS, "首尾空格不保留", "blanks at the ends are not kept"
    EMPTY_AS_MISSING = "empty_as_missing", Weight.STOPS, "空文字与缺值不分", "empty text cannot be told from missing"
    NUMBER_ROUNDED = "number_rounded", Weight.STOPS, "数值位数过多", "the number has too many digits"
    NUMBER_OUT_OF_RANGE = "number_out_of_range", Weight.STOPS, "数值超出格式范围", "the number is out of range"
    DAY_OUT_OF_RANGE = "day_out_of_range", Weight.STOPS, "日期超出格式范围", "the date is out of range"
    HEIGHT_DROPPED = "height_dropped", Weight.STOPS, "高程不能写出", "heights cannot be written"
    HEIGHT_ADDED = "height_added", Weight.STOPS, "无高程的图形记为高程 0", "figures without height get height 0"
    EMPTY_GEOMETRY = "empty_geometry", Weight.STOPS, "空图形与缺图形不分", "empty geometry cannot be told from none"
    ROW_LEFT_OUT = "row_left_out", Weight.STOPS, "没有图形的行不能写出", "a row without geometry cannot be written"
    FIELD_LEFT_OUT = "field_left_out", Weight.STOPS, "字段不能写出", "the field cannot be written"
    GEOMETRY_LEFT_OUT = "geometry_left_out", Weight.STOPS, "图形不能写出", "geometry cannot be written"
    CRS_CHANGED = "crs_changed", Weight.STOPS, "坐标系按格式改换", "the format demands another CRS"
    DATUM_EQUATED = (
        "datum_equated",
        Weight.STOPS,
        "坐标标为 WGS 84，未做基准转换",
        "labelled WGS 84 without a datum shift",
    )

    LAYERS_TOO_MANY = (
        "layers_too_many",
        Weight.REFUSED,
        "一个文件容不下这些图层",
        "one file does not hold as many layers",
    )
    FIELDS_TOO_MANY = "fields_too_many", Weight.REFUSED, "字段过多", "there are too many fields"
    ROWS_TOO_MANY = "rows_too_many", Weight.REFUSED, "行数过多", "there are too many rows"
    FILE_TOO_LARGE = "file_too_large", Weight.REFUSED, "文件过大", "the file is too large"
    CRS_MISSING = "crs_missing", Weight.REFUSED, "没有坐标系", "there is no CRS"
    GEOMETRY_MISSING = "geometry_missing", Weight.REFUSED, "此格式须有图形", "the format needs geometry"
    VALUE_NEEDED = "value_needed", Weight.REFUSED, "此格式须有此值", "the format needs this value"
    GEOMETRY_MIXED = (
        "geometry_mixed",
        Weight.REFUSED,
        "图形种类混杂或不受支持",
        "geometry is mixed or of a kind it lacks",
    )


@dataclass(frozen=True)
class Loss:
    """One loss.

    Attributes
    ----------
    code
        What happens.
    layer, field
        Where, in our names; ``field`` is empty where the whole layer or row is meant.
    row
        Key of the row; empty where a whole field or layer is meant.
    before, after
        The content before, and as it will be written; empty where there is nothing to show.
    """

    code: LossCode
    layer: str
    field: str = ""
    row: str = ""
    before: str = ""
    after: str = ""

    def text(self, *, english: bool = False) -> str:
        """Return the loss in words."""
        place = " ".join(part for part in (self.layer, self.row, self.field) if part)
        change = f"：{self.before} → {self.after}" if self.before or self.after else ""
        return f"{place}: {self.code.en}{change.replace('：', ': ')}" if english else f"{place}：{self.code.zh}{change}"


@dataclass(frozen=True)
class LossReport:
    """Every loss of one file, in the order of its layers; empty where nothing is lost."""

    losses: tuple[Loss, ...] = ()

    def standing_in_the_way(self, accepted: Collection[str]) -> tuple[Loss, ...]:
        """Return the losses that stop the export: refused ones, and those whose codes are not accepted."""
        return tuple(
            loss
            for loss in self.losses
            if loss.code.weight is Weight.REFUSED or (loss.code.weight is Weight.STOPS and loss.code not in accepted)
        )

    def counts(self) -> dict[LossCode, int]:
        """Return how often each code occurs."""
        return dict(Counter(loss.code for loss in self.losses))
