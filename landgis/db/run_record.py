"""The record of a run: what it stood on and what it gave, by hash, stored with it and sealed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

import pandas as pd
import shapely

from landgis.crs import GeometryArray
from landgis.db.bulk import multi
from landgis.db.run_meta import ReleaseHash, RunInputs, RunMeta
from landgis.frames.digest import FrameHash, frame_hash
from landgis.frames.judged import FINDINGS, VERDICTS
from landgis.frames.measures import AREAS, CELLS, COVERAGE, HITS, OVERLAPS
from landgis.frames.spec import Column, FrameSpec
from landgis.screening.judge import Judged
from landgis.screening.measure import Measured

SPECS = {
    "parcels": FrameSpec(
        "RunParcelFrame 筛查地块",
        (
            Column("parcel_id", "text"), Column("version", "int"), Column("outline_hash", "text"),
            Column("facts_hash", "text"),
        ),
        ("parcel_id",),
    ),
    "areas": AREAS,
    "overlaps": OVERLAPS,
    "hits": HITS,
    "coverage": COVERAGE,
    "cells": CELLS,
    "findings": FINDINGS,
    "verdicts": VERDICTS,
}  # fmt: skip
"""The frames of a run, in the order of the work."""


@dataclass(frozen=True)
class RunRecord:
    """What a run was when it was stored.

    Attributes
    ----------
    frames
        Hash of every frame of the run, by name.
    seal
        SHA-256 over the run's own row (law, day, releases, program, kernel …), its inputs and the hashes of its frames.
    """

    frames: Mapping[str, FrameHash]
    seal: str

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> RunRecord:
        """Rebuild a record from its plain fields."""
        frames = {
            name: FrameHash(tuple(row["columns"]), row["rows"], row["sha256"]) for name, row in stored["frames"].items()
        }
        return cls(frames, stored["seal"])

    def fields(self, meta: RunMeta) -> dict[str, Any]:
        """Return record and inputs as plain fields, as the database keeps them."""
        return {"inputs": _plain_inputs(meta), "frames": _plain_frames(self.frames), "seal": self.seal}


def frames_of(parcels: pd.DataFrame, measured: Measured, judged: Judged) -> dict[str, pd.DataFrame]:
    """Return the frames of a run by the names of `SPECS`; ``parcels`` has numbers, versions and hashes."""
    return {"parcels": parcels} | vars(measured) | vars(judged)


def recorded(run_id: str, created_at: datetime, meta: RunMeta, frames: Mapping[str, pd.DataFrame]) -> RunRecord:
    """Hash the frames of a run and seal them with what it stood on."""
    hashes = {name: frame_hash(frames[name], spec.columns, spec.key) for name, spec in SPECS.items()}
    return RunRecord(hashes, seal_of(run_id, created_at, meta, hashes))


def seal_of(run_id: str, created_at: datetime, meta: RunMeta, frames: Mapping[str, FrameHash]) -> str:
    """Return the seal that a run of these fields must bear."""
    stated = {name: value for name, value in vars(meta).items() if name != "inputs"}
    pairs = {name: list(stated[name].items()) for name in ("releases", "taken_over")}
    made = {"run_id": run_id, "created_at": created_at}
    whole = stated | pairs | made | {"inputs": _plain_inputs(meta), "frames": _plain_frames(frames)}
    return sha256_of(whole)


def inputs_of_record(stored: Mapping[str, Any] | None) -> RunInputs | None:
    """Rebuild the inputs from a stored record; None where the run has none."""
    told = stored["inputs"] if stored else None
    if told is None:
        return None
    releases = {layer: ReleaseHash(**row) for layer, row in told["releases"].items()}
    facts, read_at = tuple(told["facts"]), datetime.fromisoformat(told["read_at"])
    return RunInputs(told["pack"], told["rules"], releases, facts, read_at)


def outline_hashes(outlines: GeometryArray) -> list[str]:
    """Return the SHA-256 of every outline: its WKB as a multipolygon, little-endian, in the working CRS."""
    return [hashlib.sha256(wkb).hexdigest() for wkb in shapely.to_wkb(multi(outlines), byte_order=1)]


def facts_hashes(facts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the SHA-256 of the known facts of every parcel."""
    return [sha256_of(row) for row in facts]


def sha256_of(fields: Any) -> str:
    """Return the SHA-256 of plain fields: their JSON with sorted keys; a moment counts in UTC."""
    text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_told)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _told(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _plain_inputs(meta: RunMeta) -> dict[str, Any] | None:
    told = meta.inputs
    if told is None:
        return None
    releases = {layer: asdict(row) for layer, row in told.releases.items()}
    rules = {rule_id: dict(row) for rule_id, row in told.rules.items()}
    facts, read_at = list(told.facts), _told(told.read_at)
    return {"pack": told.pack, "rules": rules, "releases": releases, "facts": facts, "read_at": read_at}


def _plain_frames(frames: Mapping[str, FrameHash]) -> dict[str, Any]:
    return {
        name: {"columns": list(row.columns), "rows": row.rows, "sha256": row.sha256} for name, row in frames.items()
    }
