"""Slivers and how much hangs on them: evidence, causes, depths of conflicts, verdicts at tolerances."""

from __future__ import annotations

from landgis.frames.parcels import POLYGONS
from landgis.frames.spec import Column, FrameSpec

SLIVERS = FrameSpec(
    name="SliverFrame 细碎压占证据",
    columns=(
        Column("parcel_id", "text"),
        Column("layer", "text"),
        Column("feature_id", "text"),
        Column("accuracy_m", "float", nullable=True),
        Column("area_m2", "float"),
        Column("mean_width_m", "float"),
        Column("depth_m", "float"),
        Column("pieces", "int"),
        Column("x", "float"),
        Column("y", "float"),
        Column("border_in_m", "float"),
        Column("near_share", "float"),
        Column("run_m", "float"),
        Column("run_overlap_m2", "float"),
        Column("run_gap_m2", "float"),
        Column("run_turns", "int"),
        Column("deepest_m", "float"),
        Column("widest_gap_m", "float"),
        Column("scatter_m", "float"),
        Column("spread_m", "float"),
        Column("still_m", "float"),
        Column("vertex_ratio", "float"),
        Column("parcel_vertices_in", "int"),
        Column("feature_vertices_in", "int"),
        Column("chord_m", "float", nullable=True),
        Column("chord_points", "int"),
        Column("chord_cover", "float"),
        Column("chord_measured_m", "float", nullable=True),
        Column("chord_expected_m", "float", nullable=True),
        Column("chord_misfit", "float", nullable=True),
        Column("chord_crs", "text"),
        Column("chord_joints", "int"),
        Column("chord_share", "float"),
        Column("shift_of", "text"),
        Column("shift_dx_m", "float", nullable=True),
        Column("shift_dy_m", "float", nullable=True),
        Column("shift_edges", "int"),
        Column("shift_vertices", "int"),
        Column("shift_share", "float"),
        Column("shift_ahead_m", "float"),
        Column("shift_behind_m", "float"),
        Column("shift_cross_m", "float"),
        Column("shift_contrary_m", "float"),
        Column("shift_before_m", "float", nullable=True),
        Column("shift_after_m", "float", nullable=True),
        Column("shift_left_m2", "float", nullable=True),
    ),
    key=("parcel_id", "layer", "feature_id"),
    geometry=POLYGONS,
    notes="""One row per narrow or small partial hit; geometry: the overlap, in the CRS of the parcels.
accuracy_m: what the layer's release states; empty where it states none.
depth_m: diameter of the largest inscribed circle, at x, y (east, north). border_in_m: parcel border inside the feature;
near_share: the part of it that has the layer's line within the limit.
run: the stretch where the two borders accompany each other, its overlap and gap areas, changes of side (each side to a
tenth of the deepest overlap at least), the deepest overlap and widest gap, scatter (1.4826 × median of |offset|) and
spread (the same about the median, overlapped part).
still_m: border on the parcel's far side that lies on some line. vertex_ratio: points of the layer along the run for one
of the parcel's.
chord: one edge against the points drawn beside it and the part of the edge that they cover, measured and expected rise,
misfit as a share of the measured one, in which CRS the edge would be straight (arc: in none, nothing to be expected), the
points between such edges of a smooth line, if both borders have them all, and the share of the overlapped border that
such edges explain.
shift_of: parcel, feature or ''. The vector, the edges and corners that support it, the supported share of the border that
can tell it, its length ahead and behind, the supporting length across its main direction, the length that lies still,
residuals in m before and after moving back, and the overlap left then.""",
)

CAUSES = FrameSpec(
    name="CauseFrame 细碎压占成因",
    columns=(
        Column("parcel_id", "text"),
        Column("layer", "text"),
        Column("feature_id", "text"),
        Column("cause", "text"),
        Column("message_zh", "text"),
        Column("message_en", "text"),
        Column("remedy_zh", "text"),
        Column("remedy_en", "text"),
    ),
    key=("parcel_id", "layer", "feature_id"),
    notes="One row per row of the SliverFrame. A cause explains; it never changes an outcome.",
)

DEPTHS = FrameSpec(
    name="DepthFrame 压占深度",
    columns=(Column("parcel_id", "text"), Column("layer", "text"), Column("depth_m", "float")),
    key=("parcel_id", "layer"),
    notes="Diameter of the largest circle inside the dissolved overlap with the features that exclude; infinite beyond "
    "the largest tolerance asked.",
)

STABILITY = FrameSpec(
    name="StabilityFrame 结论稳定性",
    columns=(Column("parcel_id", "text"), Column("tolerance_m", "float"), Column("verdict", "text")),
    key=("parcel_id", "tolerance_m"),
    notes="The verdict if conflicts nowhere wider than the tolerance were noise of the border (待核). The one at 0 counts.",
)
