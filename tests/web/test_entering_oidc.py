"""Coming in by another house, against a provider that runs: what it vouches for, and every lie that it may tell."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr

from landgis.db.cluster import PrivateCluster
from landgis.errors import ConfigError
from landgis.services.entering.oidc import Provider
from tests.support.door_case import DoorCase, door_case
from tests.support.openid import CLIENT, SECRET, OpenId, openid


@pytest.fixture(scope="module")
def house() -> Iterator[OpenId]:
    with openid() as provider:
        yield provider


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster, house: OpenId) -> Iterator[DoorCase]:
    with door_case(cluster, provider=Provider(house.issuer, CLIENT, SecretStr(SECRET))) as made:
        yield made


@pytest.fixture(autouse=True)
def honest(house: OpenId) -> None:
    house.account, house.lies, house.other_key = "leader", {}, False


def journey(browser: httpx.Client) -> str:
    """Go to the provider's page; return where it sends the browser back to."""
    left = browser.get("/enter/oidc?next=/self")
    assert left.status_code == 303
    return httpx.get(left.headers["location"]).headers["location"]


def test_who_is_registered_comes_in(case: DoorCase) -> None:
    browser = case.browser()
    assert "/enter/oidc?next=/" in browser.get("/enter").text
    arrived = browser.get(journey(browser))
    assert arrived.status_code == 200
    assert 'content="0;url=/self"' in arrived.text
    assert "领导" in browser.get("/self").text
    assert case.logged("leader")[-1] == ("entered", "oidc")


@pytest.mark.parametrize("account", ["nobody", None, ""])
def test_nobody_is_registered_by_coming(case: DoorCase, house: OpenId, account: str | None) -> None:
    house.account = account
    before = case.run("SELECT count(*) FROM landgis.person")
    browser = case.browser()
    assert browser.get(journey(browser)).status_code == 401
    assert browser.get("/self").status_code == 303
    assert case.run("SELECT count(*) FROM landgis.person") == before


def test_who_has_left_stays_out(case: DoorCase, house: OpenId) -> None:
    case.new("gone")
    case.register.set_active("gone", active=False)
    house.account = "gone"
    browser = case.browser()
    assert "已停用" in browser.get(journey(browser)).text
    assert case.logged("gone")[-1] == ("refused", "oidc")


@pytest.mark.parametrize(
    "lies",
    [
        {"iss": "https://evil.example"}, {"aud": "another"}, {"nonce": "another"}, {"nonce": None}, {"exp": 1}, {"exp": None},
        {"iat": int(time.time()) + 3600},
    ],
)  # fmt: skip
def test_a_token_that_is_not_for_us_now_is_refused(case: DoorCase, house: OpenId, lies: dict[str, Any]) -> None:
    house.lies = lies
    browser = case.browser()
    assert browser.get(journey(browser)).status_code == 401
    assert browser.get("/self").status_code == 303


def test_a_token_of_another_key_is_refused(case: DoorCase, house: OpenId) -> None:
    house.other_key = True
    browser = case.browser()
    assert browser.get(journey(browser)).status_code == 401


def test_an_answer_counts_in_the_browser_that_asked_and_once(case: DoorCase) -> None:
    asked = case.browser()
    back = journey(asked)
    assert case.browser().get(back).status_code == 401  # somebody else's browser
    other = case.browser()
    journey(other)
    assert other.get(back).status_code == 401  # one that asked, too, with another state
    assert asked.get(back).status_code == 200
    assert asked.get(back).status_code == 401


@pytest.mark.parametrize("state", ["国", "é", "\U0001f5fa", ""])
def test_a_state_that_is_not_ascii_is_refused_like_any_other(case: DoorCase, state: str) -> None:
    browser = case.browser()
    journey(browser)
    assert browser.get("/enter/oidc/back", params={"code": "x", "state": state}).status_code == 401


def test_a_code_of_another_verifier_is_refused(case: DoorCase, house: OpenId) -> None:
    one, two = case.browser(), case.browser()
    back_one, back_two = journey(one), journey(two)
    code = parse_qs(urlsplit(back_one).query)["code"][0]
    state = parse_qs(urlsplit(back_two).query)["state"][0]
    assert two.get(f"/enter/oidc/back?code={code}&state={state}").status_code == 401


def test_a_provider_that_is_down_leaves_the_password(cluster: PrivateCluster) -> None:
    with door_case(cluster, provider=Provider("http://127.0.0.1:9", CLIENT, None)) as case:
        answer = case.browser().get("/enter/oidc")
        assert answer.status_code == 502
        assert "没有正确应答" in answer.text
        assert 'name="password"' in answer.text


def test_a_provider_without_tls_is_no_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="https"):
        Provider.of_file("http://sso.example", CLIENT, None)
    with pytest.raises(ConfigError, match="cannot be read"):
        Provider.of_file("https://sso.example", CLIENT, tmp_path / "nothing")
    (tmp_path / "secret").write_text("s3cret\n", encoding="utf-8")
    provider = Provider.of_file("https://sso.example", CLIENT, tmp_path / "secret")
    assert provider.secret is not None
    assert provider.secret.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(provider)
