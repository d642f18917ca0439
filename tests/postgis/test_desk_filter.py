"""One filter, every channel: table, pages, statistics, map, workbook, PDF hold the same parcels."""

from __future__ import annotations

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landgis.db import desk_rows
from landgis.db.cluster import PrivateCluster
from landgis.db.exports import ExportStore
from landgis.domain.district import BEIJING
from landgis.domain.leaving import ExportKind
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.domain.parcel_filter import OWNER_LEVELS, POOL_STATES, ParcelFilter, RuleOutcome
from landgis.errors import UsageError
from landgis.services.desk.desk import Desk
from landgis.services.desk.parcel_list import Reason, parcels_listed, take_away
from tests.support import desk_case, filtered, pdf
from tests.support.filtered import Planted, expected

FIVE = [
    ParcelFilter(),
    ParcelFilter(towns=("310117106", "310117109"), verdicts=(Outcome.EXCLUDED, Outcome.FLAGGED), area_from_m2=2400),
    ParcelFilter(
        uses=("guide2023:06", "survey:06"), owner_levels=("village", "unknown"), pool_states=("none", "pooled", "withdrawn")
    ),
    ParcelFilter(
        rules=(RuleOutcome("homestead", Outcome.EXCLUDED), RuleOutcome("development-boundary", Outcome.UNKNOWN)),
        plan_years=(2026, 2027), area_to_m2=4000,
    ),
    ParcelFilter(villages=("100%_村", "=SUM(A1)", "东村"), text="ｓｊ０", parcels=tuple(f"SJ-{n:03d}" for n in range(1, 41))),
]  # fmt: skip
MOMENT = datetime(2026, 7, 1, 9, 30, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def planted(cluster: PrivateCluster) -> Iterator[Planted]:
    with desk_case.fresh_database(cluster) as (database, person):
        yield filtered.plant(cluster, database, person)


@pytest.fixture(scope="module")
def desk(planted: Planted) -> Desk:
    return Desk(planted.database, desk_case.catalogue())


def _area_ha(rows: pd.DataFrame) -> Decimal:
    """Hectares of the areas added exactly, to the square metre."""
    exact = sum((Decimal(area).quantize(Decimal("0.000001")) for area in rows["ellipsoidal_m2"]), Decimal(0))
    return (exact / 10_000).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def test_the_five_filters_ask_every_field_and_hold_something() -> None:
    for field in fields(ParcelFilter):
        assert any(getattr(wanted, field.name) != field.default for wanted in FIVE), field.name


@pytest.mark.parametrize("wanted", FIVE, ids=range(5))
def test_every_channel_holds_the_same_parcels(planted: Planted, desk: Desk, wanted: ParcelFilter) -> None:
    rows = expected(planted, wanted)
    ids = rows["parcel_id"].tolist()
    assert ids, "a filter that holds nothing proves nothing"
    first = desk.parcels_page(planted.run, wanted, size=7)
    assert (first.total.count, first.total.area_ha) == (len(ids), _area_ha(rows))
    assert first.total.area_mu == 15 * first.total.area_ha
    pages = [desk.parcels_page(planted.run, wanted, size=7, page=number) for number in range(1, first.pages + 1)]
    assert [row["parcel_id"] for page in pages for row in page.rows] == ids
    assert [page.first for page in pages] == list(range(1, len(ids) + 1, 7))
    assert desk.parcel_ids(planted.run, wanted) == ids
    lines = desk.statistics(planted.run, wanted)
    for dimension in ("verdict", "town", "village", "use", "pool"):
        assert sum(line.total.count for line in lines[dimension]) == len(ids), dimension
        assert sum(line.total.area_m2 for line in lines[dimension]) == pytest.approx(first.total.area_m2, abs=1e-5)
    assert {line.keys[0]: line.total.count for line in lines["verdict"]} == rows["verdict"].value_counts().to_dict()
    assert {line.keys[0]: line.total.count for line in lines["pool"]} == rows["pool"].value_counts().to_dict()
    said = pd.Series([key for each in rows["outcomes"] for key in each.items() if key[1] != "clear"]).value_counts()
    assert {line.keys: line.total.count for line in lines["rule"]} == said.to_dict()
    listed = parcels_listed(planted.database, desk, planted.run, wanted)
    reason = Reason(planted.person, MOMENT, "报区局")
    book = openpyxl.load_workbook(io.BytesIO(take_away(planted.database, listed, "xlsx", reason)))
    sheet = book.worksheets[0]
    assert [row[1] for row in sheet.iter_rows(min_row=5, values_only=True)] == ids
    head = str(sheet["A3"].value)
    for said in (
        f"{len(ids)} 宗，{first.total.area_ha:,} 公顷",
        listed.asked[0],
        "内部",
        "规划员甲",
        "2026-07-01 09:30",
        "报区局",
    ):
        assert said in head, said
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    content = take_away(planted.database, listed, "pdf", reason)
    assert re.findall(r"SJ-\d{3}", pdf.text(content).split("地块编号", 1)[1]) == ids
    logged = ExportStore(planted.database).list()[:2]
    assert {row.leaving.format for row in logged} == {"xlsx", "pdf"}
    assert {(row.leaving.kind, row.leaving.rows["parcels"]) for row in logged} == {(ExportKind.PARCEL_LIST, len(ids))}


@pytest.mark.parametrize("sort", desk_rows.SORTS)
@pytest.mark.parametrize("descending", [False, True])
def test_every_order_is_the_same_from_page_to_page_and_finds_a_parcel(
    planted: Planted, desk: Desk, sort: str, descending: bool
) -> None:
    wanted = ParcelFilter(towns=("310117106", "310117109"))
    order = {"sort": sort, "descending": descending, "size": 9}
    first = desk.parcels_page(planted.run, wanted, **order)  # type: ignore[arg-type]
    found = [
        row
        for number in range(1, first.pages + 1)
        for row in desk.parcels_page(planted.run, wanted, page=number, **order).rows  # type: ignore[arg-type]
    ]
    names = {"planned_use": "planned_use_zh"}
    keys = [Outcome(row["verdict"]).severity if sort == "verdict" else row[names.get(sort, sort)] for row in found]
    assert keys == sorted(keys, reverse=descending)
    for before, after in itertools.pairwise(found):
        if before[names.get(sort, sort)] == after[names.get(sort, sort)]:
            assert before["parcel_id"] < after["parcel_id"]
    for place, row in enumerate(found):
        page = desk.parcels_page(planted.run, wanted, around=row["parcel_id"], **order)  # type: ignore[arg-type]
        assert (page.number, page.holds) == (place // 9 + 1, True)


_FILTERS = st.builds(
    ParcelFilter,
    towns=st.lists(st.sampled_from(["310117106", "310117109", "310151101"]), max_size=2).map(tuple),
    villages=st.lists(st.sampled_from([*filtered.VILLAGES, "无此村"]), max_size=2).map(tuple),
    uses=st.lists(
        st.sampled_from(["guide2023:06", "guide2023:0601", "guide2023:09", "guide2023:10", "survey:00", "survey:0303"]),
        max_size=2,
    ).map(tuple),
    verdicts=st.lists(st.sampled_from(VERDICTS), max_size=2).map(tuple),
    rules=st.lists(
        st.builds(RuleOutcome, st.sampled_from(filtered.RULES), st.sampled_from(VERDICTS)), max_size=2
    ).map(tuple),
    pool_states=st.lists(st.sampled_from(POOL_STATES), max_size=2).map(tuple),
    plan_years=st.lists(st.sampled_from([2026, 2027, 2028]), max_size=2).map(tuple),
    owner_levels=st.lists(st.sampled_from(OWNER_LEVELS), max_size=2).map(tuple),
    area_from_m2=st.none() | st.floats(0, 5000),
    area_to_m2=st.none() | st.floats(0, 5000),
    text=st.sampled_from(["", "", "", "%", "_", "\\", "'", "100%_", "o'neill", "ＳＪ－０", "村", "东", "1东", "“"]),
    parcels=st.lists(st.sampled_from([f"SJ-{number:03d}" for number in range(0, 70, 5)]), max_size=12).map(tuple),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_FILTERS)
def test_the_sql_says_what_plain_python_says(planted: Planted, wanted: ParcelFilter) -> None:
    with planted.database.begin() as connection:
        found = desk_rows.numbers(connection, planted.run, wanted)
        totals = desk_rows.totals_by_verdict(connection, planted.run, wanted)
    assert found == expected(planted, wanted)["parcel_id"].tolist()
    inside = [part for verdict, part in totals.items() if not wanted.verdicts or verdict in wanted.verdicts]
    assert sum(part.count for part in inside) == len(found)


def test_a_bound_of_the_area_is_inside(planted: Planted, desk: Desk) -> None:
    area_m2 = float(planted.rows["ellipsoidal_m2"].sort_values().iloc[30])
    same = planted.rows[planted.rows["ellipsoidal_m2"] == area_m2]["parcel_id"].sort_values().tolist()
    wanted = ParcelFilter(area_from_m2=area_m2, area_to_m2=area_m2)
    assert desk.parcel_ids(planted.run, wanted) == same
    assert same


def test_a_rule_that_the_run_does_not_know_is_refused(planted: Planted, desk: Desk) -> None:
    with pytest.raises(UsageError, match="no-such-rule"):
        desk.parcels_page(planted.run, ParcelFilter(rules=(RuleOutcome("no-such-rule", Outcome.CLEAR),)))


def test_a_list_without_a_reason_does_not_leave(planted: Planted, desk: Desk) -> None:
    listed = parcels_listed(planted.database, desk, planted.run, ParcelFilter())
    before = len(ExportStore(planted.database).list())
    with pytest.raises(UsageError, match="what the list is for"):
        take_away(planted.database, listed, "xlsx", Reason(planted.person, MOMENT, " "))
    assert len(ExportStore(planted.database).list()) == before
