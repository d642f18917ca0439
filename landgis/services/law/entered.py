"""Parcels that entered the market already (已入市), and the day on which each did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from landgis.db.connect import Database
from landgis.db.parcel_facts import FactStore
from landgis.domain.register import RegisterClass


@dataclass(frozen=True)
class Entered:
    """Parcels that entered the market: number → day of entry, and those whose day nobody stated."""

    days: Mapping[str, date]
    undated: tuple[str, ...]

    @property
    def all(self) -> frozenset[str]:
        """Every one of them."""
        return frozenset((*self.days, *self.undated))


def entered(database: Database) -> Entered:
    """Return the parcels of the register that entered the market, as far as is known now."""
    store = FactStore(database)
    classes, days = store.values("register_class"), store.values("entered_on")
    ids = sorted(key for key, value in classes.items() if value == RegisterClass.ENTERED)
    dated = {key: date.fromisoformat(str(days[key])) for key in ids if key in days}
    return Entered(dated, tuple(key for key in ids if key not in dated))
