"""Planted outlines of the committed sample judged in one sitting: the known verdicts, and to the letter what each gets alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from landgis.domain.outcome import Scope
from landgis.errors import NotReady
from landgis.exchange.catalogue import load_catalogue
from landgis.rules.reading.load import load_pack
from landgis.services.checking.case import Case, Found, Progress, find
from landgis.services.checking.check import DRAWN, Candidates, candidates_from_file, check, layers_from_folder
from landgis.services.checking.sitting import Sitting

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLE = DATA / "sample"
PACK = "songjiang"
MOST = 12


def _planted() -> pd.DataFrame:
    """Some planted cases of one day, every verdict among them."""
    cases = pd.read_csv(SAMPLE / "planted.csv", dtype="str", encoding="utf-8-sig")
    cases = cases[cases["district"] == PACK].drop_duplicates("parcel_id")
    cases = cases[cases["as_of"] == cases["as_of"].mode().iloc[0]]
    return cases.groupby("expected_control_lines").head(MOST // cases["expected_control_lines"].nunique())


def _alone(found: Candidates, parcel_id: str, name: str = DRAWN) -> Candidates:
    one = found.parcels[found.parcels["parcel_id"] == parcel_id].reset_index(drop=True)
    return replace(found, parcels=gpd.GeoDataFrame(one.assign(parcel_id=name)), rejected=(), issues=())


def test_planted_parcels_in_one_sitting_get_what_they_get_alone() -> None:
    planted, scope, pack = _planted(), Scope.CONTROL_LINES, load_pack(PACK)
    day = date.fromisoformat(planted["as_of"].iloc[0])
    found = candidates_from_file(SAMPLE / "parcels.gpkg")
    wanted = {*pack.layers(scope), *pack.optional_layers(scope)}
    layers, _ = layers_from_folder(SAMPLE / "layers", load_catalogue(DATA.parent / "layers"), wanted=wanted)
    measurable = set(found.parcels["parcel_id"])
    asked = planted[planted["parcel_id"].isin(measurable)]
    cases: list[Case] = []

    def noted(case: Case, progress: Progress) -> Found:
        cases.append(case)
        return find(case, progress)

    alone = [check(_alone(found, key), layers, pack, day, scope, finding=noted) for key in asked["parcel_id"]]
    sizes: list[int] = []

    def counted(case: Case, progress: Progress) -> Found:
        sizes.append(len(case.parcels))
        return find(case, progress)

    answers: Iterator[Found | None] = iter(Sitting(counted)._together(cases))
    told = [
        check(_alone(found, key), layers, pack, day, scope, finding=lambda _case, _progress: _given(answers))
        for key in asked["parcel_id"]
    ]
    assert sizes == [len(asked)]
    assert [json.dumps(each.record, ensure_ascii=False) for each in told] == [
        json.dumps(each.record, ensure_ascii=False) for each in alone
    ]
    assert [each.verdicts["verdict"].iloc[0] for each in told] == asked["expected_control_lines"].tolist()
    assert asked["expected_control_lines"].nunique() > 2


def _given(answers: Iterator[Found | None]) -> Found:
    found = next(answers)
    assert found is not None
    return found


def test_a_parcel_with_a_number_sits_with_nobody() -> None:
    found, asked = candidates_from_file(SAMPLE / "parcels.gpkg"), []
    number = _planted()["parcel_id"].iloc[0]

    def refuse(case: Case, _progress: Progress) -> Found:
        asked.append(case.parcels["parcel_id"].iloc[0])
        raise NotReady("无", "none", where="test")

    sitting = Sitting(refuse, wait_s=30)  # whoever sat down would wait for others
    with pytest.raises(NotReady):
        check(_alone(found, number, number), {}, load_pack(PACK), date(2026, 6, 30), Scope.FULL, finding=sitting.find)
    assert asked == [number]
