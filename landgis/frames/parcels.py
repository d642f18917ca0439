"""ParcelFrame and FeatureFrame: what is measured, and what it is measured against."""

from __future__ import annotations

from landgis.domain.facts import FACTS
from landgis.frames.spec import Column, FrameSpec

POLYGONS = ("Polygon", "MultiPolygon")
_FACT_KIND = {"bool": "bool", "text": "text", "choice": "text", "area_m2": "float"}

PARCELS = FrameSpec(
    name="ParcelFrame 地块",
    columns=(
        Column("parcel_id", "text"),
        Column("district", "text"),
        Column("town_code", "text", nullable=True),
        Column("town_name", "text", nullable=True),
        Column("village_name", "text", nullable=True),
        *(Column(fact.name, _FACT_KIND[fact.kind], nullable=True) for fact in FACTS),
    ),
    key=("parcel_id",),
    geometry=POLYGONS,
    notes="One row per parcel, geometry in the working CRS. district: songjiang or chongming. A missing fact is NA.",
)

FEATURES = FrameSpec(
    name="FeatureFrame 图层要素",
    columns=(
        Column("feature_id", "text"),
        Column("class", "text"),
        Column("label", "text", nullable=True),
    ),
    key=("feature_id",),
    geometry=POLYGONS,
    notes="One row per feature of one release, geometry in the working CRS. class: legal class ('' when the layer has "
    "none); label: what a card prints (code and name of the feature).",
)

DOCUMENTS = FrameSpec(
    name="DocumentFrame 地块文件",
    columns=(
        Column("parcel_id", "text"),
        Column("kind", "text"),
        Column("number", "text"),
        Column("title_zh", "text"),
        Column("dated_on", "object", nullable=True),
    ),
    key=("parcel_id", "kind", "number"),
    notes="One row per document of a parcel. dated_on is a date or missing.",
)
