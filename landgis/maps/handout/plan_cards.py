"""The cards of a plan's hand-out: what the plan says of a line, and why a member of the pool is on none."""

from __future__ import annotations

from typing import Any

import geopandas as gpd

from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.maps.handout.plan_tables import NOT_SAID, UNDECIDED, printed, said
from landgis.maps.style import VERDICT_EN
from landgis.rules.choosing.mode_answer import mode_words


def plan_cards(lines: gpd.GeoDataFrame, members: gpd.GeoDataFrame) -> dict[str, Any]:
    """Return everything the cards show, as plain values: lines first, then members, in their order.

    A card is the parcel's id, its line number (empty for members), its verdict, and pairs of a heading and a text.
    """
    own = [_line(row) for row in rows_of(lines.drop(columns=lines.geometry.name))]
    rest = [_member(row) for row in rows_of(members.drop(columns=members.geometry.name))]
    return {"parcels": [*own, *rest]}


def _line(row: dict[str, Any]) -> dict[str, Any]:
    mode = mode_words(row["trade_mode"], row["mode_certainty"])
    facts = [
        ("位置 Place", _place(row)),
        ("权属单位 Owner", said(row["owner_name"], NOT_SAID)),
        ("规划用途 Planned use", f"{row['planned_use_code']} {row['planned_use_zh']}"),
        ("面积 Area", f"{printed(row['area_ha'])} 公顷 ha = {printed(row['area_mu'])} 亩 mu"),
        ("季度 Quarter", said(row["quarter"], UNDECIDED)),
        ("交易方式 Mode", f"{mode.zh} {mode.en}"),
        ("年限 Years", said(row["term_years"], UNDECIDED)),
        ("待办 Open points", said(row["open_points_zh"], "—")),
        *([("状态 State", "已供 already supplied")] if row["muted"] else []),
    ]
    return _card(row, str(row["line_no"]), facts)


def _member(row: dict[str, Any]) -> dict[str, Any]:
    why = " ".join(said(row[name], "") for name in ("detail_zh", "detail_en")).strip()
    return _card(row, "", [("位置 Place", _place(row)), ("未列入计划 Not in the plan", why or "本计划未说明 not said")])


def _card(row: dict[str, Any], number: str, facts: list[tuple[str, str]]) -> dict[str, Any]:
    verdict = Outcome(row["verdict"])
    words = f"{verdict.zh} {VERDICT_EN[verdict]}"
    return {"parcel_id": row["parcel_id"], "no": number, "verdict": verdict.value, "said": words, "facts": facts}


def _place(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (said(row["town_name"], ""), said(row["village_name"], "")))) or NOT_SAID
