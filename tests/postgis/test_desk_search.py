"""What a text means in a run: numbers, names, initials, codes, coordinates."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from landgis.db.cluster import PrivateCluster
from landgis.services.desk.search import MOST, Found, Kind, search
from tests.support import desk_case, filtered, ground
from tests.support.filtered import Planted


@pytest.fixture(scope="module")
def planted(cluster: PrivateCluster) -> Iterator[Planted]:
    with desk_case.fresh_database(cluster) as (database, person):
        yield filtered.plant(cluster, database, person)


def _kind(found: Found, name: str) -> Kind:
    return next((kind for kind in found.kinds if kind.kind == name), Kind(name, 0, []))


@pytest.mark.parametrize("text", ["SJ-001", "sj001", "ＳＪ－００１", " Sj 001 "])
def test_a_number_is_found_however_it_is_typed(planted: Planted, text: str) -> None:
    kind = _kind(search(planted.database, planted.run, text), "parcel")
    assert (kind.count, [row["parcel_id"] for row in kind.suggestions]) == (1, ["SJ-001"])
    assert kind.suggestions[0]["extent"][0] == pytest.approx(ground.X)


def test_what_is_not_shown_is_counted(planted: Planted) -> None:
    kind = _kind(search(planted.database, planted.run, "SJ"), "parcel")
    assert (kind.count, len(kind.suggestions)) == (filtered.COUNT, MOST)


@pytest.mark.parametrize("text", ["%", "_", "'; DROP TABLE landgis.run_row; --", "\\", "－"])
def test_signs_are_no_pattern(planted: Planted, text: str) -> None:
    assert search(planted.database, planted.run, text) == Found([])


def test_villages_and_towns_are_found_by_name_and_by_initials(planted: Planted) -> None:
    for text in ("新桥", "xq", "XQZ"):
        town = _kind(search(planted.database, planted.run, text), "town")
        assert [row["town_name"] for row in town.suggestions] == ["新桥镇"], text
        assert town.suggestions[0]["count"] == int((planted.rows["town_name"] == "新桥镇").sum())
    for text in ("东村", "dc"):
        village = _kind(search(planted.database, planted.run, text), "village")
        assert {row["village_name"] for row in village.suggestions} == {"东村"}, text
        assert village.count == planted.rows[planted.rows["village_name"] == "东村"]["town_name"].nunique()


def test_coordinates_lead_to_the_parcel_there(planted: Planted) -> None:
    for text in ("615020 3424020", "3424020, 40615020", "40615020 3424020"):
        place = _kind(search(planted.database, planted.run, text), "place")
        assert place.suggestions[0]["parcels"] == ["SJ-001"], text
    spot = place.suggestions[0]
    degrees = f"{spot['lat']:.8f}N, {spot['lon']:.8f}"
    assert _kind(search(planted.database, planted.run, degrees.replace("N", "°N") + "°E"), "place").suggestions[0][
        "parcels"
    ] == ["SJ-001"]


def test_coordinates_elsewhere_are_refused_in_words(planted: Planted) -> None:
    for text, said in (
        ("116.4 39.9", "不在上海市范围内"),
        ("-12345.6 -23456.7", "上海城市坐标"),
        ("1 2", "不在上海市范围内"),
    ):
        found = search(planted.database, planted.run, text)
        assert said in found.said_zh, text
        assert found.said_en
        assert not _kind(found, "place").count


def test_a_search_answers_over_http_and_a_wrong_filter_is_a_400(planted: Planted) -> None:
    with desk_case.served(planted.database) as address, httpx.Client(base_url=address, trust_env=False) as client:
        found = client.get("/data/search", params={"run": planted.run, "q": "SJ-00"}).json()
        assert found["kinds"][0]["count"] == 9
        for query in ("colour=red", "pool=sold", "sort=colour", "rule=no-such-rule:clear", "area_from=x"):
            answer = client.get(f"/parcels?run={planted.run}&{query}")
            assert answer.status_code == 400, query
        mu = client.get("/data/parcels", params={"run": planted.run, "area_from": "4.5", "area_unit": "mu"}).json()
        m2 = client.get("/data/parcels", params={"run": planted.run, "area_from": "3000"}).json()
        assert mu["total"] == m2["total"]
        assert 0 < m2["total"]["count"] < filtered.COUNT
        counts = client.get("/data/statistics", params={"run": planted.run}).json()
        assert sum(line["count"] for line in counts["town"]) == filtered.COUNT
        asked, own = {"run": planted.run}, {"Origin": address}
        assert client.get("/export/parcels.xlsx", params=asked).status_code == 405, "what is logged is no link"
        listed = client.post("/export/parcels.xlsx", params=asked, data={"why": "试"}, headers=own)
        assert listed.status_code == 200
        assert listed.content[:2] == b"PK"
        assert client.post("/export/parcels.pdf", params=asked, headers=own).status_code == 400
