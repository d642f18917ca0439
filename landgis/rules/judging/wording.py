"""What findings say: the engine's own sentences, and how sentences are filled in for many parcels at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from string import Formatter

from landgis.domain.layer import Coverage
from landgis.rules.pack import Words

Fields = dict[str, str | Callable[[], Sequence[str]]]
"""What may stand in a sentence, by name: one text for all parcels, or who makes one per parcel."""

COVERAGE_WORDS = {
    Coverage.ABSENT: Words(
        "缺少{layer}，无法判定；请提供该图层（放入图层文件夹，或导入并发布）",
        "{layer} is missing: undecidable. Supply it (in the folder of layers, or import and publish it)",
    ),
    Coverage.STALE: Words(
        "{layer}（{release}）已过有效期或更新周期，无法判定；请导入现行版本",
        "{layer} ({release}) is past its term or its update cycle: undecidable. Import the present release",
    ),
    Coverage.PARTIAL: Words(
        "{layer}（{release}）未覆盖地块的 {uncovered} ㎡，无法判定；请补充该范围的数据",
        "{layer} ({release}) leaves {uncovered} m² of the parcel uncovered: undecidable. Supply that area",
    ),
}
NOT_YET = Words(
    "{layer}（{release}）在该日尚未生效或没有可用图斑，无法判定；请提供当日有效的版本",
    "{layer} ({release}) was not in force on that day, or holds no usable feature: undecidable. "
    "Supply the edition of that day",
)
INCOMPLETE = Words(
    "{layer}（{release}）有图斑无法读取，无法判定；请更正图层后重新导入",
    "{layer} ({release}) has features that could not be read: undecidable. Correct and import it again",
)
UNMEASURED = Words(
    "没有地块对{layer}（{release}）的量测记录，无法判定；请重新量算",
    "{layer} ({release}) was not measured on the parcel: undecidable. Measure again",
)
DOUBTED_SHARE = Words(
    "{layer}（{release}）在地块内有图例之外的代码，所问类别占地块 {least} 至 {most}，限值为 {threshold}，无法判定；请补充图例",
    "{layer} ({release}) has codes on the parcel that its legend does not: the class asked for takes {least} to "
    "{most}, and the limit is {threshold}: undecidable. Supply the legend",
)
DOUBTED_AREA = Words(
    "按{layer}（{release}）和现有资料，所问面积为 {least} 至 {most} ㎡，限值为 {threshold} ㎡，无法判定；请补充资料",
    "By {layer} ({release}) and what is on record the area asked for is {least} to {most} m², and the limit is "
    "{threshold} m²: undecidable. Supply what is missing",
)


def fill(template: str, fields: Fields) -> str | list[str]:
    """Fill a sentence in for some parcels.

    Parameters
    ----------
    template
        A sentence with ``{name}`` places.
    fields
        What stands there.

    Returns
    -------
    str or list of str
        One sentence for all parcels, or one per parcel; equal ones are one object.
    """
    same: dict[str, str] = {}
    varying: dict[str, Sequence[str]] = {}
    for _, name, _, _ in Formatter().parse(template):
        if name is not None:
            text = fields[name]
            if isinstance(text, str):
                same[name] = text
            elif name not in varying:
                varying[name] = text()
    if not varying:
        return template.format(**same)
    sentence = cache(lambda *row: template.format(**same, **dict(zip(varying, row, strict=True))))
    return [sentence(*row) for row in zip(*varying.values(), strict=True)]


def limit(threshold: float | None, unit: str) -> str:
    """Write a threshold; shares as percent."""
    if threshold is None:
        return ""
    return f"{threshold * 100:g}%" if unit == "share" else f"{threshold:g}"
