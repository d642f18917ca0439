"""What a rule of sound form may still have wrong: names that nothing has, categories left out, words that cannot be filled."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from string import Formatter

from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.fault import Fault
from landgis.rules.adjacency import PREFIX
from landgis.rules.measures import MEASURES, Measure
from landgis.rules.pack import FILLED, Side
from landgis.rules.reading.marked import Marked, Step
from landgis.rules.reading.schema import CategoryYaml, ClauseYaml, RuleYaml, ValueYaml, WordsYaml

Wrong = tuple[tuple[Step, ...], str, str]
"""Where in the rule, and what in Chinese and in English."""


def rule_faults(
    raw: RuleYaml, file: Marked, path: tuple[Step, ...], documents: Collection[str], settings: Collection[str]
) -> list[Fault]:
    """Hold a rule against the register of measures, the facts, and what its pack names.

    Parameters
    ----------
    raw, file, path
        The rule, its file, and where it stands there.
    documents, settings
        Keys and ids known to the pack and the pack under it.
    """
    measure = MEASURES.get(raw.measure.name)
    wrong = [*_named(raw), *_clauses(raw, documents), *_dates(raw)]
    if measure is None:
        known = ", ".join(sorted(MEASURES))
        wrong.append(
            (
                ("measure", "name"),
                f"没有名为“{raw.measure.name}”的量算方法，现有：{known}",
                f"unknown measure {raw.measure.name}; known: {known}",
            )
        )
    else:
        wrong += [*_reads(raw, measure)]
        for place, value in enumerate(raw.values):
            wrong += [(("values", place, *where), zh, en) for where, zh, en in _value(value, measure, settings)]
    return [file.fault((*path, *where), zh, en) for where, zh, en in wrong]


def _named(raw: RuleYaml) -> Iterator[Wrong]:
    if raw.id.startswith(PREFIX):
        yield (
            ("id",),
            f"规则编号不能以 {PREFIX} 开头：那是邻近设定的结论",
            f"{PREFIX} begins the ids of findings about nearness",
        )


def _reads(raw: RuleYaml, measure: Measure) -> Iterator[Wrong]:
    name = raw.measure.name
    if measure.reads_layer and not raw.measure.layer:
        yield ("measure",), f"量算方法 {name} 要读图层，请写 layer", f"the measure {name} reads a layer: name it"
    if raw.measure.layer and not measure.reads_layer:
        yield ("measure", "layer"), f"量算方法 {name} 不读图层，请删去 layer", f"the measure {name} reads no layer"
    fact = FACT_BY_NAME.get(raw.measure.fact)
    if raw.measure.fact and fact is None:
        yield ("measure", "fact"), f"没有名为“{raw.measure.fact}”的事实", f"unknown fact {raw.measure.fact}"
    if measure.unit == "yes_no" and (fact is None or fact.kind != "bool") and raw.measure.fact in ("", *FACT_BY_NAME):
        where = ("measure", "fact") if fact else ("measure",)
        yield where, f"量算方法 {name} 要一个是/否的事实", f"the measure {name} needs a yes/no fact"
    if not measure.reads_layer:
        if raw.control_lines != "never":
            zh = "不读图层的规则无法用于手绘范围，control_lines 只能是 never"
            yield ("control_lines",), zh, "a rule without a layer cannot be asked of a drawn polygon"
        if raw.coverage_supply:
            yield ("coverage_supply",), "不读图层的规则没有图层提供方", "a rule without a layer has no supplier of it"


def _dates(raw: RuleYaml) -> Iterator[Wrong]:
    starts = [value.start for value in raw.values]
    for place, start in enumerate(starts):
        if start in starts[:place]:
            yield ("values", place, "from"), f"{start} 起的取值写了两次", f"two values are in force from {start}"


def _clauses(raw: RuleYaml, documents: Collection[str]) -> Iterator[Wrong]:
    for place, value in enumerate(raw.values):
        cited: dict[tuple[Step, ...], ClauseYaml] = {("clause",): value.clause}
        cited |= {("also", number): clause for number, clause in enumerate(value.also)}
        cited |= {("outcomes", name, "clause"): row.clause for name, row in value.outcomes.items() if row.clause}
        for where, clause in cited.items():
            if clause.document not in documents:
                zh = f"文件“{clause.document}”未在 pack.yaml 的 documents 中列出"
                yield ("values", place, *where, "document"), zh, f"unknown document {clause.document}"


def _value(value: ValueYaml, measure: Measure, settings: Collection[str]) -> Iterator[Wrong]:
    unit = value.threshold.unit if value.threshold else str(value.unit)
    if unit != measure.unit:
        where = ("threshold", "unit") if value.threshold else ("unit",)
        yield (
            where,
            f"单位是 {unit}，而该量算方法以 {measure.unit} 计",
            f"unit {unit} but the measure gives {measure.unit}",
        )
    if value.threshold and value.threshold.side is Side.BELOW and not measure.reads_cells:
        zh = "只有从栅格读取的量才能按“低于限值”判断"
        yield ("threshold", "side"), zh, "only what is read off cells can count below a threshold"
    if value.setting and value.setting not in settings:
        zh = f"设定“{value.setting}”未在 pack.yaml 的 settings 中列出"
        yield ("setting",), zh, f"unknown setting {value.setting}"
    yield from _categories(value, measure)
    yield from _fillable(("clear",), value.clear, measure.unit)
    for name, row in value.outcomes.items():
        yield from _category(name, row, measure.unit)


def _categories(value: ValueYaml, measure: Measure) -> Iterator[Wrong]:
    wanted = "、".join(measure.categories), sorted(measure.categories)
    lacking = [name for name in measure.categories if name not in value.outcomes]
    if lacking:
        zh = f"缺少类别 {'、'.join(lacking)} 的结论；须恰好写明：{wanted[0]}"
        yield ("outcomes",), zh, f"no outcome for {', '.join(lacking)}; outcomes must name exactly {wanted[1]}"
    for name in value.outcomes:
        if name not in measure.categories:
            zh = f"该量算方法没有类别“{name}”；须恰好写明：{wanted[0]}"
            yield ("outcomes", name), zh, f"no category {name}; outcomes must name exactly {wanted[1]}"


def _category(name: str, row: CategoryYaml, unit: str) -> Iterator[Wrong]:
    here = ("outcomes", name)
    yield from _fillable(here, row, unit)
    if row.supply and row.outcome != "unknown":
        zh = "只有结论为 unknown 时才写由谁提供"
        yield (*here, "supply"), zh, "only what is unknown has somebody to supply it"
    if row.cure and row.outcome == "clear":
        yield (*here, "cure"), "结论为 clear 时没有要补救的", "what is clear needs no cure"


def _fillable(where: tuple[Step, ...], words: WordsYaml, unit: str) -> Iterator[Wrong]:
    """A sentence may only leave room for what judging fills in."""
    allowed = FILLED.get(unit, ())
    for language, text in (("zh", words.zh), ("en", words.en)):
        try:
            parts = [(room, spec, how) for _text, room, spec, how in Formatter().parse(text) if room is not None]
        except ValueError:
            yield (*where, language), "花括号不成对", "the braces do not pair"
            continue
        if any(spec or how for _room, spec, how in parts):
            zh = "花括号里只写名称，不写格式"
            yield (*where, language), zh, "braces hold a name alone, no format"
        for room in sorted({room for room, _spec, _how in parts} - set(allowed)):
            shown = "、".join(f"{{{name}}}" for name in allowed)
            zh = f"句中的 {{{room}}} 无法填写；可用：{shown or '无'}"
            yield (*where, language), zh, f"{{{room}}} cannot be filled in; there are {shown or 'none'}"
