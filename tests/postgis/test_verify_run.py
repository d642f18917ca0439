"""A stored run is recomputed to the last bit, and one flipped bit anywhere under it is found and named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import LiteralString

import numpy as np
import psycopg
import pytest
import shapely
from psycopg import sql

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.layers import LayerStore
from landgis.db.migrate import downgrade, upgrade
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunStore
from landgis.domain.layer import LegalState
from landgis.errors import NotAllowed, NotFound
from landgis.frames.layer import LayerData
from landgis.rules.pack import RulePack
from landgis.services.screening.screen import Measuring, Screened, screen
from landgis.services.verifying.verification import Difference, State, Verification
from landgis.services.verifying.verify_run import verify_run
from tests.conftest import EMPTY, admin, fresh_database, registered_planner
from tests.postgis.test_raster_release import Office
from tests.support import ground
from tests.support.desk_case import store_layers, store_parcels
from tests.support.ground import AS_OF, at
from tests.support.places import passable_folder
from tests.support.plain_pack import LAYERS, pack
from tests.support.raster_pack import pack as raster_pack
from tests.support.rasters import land_cover, write

PACK = pack()
HIT, FREE = "SJ-001", "SJ-002"


def packs(_name: str) -> RulePack:
    return PACK


@dataclass(frozen=True)
class Bureau:
    """A screened district, and a superuser who can change anything without a trace."""

    database: Database
    person: Person
    connection: psycopg.Connection[tuple[object, ...]]
    run: Screened

    def forge(self, statement: LiteralString | sql.Composed, **values: object) -> None:
        """Change rows with the triggers off."""
        self.connection.execute("SET session_replication_role = replica")
        changed = self.connection.execute(statement, values)
        assert changed.rowcount > 0
        self.connection.execute("SET session_replication_role = origin")

    def one(self, query: str) -> object:
        row = self.connection.execute(query).fetchone()
        assert row is not None
        return row[0]

    def verified(self, run_id: str = "", packs: Callable[[str], RulePack] = packs) -> Verification:
        return verify_run(self.database, run_id or self.run.run_id, packs)


@pytest.fixture(scope="module")
def prepared(cluster: PrivateCluster) -> Iterator[tuple[str, Person, Screened]]:
    """Two parcels, one of them over a homestead; screened."""
    with fresh_database(cluster) as name:
        planner = registered_planner(open_database(cluster, role="landgis_owner", name=name, pooled=False))
        database = open_database(cluster, name=name)
        layers = {key: ground.layer(key, {"far": at(2000, 2000, 100, 100)}) for key in LAYERS}
        layers["homestead"] = ground.layer("homestead", {"宅": at(40, 0, 20, 20), "far": at(2000, 2000, 9, 9)})
        store_layers(database, planner, layers.values())
        store_parcels(database, planner, ground.parcels({HIT: at(0, 0, 80, 60), FREE: at(900, 0, 80, 60)}))
        run = screen(database, planner, PACK, AS_OF)
        database.close()
        yield name, planner, run


@pytest.fixture
def template(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("prepared")[0]) if "bureau" in request.fixturenames else EMPTY


@pytest.fixture
def bureau(
    cluster: PrivateCluster, database_name: str, database: Database, prepared: tuple[str, Person, Screened]
) -> Iterator[Bureau]:
    """A copy of the prepared one."""
    _, person, run = prepared
    with admin(cluster, database_name) as connection:
        yield Bureau(database, person, connection, run)


def codes(found: Verification) -> set[str]:
    return {difference.code for difference in found.differences}


def only(found: Verification, code: str) -> Difference:
    (difference,) = (difference for difference in found.differences if difference.code == code)
    return difference


def test_what_was_not_touched_is_the_same(bureau: Bureau) -> None:
    found = bureau.verified()
    assert (found.state, found.exit_code, found.differences, found.notices) == (State.SAME, 0, [], ())
    assert {check.state for check in found.checks} == {State.SAME}
    assert len(found.checks) == 7


def test_the_record_holds_what_the_run_stood_on_and_gave(bureau: Bureau) -> None:
    head = RunStore(bureau.database).head(bureau.run.run_id)
    inputs, record = head.meta.inputs, head.record
    assert inputs is not None
    assert record is not None
    assert set(inputs.releases) == {layer for layer, name in head.meta.releases.items() if name} == set(LAYERS)
    assert inputs.read_at < head.created_at
    assert set(inputs.rules) == {rule.rule_id for rule in PACK.rules}
    assert record.frames["findings"].rows == 2 * len(PACK.rules)
    hashes = RunStore(bureau.database).versions(bureau.run.run_id)[["outline_hash", "facts_hash"]]
    assert hashes.map(len).to_numpy().tolist() == [[64, 64], [64, 64]]
    assert hashes["outline_hash"].nunique() == 2
    assert hashes["facts_hash"].nunique() == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("measured", "400.00000000000006"), ("outcome", "flagged"), ("message_zh", "压占宅基地"), ("quote_zh", "。")],
)
def test_a_changed_finding_is_named(bureau: Bureau, column: str, value: str) -> None:
    rule = "homestead"
    update = "UPDATE landgis.run_finding SET {} = %(value)s WHERE rule_id = %(rule)s AND parcel_id = %(parcel)s"
    bureau.forge(sql.SQL(update).format(sql.Identifier(column)), value=value, rule=rule, parcel=HIT)
    found = bureau.verified()
    assert (found.exit_code, codes(found)) == (1, {"frame_differs", "finding_differs"})
    told = only(found, "finding_differs")
    assert (told.parcel_id, told.rule_id, told.column, told.stored) == (HIT, rule, column, value)
    assert all(word in told.zh for word in (HIT, rule, column, value, told.found))
    assert all(word in told.en for word in (HIT, rule, column, value, told.found))


def test_one_bit_of_an_overlap_is_named(bureau: Bureau) -> None:
    there = "FROM landgis.run_overlap WHERE parcel_id = 'SJ-001' AND layer = 'homestead' AND class = ''"
    was = bureau.one(f"SELECT union_m2 {there}")
    bureau.forge(
        "UPDATE landgis.run_overlap SET union_m2 = %(value)s"
        " WHERE parcel_id = 'SJ-001' AND layer = 'homestead' AND class = ''",
        value=float(np.nextafter(was, 0)),
    )  # fmt: skip
    found = bureau.verified()
    assert codes(found) == {"frame_differs", "overlap_differs"}
    told = only(found, "overlap_differs")
    assert (told.parcel_id, told.layer, told.column, float(told.found)) == (HIT, "homestead", "union_m2", was)
    assert float(told.stored) != was


def test_a_changed_verdict_is_named(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.run_parcel SET verdict = 'clear' WHERE parcel_id = 'SJ-001'")
    found = bureau.verified()
    assert codes(found) == {"frame_differs", "verdict_differs"}
    told = only(found, "verdict_differs")
    assert (told.parcel_id, told.stored, told.found) == (HIT, "clear", "excluded")


def test_rows_that_were_taken_away_or_put_in_are_named(bureau: Bureau) -> None:
    bureau.forge("DELETE FROM landgis.run_hit WHERE feature_id = '宅'")
    bureau.forge(
        "INSERT INTO landgis.run_hit SELECT run_id, parcel_id, 'homestead', '', 'x', NULL, 1, 1, 1"
        " FROM landgis.run_parcel WHERE parcel_id = 'SJ-002'"
    )
    found = bureau.verified()
    assert codes(found) == {"frame_differs", "hit_differs"}
    told = {(row.parcel_id, row.stored, row.found) for row in found.differences if row.code == "hit_differs"}
    assert told == {(HIT, "no row", "a row"), (FREE, "a row", "no row")}


def test_one_bit_of_a_feature_is_named_with_what_it_does(bureau: Bureau) -> None:
    was = shapely.from_wkb(bureau.one("SELECT ST_AsBinary(geom) FROM landgis.layer_feature WHERE feature_id = '宅'"))
    corner = shapely.get_coordinates(was)
    corner[corner[:, 0] == corner[:, 0].max(), 0] = np.nextafter(corner[:, 0].max(), np.inf)
    bureau.forge(
        "UPDATE landgis.layer_feature SET geom = ST_GeomFromWKB(%(wkb)s, 4549) WHERE feature_id = '宅'",
        wkb=shapely.set_coordinates(was, corner).wkb,
    )
    found = bureau.verified()
    assert found.exit_code == 1
    told = only(found, "release_features_differ")
    assert (told.layer, "homestead@test" in told.zh, "homestead@test" in told.en) == ("homestead", True, True)
    assert {row.parcel_id for row in found.differences if row.code == "overlap_differs"} == {HIT}


def test_a_label_or_an_attribute_counts_as_the_feature(bureau: Bureau) -> None:
    bureau.forge(
        "UPDATE landgis.layer_feature SET attributes = '{\"a\": 1}' WHERE feature_id = 'far' AND layer = 'homestead'"
    )
    found = bureau.verified()
    assert codes(found) == {"release_features_differ"}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE landgis.layer_release SET expires_on = '2020-01-01' WHERE layer = 'homestead'",
        "UPDATE landgis.layer_release SET document_no = '沪规〔2020〕2号' WHERE layer = 'homestead'",
        "UPDATE landgis.layer_release SET substitute = true WHERE layer = 'homestead'",
        "UPDATE landgis.layer_release SET accuracy_m = 9 WHERE layer = 'homestead'",
        "UPDATE landgis.layer_release SET coverage = ST_Multi(ST_Buffer(coverage, -0.001)) WHERE layer = 'homestead'",
    ],
)
def test_dates_coverage_and_papers_of_a_release_are_named(bureau: Bureau, change: LiteralString) -> None:
    bureau.forge(change)
    found = bureau.verified()
    assert found.exit_code == 1
    assert only(found, "release_statement_differs").layer == "homestead"


@pytest.mark.parametrize(
    ("edit", "told", "shows"),
    [
        (("value: 0,", "value: 0.1,"), {("red-line", "threshold", "0.0", "0.1")}, True),
        (("outcome: flagged", "outcome: excluded"), {("boundary", "outcomes.overlap", "flagged", "excluded")}, False),
        (("试验条款", "实验条款"), set(), True),
        (("zh: 试,", "zh: 武,"), set(), False),
    ],
)
def test_another_pack_under_the_same_version_is_named_with_its_rules(
    bureau: Bureau, edit: tuple[str, str], told: set[tuple[str, str, str, str]], shows: bool
) -> None:
    found = bureau.verified(packs=lambda _name: pack(edit))
    assert found.exit_code == 1
    assert only(found, "pack_differs").stored != only(found, "pack_differs").found
    rules = [row for row in found.differences if row.code == "rule_differs"]
    assert {(row.rule_id, row.column, row.stored, row.found) for row in rules} == told
    assert ("finding_differs" in codes(found)) is shows


def test_a_fact_that_the_run_keeps_is_named(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.run_parcel SET facts = facts || '{\"dispute\": true}' WHERE parcel_id = 'SJ-002'")
    found = bureau.verified()
    told = only(found, "stored_fact_differs")
    assert (told.parcel_id, told.column, told.stored, told.found) == (FREE, "dispute", "True", "False")
    assert "存在权属争议" in told.zh
    assert {(row.rule_id, row.parcel_id) for row in found.differences if row.code == "finding_differs"} == {
        ("dispute", FREE)
    }


def test_a_fact_of_the_register_is_named(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.parcel_fact SET value = 'true' WHERE fact = 'dispute' AND parcel_id = 'SJ-002'")
    found = bureau.verified()
    assert codes(found) == {"register_fact_differs"}
    told = only(found, "register_fact_differs")
    assert (told.parcel_id, told.column, told.stored, told.found) == (FREE, "dispute", "False", "True")


def test_what_the_register_learned_later_is_no_difference(bureau: Bureau) -> None:
    store_parcels(
        bureau.database, bureau.person, ground.parcels({HIT: at(0, 0, 80, 60), FREE: at(5, 0, 80, 60)}, dispute=True)
    )
    store_layers(bureau.database, bureau.person, [_edition("homestead", "新", at(40, 0, 30, 20))])
    assert bureau.verified().state is State.SAME


def _edition(key: str, name: str, *shapes: shapely.Polygon) -> LayerData:
    data = ground.layer(key, {f"{name}{number}": shape for number, shape in enumerate(shapes)})
    return replace(data, release=replace(data.release, name=name))


def test_one_bit_of_an_outline_is_named(bureau: Bureau) -> None:
    was = shapely.from_wkb(
        bureau.one("SELECT ST_AsBinary(geom) FROM landgis.parcel_version WHERE parcel_id = 'SJ-002'")
    )
    corner = shapely.get_coordinates(was)
    corner[corner[:, 1] == corner[:, 1].max(), 1] = np.nextafter(corner[:, 1].max(), np.inf)
    bureau.forge(
        "UPDATE landgis.parcel_version SET geom = ST_GeomFromWKB(%(wkb)s, 4549) WHERE parcel_id = 'SJ-002'",
        wkb=shapely.set_coordinates(was, corner).wkb,
    )
    found = bureau.verified()
    assert found.exit_code == 1
    assert only(found, "outline_differs").parcel_id == FREE


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE landgis.screening_run SET as_of = '2026-06-29'",
        "UPDATE landgis.screening_run SET pack_version = 'trial-2'",
        "UPDATE landgis.screening_run SET code_version = '0.0.9'",
        "UPDATE landgis.screening_run SET seconds = seconds + 1",
        "UPDATE landgis.screening_run SET record = jsonb_set(record, '{frames,hits,rows}', '9')",
        "UPDATE landgis.screening_run SET created_at = created_at - interval '1 day'",
    ],
)
def test_the_runs_own_row_is_sealed(bureau: Bureau, change: LiteralString) -> None:
    bureau.forge(change)
    found = bureau.verified()
    assert found.exit_code == 1
    assert bureau.run.run_id in only(found, "seal_differs").zh


def test_a_record_that_was_taken_away_is_not_a_run_older_than_the_records(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.screening_run SET record = NULL")
    found = bureau.verified()
    assert (found.exit_code, codes(found), found.notices) == (1, {"record_missing"}, ())


def test_a_hash_that_was_taken_out_of_the_record_is_named(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.screening_run SET record = record #- '{frames,findings}'")
    assert codes(bureau.verified()) == {"seal_differs"}


def test_a_parcel_that_the_register_would_not_have_had_is_named(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.parcel_version SET valid_from = '2026-07-01' WHERE parcel_id = 'SJ-001'")
    assert only(bureau.verified(), "register_parcel_differs").parcel_id == HIT


def _older(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.screening_run SET record = NULL")
    bureau.forge("UPDATE landgis.run_parcel SET outline_hash = NULL, facts_hash = NULL")


def test_a_run_older_than_the_hashes_says_so_and_is_recomputed(bureau: Bureau) -> None:
    _older(bureau)
    found = bureau.verified()
    assert (found.state, found.exit_code) == (State.SAME, 0)
    states = {str(check.what): check.state for check in found.checks}
    assert states["measuring"] is states["judging"] is states["releases"] is State.SAME
    assert {states[name] for name in ("own_row", "frames", "parcels", "pack")} == {State.NOT_RECORDED}
    assert "早于指纹登记" in found.notices[0][0]
    bureau.forge("UPDATE landgis.run_finding SET message_en = message_en || '.' WHERE parcel_id = 'SJ-001'")
    found = bureau.verified()
    assert (found.exit_code, codes(found)) == (1, {"finding_differs"})
    assert len(found.differences) == len(PACK.rules)


def test_a_release_of_an_older_run_is_held_to_the_hash_of_its_import(bureau: Bureau) -> None:
    _older(bureau)
    bureau.forge("UPDATE landgis.layer_feature SET label = 'x' WHERE feature_id = 'far' AND layer = 'homestead'")
    assert codes(bureau.verified()) == {"release_features_differ"}


def test_a_release_that_is_gone_leaves_the_rest_checked(bureau: Bureau) -> None:
    bureau.forge("DELETE FROM landgis.layer_feature WHERE layer = 'homestead'")
    found = bureau.verified()
    assert (found.state, found.exit_code, found.differences) == (State.NOT_POSSIBLE, 3, [])
    states = {str(check.what): check for check in found.checks}
    assert states["measuring"].state is State.NOT_POSSIBLE
    assert "homestead@test" in states["measuring"].why[0]
    assert {states[name].state for name in ("own_row", "frames", "parcels", "pack", "judging")} == {State.SAME}


def test_a_version_that_is_no_longer_shipped_leaves_measuring_checked(bureau: Bureau) -> None:
    found = bureau.verified(packs=lambda _name: pack(("trial-1", "trial-2")))
    assert (found.exit_code, found.differences) == (3, [])
    states = {str(check.what): check for check in found.checks}
    assert (states["pack"].state, states["judging"].state) == (State.NOT_POSSIBLE, State.NOT_POSSIBLE)
    assert "trial-2" in states["judging"].why[0]
    assert states["measuring"].state is State.SAME

    def none(name: str) -> RulePack:
        raise NotFound(f"没有名为“{name}”的规则包", f"There is no rule pack “{name}”")

    assert bureau.verified(packs=none).exit_code == 3


def test_another_kernel_leaves_hashes_and_judging_checked(bureau: Bureau) -> None:
    stored = RunStore(bureau.database).load(bureau.run.run_id)
    parcels = ParcelStore(bureau.database).versions(stored.versions)
    meta = replace(stored.head.meta, kernel="compiled-0123456789abcdef")
    again = RunStore(bureau.database).save(meta, parcels, stored.measured, stored.judged, person=bureau.person)
    found = bureau.verified(again.run_id)
    assert (found.exit_code, found.differences) == (3, [])
    states = {str(check.what): check for check in found.checks}
    assert states["measuring"].state is State.NOT_POSSIBLE
    assert "compiled-0123456789abcdef" in states["measuring"].why[0]
    assert {check.state for name, check in states.items() if name != "measuring"} == {State.SAME}


def test_a_run_of_the_plain_kernel_is_measured_by_the_plain_kernel(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANDGIS_KERNEL", "plain")
    run = screen(bureau.database, bureau.person, PACK, AS_OF)
    monkeypatch.delenv("LANDGIS_KERNEL")
    assert run.head.meta.kernel.startswith("plain-")
    assert bureau.verified(run.run_id).state is State.SAME


def test_runs_of_every_kind_are_the_same(bureau: Bureau) -> None:
    database, person = bureau.database, bureau.person
    redline = _edition("ecological_redline", "拟", at(0, 0, 5, 5))
    pending = replace(redline, release=replace(redline.release, legal_state=LegalState.DRAFTING))
    store_layers(database, person, [pending])
    old = _edition("permanent_basic_farmland", "旧", at(900, 0, 5, 5))
    store_layers(database, person, [replace(old, release=replace(old.release, expires_on=date(2026, 1, 1)))])
    kinds = [
        screen(database, person, PACK, AS_OF),
        screen(database, person, PACK, AS_OF, how=Measuring(changed=True)),
        screen(database, person, PACK, AS_OF, legal_state=LegalState.DRAFTING),
        screen(database, person, PACK, AS_OF, known_at=bureau.run.head.created_at),
    ]
    LayerStore(database).retire("homestead", "test", "撤回", person)
    kinds += [screen(database, person, PACK, AS_OF), screen(database, person, PACK, date(2022, 1, 1))]
    assert [bureau.verified(run.run_id).differences for run in kinds] == [[]] * 6
    assert {bureau.verified(run.run_id).exit_code for run in kinds} == {0}
    assert kinds[3].counts != kinds[0].counts


def test_a_raster_is_read_anew_and_its_file_is_held_to_its_hash(
    database: Database, planner: Person, tmp_path: Path
) -> None:
    rules = raster_pack()
    with passable_folder("栅格") as home:
        office = Office(database, home, planner)
        kept = office.published(write(tmp_path / "lc.tif", land_cover()))
        store_parcels(database, planner, ground.parcels({HIT: at(0, 0, 100, 60), FREE: at(120, 0, 40, 60)}))
        seeing = screen(database, planner, rules, AS_OF, originals=office.originals)
        blind = screen(database, planner, rules, AS_OF)

        def verified(run: Screened) -> Verification:
            return verify_run(database, run.run_id, lambda _name: rules, office.originals)

        assert [verified(run).state for run in (seeing, blind)] == [State.SAME, State.SAME]
        path = office.originals.path_of(kept.release.content_hash)
        whole = path.read_bytes()
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        assert codes(verified(seeing)) == {"original_differs"}
        assert verified(seeing).exit_code == 1
        path.unlink()
        found = verified(seeing)
        assert (found.exit_code, found.differences) == (3, [])
        assert {str(check.what) for check in found.checks if check.state is State.NOT_POSSIBLE} == {
            "releases", "measuring",
        }  # fmt: skip


def test_the_verification_as_data_is_whole(bureau: Bureau) -> None:
    bureau.forge("UPDATE landgis.run_parcel SET verdict = 'clear' WHERE parcel_id = 'SJ-001'")
    data = json.loads(json.dumps(bureau.verified().as_dict(), ensure_ascii=False))
    assert (data["run_id"], data["result"], data["as_of"]) == (bureau.run.run_id, "differs", "2026-06-30")
    assert [check["what"] for check in data["checks"]] == [
        "own_row", "frames", "parcels", "releases", "pack", "measuring", "judging",
    ]  # fmt: skip
    assert sum(check["differences"] for check in data["checks"]) == len(data["differences"]) == 2
    assert all(row["zh"] and row["en"] for row in data["differences"])


def test_a_release_from_before_the_hashes_is_hashed_by_the_migration_as_an_import_would(
    bureau: Bureau, owner: Database
) -> None:
    query = "SELECT string_agg(layer || name || features || sha256, ' ' ORDER BY layer) FROM landgis.release_hash"
    taken = bureau.one(query)
    assert bureau.one("SELECT bool_and(at_import) FROM landgis.release_hash") is True
    bureau.database.close()
    downgrade(owner, "0009")
    upgrade(owner)
    assert bureau.one(query) == taken
    assert bureau.one("SELECT bool_or(at_import) FROM landgis.release_hash") is False
    found = bureau.verified()
    states = {str(check.what): check.state for check in found.checks}
    assert (states["releases"], found.notices[0][1].startswith("This run is older than the hashes")) == (
        State.SAME,
        True,
    )
    # Facts that revision 0011 brought went with it.
    assert codes(found) == {"register_fact_differs"}
    assert {row.column for row in found.differences} == {
        "right_type",
        "in_land_base",
        "site_cleared",
        "contract_signed",
    }


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE landgis.release_hash SET sha256 = ''",
        "DELETE FROM landgis.release_hash",
        "INSERT INTO landgis.release_hash VALUES ('homestead', 'x', 0, '')",
        "UPDATE landgis.screening_run SET record = NULL",
        "UPDATE landgis.run_parcel SET facts_hash = ''",
    ],
)
def test_nobody_who_works_with_it_rewrites_a_hash(bureau: Bureau, change: str) -> None:
    with pytest.raises(NotAllowed), bureau.database.begin() as connection:
        connection.exec_driver_sql(change)
