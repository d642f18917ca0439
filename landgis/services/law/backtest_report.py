"""What a back-test says: a line per rule, and the parcels that a rule would have kept out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from landgis.domain.outcome import Outcome
from landgis.exchange.writing.vector import write_csv
from landgis.frames.spec import rows_of
from landgis.services.law.backtest import Backtest
from landgis.services.law.lacks import Lack

QUESTION_ZH = "规则会挡住已入市的地块，说明规则取值或当日资料须核对；这不是对当时决定的评判"
QUESTION_EN = (
    "a rule that would have blocked a past entry asks to check the rule or that day's data; it judges no decision"
)


@dataclass(frozen=True)
class RuleLine:
    """What one rule would have done.

    Attributes
    ----------
    district, rule_id, title_zh, title_en
        The rule, of which district's pack.
    parcels, blocked, flagged
        Parcels judged; those it excludes; those it would have had checked.
    unknown
        Parcels of which it could not tell, by what was lacking.
    conflict_m2, blocked_m2
        Ground in conflict on the blocked parcels (None: the rule measures none), and their whole area; planar m².
    """

    district: str
    rule_id: str
    title_zh: str
    title_en: str
    parcels: int
    blocked: int
    flagged: int
    unknown: Mapping[Lack, int]
    conflict_m2: float | None
    blocked_m2: float


def rule_lines(found: Backtest) -> list[RuleLine]:
    """Return a line for each rule of each pack that judged anything, in the order of the pack."""
    planar = found.parcels.set_index("parcel_id")["planar_m2"]
    lines = []
    for district, pack in found.packs.items():
        mine = found.findings[found.findings["district"] == district]
        order = {rule_id: place for place, rule_id in enumerate(pack.order)}
        for rule_id in sorted(mine["rule_id"].unique(), key=lambda rule_id: order.get(rule_id, len(order))):
            title = pack.title_of(rule_id)
            rows = mine[mine["rule_id"] == rule_id]
            lines.append(_line((district, rule_id, title.zh, title.en), rows, planar))
    return lines


def _line(named: tuple[str, str, str, str], rows: pd.DataFrame, planar_m2: pd.Series) -> RuleLine:
    blocked = rows[rows["outcome"] == Outcome.EXCLUDED]
    ground = pd.to_numeric(blocked.loc[blocked["unit"] == "m2", "measured"])
    lacking = rows["lack"].value_counts()
    return RuleLine(
        *named,
        parcels=len(rows),
        blocked=len(blocked),
        flagged=int((rows["outcome"] == Outcome.FLAGGED).sum()),
        unknown={lack: int(lacking.get(str(lack), 0)) for lack in Lack},
        conflict_m2=float(ground.sum()) if (rows["unit"] == "m2").any() else None,
        blocked_m2=float(planar_m2.reindex(blocked["parcel_id"]).sum()),
    )


def blocked_parcels(found: Backtest) -> list[dict[str, Any]]:
    """Return every parcel that a rule would have kept out, with the sentence of each such rule."""
    rows = found.findings[found.findings["outcome"] == Outcome.EXCLUDED]
    by_parcel = {key: rows_of(group) for key, group in rows.groupby("parcel_id", sort=False)}
    return [
        {
            "parcel_id": parcel["parcel_id"],
            "district": parcel["district"],
            "entered_on": _day(parcel["entered_on"]),
            "judged_on": _day(parcel["judged_on"]),
            "rules": [
                {name: row[name] for name in ("rule_id", "message_zh", "message_en", "document", "article")}
                for row in by_parcel[parcel["parcel_id"]]
            ],
        }
        for parcel in rows_of(found.parcels)
        if parcel["parcel_id"] in by_parcel
    ]


def undecided_parcels(found: Backtest) -> list[dict[str, Any]]:
    """Return every parcel of which nothing could be told, with how many rules lacked what."""
    lacking = found.findings[found.findings["lack"] != ""].groupby("parcel_id")["lack"].value_counts()
    return [
        {
            "parcel_id": parcel["parcel_id"],
            "district": parcel["district"],
            "entered_on": _day(parcel["entered_on"]),
            "judged_on": _day(parcel["judged_on"]),
            "lacks": {str(lack): int(count) for lack, count in lacking[parcel["parcel_id"]].items()},
        }
        for parcel in rows_of(found.parcels)
        if parcel["verdict"] == Outcome.UNKNOWN
    ]


def report(found: Backtest) -> dict[str, Any]:
    """Return the whole as JSON-able data."""
    verdicts = found.parcels["verdict"].value_counts()
    return {
        "packs": [
            {"district": key, "id": pack.pack_id, "version": pack.version, "digest": pack.digest}
            for key, pack in found.packs.items()
        ],
        "parcels": len(found.parcels),
        "verdicts": {str(key): int(count) for key, count in verdicts.items()},
        "rules": [
            vars(line) | {"unknown": {str(lack): count for lack, count in line.unknown.items()}}
            for line in rule_lines(found)
        ],
        "blocked": blocked_parcels(found),
        "undecided": undecided_parcels(found),
        "undated": list(found.undated),
        "unplaced": list(found.unplaced),
        "elsewhere": found.elsewhere,
        "note_zh": QUESTION_ZH,
        "note_en": QUESTION_EN,
    }


def write_backtest(found: Backtest, out: Path) -> list[Path]:
    """Write ``backtest_rules.csv`` and ``backtest_findings.csv`` (all that is not clear) and return the paths."""
    out.mkdir(parents=True, exist_ok=True)
    rules, findings = out / "backtest_rules.csv", out / "backtest_findings.csv"
    lines = [
        {name: value for name, value in vars(line).items() if name != "unknown"}
        | {f"unknown_{lack}": count for lack, count in line.unknown.items()}
        for line in rule_lines(found)
    ]
    told = found.findings[found.findings["outcome"] != Outcome.CLEAR]
    days = found.parcels[["parcel_id", "entered_on"]]
    write_csv(rules, pd.DataFrame(lines))
    write_csv(findings, told.merge(days, on="parcel_id", how="left"))
    return [rules, findings]


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else str(value)
