"""Pool and plan: members, the left-out with reasons, plan lines and totals."""

from __future__ import annotations

from landgis.frames.spec import Column, FrameSpec

POOL_MEMBERS = FrameSpec(
    name="PoolFrame 储备项目库",
    columns=(
        Column("parcel_id", "text"),
        Column("rank", "int"),
        Column("verdict", "text"),
        Column("area_m2", "float"),
        Column("area_basis", "text"),
        Column("open_points_zh", "text"),
        Column("open_points_en", "text"),
    ),
    key=("parcel_id",),
    notes="area_m2 is the registered area where a certificate states one (area_basis 'registered'), else ellipsoidal.",
)

POOL_LEFT_OUT = FrameSpec(
    name="LeftOutFrame 未入库",
    columns=(
        Column("parcel_id", "text"),
        Column("reason", "text"),
        Column("detail_zh", "text"),
        Column("detail_en", "text"),
    ),
    key=("parcel_id",),
    notes="reason: verdict_excluded, verdict_unknown, verdict_flagged, too_small, use_not_wanted, town_not_wanted, "
    "overlaps_member, entered, given_up, under_way, supplied.",
)

STANDINGS = FrameSpec(
    name="StandingFrame 在库状态",
    columns=(
        Column("member_id", "text"),
        Column("parcel_id", "text"),
        Column("tier", "text"),
        Column("standing", "text"),
        Column("step", "int"),
        Column("version", "int"),
        Column("reason", "text"),
        Column("note", "text"),
        Column("run_id", "text", nullable=True),
        Column("pool_id", "text", nullable=True),
        Column("plan_id", "text", nullable=True),
        Column("by", "text"),
        Column("since", "object"),
    ),
    key=("member_id",),
    notes="The last move of every membership, of a moment; standing and reason as in domain.pooling, since a datetime.",
)

MOVES = FrameSpec(
    name="MoveFrame 在库变动",
    columns=(
        Column("member_id", "text"),
        Column("parcel_id", "text"),
        Column("step", "int"),
        Column("before", "text"),
        Column("after", "text"),
        Column("reason", "text"),
        Column("note", "text"),
        Column("version", "int"),
    ),
    notes="What is to be moved. member_id '' and before '' for a parcel that is not in the pool.",
)

STANDING_CHANGES = FrameSpec(
    name="StandingChangeFrame 在库变化",
    columns=(
        Column("parcel_id", "text"),
        Column("change", "text"),
        Column("before", "text"),
        Column("after", "text"),
        Column("reason", "text"),
        Column("note", "text"),
        Column("by", "text"),
        Column("since", "object"),
    ),
    key=("parcel_id",),
    notes="change: in, out, moved, renewed; before and after '' where the parcel is not in the pool.",
)

PLAN_LINES = FrameSpec(
    name="PlanFrame 年度供应计划",
    columns=(
        Column("line_no", "int"),
        Column("parcel_id", "text"),
        Column("district", "text"),
        Column("town_code", "text", nullable=True),
        Column("town_name", "text", nullable=True),
        Column("village_name", "text", nullable=True),
        Column("owner_name", "text", nullable=True),
        Column("planned_use_code", "text"),
        Column("planned_use_zh", "text"),
        Column("area_ha", "object"),
        Column("area_mu", "object"),
        Column("area_basis", "text"),
        Column("verdict", "text"),
        Column("open_points_zh", "text"),
    ),
    key=("line_no",),
    notes="area_ha and area_mu are Decimal: hectares rounded half up to 4 places (1 m²), 亩 = 15 × hectares exactly, so "
    "every total is the sum of the printed rows.",
)

PLAN_LEFT_OUT = FrameSpec(
    name="PlanLeftOutFrame 未列入计划",
    columns=(
        Column("parcel_id", "text"),
        Column("reason", "text"),
        Column("detail_zh", "text"),
        Column("detail_en", "text"),
    ),
    key=("parcel_id",),
)
