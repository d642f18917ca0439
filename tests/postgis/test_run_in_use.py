"""Which run decisions, pages and pools stand on: that of the latest day, never one of a day to come."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from landgis.access.person import Person
from landgis.cli.days import day
from landgis.cli.screening import _tell_looking_back
from landgis.db.connect import Database
from landgis.db.runs import RunStore
from landgis.domain.criteria import PoolCriteria
from landgis.domain.layer import LegalState
from landgis.errors import UsageError
from landgis.rules.reading.load import load_pack
from landgis.services.pooling.build_pool import build_pool
from landgis.services.register.inventory import newest_run
from landgis.services.screening.screen import screen
from tests.support import ground
from tests.support.command import landgis
from tests.support.desk_case import store_layers, store_parcels
from tests.support.ground import AS_OF, at

PACK = load_pack("songjiang")
EARLIER = date(2026, 3, 1)


@pytest.fixture
def stored(database: Database, planner: Person) -> Database:
    """Two parcels that every layer in force leaves alone."""
    store_layers(database, planner, ground.clear_layers().values())
    store_parcels(database, planner, ground.parcels({"SJ-001": at(0, 0, 80, 60), "SJ-002": at(300, 0, 80, 60)}))
    return database


def test_a_day_to_come_has_no_final_run_and_may_be_previewed(stored: Database, planner: Person) -> None:
    tomorrow = AS_OF + timedelta(days=1)
    with pytest.raises(UsageError, match="lies after today") as raised:
        screen(stored, planner, PACK, tomorrow, today=AS_OF)
    assert "预审" in raised.value.next_zh
    assert RunStore(stored).list() == []
    preview = screen(stored, planner, PACK, tomorrow, today=AS_OF, legal_state=LegalState.APPROVED_PENDING)
    assert preview.head.meta.final is False
    assert preview.in_use is None
    present = screen(stored, planner, PACK, AS_OF, today=AS_OF)
    assert (present.run_id, present.summary()["in_use"]) == (
        newest_run(stored, "songjiang").run_id,
        {"run_id": present.run_id, "as_of": AS_OF.isoformat()},
    )


def test_looking_back_moves_nothing_unless_it_is_named(
    stored: Database, planner: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    present = screen(stored, planner, PACK, AS_OF, today=date(2026, 7, 1))
    _tell_looking_back(present)
    assert capsys.readouterr().err == ""
    back = screen(stored, planner, PACK, EARLIER, today=date(2026, 7, 1))
    assert back.head.meta.final
    assert back.in_use is not None
    assert back.in_use.run_id == present.run_id == newest_run(stored, "songjiang").run_id
    assert back.tasks.tasks == ()
    _tell_looking_back(back)
    said = capsys.readouterr().err
    assert f"--run {back.run_id}" in said
    assert f"{present.run_id}（截至 {AS_OF}）" in said
    assert build_pool(stored, planner, "songjiang", PoolCriteria()).head.run_id == present.run_id
    again = screen(stored, planner, PACK, AS_OF, today=date(2026, 7, 1))
    assert newest_run(stored, "songjiang").run_id == again.run_id


def test_a_first_run_of_a_past_day_is_what_everything_stands_on(stored: Database, planner: Person) -> None:
    run = screen(stored, planner, PACK, EARLIER, today=date(2026, 7, 1))
    assert newest_run(stored, "songjiang").run_id == run.run_id


def test_the_command_asks_the_clock() -> None:
    result = landgis("screen", "--as-of", (day(None) + timedelta(days=30)).isoformat())
    assert result.returncode == 2
    assert "之后，不能作正式筛查" in result.stderr
    assert "lies after today" in result.stderr
