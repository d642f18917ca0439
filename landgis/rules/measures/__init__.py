"""The register of measures: named functions that read numbers and facts into categories.

A reading is one row ``parcel_id, category, amount, least, most, value``: *which* of the measure's categories applies to
the parcel, by how much, and between which bounds the true amount lies where the layer does not say all of it. What a
category means is the pack's business, not the measure's.
"""

from landgis.rules.measures.evidence import Evidence, Measure, Speaks
from landgis.rules.measures.register import MEASURES

__all__ = ["MEASURES", "Evidence", "Measure", "Speaks"]
