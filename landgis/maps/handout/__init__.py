"""Hand-outs: one page to pass on, opened in any browser without a network."""

from landgis.maps.handout.binding import MAX_BYTES
from landgis.maps.handout.leaf import MAX_FEATURES
from landgis.maps.handout.plan import PlanHandout, plan_handout
from landgis.maps.handout.screening import PARCELS, Handout, handout

__all__ = ["MAX_BYTES", "MAX_FEATURES", "PARCELS", "Handout", "PlanHandout", "handout", "plan_handout"]
