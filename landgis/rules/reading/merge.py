"""Laying a pack over the pack that it extends: documents, settings and rules merged, nothing replaced in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from landgis.domain.fault import Fault
from landgis.rules.pack import Change, Rule, RulePack
from landgis.rules.reading.build import document_of, rule_of, setting_of, words_of
from landgis.rules.reading.faults import refuse
from landgis.rules.reading.marked import Marked, Step
from landgis.rules.reading.pack_schema import OpeningYaml, PackYaml
from landgis.rules.reading.schema import RuleYaml
from landgis.rules.reading.sound import rule_faults

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Written:
    """A rule as it is written, and where it stands."""

    raw: RuleYaml
    file: Marked
    path: tuple[Step, ...]

    def fault(self, key: str, zh: str, en: str) -> Fault:
        """Say what is wrong at a key of the rule."""
        return self.file.fault((*self.path, key), zh, en)


def merged(head: Marked, raw: OpeningYaml, written: Sequence[Written], base: RulePack | None, digest: str) -> RulePack:
    """Make the pack.

    Parameters
    ----------
    head, raw
        The opening of the pack, with its places and as values.
    written
        Its rules.
    base
        The pack that it extends; None: it stands alone.
    digest
        Of all files of both.

    Raises
    ------
    RulePackError
        With every fault found, each with file, line and rule.
    """
    under_documents = {row.key: row for row in base.documents} if base else {}
    under_settings = base.settings if base else {}
    documents = {row.key: document_of(row) for row in raw.documents}
    settings = {row.id: setting_of(row) for row in raw.settings}
    faults = [
        *_twice(head, "documents", [row.key for row in raw.documents], under_documents),
        *_twice(head, "settings", [row.id for row in raw.settings], under_settings),
        *_places(written, base),
        *(
            fault
            for rule in written
            for fault in rule_faults(
                rule.raw, rule.file, rule.path, {**under_documents, **documents}, {**under_settings, **settings}
            )
        ),
    ]
    inherited = {rule.rule_id: rule for rule in base.rules} if base else {}
    ids = list(dict.fromkeys([*inherited, *(rule.raw.id for rule in written)]))
    if isinstance(raw, PackYaml):
        faults += [*_order(head, raw, ids, written), *_changes(head, raw)]
    if faults:
        raise refuse(faults)
    cited = under_documents | documents
    rules: dict[str, Rule] = inherited | {rule.raw.id: rule_of(rule.raw, cited) for rule in written}
    order = raw.order if isinstance(raw, PackYaml) else tuple(ids)
    return RulePack(
        raw.id,
        f"{raw.version} ({base.pack_id} {base.version})" if base else raw.version,
        words_of(raw.title),
        raw.district,
        (*documents.values(), *under_documents.values()),
        {**settings, **under_settings},
        tuple(rules[name] for name in order),
        base.pack_id if base else "",
        order,
        digest,
        _log(raw),
    )


def _log(raw: OpeningYaml) -> tuple[Change, ...]:
    if not isinstance(raw, PackYaml):
        return ()
    return tuple(Change(row.version, row.date, words_of(row), row.sha256) for row in raw.changes)


def _twice(head: Marked, key: str, names: Sequence[str], under: Mapping[str, object]) -> Iterator[Fault]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield head.fault((key, place), f"“{name}”列了两次", f"“{name}” is listed twice")
        elif name in under:
            zh = f"“{name}”已在所依托的规则包中列出，请改名或删去"
            yield head.fault((key, place), zh, f"“{name}” is listed in the pack under this one: rename or remove it")


def _places(written: Iterable[Written], base: RulePack | None) -> Iterator[Fault]:
    """A rule's id is its own, unless it says that it replaces the rule of the pack under it."""
    seen: set[str] = set()
    inherited = {rule.rule_id for rule in base.rules} if base else set()
    for rule in written:
        name, replaces = rule.raw.id, rule.raw.replaces
        if name in seen:
            yield rule.fault("id", f"规则编号“{name}”出现了两次", f"the rule id “{name}” occurs twice")
        seen.add(name)
        if name in inherited and base and not replaces:
            zh = f"{base.pack_id} 已有规则“{name}”；要取代它请写 replaces: {base.pack_id}"
            en = f"{base.pack_id} has a rule “{name}”; to replace it write replaces: {base.pack_id}"
            yield rule.fault("id", zh, en)
        if replaces and (base is None or replaces != base.pack_id):
            zh = f"本规则包没有依托“{replaces}”，无从取代"
            yield rule.fault("replaces", zh, f"the pack does not extend “{replaces}”: nothing to replace")
        elif replaces and name not in inherited:
            zh = f"{replaces} 没有规则“{name}”，无从取代"
            yield rule.fault("replaces", zh, f"{replaces} has no rule “{name}”: nothing to replace")


def _order(head: Marked, raw: PackYaml, ids: Sequence[str], written: Iterable[Written]) -> Iterator[Fault]:
    """Every rule stands once in the order that people read them in."""
    for place, name in enumerate(raw.order):
        if name in raw.order[:place]:
            yield head.fault(("order", place), f"“{name}”列了两次", f"“{name}” is listed twice")
        elif name not in ids:
            yield head.fault(("order", place), f"没有名为“{name}”的规则", f"there is no rule “{name}”")
    zh, en = "未列入 pack.yaml 的 order", "not listed under order in pack.yaml"
    own = {rule.raw.id: rule for rule in written}
    for name in ids:
        if name in raw.order:
            continue
        if name in own:
            yield own[name].fault("id", f"规则“{name}”{zh}", f"the rule “{name}” is {en}")
        else:
            place = head.line(("order",))
            yield Fault(head.name, place, name, f"所依托的规则“{name}”{zh}", f"the inherited rule “{name}” is {en}")


def _changes(head: Marked, raw: PackYaml) -> Iterator[Fault]:
    """The log begins with the present version, goes back in time, and stands last in its file."""
    log = raw.changes
    if log[0].version != raw.version:
        zh = f"版本 {raw.version} 没有记录：changes 的第一条应是它"
        yield head.fault(("changes", 0, "version"), zh, f"version {raw.version} is not recorded: it must come first")
    for place in range(1, len(log)):
        if log[place].date > log[place - 1].date:
            zh, en = "版本记录应由新到旧", "the change log goes from the newest to the oldest"
            yield head.fault(("changes", place, "date"), zh, en)
        if log[place].version in [row.version for row in log[:place]]:
            zh = f"版本 {log[place].version} 记录了两次"
            yield head.fault(("changes", place, "version"), zh, f"version {log[place].version} is recorded twice")
    if list(head.data)[-1] != "changes":
        zh = "changes 须是文件的最后一项：其上的内容才计入摘要"
        yield head.fault((list(head.data)[-1],), zh, "changes must stand last: only what is above it is in the digest")
