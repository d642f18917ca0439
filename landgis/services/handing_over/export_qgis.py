"""The plan, its pool, the parcels judged and the layers around them as a project of QGIS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.runs import RunHead, RunStore
from landgis.db.shown import ShownRows, features, judged_parcels, plan_lines, pool_members, query_text, read_shown
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH, Secrecy
from landgis.domain.leaving import ExportKind, Leaving, full_element, mark_of_ours, strictest
from landgis.exchange.qgis.drawing import Drawing, layer_drawing, pool_drawing, use_drawing, verdict_drawing
from landgis.exchange.qgis.layer import Bounds, ProjectLayer, RowSource, from_geopackage, from_service
from landgis.exchange.qgis.project import project_xml, write_project
from landgis.exchange.qgis.sld import sld
from landgis.exchange.qgis.style import qml
from landgis.exchange.writing.vector import write_bytes, write_geopackage
from landgis.preflight.giving import continuous_m2
from landgis.services.handing_over.control import depart, drafts, require_reason
from landgis.services.handing_over.qgis_project import project_of
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.draw import CONTEXT, release_of, source_of

STYLES = "样式"
_AROUND = ("town", *reversed(CONTEXT))
"""Layers around the parcels, from top to bottom."""


@dataclass(frozen=True)
class ExportedProject:
    """What was written.

    Attributes
    ----------
    project, files
        The project, and every file of it, itself among them.
    rows
        Layer → how many rows it has, from top to bottom.
    absent
        Layers that had no release on the run's day: they are not in the project.
    substitute
        Whether stand-in data are in it.
    export_id
        Number in the log.
    """

    project: Path
    files: tuple[Path, ...]
    rows: dict[str, int]
    absent: tuple[str, ...]
    substitute: bool
    export_id: str


@dataclass(frozen=True)
class _Shown:
    """One layer before it has a source."""

    key: str
    rows: ShownRows
    frame: gpd.GeoDataFrame
    drawing: Drawing
    said: tuple[str, str]


def export_qgis(
    database: Database,
    catalogue: Catalogue,
    person: Person,
    plan: DraftedPlan,
    out: Path,
    made_on: date,
    *,
    why: str,
    service: str = "",
) -> ExportedProject:
    """Write a project of QGIS with its styles (QML, SLD 1.0 and 1.1).

    Parameters
    ----------
    plan
        Plan to show; its pool, its run and the layers that the run was judged on come with it.
    out
        Folder; files of the same names are replaced.
    made_on
        Date on the project.
    why
        For whom and what for: it goes into the log of exports.
    service
        Name of a PostgreSQL service (``pg_service.conf``) from which QGIS reads the very rows, as ``landgis_read`` may;
        empty: they are copied into a GeoPackage beside the project.

    Raises
    ------
    UsageError
        If nobody says why.
    NotAllowed, Conflict
        If the person may not export; if the layers cover too much ground without a gap: see ``control.let_out``.
    InputError
        If the plan does not fit on the sheet at any scale.
    FileUnreadable
        If the GeoPackage does not read back as written.
    """
    require_reason(why)
    person.require(Action.EXPORT)
    run = RunStore(database).head(plan.head.run_id)
    releases, absent = _releases(LayerStore(database), catalogue, run)
    business = _business(database, plan)
    around = [_around(database, catalogue, stored) for stored in releases]
    stem = f"{DISTRICTS[plan.head.district].name_zh}{plan.head.year}年度入市供应计划"
    shown = [*business, *around]
    sources = _sources(database, shown, f"{stem}.gpkg", service)
    layers = {each.key: _layer(each, source) for each, source in zip(shown, sources, strict=True)}
    text = project_xml(project_of(plan, run, releases, layers, made_on, person.name_zh))
    project = f"{stem}（直连）.qgz" if service else f"{stem}.qgz"
    rows = {each.key: len(each.frame) for each in shown}
    with drafts(out) as draft:
        styles = _write_styles(draft / STYLES, list(layers.values()))
        if not service:
            write_geopackage(draft / f"{stem}.gpkg", {each.key: each.frame for each in shown})
        write_project(draft / project, text)
        leaving = _leaving(plan, run, releases, {} if service else {each.key: each.frame for each in shown}, why)
        export_id = depart(database, person, draft, out, leaving, last=project)
    names = [project, *(f"{STYLES}/{name}" for name in styles), *([] if service else [f"{stem}.gpkg"])]
    substitute = any(stored.release.substitute for stored in releases)
    return ExportedProject(out / project, tuple(out / name for name in names), rows, absent, substitute, export_id)


def _leaving(
    plan: DraftedPlan, run: RunHead, releases: list[StoredRelease], frames: Mapping[str, gpd.GeoDataFrame], why: str
) -> Leaving:
    """Describe what leaves: rows only where they are copied; a project that reads the database holds none."""
    head = plan.head
    inside = [stored.release for stored in releases]
    whole = [
        frames[each.layer]
        for each in inside
        if each.layer in frames and full_element(each.layer, each.scale_denominator)
    ]
    shapes = [np.asarray(frame.geometry.array, dtype=object) for frame in whole]
    return Leaving(
        ExportKind.QGIS, head.district, why, {key: len(frame) for key, frame in frames.items()},
        {each.layer: each.name for each in inside}, strictest([mark_of_ours(False), *(each.secrecy for each in inside)]),
        format="qgz", crs=name_of(WORKING), plan_id=head.plan_id, pool_id=head.pool_id, run_id=run.run_id,
        receiver=Secrecy.INTERNAL, continuous_m2=continuous_m2(np.concatenate(shapes), WORKING) if shapes else 0.0,
    )  # fmt: skip


def _releases(store: LayerStore, catalogue: Catalogue, run: RunHead) -> tuple[list[StoredRelease], tuple[str, ...]]:
    found = {key: release_of(store, run, key) for key in _AROUND}
    absent = tuple(catalogue.require(key).title_zh for key, stored in found.items() if stored is None)
    return [stored for stored in found.values() if stored is not None], absent


def _business(database: Database, plan: DraftedPlan) -> list[_Shown]:
    head = plan.head
    lines, pool, parcels = plan_lines(head.plan_id), pool_members(head.pool_id), judged_parcels(head.run_id)
    planned = read_shown(database, lines)
    return [
        _Shown("plan_lines", lines, planned, use_drawing(planned["use_class"]), (f"计划 {head.plan_id}", f"plan {head.plan_id}")),
        _Shown("pool_members", pool, read_shown(database, pool), pool_drawing(), (f"储备项目库 {head.pool_id}", f"pool {head.pool_id}")),
        _Shown("parcels", parcels, read_shown(database, parcels), verdict_drawing(), (f"筛查批次 {head.run_id}", f"run {head.run_id}")),
    ]  # fmt: skip


def _around(database: Database, catalogue: Catalogue, stored: StoredRelease) -> _Shown:
    release = stored.release
    rows = features(release.layer, release.name)
    drawing = layer_drawing(catalogue.require(release.layer), "label" if release.layer == "town" else "")
    source = source_of(stored)
    mark = (f"。{SUBSTITUTE_ZH}", f". {SUBSTITUTE_EN}") if release.substitute else ("", "")
    return _Shown(
        release.layer,
        rows,
        read_shown(database, rows),
        drawing,
        (f"{source.label_zh}{mark[0]}", f"{release.key}{mark[1]}"),
    )


def _sources(database: Database, shown: list[_Shown], file_name: str, service: str) -> list[RowSource]:
    if not service:
        return [from_geopackage(file_name, each.key) for each in shown]
    return [from_service(service, query_text(database, each.rows), each.rows.table.key) for each in shown]


def _layer(shown: _Shown, source: RowSource) -> ProjectLayer:
    zh, en = shown.said
    return ProjectLayer(shown.key, shown.drawing, shown.rows.table, source, _bounds(shown.frame), zh, en)


def _bounds(frame: gpd.GeoDataFrame) -> Bounds:
    west, south, east, north = frame.total_bounds.tolist() if len(frame) else (0.0, 0.0, 0.0, 0.0)
    return west, south, east, north


def _write_styles(folder: Path, layers: list[ProjectLayer]) -> list[str]:
    """Write every layer's style three times, QML and SLD in both editions; return the names of the files."""
    written = []
    for layer in layers:
        texts = {
            ".qml": qml(layer.drawing, layer.table),
            ".sld": sld(layer.key, layer.drawing, "1.1"),
            "_geoserver.sld": sld(layer.key, layer.drawing, "1.0"),
        }
        for suffix, text in texts.items():
            written.append(f"{layer.key}{suffix}")
            write_bytes(folder / written[-1], text)
    return written
