"""Attacks through every front door: taken as texts, or refused in the desk's own words; what comes back would run nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote

import httpx
import pytest
from shapely import box

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from tests.support import ground
from tests.support.door_case import DoorCase
from tests.support.front_doors import Door, front_doors
from tests.support.made_up import Known, unheaded
from tests.support.made_up_case import filled_case
from tests.support.payloads import BESIDE, PAYLOADS, SLICE
from tests.support.would_run import would_run

TEXTS = (*SLICE, *BESIDE)


@dataclass
class Front:
    """The desk, what it has, and browsers of who may do something there."""

    case: DoorCase
    known: Known
    browsers: dict[Role, httpx.Client]


@pytest.fixture(scope="module")
def front(cluster: PrivateCluster) -> Iterator[Front]:
    with filled_case(cluster) as (case, known):
        browsers = {role: case.inside(role.value) for role in (Role.DISTRICT_PLANNER, Role.SECURITY_ADMIN)}
        for browser in browsers.values():
            browser.headers["Origin"] = case.address
        yield Front(case, known, browsers)


def faults(label: str, text: str, answer: httpx.Response) -> Iterator[str]:
    """Yield what is wrong with an answer to an attack."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status_code >= 500:
        yield f"{label} {text!r}: {answer.status_code} {answer.text[:300]}"
    if 400 <= answer.status_code < 500:
        told = unescape(answer.text)
        if kind == "application/json":
            words = json.loads(answer.text)["error"]
            if not (words["message_zh"] and words["message_en"]):
                yield f"{label} {text!r}: refused without words"
        elif not any("\u4e00" <= letter <= "\u9fff" for letter in told):
            yield f"{label} {text!r}: refused without words"
    if "x-ran" in answer.headers:
        yield f"{label} {text!r}: wrote a header"
    yield from (f"{label} {text!r}: {what}" for what in (*would_run(kind, answer.content), *unheaded(answer)))


def sent(browser: httpx.Client, door: Door, known: Known, text: str) -> httpx.Response:
    path = door.path
    for name, values in known.items():
        path = path.replace("{" + name + "}", quote(str(values[0]), safe=""))
    body = door.with_text(text)
    if door.kind == "application/json":
        return browser.request(door.method, path, json=body)
    return browser.request(door.method, path, data={key: str(value) for key, value in body.items()})


def test_every_text_of_every_body(front: Front) -> None:
    """Each text of each body that the description has; the payloads go round, so that each place gets some of each kind."""
    doors = [
        door for door in front_doors(front.case.app.openapi(), front.known) if door.path not in ("/enter", "/password")
    ]
    assert len(doors) > 40
    found, taken, refused = [], set(), set()
    for number, door in enumerate(doors):
        browser = front.browsers[Role.SECURITY_ADMIN if door.path == "/people" else Role.DISTRICT_PLANNER]
        for step in range(2):
            text = TEXTS[(2 * number + step) % len(TEXTS)]
            answer = sent(browser, door, front.known, text)
            (taken if answer.status_code < 400 else refused).add(door.label)
            found += faults(door.label, text, answer)
    assert found == []
    assert taken
    assert refused


def test_a_way_in_takes_no_text_for_more_than_a_text(front: Front) -> None:
    browser, found = front.case.browser(), []
    browser.headers["Origin"] = front.case.address
    for text in TEXTS:
        for field in ("account", "password", "next"):
            answer = browser.post("/enter", data={"account": "nobody", "password": "x"} | {field: text})
            found += faults(f"/enter {field}", text, answer)
        answer = browser.get("/enter", params={"next": text})
        assert "evil" not in answer.headers.get("location", "")
        found += faults("/enter?next", text, answer)
    assert found == []


def test_a_file_may_be_called_anything(front: Front) -> None:
    browser, found = front.browsers[Role.DISTRICT_PLANNER], []
    for text in (*PAYLOADS[::2], *BESIDE):
        for ending in ("", ".geojson", ".csv"):
            answer = browser.post("/data/check/file", params={"name": text + ending}, content=b"{}")
            found += faults(f"file {ending}", text, answer)
            if answer.status_code == 200:
                token = {"token": answer.json()["token"]} if "token" in answer.json() else {}
                upload = token.get("token") or answer.json().get("upload", "")
                asked = browser.post("/data/check", json={"upload": upload, "as_of": "2026-06-30"})
                found += faults(f"check of a file {ending}", text, asked)
                browser.post("/data/check/discard", params={"token": upload})
    assert found == []


def test_what_a_file_says_stays_a_text(front: Front) -> None:
    """Numbers, names and even the names of fields of an uploaded file are attacks."""
    browser, found, told = front.browsers[Role.DISTRICT_PLANNER], [], 0
    outline = box(ground.X, ground.Y, ground.X + 80, ground.Y + 60)
    rings = [[list(point) for point in outline.exterior.coords]]
    for text in TEXTS[::2]:
        document = {
            "type": "FeatureCollection", "name": text, "crs": {"type": "name", "properties": {"name": "EPSG:4549"}},
            "features": [{
                "type": "Feature", "geometry": {"type": "Polygon", "coordinates": rings},
                "properties": {"地块编号": text, "parcel_id": text, text: text},
            }],
        }  # fmt: skip
        answer = browser.post(
            "/data/check/file", params={"name": "地块.geojson"}, content=json.dumps(document).encode()
        )
        found += faults("upload", text, answer)
        upload = answer.json().get("upload") or answer.json().get("token")
        if upload is None:
            continue
        checked = browser.post(
            "/data/check",
            json={"upload": upload, "as_of": "2026-06-30", "keep": True, "answers": {"crs": "EPSG:4549"}},
        )
        found += faults("check", text, checked)
        told += checked.status_code == 200
        paper = browser.get(f"/data/check/{upload}/card.pdf")
        found += faults("paper", text, paper)
        browser.post("/data/check/discard", params={"token": upload})
    assert found == []
    assert told > len(TEXTS) // 4
