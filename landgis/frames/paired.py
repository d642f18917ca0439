"""Lines of the plans that count, as pairing and a change ask for them."""

from __future__ import annotations

from landgis.frames.spec import Column, FrameSpec

PLANNED = FrameSpec(
    name="PlannedLineFrame 计划行",
    columns=(
        Column("plan_id", "text"),
        Column("year", "int"),
        Column("status", "text"),
        Column("line_no", "int"),
        Column("parcel_id", "text"),
        Column("town_code", "text"),
        Column("town_name", "text"),
        Column("planned_use_code", "text"),
        Column("area_ha", "object"),
        Column("quarter", "object", nullable=True),
    ),
    key=("plan_id", "line_no"),
    notes="area_ha is Decimal; quarter 1–4 or None; town_code '' where it is not known. status as in domain.planning.",
)
