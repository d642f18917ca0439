"""Choosing a portfolio: candidates, the chosen, the left-out with reasons, the use of constraints, comparisons."""

from __future__ import annotations

from landgis.frames.spec import Column, FrameSpec

CANDIDATES = FrameSpec(
    name="CandidateFrame 备选地块",
    columns=(
        Column("parcel_id", "text"),
        Column("town_code", "text", nullable=True),
        Column("planned_use_code", "text", nullable=True),
        Column("verdict", "text"),
        Column("area_ha", "object"),
        Column("points", "float"),
        Column("up_front_cost_yuan", "int", nullable=True),
        Column("earliest_quarter", "int", nullable=True),
    ),
    key=("parcel_id",),
    notes="One row per pool member. area_ha is Decimal 公顷 at 4 places (1 m²), above 0; points is the proven preference "
    "score (points_least), 0 or more; up_front_cost_yuan whole 元, 0 or more; earliest_quarter 1 to 4 of the plan's "
    "year; planned_use_code of the guide of 2023. A missing value is unknown. Besides, one nullable bool column for "
    "every fact that the scenario asks for, by the fact's name.",
)

CHOSEN = FrameSpec(
    name="ChosenFrame 入选地块",
    columns=(
        Column("parcel_id", "text"),
        Column("town_code", "text", nullable=True),
        Column("planned_use_code", "text", nullable=True),
        Column("area_ha", "object"),
        Column("area_mu", "object"),
        Column("worth", "object"),
        Column("up_front_cost_yuan", "int", nullable=True),
        Column("quarter", "int", nullable=True),
    ),
    key=("parcel_id",),
    notes="worth is Decimal 分 at 4 places. quarter is missing where the scenario gives no quarters.",
)

NOT_CHOSEN = FrameSpec(
    name="NotChosenFrame 未入选地块",
    columns=(
        Column("parcel_id", "text"),
        Column("reason", "text"),
        Column("constraint", "text"),
        Column("exceeded_by", "object", nullable=True),
        Column("unit", "text"),
        Column("other_parcel_id", "text"),
        Column("loss_least", "object", nullable=True),
        Column("loss_by", "text"),
        Column("detail_zh", "text"),
        Column("detail_en", "text"),
    ),
    key=("parcel_id",),
    notes="reason: domain.portfolio.WhyNot. constraint: the first constraint that would be broken were the parcel added "
    "with nothing removed, and exceeded_by (Decimal, in unit) by how much. other_parcel_id: the chosen parcel or the "
    "predecessor meant. loss_least: Decimal 分 that the objective loses at least if the parcel is forced in; loss_by: "
    "'resolved' (solved again with it: exact, and missing where no portfolio can hold it), 'bound' (by the dual bound "
    "in whole numbers: at least), '' (nothing proven).",
)

CONSTRAINT_USE = FrameSpec(
    name="ConstraintUseFrame 约束使用情况",
    columns=(
        Column("constraint", "text"),
        Column("title_zh", "text"),
        Column("title_en", "text"),
        Column("side", "text"),
        Column("limit", "object"),
        Column("used", "object"),
        Column("slack", "object"),
        Column("unit", "text"),
        Column("supply", "object"),
    ),
    key=("constraint",),
    notes="side: 'least' or 'most'. limit, used, slack and supply are Decimal in unit (ha, yuan, parcels); slack is "
    "never negative. supply is what all eligible candidates together would count. A share's limit is the share of "
    "the chosen area.",
)

CONFLICT = FrameSpec(
    name="ConflictFrame 互相冲突的约束",
    columns=(
        Column("constraint", "text"),
        Column("title_zh", "text"),
        Column("title_en", "text"),
        Column("supply", "object"),
        Column("unit", "text"),
    ),
    key=("constraint",),
)

COMPARED_PARCELS = FrameSpec(
    name="ComparedParcelFrame 方案对比（地块）",
    columns=(
        Column("parcel_id", "text"),
        Column("scenario", "text"),
        Column("chosen", "bool"),
        Column("quarter", "int", nullable=True),
        Column("reason", "text"),
        Column("chosen_in_scenarios", "int"),
    ),
    key=("parcel_id", "scenario"),
    notes="One row per candidate and scenario; reason is empty for the chosen.",
)

COMPARED_TOTALS = FrameSpec(
    name="ComparedTotalFrame 方案对比（合计）",
    columns=(
        Column("scenario", "text"),
        Column("by", "text"),
        Column("key", "text"),
        Column("parcels", "int"),
        Column("area_ha", "object"),
        Column("area_mu", "object"),
        Column("worth", "object"),
        Column("up_front_cost_yuan", "object"),
        Column("costs_unknown", "int"),
    ),
    key=("scenario", "by", "key"),
    notes="by: whole, town, use; key: '' for the whole and for an unknown town or use. Every scenario has the same "
    "rows, with 0 where it chose nothing. up_front_cost_yuan sums the known costs; costs_unknown counts the others.",
)
