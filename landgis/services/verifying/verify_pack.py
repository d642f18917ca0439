"""Whether the rule pack of a run is still the one that it judged by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from landgis.db.run_meta import RuleStatement, RunMeta
from landgis.errors import NotFound
from landgis.rules.pack import RulePack
from landgis.services.runs.verdict_record import rule_statements
from landgis.services.verifying.verification import Check, Checked, Difference, State, Words

_NOTHING: RuleStatement = {}


def pack_of(meta: RunMeta, packs: Callable[[str], RulePack]) -> tuple[RulePack | None, list[Words]]:
    """Return the pack that a run judged by; None where this program does not ship that version, and why."""
    try:
        pack = packs(meta.pack_id)
    except NotFound as error:
        return None, [(error.zh, error.en)]
    if pack.version == meta.pack_version:
        return pack, []
    return None, [
        (
            f"规则包 {meta.pack_id} 现为 {pack.version}，筛查用的 {meta.pack_version} 已不随程序提供",
            f"The pack {meta.pack_id} is {pack.version} now; {meta.pack_version}, which judged, is no longer shipped",
        )
    ]


def changed_pack(meta: RunMeta, pack: RulePack | None, missing: Sequence[Words]) -> Check:
    """Compare the digest of a pack, and name the rules whose values are not what they were."""
    if pack is None:
        return Check.of(Checked.PACK, [], missing=missing)
    if meta.inputs is None:
        return Check(Checked.PACK, State.NOT_RECORDED)
    found = pack.digest
    if found == meta.inputs.pack:
        return Check(Checked.PACK, State.SAME)
    now = rule_statements(pack, meta.as_of)
    rules = [
        difference
        for rule_id in dict.fromkeys((*meta.inputs.rules, *now))
        for difference in _rule(rule_id, meta.inputs.rules.get(rule_id, _NOTHING), now.get(rule_id, _NOTHING))
    ]
    zh = "判定所用的数值有变" if rules else "判定所用的数值未变"
    en = "values that decide have changed" if rules else "no value that decides has changed"
    whole = Difference(
        "pack_differs", f"规则包 {meta.pack_id} {meta.pack_version} 的内容与筛查时不同（指纹不符），{zh}",
        f"The pack {meta.pack_id} {meta.pack_version} is not what it was (by its digest); {en}",
        stored=meta.inputs.pack, found=found,
    )  # fmt: skip
    return Check.of(Checked.PACK, [whole, *rules])


def _rule(rule_id: str, was: RuleStatement, now: RuleStatement) -> Iterator[Difference]:
    for name in dict.fromkeys((*was, *now)):
        stored, found = was.get(name, "—"), now.get(name, "—")
        if stored != found:
            yield Difference(
                "rule_differs", f"规则 {rule_id} 的 {name}：当时为 {stored}，现为 {found}",
                f"Rule {rule_id}, {name}: {stored} then, {found} now", rule_id=rule_id, column=name, stored=stored,
                found=found,
            )  # fmt: skip
