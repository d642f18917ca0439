"""What the desk's map shows as a sheet: at a fixed scale, read back before anybody has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import geopandas as gpd
import numpy as np

from landgis.access.person import Person
from landgis.area import hectares, mu
from landgis.db import desk_rows
from landgis.db.connect import Database
from landgis.db.in_frame import parcels_in_frame
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.runs import RunHead, RunStore
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.parcel_filter import ParcelFilter
from landgis.errors import UsageError
from landgis.maps.checking import print_faults
from landgis.maps.sheet.prints import Print, Sum, ViewPrint, frame, layout_of, print_view
from landgis.maps.sheet.view import View
from landgis.rules.reading.load import load_pack
from landgis.services.desk.desk import Desk
from landgis.services.desk.desk_map import LABELLED
from landgis.services.desk.desk_table import open_points, summed, total_of, use_name
from landgis.services.desk.filter_words import told
from landgis.services.planning.draw import boundaries_of, release_of, source_of
from landgis.services.planning.self_check import Checked
from landgis.services.printing.cutting import cut_to_frame
from landgis.services.printing.layers_in_frame import PrintedLayers, layers_in_frame
from landgis.services.printing.place import Place

MOST_PARCELS = 20_000
"""Parcels on a print at most; more are a matter for a larger scale or a narrower filter, and the refusal says so."""
MOST_NUMBERED = 1_000
"""Parcels with numbers and schedule at most."""
LONGEST_TITLE = 60
_MICRO = 1_000_000


@dataclass(frozen=True)
class Wanted:
    """What somebody wants printed.

    Attributes
    ----------
    run_id, filter
        Parcels.
    place
        Frame, scale, paper.
    layers
        Layer key and release of each layer that is switched on.
    title
        图名; '' for the usual one.
    numbered
        Whether parcels get numbers and the schedule follows.
    """

    run_id: str
    filter: ParcelFilter
    place: Place
    layers: Sequence[tuple[str, str]] = field(default=())
    title: str = ""
    numbered: bool = True


def printed_view(
    database: Database, catalogue: Catalogue, wanted: Wanted, person: Person, moment: datetime
) -> Checked[Print]:
    """Draw a view and read it back.

    Parameters
    ----------
    database
        As the person sees it: what he is not shown is not on the print, nor in its sums.
    moment
        When it is printed, with a time zone.

    Raises
    ------
    NotFound
        If there is no such run, layer or release.
    UsageError
        If there is no such paper or scale, the title is too long, or there are too many parcels.
    """
    place = wanted.place
    layout = layout_of(place.paper, place.turn)
    request = _request(
        database, catalogue, wanted, frame(layout, place.scale, (place.east, place.north)), person, moment
    )
    made = print_view(request, layout)
    return Checked(made, print_faults(made))


def _request(
    database: Database, catalogue: Catalogue, wanted: Wanted, view: View, person: Person, moment: datetime
) -> ViewPrint:
    desk, head = Desk(database, catalogue), RunStore(database).head(wanted.run_id)
    conditions, meta, district = desk.conditions(head.run_id, wanted.filter), head.meta, DISTRICTS[head.meta.district]
    found = parcels_in_frame(database, head, wanted.filter, view.bounds_m)
    of_filter = found[found["inside"]]
    _require_few(len(found), len(of_filter), wanted)
    layers = layers_in_frame(database, catalogue, wanted.layers, view)
    sources, borders = _sources(database, head, layers), boundaries_of(LayerStore(database), head)
    caution = () if meta.final else (meta.caution,)
    return ViewPrint(
        title_zh=_title(wanted.title, district.name_zh),
        subtitle_zh=f"筛查批次 {head.run_id} · 规则包 {meta.pack_id} {meta.pack_version} · 数据截止 {meta.as_of.isoformat()}",
        view=view,
        lines=_lines(database, head, found, view),
        inside=_sum(len(of_filter), int(of_filter["area_um2"].sum())),
        total=_total(database, head, wanted.filter),
        filter_words=told(conditions),
        context=layers.context,
        boundaries=borders,
        sources=tuple(source_of(stored) for stored in sources),
        substitute=any(stored.release.substitute for stored in sources),
        as_of=meta.as_of,
        drawn_by=person.name_zh,
        drawn_at=moment,
        sheet_no=head.run_id,
        remarks=(*caution, *layers.remarks),
        numbered=wanted.numbered,
    )


def _title(title: str, district_zh: str) -> str:
    text = " ".join(title.split())
    if len(text) > LONGEST_TITLE or not text.isprintable():
        raise UsageError(
            f"图名过长或有不能打印的字：{text[:LONGEST_TITLE]}", f"The title is too long or cannot be printed: {text[:LONGEST_TITLE]}",
            where="title", next_zh=f"图名至多 {LONGEST_TITLE} 字", next_en=f"A title has {LONGEST_TITLE} characters at most",
        )  # fmt: skip
    return text or f"{district_zh}地块筛查图"


def _require_few(parcels: int, numbered: int, wanted: Wanted) -> None:
    if parcels > MOST_PARCELS:
        raise UsageError(
            f"图幅内有 {parcels:,} 宗地块，一幅图至多 {MOST_PARCELS:,} 宗",
            f"{parcels:,} parcels in the frame; a print takes {MOST_PARCELS:,} at most",
            where="parcels", next_zh="请用较大的比例尺，分幅打印", next_en="Print several frames at a larger scale",
        )  # fmt: skip
    if wanted.numbered and numbered > MOST_NUMBERED:
        raise UsageError(
            f"图幅内有 {numbered:,} 宗地块，注记序号并附一览表至多 {MOST_NUMBERED:,} 宗",
            f"{numbered:,} parcels in the frame; numbers and a schedule are for {MOST_NUMBERED:,} at most",
            where="numbered", next_zh="请不注记序号，或缩小筛选范围、用较大的比例尺；一览表可另行导出",
            next_en="Print without numbers, narrow the filter or take a larger scale; the list can be exported by itself",
        )  # fmt: skip


def _lines(database: Database, head: RunHead, found: gpd.GeoDataFrame, view: View) -> gpd.GeoDataFrame:
    """Parcels as the sheet draws and lists them; what lies outside the frame is cut off."""
    inside = found["inside"].to_numpy(dtype=np.bool_)
    with database.begin() as connection:
        findings = desk_rows.open_points(connection, head.run_id, found.loc[inside, "parcel_id"].tolist())
    points, _ = open_points(findings, load_pack(head.meta.pack_id))
    areas = [hectares(area / _MICRO) for area in found["area_um2"]]
    printed = {"area_ha": areas, "area_mu": [mu(area) for area in areas]}
    lines = found.assign(
        inside=inside,
        cut=found["cut"].to_numpy(dtype=np.bool_),
        line_no=np.where(inside, np.cumsum(inside), 0),
        planned_use_zh=[use_name(code) for code in found["planned_use"]],
        **{name: np.array(values, dtype=object) for name, values in printed.items()},
        open_zh=[points.get(parcel_id, "") for parcel_id in found["parcel_id"]],
    )
    return lines.set_geometry(cut_to_frame(np.asarray(found.geometry), lines["cut"].to_numpy(), view), crs=found.crs)


def _sources(database: Database, head: RunHead, layers: PrintedLayers) -> list[StoredRelease]:
    """Releases on the map, those that the verdicts stand on, and the one of the borders; each once."""
    store = LayerStore(database)
    keys = [*head.meta.releases, LABELLED]
    found = [*layers.releases, *(release_of(store, head, key) for key in keys)]
    return list({stored.release.key: stored for stored in found if stored is not None}.values())


def _total(database: Database, head: RunHead, wanted: ParcelFilter) -> Sum:
    with database.begin() as connection:
        by_verdict = desk_rows.totals_by_verdict(connection, head.run_id, wanted)
    total = total_of(part for verdict, part in by_verdict.items() if not wanted.verdicts or verdict in wanted.verdicts)
    return Sum(total.count, total.area_ha, total.area_mu)


def _sum(count: int, area_um2: int) -> Sum:
    total = summed(count, area_um2)
    return Sum(total.count, total.area_ha, total.area_mu)
