"""How a way in which a sale may go reads: under which condition, what is then to be done, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from landgis.rules.choosing.sale import Buyer, Project
from landgis.rules.pack import Words

if TYPE_CHECKING:
    from landgis.rules.choosing.mode_answer import Course

_NAMES = {
    "project": Words("项目类型", "the kind of project"),
    "intended": Words("意向用地者数", "the number of intended users"),
    "buyer": Words("受让人", "the buyer"),
}
_IN_AREA = {
    "true": Words("位于有风貌管控要求的重点地区", "it lies in an area whose look is protected"),
    "false": Words("不位于有风貌管控要求的重点地区", "it does not lie in an area whose look is protected"),
}


def course_words(course: Course, *, certain: bool, beside: bool) -> Words:
    """Write a course as a sentence.

    Parameters
    ----------
    certain
        Whether the course is sure, and no condition is to be said with an "if".
    beside
        Whether it opens a further way beside the one that applies anyway.
    """
    row, condition = course.row, _condition(course)
    says = row.force.says(row.mode)
    if condition is None:
        zh, en = f"{'另，' if beside else ''}{says.zh}", f"{'besides, it ' if beside else 'it '}{says.en}"
    else:
        open_ = beside or not certain
        zh = f"{'另，' if beside else ''}{'若' if open_ else ''}{condition.zh}：{says.zh}"
        en = f"{'besides, ' if beside else ''}{'if ' if open_ else 'as '}{condition.en}, it {says.en}"
    return Words(f"{zh}：{row.why.zh}", f"{en[0].upper()}{en[1:]}: {row.why.en}")


def _condition(course: Course) -> Words | None:
    """Return for which values of what is unknown it applies; None where for all."""
    parts = [_part(name, values) for name, values in course.given.items()]
    if not parts:
        return None
    return Words("，".join(part.zh for part in parts), " and ".join(part.en for part in parts))


def _part(name: str, values: tuple[str, ...]) -> Words:
    if name == "character_area":
        return _IN_AREA[values[0]]
    found = [_value(name, value) for value in values]
    zh, en = "或".join(value.zh for value in found), " or ".join(value.en for value in found)
    return Words(f"{_NAMES[name].zh}为{zh}", f"{_NAMES[name].en} is {en}")


def _value(name: str, value: str) -> Words:
    if name == "intended":
        least, more = value.removesuffix("+"), value.endswith("+")
        return Words(
            f" {least.replace('-', ' 至 ')} 个{'及以上' if more else ''}",
            f"{least.replace('-', ' to ')}{' or more' if more else ''}",
        )
    known = Project(value) if name == "project" else Buyer(value)
    return Words(known.zh, known.en)
