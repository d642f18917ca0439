"""What two packs say differently, in sentences: every value, limit, outcome, clause and setting."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from landgis.domain.clause import Clause
from landgis.rules.adjacency import Adjacency
from landgis.rules.pack import CategoryOutcome, DatedValue, Rule, RulePack, Words

_UNITS = {"m2": "㎡", "m": "米", "share": ""}
_ABSENT = Words("（无）", "(none)")


@dataclass(frozen=True)
class Difference:
    """One thing that two packs say differently.

    Attributes
    ----------
    kind
        What differs: ``rule``, ``threshold``, ``outcome``, ``clause``, ``setting`` … (the keys of ``ASPECTS``).
    rule_id
        The rule; empty outside rules.
    place
        Date of force and category, where they apply.
    left, right
        What the first and the second pack say.
    zh, en
        The same as a sentence.
    """

    kind: str
    rule_id: str
    place: str
    left: str
    right: str
    zh: str
    en: str

    def as_dict(self) -> dict[str, str]:
        """Return plain text fields."""
        return asdict(self)


ASPECTS = {
    "title": Words("名称", "title"),
    "district": Words("行政区划代码", "district"),
    "base": Words("依托的规则包", "pack under it"),
    "version": Words("版本", "version"),
    "order": Words("规则顺序", "order of the rules"),
    "document": Words("文件", "document"),
    "setting": Words("设定", "setting"),
    "adjacency": Words("邻近距离", "nearness"),
    "rule": Words("有无", "presence"),
    "measure": Words("量算方法", "measure"),
    "layer": Words("图层", "layer"),
    "fact": Words("事实", "fact"),
    "control_lines": Words("控制线核对", "control lines"),
    "coverage_supply": Words("图层提供方", "supplier of the layer"),
    "second_person": Words("人工认定须第二人确认", "second person for decisions"),
    "value": Words("取值", "value"),
    "from": Words("生效日期", "first day of force"),
    "threshold": Words("限值", "limit"),
    "unit": Words("单位", "unit"),
    "clause": Words("条款", "clause"),
    "also": Words("并见条款", "further clauses"),
    "clear": Words("未发现时的说法", "words for nothing found"),
    "outcome": Words("结论", "outcome"),
    "words": Words("说法", "words"),
    "supply": Words("提供方", "supplier"),
    "cure": Words("补救办法", "cure"),
}
"""Kind of difference → its name."""

Said = Mapping[str, Words]
"""Aspect → what is said of it; an aspect that is missing is not said at all."""


def differences(left: RulePack, right: RulePack, names: tuple[str, str]) -> list[Difference]:
    """List everything that two packs say differently; empty: they say the same.

    Parameters
    ----------
    left, right
        The packs.
    names
        How sentences call them.
    """
    return [
        *_compare(None, "", _head(left), _head(right), names),
        *_by_key("document", _documents(left), _documents(right), names),
        *_by_key("setting", _settings(left), _settings(right), names),
        *_by_key("adjacency", _adjacency(left), _adjacency(right), names),
        *_rules(left, right, names),
    ]


def _of(text: object) -> Words:
    return Words(str(text), str(text))


def _head(pack: RulePack) -> Said:
    said = {"version": _of(pack.version), "title": pack.title, "district": _of(pack.district), "base": _of(pack.base)}
    return said | {"order": _of(" ".join(pack.order or [rule.rule_id for rule in pack.rules]))}


def _documents(pack: RulePack) -> dict[str, Words]:
    return {row.key: _of(f"《{row.title_zh}》{row.number} {row.issued_on}") for row in pack.documents}


def _settings(pack: RulePack) -> dict[str, Words]:
    return {
        row.setting_id: Words(
            f"{'是' if row.value else '否'}，{'已确认' if row.confirmed else '待确认'}：{row.words.zh}",
            f"{'yes' if row.value else 'no'}, {'confirmed' if row.confirmed else 'to be confirmed'}: {row.words.en}",
        )
        for row in pack.settings.values()
    }


def _adjacency(pack: RulePack) -> dict[str, Words]:
    return {str(each.start): _near(each) for each in pack.adjacency}


def _near(each: Adjacency) -> Words:
    lines = Words(
        "、".join(line.zh for line in each.layers.values()), ", ".join(line.en for line in each.layers.values())
    )
    if each.within_m is None or each.signed is None:
        return Words(f"未启用（{lines.zh}）", f"off ({lines.en})")
    signed = f"{each.signed.by} {each.signed.on} {each.signed.document}"
    return Words(f"{each.within_m:g} 米（{lines.zh}），{signed}", f"{each.within_m:g} m ({lines.en}), {signed}")


def _by_key(
    kind: str, left: Mapping[str, Words], right: Mapping[str, Words], names: tuple[str, str]
) -> Iterator[Difference]:
    for key in dict.fromkeys([*left, *right]):
        one, other = ({kind: side[key]} if key in side else {} for side in (left, right))
        yield from _compare(None, key, one, other, names)


def _rules(left: RulePack, right: RulePack, names: tuple[str, str]) -> Iterator[Difference]:
    olds, news = ({rule.rule_id: rule for rule in pack.rules} for pack in (left, right))
    for rule_id in dict.fromkeys([*olds, *news]):
        old, new = olds.get(rule_id), news.get(rule_id)
        if old and new:
            yield from _compare(new, "", _rule(old), _rule(new), names)
            yield from _values(old, new, names)
        else:
            one, other = ({"rule": rule.title} if rule else {} for rule in (old, new))
            yield from _compare(old or new, "", one, other, names)


def _rule(rule: Rule) -> Said:
    said = {"title": rule.title, "measure": _of(rule.measure), "layer": _of(rule.layer), "fact": _of(rule.fact)}
    said |= {"control_lines": _of(rule.control_lines)}
    said |= {"second_person": Words("须", "needed") if rule.second_person else Words("不须", "not needed")}
    return said | ({"coverage_supply": rule.supply} if rule.supply else {})


def _values(old: Rule, new: Rule, names: tuple[str, str]) -> Iterator[Difference]:
    """Compare values of one date with each other, and what is left over in its order: there the date itself differs."""
    olds, news = ({value.start: value for value in rule.values} for rule in (old, new))
    only_old, only_new = ([day for day in mine if day not in others] for mine, others in ((olds, news), (news, olds)))
    pairs = [(day, day) for day in olds if day in news] + list(zip(only_old, only_new, strict=False))
    for one, other in sorted(pairs):
        place = str(one) if one == other else f"{one}/{other}"
        yield from _compare(new, place, _value(olds[one]), _value(news[other]), names)
        yield from _categories(new, place, olds[one], news[other], names)
    for day in only_old[len(only_new) :]:
        yield from _compare(new, str(day), {"value": _limit(olds[day])}, {}, names)
    for day in only_new[len(only_old) :]:
        yield from _compare(new, str(day), {}, {"value": _limit(news[day])}, names)


def _value(value: DatedValue) -> Said:
    said = {"from": _of(value.start), "threshold": _limit(value), "unit": _of(value.unit), "clear": value.clear}
    said |= {"clause": clause_words(value.clause)}
    said |= {"setting": _of(value.setting)} if value.setting else {}
    return said | ({"also": _joined([clause_words(row) for row in value.also])} if value.also else {})


def _categories(
    rule: Rule, place: str, old: DatedValue, new: DatedValue, names: tuple[str, str]
) -> Iterator[Difference]:
    for name in dict.fromkeys([*old.outcomes, *new.outcomes]):
        left, right = (
            _category(value.outcomes[name], value.clause) if name in value.outcomes else {} for value in (old, new)
        )
        yield from _compare(rule, f"{place} {name}", left, right, names)


def _category(row: CategoryOutcome, clause: Clause) -> Said:
    said = {"outcome": Words(f"{row.outcome.zh}（{row.outcome}）", str(row.outcome)), "words": row.words}
    said |= {"clause": clause_words(row.clause)} if row.clause != clause else {}
    said |= {"supply": row.supply} if row.supply else {}
    if row.cure:
        said["cure"] = Words(f"{row.cure.words.zh}（{row.cure.effort.zh}）", f"{row.cure.words.en} ({row.cure.effort})")
    return said


def _limit(value: DatedValue) -> Words:
    return _of(limit_text(value)) if value.threshold is not None else Words("不设限值", "no limit")


def limit_text(value: DatedValue) -> str:
    """Write the limit of a value; empty where it has none."""
    if value.threshold is None:
        return ""
    sign = {"above": ">", "below": "<"}[value.side]
    number = f"{value.threshold * 100:g}%" if value.unit == "share" else f"{value.threshold:g}"
    return f"{sign} {number} {_UNITS.get(value.unit, value.unit)}".rstrip()


def clause_words(clause: Clause) -> Words:
    """Write a clause with its sentence."""
    return Words(f"{clause.label_zh}：{clause.quote_zh}", f"{clause.label_zh}: {clause.quote_zh}")


def _joined(rows: list[Words]) -> Words:
    return Words("；".join(row.zh for row in rows), "; ".join(row.en for row in rows))


def _compare(rule: Rule | None, place: str, left: Said, right: Said, names: tuple[str, str]) -> Iterator[Difference]:
    """Say what two sides say differently of one thing: of the pack, or of a rule."""
    for aspect in dict.fromkeys([*left, *right]):
        one, other = left.get(aspect, _ABSENT), right.get(aspect, _ABSENT)
        if one == other:
            continue
        about = _about(rule, place, ASPECTS[aspect])
        zh = f"{about.zh}：{names[0]} 为 {one.zh}；{names[1]} 为 {other.zh}"
        en = f"{about.en}: {names[0]} has {one.en}; {names[1]} has {other.en}"
        yield Difference(aspect, rule.rule_id if rule else "", place, one.zh, other.zh, zh, en)


def _about(rule: Rule | None, place: str, aspect: Words) -> Words:
    """Name what differs: of a rule by its date and category, else by its key."""
    if rule is None:
        return Words(f"{aspect.zh} {place}", f"{aspect.en} {place}") if place else aspect
    where = f"，{place}" if place else ""
    return Words(
        f"规则“{rule.title.zh}”（{rule.rule_id}{where}）的{aspect.zh}",
        f"{aspect.en} of the rule “{rule.title.en}” ({rule.rule_id}{where.replace('，', ', ')})",
    )
