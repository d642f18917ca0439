"""QualityFrame and RepairFrame: what quality control finds, and what it proposes."""

from __future__ import annotations

from landgis.frames.spec import Column, FrameSpec

FINDINGS = FrameSpec(
    name="QualityFrame 质检结果",
    columns=(
        Column("finding_id", "text"),
        Column("rule", "text"),
        Column("severity", "text"),
        Column("feature_id", "text"),
        Column("other_id", "text"),
        Column("field", "text"),
        Column("measured", "float", nullable=True),
        Column("unit", "text"),
        Column("tolerance", "float", nullable=True),
        Column("message_zh", "text"),
        Column("message_en", "text"),
    ),
    key=("rule", "feature_id", "other_id", "field"),
    notes="One row per rule, feature (and other feature, and field), in a fixed order whatever the order of the "
    "input. The geometry column is the place, any type, in the CRS of the features; missing where there is none. "
    "other_id and field are '' where they say nothing. finding_id follows the key alone.",
)

REPAIRS = FrameSpec(
    name="RepairFrame 修复建议",
    columns=(
        Column("repair_id", "text"),
        Column("feature_id", "text"),
        Column("kind", "text"),
        Column("reason", "text"),
        Column("area_before_m2", "float"),
        Column("area_after_m2", "float"),
        Column("moved_m", "float", nullable=True),
        Column("needs_person", "bool"),
    ),
    key=("feature_id",),
    notes="One row per feature that a repair would change, by feature_id; the geometry column is the repaired shape, "
    "EMPTY where nothing of it would be left. Areas are planar m². moved_m is the farthest that the drawn line moves, "
    "missing where nothing is left. needs_person: the area moves by more than 1 m² or 0.1 %, or nothing is left, so a "
    "person must name the repair to accept it.",
)

LINES = FrameSpec(
    name="LineFrame 控制线相互压占",
    columns=(
        Column("one", "text"),
        Column("other", "text"),
        Column("width_m", "float"),
        Column("overlap_m2", "float"),
        Column("pieces", "int"),
        Column("opened_m2", "float"),
    ),
    key=("one", "other", "width_m"),
    notes="Overlap of two layers, ground counted once: in separate pieces whose mean width 2A/P exceeds width_m, and "
    "opened_m2, what is left of all of it after opening by width_m (parts nowhere wider are taken away, also where "
    "they hang on wide ones). width_m 0 is all of it. Planar m².",
)
