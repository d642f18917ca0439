"""Whether the parcels of a run are still what it judged: outlines by their hash, facts by hash and register."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np

from landgis.db.connect import Database
from landgis.db.parcel_columns import facts_of_columns
from landgis.db.parcels import ParcelStore
from landgis.db.run_record import facts_hashes, outline_hashes
from landgis.db.runs import StoredRun
from landgis.domain.facts import FACT_BY_NAME
from landgis.errors import ContractBroken
from landgis.services.verifying.verification import Check, Checked, Difference, State


def changed_parcels(database: Database, stored: StoredRun) -> tuple[gpd.GeoDataFrame | None, Check]:
    """Return the parcels as a run judged them (None: versions are missing), and what of them is not what it was."""
    try:
        parcels = ParcelStore(database).versions(stored.versions)
    except ContractBroken as error:
        return None, Check.of(Checked.PARCELS, [], missing=[(error.zh, error.en)])
    differences = [*_outlines(stored, parcels), *_facts(database, stored)]
    if not differences and stored.head.record is None:
        return parcels, Check(Checked.PARCELS, State.NOT_RECORDED)
    return parcels, Check.of(Checked.PARCELS, differences)


def moment_of(stored: StoredRun) -> datetime:
    """Return the moment whose knowledge a run judged by."""
    meta = stored.head.meta
    return meta.known_at or (meta.inputs.read_at if meta.inputs else stored.head.created_at)


def _outlines(stored: StoredRun, parcels: gpd.GeoDataFrame) -> Iterator[Difference]:
    now = outline_hashes(np.asarray(parcels.geometry.to_numpy(), dtype=object))
    then = stored.versions.set_index("parcel_id")["outline_hash"].reindex(parcels["parcel_id"])
    for parcel_id, version, was, found in zip(parcels["parcel_id"], parcels["version"], then, now, strict=True):
        if isinstance(was, str) and was != found:
            yield Difference(
                "outline_differs", f"地块 {parcel_id} 第 {version} 版的界线与筛查时不同（指纹不符）",
                f"The outline of parcel {parcel_id}, version {version}, is not what was measured (by its hash)",
                parcel_id, column="outline", stored=was, found=found,
            )  # fmt: skip


def _facts(database: Database, stored: StoredRun) -> Iterator[Difference]:
    """Compare the facts that a run keeps with their hash, and with what the register knew at that moment."""
    meta, facts = stored.head.meta, facts_of_columns(stored.versions)
    register = ParcelStore(database).current(meta.district, as_of=meta.as_of, known_at=moment_of(stored))
    known = dict(zip(register["parcel_id"], facts_of_columns(register), strict=True))
    yield from _listed(stored.versions["parcel_id"], known)
    hashes = stored.versions["facts_hash"]
    for parcel_id, was, judged, found in zip(
        stored.versions["parcel_id"], hashes, facts, facts_hashes(facts), strict=True
    ):
        kept, told = not isinstance(was, str) or was == found, known.get(parcel_id, judged)
        # A fact that the program asks for only since then is none that the run left out.
        names = [name for name in (meta.inputs.facts if meta.inputs else judged) if judged.get(name) != told.get(name)]
        for name in names:
            yield _fact(parcel_id, name, judged.get(name), told.get(name), kept=kept)
        if not kept and not names:
            yield Difference(
                "stored_fact_differs", f"批次所存地块 {parcel_id} 的事实与其指纹不符",
                f"The facts stored with parcel {parcel_id} are not what was hashed", parcel_id, column="facts",
                stored=str(was), found=found,
            )  # fmt: skip


def _listed(judged: Collection[str], known: Collection[str]) -> Iterator[Difference]:
    """Name the parcels that the run judged and the register did not know then.

    Those that it left out are not asked for: what a longer transaction stored meanwhile counts as known from its start.
    """
    for parcel_id in sorted(set(judged) - set(known)):
        yield Difference(
            "register_parcel_differs", f"登记簿按当时所知在该日没有地块 {parcel_id}，批次中却有",
            f"The run judged parcel {parcel_id}, which the register, as known then, does not have on that day", parcel_id,
        )  # fmt: skip


def _fact(parcel_id: str, name: str, judged: Any, known: Any, *, kept: bool) -> Difference:
    """Say which of the two was changed: what the run keeps, where that does not fit its hash; else the register."""
    fact = FACT_BY_NAME.get(name)
    zh, en = (fact.zh, fact.en) if fact else (name, name)
    code = "register_fact_differs" if kept else "stored_fact_differs"
    who_zh, who_en = ("登记簿的记录", "the register") if kept else ("批次所存的事实", "what the run keeps")
    return Difference(
        code, f"地块 {parcel_id} 的事实“{zh}”：批次中为 {judged}，登记簿按当时所知为 {known}；变动的是{who_zh}",
        f"Parcel {parcel_id}, fact “{en}”: {judged} in the run, {known} in the register as known then; {who_en} changed",
        parcel_id, column=name, stored=str(judged), found=str(known),
    )  # fmt: skip
