"""The papers behind the facts of the parcels."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.frames.parcels import DOCUMENTS


def documents(parcels: gpd.GeoDataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the DocumentFrame of some parcels.

    Parameters
    ----------
    parcels
        ParcelFrame.
    """
    rows: list[dict[str, object]] = []
    for serial, parcel in enumerate(parcels.drop(columns="geometry").to_dict("records"), start=1):
        for kind, title in _papers(parcel):
            dated = date(2024, 1, 8) + timedelta(days=int(rng.integers(0, 860)))
            own = {"use_right_certificate": "certificate_no", "conversion_approval": "conversion_document"}.get(kind)
            number = parcel[own] if own else f"示例〔{dated.year}〕{serial:04d}号"
            rows.append(
                {"parcel_id": parcel["parcel_id"], "kind": kind, "number": number, "title_zh": title, "dated_on": dated}
            )
    frame = pd.DataFrame(rows)
    DOCUMENTS.require(frame)
    return frame


def _papers(parcel: dict[Any, Any]) -> list[tuple[str, str]]:
    """Return kind and title of the papers that a parcel's facts stand on."""

    def yes(fact: str) -> bool:
        return parcel[fact] is True

    papers = [("boundary_survey", "勘测定界技术报告书（示例）")]
    if pd.notna(parcel["certificate_no"]):
        papers.append(("use_right_certificate", "不动产权证书（示例）"))
    if yes("ownership_registered"):
        papers.append(("ownership_certificate", "集体土地所有权证（示例）"))
    if pd.notna(parcel["conversion_document"]):
        papers.append(("conversion_approval", "农用地转用批准文件（示例）"))
    if yes("river_filling_approved"):
        papers.append(("river_filling", "填河批复（示例）"))
    if yes("contract_signed"):
        papers.append(("sale_contract", "出让合同（示例）"))
    if yes("compensation_settled"):
        papers.append(("compensation", "地上附着物补偿协议（示例）"))
    if yes("owner_willing"):
        papers.append(("resolution", "集体经济组织成员代表会议决议（示例）"))
    if yes("rental_only"):
        papers.append(("rental_condition", "规划土地意见书：限定租赁住房（示例）"))
    if pd.notna(parcel["intended_buyer"]):
        papers.append(("letter_of_intent", "意向受让书（示例）"))
    return papers
