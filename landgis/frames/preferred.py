"""What preferring gives: readings, points of each contribution, ranks, and who gets no score."""

from __future__ import annotations

from landgis.frames.spec import Column, FrameSpec

READINGS = FrameSpec(
    name="ReadingFrame 优选依据",
    columns=(
        Column("parcel_id", "text"),
        Column("contribution", "text"),
        Column("value", "float", nullable=True),
        Column("least", "float"),
        Column("most", "float"),
        Column("source_zh", "text"),
        Column("source_en", "text"),
    ),
    key=("parcel_id", "contribution"),
    notes="One row per parcel and contribution. The true value lies between least and most (-inf, inf: nothing is "
    "known); value is NA unless it is known exactly. The unit is that of the contribution.",
)

POINTS = FrameSpec(
    name="PointFrame 优选得分构成",
    columns=(
        *READINGS.columns[:5],
        Column("unit", "text"),
        Column("weight", "float"),
        Column("points_least", "float"),
        Column("points_most", "float"),
        *READINGS.columns[5:],
    ),
    key=("parcel_id", "contribution"),
    notes="points_least and points_most are equal where the reading leaves no doubt about the points.",
)

RANKS = FrameSpec(
    name="RankFrame 优选次序",
    columns=(
        Column("rank", "int"),
        Column("parcel_id", "text"),
        Column("verdict", "text"),
        Column("points_least", "float"),
        Column("points_most", "float"),
        Column("rank_best", "int"),
        Column("rank_worst", "int"),
        Column("varied_best", "int"),
        Column("varied_worst", "int"),
        Column("stays_share", "float"),
    ),
    key=("parcel_id",),
    notes="rank follows points_least, what is proven, then parcel_id. rank_best and rank_worst: where the parcel could "
    "stand once the missing inputs are known. varied_*: ranks while one weight at a time is 20 % less or more; "
    "stays_share: of these variations, the share in which the parcel is among the first N.",
)

NOT_SCORED = FrameSpec(
    name="NotScoredFrame 不予优选",
    columns=(
        Column("parcel_id", "text"),
        Column("verdict", "text"),
        Column("why_zh", "text"),
        Column("why_en", "text"),
    ),
    key=("parcel_id",),
)
