"""Parcels that entered the market already (已入市): planted cases, each sold on a day whose answer is known beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import geopandas as gpd
import pandas as pd

from landgis.domain.documents import DocumentKind
from landgis.domain.outcome import Outcome
from landgis.domain.register import RegisterClass
from landgis.frames.parcels import DOCUMENTS, PARCELS
from landgis.frames.spec import rows_of


@dataclass(frozen=True)
class _Sale:
    """A planted kind whose parcel was sold.

    Attributes
    ----------
    kind
        Its key; each stands in a district once.
    entered_on
        Day of entry; a back-test judges the day before.
    note
        What a back-test shows by it.
    lack
        What that day had not yet, so that nothing can be told: ``rule`` or ``layer``; empty: the planted answer holds.
    """

    kind: str
    entered_on: date
    note: str
    lack: str = ""


_SALES: Mapping[str, tuple[_Sale, ...]] = {
    "songjiang": (
        _Sale("farmland_hole", date(2018, 11, 7), "入市早于 2023-06-15 印发的方案：规则当日未施行，不作判定", "rule"),
        _Sale("clear", date(2026, 2, 4), "规则不挡"),
        _Sale("touching_edge", date(2026, 3, 18), "与永农只共用一条边：规则不挡"),
        _Sale("homestead_corner", date(2026, 4, 22), "压占宅基地一角 12 ㎡：规则会挡住，须核对当时的宅基地资料"),
        _Sale("development_inside", date(2026, 5, 13), "全在城镇开发边界内：规则只要求核对，不挡"),
        _Sale("converted_by_document", date(2026, 6, 10), "现状为旱地，试点前已批准转用：规则不挡"),
    ),
    "chongming": (
        _Sale("parcel_hole", date(2024, 9, 25), "入市早于各图层 2026-01-01 的版本：当日没有图层，不作判定", "layer"),
        _Sale("clear", date(2026, 1, 21), "规则不挡"),
        _Sale("site_uncleared", date(2026, 3, 11), "场地未清：崇明须达净地标准，规则会挡住；松江的规则不挡"),
        _Sale("border_noise", date(2026, 4, 15), "共边抖动 2 毫米压占永农：规则会挡住，须核对数据而不是当时的决定"),
        _Sale("base_not_listed", date(2026, 5, 20), "未列入底数：规则只要求核对，不挡"),
        _Sale("water_permitted", date(2026, 6, 24), "涉及河浜，已有填河批复：规则不挡"),
    ),
}


def entries(planted: pd.DataFrame) -> pd.DataFrame:
    """Return the parcels that entered, and the known answers of a back-test.

    Parameters
    ----------
    planted
        Known answers of the planted parcels (``SampleDistrict.planted``).

    Returns
    -------
    pandas.DataFrame
        kind, parcel_id, district, title_zh, entered_on, judged_on, expected_verdict (full scope, the district's own pack),
        decisive_rules (separated by ``;``, where a rule excludes or flags), expected_lack and note.
    """
    known = {(row["district"], row["kind"]): row for row in rows_of(planted)}
    rows = []
    for district, sales in _SALES.items():
        for sale in sales:
            case = known[district, sale.kind]
            verdict = Outcome.UNKNOWN.value if sale.lack else case["expected_verdict"]
            rows.append(
                {
                    "kind": sale.kind,
                    "parcel_id": case["parcel_id"],
                    "district": district,
                    "title_zh": case["title_zh"],
                    "entered_on": sale.entered_on,
                    "judged_on": sale.entered_on - timedelta(days=1),
                    "expected_verdict": verdict,
                    "decisive_rules": "" if sale.lack else case["decisive_rules"],
                    "expected_lack": sale.lack,
                    "note": sale.note,
                }
            )
    return pd.DataFrame(rows)


def registered(parcels: gpd.GeoDataFrame, sold: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the parcels with what the register says of those that entered; it says nothing of the others.

    Parameters
    ----------
    parcels
        ParcelFrame.
    sold
        Of `entries`.

    Returns
    -------
    geopandas.GeoDataFrame
        ParcelFrame with further columns register_class and entered_on; the contract of a parcel that entered is signed,
        for the use that is planned.
    """
    days = parcels["parcel_id"].map(sold.set_index("parcel_id")["entered_on"].map(date.isoformat))
    entered = days.notna()
    whole = parcels.assign(
        contract_signed=parcels["contract_signed"].mask(entered, True),
        contract_use_code=parcels["contract_use_code"].mask(entered, parcels["planned_use_code"]),
        contract_use_scheme=parcels["contract_use_scheme"].mask(entered, parcels["planned_use_scheme"]),
        register_class=entered.map({True: RegisterClass.ENTERED.value}).astype("str"),
        entered_on=days.astype("str"),
    )
    return whole[[*PARCELS.names, "register_class", "entered_on", "geometry"]]


def contracts(sold: pd.DataFrame) -> pd.DataFrame:
    """Return the DocumentFrame of the contracts by which parcels entered; ``sold`` is of `entries`."""
    days = sold["entered_on"]
    frame = pd.DataFrame(
        {
            "parcel_id": sold["parcel_id"],
            "kind": DocumentKind.SALE_CONTRACT.value,
            "number": [f"示例〔{day.year}〕出让{serial:02d}号" for serial, day in enumerate(days, start=1)],
            "title_zh": "集体经营性建设用地使用权出让合同（示例）",
            "dated_on": days,
        }
    )
    DOCUMENTS.require(frame)
    return frame
