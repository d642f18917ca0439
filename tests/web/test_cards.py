"""The explained card over HTTP: text, pictures and history for who may see them, decisions beside the verdict."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree  # our own drawing
from collections.abc import Iterator
from dataclasses import replace

import httpx
import pytest

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from tests.support import desk_case
from tests.support.desk_case import EVIL

_RULE = "permanent-basic-farmland"
Case = tuple[Database, Person, str]


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[Case]:
    with desk_case.known_database(cluster) as known:
        yield known


@pytest.fixture(scope="module")
def client(case: Case) -> Iterator[httpx.Client]:
    with (
        desk_case.served(case[0], case[1]) as address,
        httpx.Client(base_url=address, timeout=60, headers={"Origin": address}) as client,
    ):
        yield client


def _asked(case: Case, parcel: str = "SJ-002", **more: str) -> dict[str, str]:
    return {"run": case[2], "parcel": parcel, **more}


def test_the_text_says_what_the_card_says(case: Case, client: httpx.Client) -> None:
    zh, en = (client.get("/card.txt", params=_asked(case, lang=lang)).text for lang in ("zh", "en"))
    assert "不符合" in zh
    assert "280.00 ㎡" in zh
    assert "替代数据，非法定成果" in zh
    assert "沪松府〔2023〕84号" in zh
    assert "excluded" in en
    assert client.get("/card.txt", params=_asked(case)).headers["content-type"].startswith("text/plain")


def test_pictures_are_drawings_and_nothing_else(case: Case, client: httpx.Client) -> None:
    for rule in (_RULE, "context"):
        answer = client.get("/card/picture.svg", params=_asked(case, rule=rule))
        assert answer.headers["content-type"].startswith("image/svg+xml")
        names = {element.tag.split("}")[1] for element in ElementTree.fromstring(answer.text).iter()}
        assert "script" not in names
        assert "foreignObject" not in names
    assert client.get("/card/picture.svg", params=_asked(case, rule="dispute")).status_code == 404
    assert client.get("/card/picture.svg", params=_asked(case, "SJ-999", rule="context")).status_code == 404


def test_what_is_told_below_is_escaped(case: Case, client: httpx.Client) -> None:
    for path in ("/card", "/card/more"):
        text = client.get(path, params=_asked(case)).text
        assert EVIL not in text
        assert "onerror" not in text.replace("&lt;img src=x onerror=", "")
    assert "进入数据库" in client.get("/card/more", params=_asked(case)).text


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.CONSULTED])
def test_who_may_not_see_verdicts_sees_no_card(case: Case, role: Role) -> None:
    with desk_case.served(case[0], replace(case[1], role=role)) as address:
        for path in ("/card.txt", "/card.pdf", "/card/more", "/card/picture.svg"):
            assert httpx.get(address + path, params=_asked(case, rule="context"), timeout=30).status_code == 403


def test_deciding_is_refused_in_words(case: Case, client: httpx.Client) -> None:
    said = {
        "parcel": "SJ-002",
        "rule": _RULE,
        "outcome": "clear",
        "reason": "误绘",
        "document": "无此文号",
        "expires_on": "2027-01-01",
    }
    answer = client.post("/data/card/decision", json=said)
    assert answer.status_code == 404, answer.text
    assert "无此文号" in answer.json()["error"]["message_zh"]
    assert client.post("/data/card/decision", json=said | {"outcome": "unknown"}).status_code == 400
    assert client.post("/data/card/confirm", json={"decision": "D000001"}).status_code == 403
    assert client.post("/data/card/withdraw", json={"decision": "D000001", "reason": "x"}).status_code == 404
    with desk_case.served(case[0], replace(case[1], role=Role.LEADER)) as address:
        assert httpx.post(f"{address}/data/card/decision", json=said, timeout=30).status_code == 403
        assert 'data-act="decide"' not in httpx.get(f"{address}/card/more", params=_asked(case), timeout=60).text
