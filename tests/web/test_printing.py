"""The print of a view over HTTP: what is counted is what is printed, by whom it may be seen, and what is left out is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import httpx
import numpy as np
import pytest
from psycopg import sql

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.bulk import raw
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.maps.sheet.prints import frame, layout_of
from landgis.services.printing import layers_in_frame
from tests.support import desk_case, ground, pdf
from tests.support.matrix_case import OTHER

MIDDLE = {"east": ground.X + 290, "north": ground.Y + 30}
"""The middle of SJ-001 … SJ-004, each of 80 m by 60 m, 100 m apart."""
FARMLAND = "permanent_basic_farmland@test"
CLEAR_LINE = (0x00 / 255, 0x54 / 255, 0x3D / 255)


@dataclass(frozen=True)
class Case:
    """A served desk, asked as a planner, as the clerk of another town, and as somebody who may not look."""

    database: Database
    run: str
    planner: httpx.Client
    clerk: httpx.Client
    consulted: httpx.Client

    def asked(self, scale: int = 2000, paper: str = "a3", turn: str = "landscape", **more: object) -> dict[str, object]:
        return {"run": self.run, "scale": scale, "paper": paper, "turn": turn, **MIDDLE, **more}


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[Case]:
    with desk_case.fresh_database(cluster) as (database, planner), ExitStack() as stack:
        run = desk_case.known_ground(database, planner)
        owner = stack.enter_context(closing(desk_case.owner_of(cluster, database)))
        store = PeopleStore(owner)
        clerk = store.register("zhen", "镇填报员甲", Role.TOWN_CLERK, town_code=OTHER)
        consulted = store.register("bumen", "部门甲", Role.CONSULTED)

        def at(person: Person) -> httpx.Client:
            address = stack.enter_context(desk_case.served(database, person))
            return stack.enter_context(httpx.Client(base_url=address, timeout=120))

        yield Case(database, run, at(planner), at(clerk), at(consulted))


def _count(client: httpx.Client, **values: object) -> dict[str, object]:
    found = client.get("/data/print/count", params=values)
    assert found.status_code == 200, found.text
    return dict(found.json())


def _printed(client: httpx.Client, form: str = "pdf", **values: object) -> httpx.Response:
    found = client.get(f"/data/print/view.{form}", params=values)
    assert found.status_code == 200, found.text
    return found


def test_papers_and_scales_are_told_to_the_map(case: Case) -> None:
    told = case.planner.get("/data/print/papers").json()
    assert told["scales"] == [500, 1000, 2000, 5000, 10000, 25000, 50000]
    for paper in told["papers"]:
        view = frame(layout_of(paper["paper"], paper["turn"]), 2000, (MIDDLE["east"], MIDDLE["north"]))
        assert (paper["map_width_mm"], paper["map_height_mm"]) == (view.width_mm, view.height_mm)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"verdict": ["flagged", "unknown"]},
        {"town": ["310117109"]},
        {"q": "SJ-00"},
        {"area_from": "1", "area_to": "4900"},
        {"rule": ["permanent-basic-farmland:excluded"]},
    ],
)
def test_table_count_frame_count_and_sheet_say_the_same(case: Case, wanted: dict[str, object]) -> None:
    table = case.planner.get("/data/parcels", params={"run": case.run, **wanted}).json()["total"]
    held = _count(case.planner, **case.asked(), **wanted)
    assert held == {name: table[name] for name in held}
    made = _printed(case.planner, **case.asked(title="三方一致"), **wanted)
    text = pdf.text(made.content)
    assert "三方一致" in text
    assert "1:2000" in text
    words = f"共{table['count']}宗，合计{table['area_ha']}公顷（{table['area_mu']}亩）"
    assert text.count(words) == 2  # in the frame, and in the filter
    rows = case.planner.get("/data/ids", params={"run": case.run, **wanted}).json()
    assert {name for name in ("SJ-001", "SJ-002", "SJ-003", "SJ-004") if name in text} == set(rows)


def test_a_smaller_frame_holds_what_shares_ground_with_it(case: Case) -> None:
    """At 1:500 on A4 the frame is 97.5 m by 75.5 m: around SJ-002 it takes that parcel and nothing that it only touches."""
    narrow = case.asked(500, "a4") | {"east": ground.X + 240, "north": ground.Y + 30}
    assert _count(case.planner, **narrow)["count"] == 1
    # Now its east edge is the west edge of SJ-003, to the centimetre.
    narrow["east"] = ground.X + 300 - 97.5 / 2
    assert _count(case.planner, **narrow)["count"] == 1
    assert _count(case.planner, **(narrow | {"east": narrow["east"] + 0.02}))["count"] == 2
    made = _printed(case.planner, **(narrow | {"east": narrow["east"] + 5}))
    text = pdf.text(made.content)
    assert "图幅内共2宗" in text
    assert "筛选合计共4宗" in text
    assert "图幅内有2宗只显示一部分" in text


def test_a_town_clerk_prints_his_own_town_and_its_numbers(case: Case) -> None:
    assert _count(case.planner, **case.asked())["count"] == 4
    assert _count(case.clerk, **case.asked())["count"] == 1
    text = pdf.text(_printed(case.clerk, **case.asked(layer=FARMLAND)).content)
    assert "SJ-004" in text
    assert "图幅内共1宗" in text
    assert "筛选合计共1宗" in text
    assert "打印镇填报员甲" in text
    for other in ("SJ-001", "SJ-002", "SJ-003", "无法判定undecidable", "筛选以外"):
        assert other not in text, other


def test_who_may_not_see_verdicts_prints_nothing(case: Case) -> None:
    for path in ("/data/print/view.pdf", "/data/print/view.png", "/data/print/count"):
        assert case.consulted.get(path, params=case.asked()).status_code == 403


def test_a_known_parcel_has_its_true_size_and_place_on_the_paper(case: Case) -> None:
    """SJ-001 is 80 m by 60 m: at 1:1,000 it is 80 mm by 60 mm, and lies as far from the neat line as on the ground."""
    place = case.asked(1000) | {"east": ground.X + 140, "north": ground.Y + 30}
    made = _printed(case.planner, **place)
    drawn = pdf.drawing(pdf.pages(made.content)[0])
    found = [points for own, points in drawn.paths if len(own) == 3 and np.allclose(own, CLEAR_LINE, atol=0.003)]
    boxes = np.array([[*points.min(axis=0), *points.max(axis=0)] for points in found if len(points)])
    (parcel,) = boxes[np.abs(boxes[:, 2:] - boxes[:, :2] - [80, 60]).max(axis=1) < 0.2]
    layout = layout_of("a3", "landscape")
    view = frame(layout, 1000, (ground.X + 140, ground.Y + 30))
    corner = np.array([layout.items.map.x_mm, layout.items.map.y_mm]) + layout.map.border_mm
    wanted = view.to_mm(np.array([[ground.X + 100, ground.Y + 60], [ground.X + 180, ground.Y]])) + corner
    assert np.abs(parcel.reshape(2, 2) - wanted).max() < 0.2
    assert b"/EPSG 4549" in made.content


def test_layers_are_drawn_with_their_release_and_what_is_left_out_is_said(
    case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = [FARMLAND, "homestead@test", "development_boundary@test"]
    text = pdf.text(_printed(case.planner, **case.asked(layer=layers)).content)
    assert "永久基本农田（test）" in text
    assert "（homestead@test）在图幅内没有要素" in text
    assert "替代数据，非法定成果" in text
    assert "内部使用" in text
    monkeypatch.setattr(layers_in_frame, "MOST_FEATURES", 1)
    text = pdf.text(_printed(case.planner, **case.asked(layer=layers)).content)
    assert "（permanent_basic_farmland@test）未绘：图幅内2个要素，超过一层1个的上限" in text
    assert "永久基本农田（test）" not in text
    with_survey = pdf.text(_printed(case.planner, **case.asked(50_000, layer="survey_land_use@test")).content)
    assert "（survey_land_use@test）" not in with_survey  # at 1:50,000 it is drawn, as on the desk


def test_a_picture_is_a_picture_of_the_first_page(case: Case) -> None:
    made = _printed(case.planner, "png", **case.asked(paper="a4"))
    assert made.headers["content-type"] == "image/png"
    width, height = np.frombuffer(made.content[16:24], dtype=">u4")
    assert (width, height) == pytest.approx((297 / 25.4 * 200, 210 / 25.4 * 200), abs=2)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"scale": 1234}, 400),
        ({"paper": "a9"}, 400),
        ({"title": "长" * 61}, 400),
        ({"title": "a\u0007b"}, 400),
        ({"layer": "water"}, 400),
        ({"layer": "water@none"}, 404),
        ({"run": "R999999"}, 404),
        ({"east": "nan"}, 400),
        ({"colour": "red"}, 400),
    ],
)
def test_what_cannot_be_printed_is_refused_in_words(case: Case, change: dict[str, object], status: int) -> None:
    answer = case.planner.get("/data/print/view.pdf", params=case.asked() | change)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]["message_zh"]


def test_a_title_is_text_whatever_it_holds(case: Case) -> None:
    title = desk_case.EVIL[:40] + "#panic()$"
    text = pdf.text(_printed(case.planner, **case.asked(title=title)).content)
    assert "".join(title.split()) in text


def test_what_came_since_the_run_is_drawn_as_not_judged(case: Case, cluster: PrivateCluster) -> None:
    frame_ = ground.parcels({"SJ-900": ground.at(300, 120, 40, 30)})
    with closing(desk_case.owner_of(cluster, case.database)) as owner:
        desk_case.store_parcels(case.database, PeopleStore(owner).list()[0], frame_)
    text = pdf.text(_printed(case.planner, **case.asked()).content)
    assert "筛查后入库未核查的地块" in text
    assert "SJ-900" not in text
    assert "图幅内共4宗" in text
    with case.database.begin() as connection:
        count = raw(connection).execute(sql.SQL("SELECT count(*) FROM landgis.export_log")).fetchone()
    assert count == (0,)  # a print is a working paper, as sheets are
