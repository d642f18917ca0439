"""What went out comes home: files of a package back through the readers into the register."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from landgis.domain.loss import LossCode
from landgis.domain.profile import ExportProfile
from landgis.exchange.package.files import DataFile, parts_of
from landgis.exchange.package.record import Record
from landgis.exchange.package.write import write_package
from landgis.services.handing_over.build_delivery import Brought
from tests.support.command import landgis

ASKED = {"dxf": ("--crs",)}
"""Formats that do not say their CRS: the reader asks, and the package's note answers."""


@dataclass(frozen=True)
class Home:
    """One layer that came home: exit code of ``inspect``, and what ``parcel import`` counted."""

    layer: str
    inspected: int
    counted: dict[str, Any]


def sent(brought: Brought, profile: ExportProfile, folder: Path) -> tuple[DataFile, ...]:
    """Write a package as it was brought, whatever a receiver would say and whatever the format loses."""
    folder.mkdir(parents=True)
    delivery, origin = brought.delivery, brought.origin
    record = Record(profile, delivery, origin, parts_of(delivery, profile))
    return write_package(folder, record, frozenset(map(str, LossCode))).record.files


def come_home(folder: Path, file: DataFile, layer: str, crs: str) -> Home:
    """Bring one layer of a file back as a planner would: look into it, then import it."""
    path = folder / file.name
    named = () if file.form.limits.layers == 1 else ("--layer", layer)
    answers = (*named, *(("--crs", crs) if file.form.key in ASKED else ()))
    inspected = landgis("inspect", path, *answers).returncode
    ran = landgis("parcel", "import", path, *answers, "--district", "songjiang", "--json")
    assert ran.returncode == 0, ran.stderr
    return Home(layer, inspected, json.loads(ran.stdout))
