"""Slivers explained: measured evidence, a cause judged from it, and the smallest edit that removes it."""

from landgis.screening.slivers.accuracy import accuracy
from landgis.screening.slivers.cause import cause_of, causes
from landgis.screening.slivers.evidence import evidence, of_interest
from landgis.screening.slivers.limits import LIMITS, Limits
from landgis.screening.slivers.survey import Interest

__all__ = ["LIMITS", "Interest", "Limits", "accuracy", "cause_of", "causes", "evidence", "of_interest"]
