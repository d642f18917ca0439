"""Packages of a few plots under the shipped profiles, without a database; and a package of changes put onto its base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd

from landgis.domain.layer import Release
from landgis.domain.loss import LossCode
from landgis.domain.origin import Origin, RunTold
from landgis.domain.profile import ExportProfile
from landgis.exchange.package.files import parts_of
from landgis.exchange.package.record import Record
from landgis.exchange.package.write import Written, write_package
from landgis.frames.changed import Changed
from landgis.frames.delivered import Delivery, row_keys
from tests.support.delivered import good, profiles

EVERYTHING = frozenset(map(str, LossCode))
ORIGIN = Origin(
    "songjiang", date(2026, 6, 30), 2027, True, "L000001", 4, False, "P000001",
    RunTold("R000001", date(2026, 6, 30), "songjiang", "1"),
    (Release("permanent_basic_farmland", "2026-01", "永久基本农田", content_hash="0" * 64, substitute=True),),
)  # fmt: skip


def in_format(profile_id: str, form: str) -> tuple[ExportProfile, Delivery]:
    """A profile that allows one format, and a delivery in it in which the receiver finds nothing."""
    profile = replace(profiles()[profile_id], formats=(form,), default_format=form)
    return profile, replace(good(profile_id), format=form)


def record_of(profile: ExportProfile, delivery: Delivery) -> Record:
    """What is on record before anything is written."""
    return Record(profile, delivery, ORIGIN, parts_of(delivery, profile))


def written(folder: Path, profile_id: str, form: str) -> Written:
    """Write a package, whatever its format loses."""
    folder.mkdir(parents=True)
    return write_package(folder, record_of(*in_format(profile_id, form)), EVERYTHING)


def applied(before: pd.DataFrame, changes: Changed, key: str) -> pd.DataFrame:
    """Put changes onto the layer before, as the note tells the receiver; rows in the order of their keys."""
    gone = {str(name) for name in changes.gone[key]}
    other = set(row_keys(changes.changed, (key,)))
    kept = before[[name not in gone | other for name in row_keys(before, (key,))]]
    whole = pd.concat([kept, changes.changed, changes.added], ignore_index=True)
    whole = gpd.GeoDataFrame(whole, crs=before.crs) if isinstance(before, gpd.GeoDataFrame) else whole
    return in_order(whole, key)


def in_order(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Put rows in the order of their keys."""
    return frame.sort_values(key).reset_index(drop=True)
