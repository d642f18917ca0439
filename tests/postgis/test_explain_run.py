"""Parcels of a stored run explained, and its near misses ranked: by service and by command."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.domain.outcome import Scope
from landgis.errors import NotFound
from landgis.maps.card.fragment import fragment
from landgis.maps.card.told import told
from landgis.rules.reading.load import load_pack
from landgis.services.checking.check import Candidates, check
from landgis.services.explaining import explain as room
from landgis.services.explaining.explain import explain_check, explain_run
from landgis.services.explaining.near_misses import near_misses
from landgis.services.layers.speaking import published_layers
from tests.support import desk_case, ground
from tests.support.desk_case import AS_OF, EVIL

PACK = load_pack("songjiang")


@pytest.fixture(scope="module")
def ground_database(cluster: PrivateCluster) -> Iterator[tuple[Database, Person, str]]:
    with desk_case.known_database(cluster) as known:
        yield known


def test_a_run_and_a_check_explain_a_parcel_alike(ground_database: tuple[Database, Person, str]) -> None:
    database, _, run_id = ground_database
    (stored,) = explain_run(database, desk_case.catalogue(), run_id, ["SJ-002"]).pages
    parcels = ParcelStore(database).current("songjiang")
    at_hand = published_layers(database, PACK.layers(Scope.FULL), AS_OF, district="songjiang")
    chosen = Candidates(parcels[parcels["parcel_id"] == "SJ-002"].reset_index(drop=True), (), (), "")
    found = check(chosen, at_hand, PACK, AS_OF, Scope.FULL)
    (checked,) = explain_check(found, PACK, at_hand, desk_case.catalogue()).pages
    one, other = told(stored.page, "zh"), told(checked.page, "zh")
    assert (one.cards, one.cures, one.clear, one.map_note) == (other.cards, other.cures, other.clear, other.map_note)
    for kind in ("planar", "ellipsoidal"):  # the register's are geodesic, those of a check scaled: alike as printed
        assert stored.page["areas"][kind]["printed"] == checked.page["areas"][kind]["printed"]
    assert stored.drawings.conflicts == checked.drawings.conflicts


def test_pages_of_a_run_come_worst_first_and_name_the_run(ground_database: tuple[Database, Person, str]) -> None:
    database, _, run_id = ground_database
    found = explain_run(database, desk_case.catalogue(), run_id, ["SJ-001", "SJ-004", "SJ-003", "SJ-002"])
    verdicts = [(each.page["parcel_id"], each.page["verdict"]) for each in found.pages]
    assert verdicts == [("SJ-002", "excluded"), ("SJ-003", "unknown"), ("SJ-004", "flagged"), ("SJ-001", "clear")]
    assert {each.page["run_id"] for each in found.pages} == {run_id}
    assert all(each.page["substitute"] for each in found.pages)
    assert EVIL not in fragment(found.pages[0].page, found.pages[0].drawings)


def test_a_parcel_that_is_not_in_the_run_is_refused(ground_database: tuple[Database, Person, str]) -> None:
    database, _, run_id = ground_database
    with pytest.raises(NotFound, match="SJ-999"):
        explain_run(database, desk_case.catalogue(), run_id, ["SJ-001", "SJ-999"])


def test_near_misses_of_the_last_run(ground_database: tuple[Database, Person, str]) -> None:
    database, _, run_id = ground_database
    found = near_misses(database, "songjiang")
    assert (found["run_id"], found["blocked"], found["curable"]) == (run_id, 2, 2)
    assert [row["parcel_id"] for row in found["parcels"]] == ["SJ-003", "SJ-002"]
    edge = found["parcels"][1]["cures"][0]
    assert edge["effort"] == "edge"
    assert edge["given_up"]["m2"] == pytest.approx(280.0, abs=0.5)
    assert found["note_zh"] == "替代数据，非法定成果"
    assert found == near_misses(database, "songjiang", run_id)


def test_the_page_says_when_parcel_or_pack_changed_since(
    database: Database, planner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = desk_case.known_ground(database, planner)
    moved = ground.parcels({"SJ-001": ground.at(100, 0, 70, 60)})
    desk_case.store_parcels(database, planner, moved)
    monkeypatch.setattr(room, "load_pack", lambda name: replace(load_pack(name), version="9.9"))
    (each,) = explain_run(database, desk_case.catalogue(), run_id, ["SJ-001"]).pages
    said = " ".join(note["zh"] for note in each.page["notes"])
    assert "有了变更" in said
    assert "9.9" in said
    assert each.page["pack"]["version"] == PACK.version
    assert each.page["areas"]["planar"]["m2"] == pytest.approx(80 * 60)
