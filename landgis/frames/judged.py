"""What judging gives: findings and verdicts."""

from __future__ import annotations

from landgis.frames.spec import Column, FrameSpec

FINDINGS = FrameSpec(
    name="FindingFrame 筛查结论",
    columns=(
        Column("parcel_id", "text"),
        Column("rule_id", "text"),
        Column("outcome", "text"),
        Column("measured", "text", nullable=True),
        Column("unit", "text"),
        Column("threshold", "text"),
        Column("document", "text"),
        Column("article", "text"),
        Column("quote_zh", "text"),
        Column("layer", "text"),
        Column("release", "text"),
        Column("message_zh", "text"),
        Column("message_en", "text"),
    ),
    key=("parcel_id", "rule_id"),
    notes="measured is text because a rule measures an area, a share, a code or a yes/no; the unit says which.",
)

VERDICTS = FrameSpec(
    name="VerdictFrame 地块结论",
    columns=(Column("parcel_id", "text"), Column("verdict", "text")),
    key=("parcel_id",),
)
