"""What measuring gives: overlaps, hits and coverage. Numbers only, no outcomes."""

from __future__ import annotations

from landgis.frames.spec import Column, FrameSpec

AREAS = FrameSpec(
    name="AreaFrame 面积",
    columns=(
        Column("parcel_id", "text"),
        Column("planar_m2", "float"),
        Column("ellipsoidal_m2", "float"),
        Column("registered_m2", "float", nullable=True),
    ),
    key=("parcel_id",),
    notes="planar in the working CRS, ellipsoidal on CGCS2000, registered as the certificate states. Where areas were "
    "found while measuring, ellipsoidal_by says how: geodesic or scaled.",
)

OVERLAPS = FrameSpec(
    name="OverlapFrame 压占",
    columns=(
        Column("parcel_id", "text"),
        Column("layer", "text"),
        Column("class", "text"),
        Column("union_m2", "float"),
        Column("union_ellipsoidal_m2", "float"),
        Column("share_of_parcel", "float"),
        Column("hits", "int"),
        Column("largest_m2", "float"),
        Column("mean_width_m", "float", nullable=True),
        Column("pieces", "int"),
        Column("distance_m", "float", nullable=True),
    ),
    key=("parcel_id", "layer", "class"),
    notes="One row per parcel, layer and class hit; a layer without any hit has one row with class '' and zeros. "
    "union_m2 is planar, overlapping features of one class counted once. distance_m is 0 on a hit and NA beyond 100 m.",
)

HITS = FrameSpec(
    name="HitFrame 压占要素",
    columns=(
        Column("parcel_id", "text"),
        Column("layer", "text"),
        Column("class", "text"),
        Column("feature_id", "text"),
        Column("label", "text", nullable=True),
        Column("area_m2", "float"),
        Column("share_of_parcel", "float"),
        Column("share_of_feature", "float"),
    ),
    key=("parcel_id", "layer", "feature_id"),
)

COVERAGE = FrameSpec(
    name="CoverageFrame 图层覆盖",
    columns=(
        Column("parcel_id", "text"),
        Column("layer", "text"),
        Column("state", "text"),
        Column("release", "text"),
        Column("uncovered_m2", "float"),
    ),
    key=("parcel_id", "layer"),
    notes="state: complete, partial, absent or stale. release is '' when there is none.",
)

CELLS = FrameSpec(
    name="CellFrame 栅格量测",
    columns=(
        Column("parcel_id", "text"),
        Column("layer", "text"),
        Column("measure", "text"),
        Column("class", "text"),
        Column("amount", "float"),
    ),
    key=("parcel_id", "layer", "measure", "class"),
    notes="measure: domain.raster.CellMeasure. Shares are of the whole parcel; covered, outside and nodata share add up "
    "to 1. class: the code of code_share, the land-cover class of cover_share, else ''. Heights: metres, over the "
    "covered part.",
)
