"""Attacks in every text column of the desk: no page, picture, workbook or paper that the desk gives out would run one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pyproj import CRS

from landgis.db.cluster import PrivateCluster
from landgis.errors import LandgisError
from landgis.exchange.points.boundary_text import read_boundary_text
from landgis.services.handing_over.export_points import PointOptions, plots_from_register, write_points
from tests.support import pdf
from tests.support.all_answers import answers
from tests.support.made_up import unheaded
from tests.support.payloads import SLICE
from tests.support.planted_texts import Planted, free_columns, planted
from tests.support.would_run import would_run

CLOSED = {("entry_log", "what"), ("membership_move", "reason")}
"""Text columns in which the database itself keeps to a list."""
WITHOUT_ROWS = {
    "access_token",
    "decision_act",
    "entry_lock",
    "export_log",
    "export_receipt",
    "export_rejection",
    "export_rejection_end",
    "investor_intent",
    "investor_intent_end",
    "job",
    "layer_issue",
    "layer_repair",
    "milestone",
    "other_supply",
    "parcel_act",
    "parcel_fact_history",
    "parcel_intention",
    "parcel_intention_history",
    "parcel_issue",
    "person_history",
    "plan_change",
    "plan_history",
    "plan_left_out",
    "plan_step",
    "pool_history",
    "task",
    "task_end",
}
"""Tables with nothing in them here: what is kept in them is not tried by this test."""


@pytest.fixture(scope="module")
def desk(cluster: PrivateCluster) -> Iterator[Planted]:
    with planted(cluster, SLICE) as found:
        yield found


def test_nothing_that_is_given_out_would_run(desk: Planted) -> None:
    found, kinds = [], set()
    for label, answer in answers(desk, desk.parcels[:2]):
        kind = answer.headers.get("content-type", "").partition(";")[0]
        kinds.add(kind)
        assert answer.status_code < 500, (label, answer.text[:500])
        found += [f"{label}: {what}" for what in would_run(kind, answer.content)]
    assert found == []
    assert kinds >= {"text/html", "application/json", "application/pdf", "image/svg+xml", "text/plain"}


def test_every_text_column_is_tried(desk: Planted) -> None:
    """A new text column is filled by itself; one that has no row here, or lets no such text in, has to be named."""
    assert desk.columns | desk.bare | desk.closed == free_columns()
    assert desk.closed == CLOSED
    assert {table for table, _ in desk.bare} == WITHOUT_ROWS


def test_data_say_the_text_itself_and_are_not_sniffed(desk: Planted) -> None:
    browser = desk.door.inside("district_planner")
    for text in desk.parcels:
        answer = browser.get("/data/parcel", params={"run": desk.run, "parcel": text})
        assert answer.headers["content-type"] == "application/json", text
        assert list(unheaded(answer)) == []
        assert text in every_text(answer.json())


def test_a_paper_has_the_text_in_letters(desk: Planted) -> None:
    browser = desk.door.inside("district_planner")
    for text in desk.parcels[::2]:
        plain = browser.get("/card.txt", params={"run": desk.run, "parcel": text})
        assert text in plain.text
        paper = browser.get("/card.pdf", params={"run": desk.run, "parcel": text})
        assert list(unheaded(paper)) == []
        assert "".join(text.split()) in pdf.text(paper.content)


def test_an_exchange_text_has_a_plot_for_every_parcel_or_is_refused(desk: Planted, tmp_path: Path) -> None:
    planner = desk.door.person("district_planner")
    for number, text in enumerate(desk.parcels):
        plots = plots_from_register(desk.door.database, planner, "songjiang", [text])
        out = tmp_path / f"{number}.txt"
        try:
            write_points(plots, out, PointOptions(CRS.from_epsg(4528), text, date(2026, 1, 15)))
        except LandgisError:
            assert not out.exists()
        else:
            assert read_boundary_text(out).table["地块编号"].tolist() == [text]


def every_text(told: object) -> set[str]:
    """Return all texts of a document."""
    if isinstance(told, dict):
        return {text for part in told.values() for text in every_text(part)}
    if isinstance(told, list):
        return {text for part in told for text in every_text(part)}
    return {told} if isinstance(told, str) else set()
