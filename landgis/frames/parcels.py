"""ParcelFrame and FeatureFrame: what is measured, and what it is measured against."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from landgis.domain.facts import FACTS, Fact
from landgis.domain.register import REGISTER_FACT_BY_NAME
from landgis.frames.spec import Column, FrameSpec

POLYGONS = ("Polygon", "MultiPolygon")
_FACT_KIND = {
    "bool": "bool", "text": "text", "choice": "text", "area_m2": "float", "date": "text", "shares": "object",
}  # fmt: skip


def fact_column(fact: Fact) -> Column:
    """Return the column that a fact fills in a frame; missing is NA."""
    return Column(fact.name, _FACT_KIND[fact.kind], nullable=True)


PARCELS = FrameSpec(
    name="ParcelFrame 地块",
    columns=(
        Column("parcel_id", "text"),
        Column("district", "text"),
        Column("town_code", "text", nullable=True),
        Column("town_name", "text", nullable=True),
        Column("village_name", "text", nullable=True),
        *(fact_column(fact) for fact in FACTS),
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
SENT_AS = {"feature_id": "landgis_id", "class": "landgis_class", "label": "landgis_label"}
"""Our columns of a release under the names by which they go out, apart from every delivered one, and are known when they
come home."""

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


@dataclass(frozen=True)
class Stated:
    """What a delivery says of the facts of its parcels.

    Attributes
    ----------
    said
        One row per parcel of the frame it belongs to, one column of yes/no per fact of the register: whether the
        delivery speaks of it, if only with an empty cell (待补). A column that was not delivered says nothing.
    doubtful
        The same shape: cells that contradict each other or cannot be read.
    """

    said: pd.DataFrame
    doubtful: pd.DataFrame

    @classmethod
    def everything(cls, parcels: pd.DataFrame) -> Stated:
        """Take every fact column of a frame as delivered, and nothing as doubtful."""
        names = [name for name in parcels.columns if name in REGISTER_FACT_BY_NAME]
        said = pd.DataFrame(True, index=range(len(parcels)), columns=names)
        return cls(said, ~said)

    def rows(self, keep: pd.Series) -> Stated:
        """Return the statement of the rows kept, numbered anew."""
        said, doubtful = self.said[keep.to_numpy()], self.doubtful[keep.to_numpy()]
        return Stated(said.reset_index(drop=True), doubtful.reset_index(drop=True))
