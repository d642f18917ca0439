"""The door over HTTP: passwords, lock-outs, sessions and links, and what the log says of it."""

from __future__ import annotations

import itertools
import re
import threading
from collections.abc import Iterator

import httpx
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.errors import LandgisError, NotEntered, UsageError
from landgis.services.entering.door import Door
from landgis.services.entering.passwords import Hashing, require_sound
from tests.support.door_case import CHEAP, PASSWORD, DoorCase, door_case

NEW = "four unrelated words"
NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[DoorCase]:
    with door_case(cluster) as made:
        yield made


def said(answer: httpx.Response) -> str:
    """What the page tells of a refusal."""
    found = re.search(r'class="told".*?<b>(.*?)</b>', answer.text, re.DOTALL)
    return found[1] if found else ""


def log_in(browser: httpx.Client, account: str, password: str, **more: str) -> httpx.Response:
    return browser.post("/enter", data={"account": account, "password": password} | more)


def test_whoever_is_not_in_is_sent_to_the_door_and_comes_back_to_the_page(case: DoorCase) -> None:
    browser = case.browser()
    sent = browser.get("/?verdict=excluded&lang=en")
    assert (sent.status_code, sent.headers["location"]) == (
        303,
        "/enter?next=/%3Fverdict%3Dexcluded%26lang%3Den&lang=en",
    )
    page = browser.get(sent.headers["location"])
    assert page.status_code == 200
    assert 'value="/?verdict=excluded&amp;lang=en"' in page.text
    case.new("hui")
    entered = log_in(browser, "hui", PASSWORD, next="/self?lang=en")
    assert (entered.status_code, entered.headers["location"]) == (303, "/self?lang=en")
    assert browser.get("/self").status_code == 200


@pytest.mark.parametrize("path", ["/data/run?run=x", "/tiles/parcels/x/1/1/1"])
def test_data_and_tiles_answer_401_in_json(case: DoorCase, path: str) -> None:
    answer = case.browser().get(path)
    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == NotEntered.code


def test_a_fragment_takes_its_page_to_the_door(case: DoorCase) -> None:
    answer = case.browser(**{"HX-Request": "true"}).get("/parcels?run=x")
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/enter")


def test_the_cookie_is_kept_from_scripts_and_other_sites(case: DoorCase) -> None:
    case.new("cookie")
    set_cookie = log_in(case.browser(), "cookie", PASSWORD).headers["set-cookie"]
    assert set_cookie.startswith("landgis=")
    assert {part.strip().lower() for part in set_cookie.split(";")[1:]} == {"httponly", "path=/", "samesite=strict"}


def test_the_database_holds_hashes_alone(case: DoorCase) -> None:
    case.new("hashes")
    browser = case.inside("hashes")
    token = browser.cookies["landgis"]
    assert len(token) >= 43  # 256 bits
    rows = case.run("SELECT to_jsonb(s)::text || to_jsonb(l)::text FROM landgis.web_session s, landgis.person_login l")
    assert rows
    assert not any(token in row[0] or PASSWORD in row[0] for row in rows)


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example/",
        "https://evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "/enter?next=/x",
        "/a\nb",
        "",
    ],
)
def test_nobody_is_sent_to_another_site(case: DoorCase, address: str) -> None:
    browser = case.browser()
    answer = log_in(browser, "leader", PASSWORD, next=address)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_five_wrong_passwords_lock_and_the_right_one_waits(case: DoorCase) -> None:
    case.new("five")
    browser = case.browser()
    for _ in range(4):
        assert "账号或密码不对" in said(log_in(browser, "five", "wrong wrong wrong"))
    assert "锁定至" in said(log_in(browser, "five", "wrong wrong wrong"))
    refused = log_in(browser, "five", PASSWORD)
    assert refused.status_code == 401
    assert "锁定至" in said(refused)
    case.run("UPDATE landgis.entry_lock SET locked_until = locked_until - interval '15 minutes' WHERE account = 'five'")
    assert log_in(browser, "five", PASSWORD).status_code == 303
    assert case.logged("five")[1:] == [
        *[("refused", "password")] * 5, ("locked", "password"), ("refused", "locked"), ("entered", "password"),
    ]  # fmt: skip


def test_a_right_password_forgets_the_wrong_ones(case: DoorCase) -> None:
    case.new("reset")
    browser = case.browser()
    for _ in range(2):
        for _ in range(4):
            log_in(browser, "reset", "wrong wrong wrong")
        assert log_in(browser, "reset", PASSWORD).status_code == 303


def test_an_account_that_nobody_has_is_refused_and_locked_in_the_same_words(case: DoorCase) -> None:
    case.new("known")
    for account in ("known", "unknown", "没有密码"):
        if account == "没有密码":
            case.new(account, password=None)
        browser = case.browser()
        words = [re.sub(r"\d\d:\d\d", "T", said(log_in(browser, account, "wrong wrong wrong"))) for _ in range(6)]
        assert words == ["账号或密码不对"] * 4 + ["该账号连续输错 5 次，锁定至 T"] * 2
    assert case.logged("unknown")[-1] == ("refused", "locked")


class Counting(PasswordHasher):
    """Counts how often a password is compared."""

    compared = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]
        self.compared += 1
        return bool(CHEAP.verify(hash, password))  # type: ignore[arg-type]


def test_a_password_is_compared_once_whoever_asks(case: DoorCase) -> None:
    hasher = Counting(time_cost=1, memory_cost=8, parallelism=1)
    door = Door(case.database, Hashing(hasher))
    case.new("once")
    for account in ("once", "nobody at all", "a" * 300):
        before = hasher.compared
        with pytest.raises(NotEntered):
            door.log_in(account, "wrong wrong wrong", "")
        assert hasher.compared == before + 1


def test_many_tries_at_once_are_no_more_than_five(case: DoorCase) -> None:
    case.new("many")
    compared = []

    class Slow(Hashing):
        def fits(self, argon2id: str | None, password: str) -> bool:
            if argon2id is not None:
                compared.append(password)
            return super().fits(argon2id, password)

    door = Door(case.database, Slow(CHEAP))

    def attempt(number: int) -> None:
        with pytest.raises(NotEntered):
            door.log_in("many", f"wrong password {number}", "")

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(compared) == 5


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["right", "wrong", "wait", "unlock"]), min_size=4, max_size=14))
def test_the_lock_is_what_the_last_tries_say(case: DoorCase, deeds: list[str]) -> None:
    account = f"lock-{next(NUMBERS)}"
    case.new(account)
    wrong, locked = 0, False
    for deed in deeds:
        if deed == "wait":
            case.run("UPDATE landgis.entry_lock SET locked_until = now() - interval '1 s'"
                     " WHERE account = :a AND locked_until IS NOT NULL", a=account)  # fmt: skip
            wrong, locked = (0, False) if locked else (wrong, False)
        elif deed == "unlock":
            case.register.unlock(account)
            wrong, locked = 0, False
        else:
            try:
                case.door.log_in(account, PASSWORD if deed == "right" else "wrong wrong wrong", "")
                entered = True
            except NotEntered as error:
                entered = False
                told_locked = "锁定至" in error.zh
            assert entered == (deed == "right" and not locked)
            if entered:
                wrong = 0
            else:
                wrong += not locked
                locked = locked or wrong >= 5
                assert told_locked == locked


def test_a_session_ends_after_30_idle_minutes_and_after_12_hours(case: DoorCase) -> None:
    case.new("idle")
    for ageing in (
        "last_seen = now() - interval '31 minutes'",
        "created_at = now() - interval '12 hours 1 minute', expires_at = now() - interval '1 minute'",
    ):
        browser = case.inside("idle")
        case.run("UPDATE landgis.web_session SET last_seen = now() - interval '29 minutes' WHERE person_id = :n",
                 n=case.person("idle").person_id)  # fmt: skip
        case.forget()
        assert browser.get("/self").status_code == 200
        age = f"UPDATE landgis.web_session SET {ageing} WHERE person_id = :n"  # noqa: S608  # ours
        case.run(age, n=case.person("idle").person_id)
        case.forget()
        assert browser.get("/self").status_code == 303


def test_who_was_idle_too_long_is_found_out_two_seconds_later_at_most(case: DoorCase) -> None:
    """No stamp tells that time has passed."""
    person = case.new("held")
    browser = case.inside("held")
    assert browser.get("/self").status_code == 200
    case.run(
        "UPDATE landgis.web_session SET last_seen = now() - interval '31 minutes' WHERE person_id = :n",
        n=person.person_id,
    )
    case.ticks[0] += 2.0
    assert browser.get("/self").status_code == 303


@pytest.mark.parametrize("change", ["deactivate", "role", "town", "password"])
def test_who_is_something_else_now_is_out_at_once(case: DoorCase, change: str) -> None:
    account = f"out-{change}"
    case.new(account, Role.TOWN_CLERK)
    browser = case.inside(account)
    case.door.make_link(case.person(account))
    {
        "deactivate": lambda: case.register.set_active(account, active=False),
        "role": lambda: case.register.set_role(account, Role.LEADER),
        "town": lambda: case.register.set_town(account, "310117105"),
        "password": lambda: case.register.set_password(account, NEW, case.hashing),
    }[change]()
    assert browser.get("/self").status_code == 303
    why = "password_set" if change == "password" else "person_changed"
    assert case.logged(account)[-1] == ("ended", why)
    left = case.run("SELECT 1 FROM landgis.entry_link WHERE person_id = :n AND used_at IS NULL",
                    n=case.person(account).person_id)  # fmt: skip
    assert left == []


def test_logging_out_ends_the_session_on_the_server(case: DoorCase) -> None:
    case.new("leaving")
    browser = case.inside("leaving")
    token = browser.cookies["landgis"]
    answer = browser.post("/leave")
    assert (answer.status_code, answer.headers["location"]) == (303, "/enter")
    assert "landgis" not in browser.cookies
    again = case.browser(Cookie=f"landgis={token}")
    assert again.get("/self").status_code == 303
    assert case.logged("leaving")[-1] == ("left", "")


def test_a_link_lets_one_person_in_once(case: DoorCase) -> None:
    case.new("linked", password=None)
    secret = case.door.make_link(case.person("linked"))
    browser = case.browser()
    arrived = browser.get(f"/enter/link/{secret}")
    assert arrived.status_code == 200
    assert '<meta http-equiv="refresh" content="0;url=/">' in arrived.text
    assert browser.get("/self").status_code == 200
    other = case.browser()
    refused = other.get(f"/enter/link/{secret}")
    assert (refused.status_code, "链接已用过" in said(refused)) == (401, True)
    assert other.get("/self").status_code == 303
    late = case.door.make_link(case.person("linked"))
    case.run("UPDATE landgis.entry_link SET expires_at = now() WHERE used_at IS NULL")
    assert case.browser().get(f"/enter/link/{late}").status_code == 401
    assert case.logged("linked")[:2] == [("link_made", ""), ("entered", "link")]


def test_a_password_that_was_set_has_to_be_changed_first(case: DoorCase) -> None:
    case.new("fresh", password=None)
    case.register.set_password("fresh", PASSWORD, case.hashing)
    browser = case.browser()
    assert log_in(browser, "fresh", PASSWORD, next="/").headers["location"] == "/password"
    assert browser.get("/").headers["location"] == "/password"
    assert browser.get("/data/run?run=x").status_code == 401
    assert "管理员设定" in browser.get("/password").text
    fields = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert browser.post("/password", data=fields).status_code == 200
    case.forget()
    assert browser.get("/").status_code == 200


def test_changing_the_password_ends_the_other_sessions(case: DoorCase) -> None:
    case.new("change")
    here, there = case.inside("change"), case.inside("change")
    answer = here.post("/password", data={"old": PASSWORD, "new": NEW, "again": NEW})
    assert (answer.status_code, "密码已修改" in answer.text) == (200, True)
    case.forget()
    assert here.get("/self").status_code == 200
    assert there.get("/self").status_code == 303
    assert log_in(there, "change", PASSWORD).status_code == 401
    assert log_in(there, "change", NEW).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "words"),
    [
        ("wrong wrong wrong", NEW, NEW, "账号或密码不对"),
        (PASSWORD, NEW, NEW + "x", "两次输入的新密码不同"),
        (PASSWORD, PASSWORD, PASSWORD, "新密码与原密码相同"),
        (PASSWORD, "short", "short", "12 至 200 个字符"),
        (PASSWORD, "password1234", "password1234", "太常见"),
        (PASSWORD, "unchanged-2026", "unchanged-2026", "账号加数字"),
    ],
)
def test_a_new_password_is_refused_in_words(case: DoorCase, old: str, new: str, again: str, words: str) -> None:
    if not case.run("SELECT 1 FROM landgis.person WHERE os_account = 'unchanged'"):
        case.new("unchanged")
    browser = case.inside("unchanged")
    answer = browser.post("/password", data={"old": old, "new": new, "again": again})
    assert answer.status_code == 400
    assert words in said(answer)


def test_wrong_old_passwords_lock_like_wrong_log_ins(case: DoorCase) -> None:
    case.new("old")
    browser = case.inside("old")
    for _ in range(5):
        browser.post("/password", data={"old": "wrong wrong wrong", "new": NEW, "again": NEW})
    assert "锁定至" in said(browser.post("/password", data={"old": PASSWORD, "new": NEW, "again": NEW}))


def test_hashes_of_other_parameters_are_renewed_at_the_next_log_in(case: DoorCase) -> None:
    case.new("rehash")
    query = (
        "SELECT argon2id FROM landgis.person_login JOIN landgis.person USING (person_id) WHERE os_account = 'rehash'"
    )
    before = case.run(query)[0][0]
    Door(case.database, Hashing(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))).log_in(
        "rehash", PASSWORD, ""
    )
    after = case.run(query)[0][0]
    assert ("t=1" in before, "t=2" in after) == (True, True)
    assert case.door.log_in("rehash", PASSWORD, "")


@pytest.mark.parametrize(
    "password", ["short", "aaaaaaaaaaaa", "121212121212", "PASSWORD1234", "zhangsan", "zhangsan20261122", "x" * 201]
)
def test_unsound_passwords(password: str) -> None:
    with pytest.raises(UsageError):
        require_sound(password, "zhangsan")


@pytest.mark.parametrize("password", [PASSWORD, "松江佘山云间粮仓广富林遗址公园", "Tr0ub4dor&3xyz"])
def test_sound_passwords(password: str) -> None:
    require_sound(password, "zhangsan")


def test_full_width_letters_are_the_same_password(case: DoorCase) -> None:
    case.new("width")
    assert case.door.log_in("width", PASSWORD.replace("c", "ｃ"), "")


CROSS = [
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {},
    {"Sec-Fetch-Site": "cross-site", "Origin": "{here}"}, {"Origin": "{here}.evil.example"},
]  # fmt: skip


@pytest.mark.parametrize("headers", CROSS)
@pytest.mark.parametrize("path", ["/enter", "/leave", "/password", "/people", "/self"])
def test_nothing_is_changed_for_a_page_of_another_site(case: DoorCase, headers: dict[str, str], path: str) -> None:
    filled = {name: value.replace("{here}", case.address) for name, value in headers.items()}
    answer = httpx.post(case.address + path, data={"account": "leader", "password": PASSWORD}, headers=filled)
    assert answer.status_code == 403
    assert "本服务的页面" in answer.text
    assert "set-cookie" not in answer.headers


def test_an_older_browser_says_its_origin(case: DoorCase) -> None:
    fields = {"account": "leader", "password": PASSWORD}
    answer = httpx.post(f"{case.address}/enter", data=fields, headers={"Origin": case.address})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "body",
    [b"account=a&account=b", b"account=%00", b"\xff\xfe", b"x" * 70_000, b"account=%ff", b"&".join([b"a=1"] * 200)],
)
def test_an_unfit_form_is_told(case: DoorCase, body: bytes) -> None:
    answer = case.browser().post("/enter", content=body)
    assert answer.status_code == 400
    assert "无法读取" in answer.text


def test_the_working_role_reads_none_of_it(case: DoorCase) -> None:
    for table in ("person_login", "entry_lock", "web_session", "entry_link", "entry_log"):
        with pytest.raises(LandgisError, match="may not do this"), case.database.begin() as connection:
            connection.exec_driver_sql(f"SELECT * FROM landgis.{table}")  # noqa: S608  # ours


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE landgis.entry_log SET what = 'entered'",
        "DELETE FROM landgis.entry_log",
        "TRUNCATE landgis.entry_log",
        "UPDATE landgis.web_session SET person_id = 1",
        "UPDATE landgis.web_session SET expires_at = now() + interval '1 year'",
        "UPDATE landgis.web_session SET ended_at = NULL WHERE ended_at IS NOT NULL",
        "DELETE FROM landgis.web_session",
        "UPDATE landgis.entry_link SET used_at = NULL WHERE used_at IS NOT NULL",
    ],
)
def test_not_even_the_owner_rewrites_what_happened_at_the_door(case: DoorCase, statement: str) -> None:
    case.inside("leader").post("/leave")
    case.door.enter_by_link(case.door.make_link(case.person("leader")), "")
    with pytest.raises(LandgisError), case.owner.begin() as connection:
        connection.exec_driver_sql(statement)
