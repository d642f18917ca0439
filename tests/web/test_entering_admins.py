"""The pages of the three administrators: what they do, who else may not, and that nothing is cut in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from landgis.access.roles import Action, Role, may
from landgis.db.cluster import PrivateCluster
from landgis.db.revision import HEAD
from landgis.errors import Conflict, NotAllowed
from tests.support.door_case import PASSWORD, TOWN, DoorCase, door_case

NEW = "four unrelated words"
DEMANDED = {"/people": Action.MANAGE_PEOPLE, "/audit": Action.READ_AUDIT, "/system": Action.MANAGE_SYSTEM}


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[DoorCase]:
    with door_case(cluster) as made:
        yield made


@pytest.mark.parametrize("role", Role)
def test_each_page_is_one_roles_and_each_role_begins_where_it_may(case: DoorCase, role: Role) -> None:
    browser = case.inside(role.value)
    for path, action in DEMANDED.items():
        assert browser.get(path).status_code == (200 if may(role, action) else 403), path
    home = browser.get("/enter").headers["location"]
    page = browser.get(home)
    assert page.status_code == 200
    if home != "/":
        assert role.zh in page.text


def test_a_clerk_without_a_town_is_told_so(case: DoorCase) -> None:
    case.new("nowhere", Role.TOWN_CLERK)
    case.run("UPDATE landgis.person SET town_code = NULL WHERE os_account = 'nowhere'")
    browser = case.inside("nowhere")
    assert browser.get("/enter").headers["location"] == "/self"
    assert "尚未设定所属街镇" in browser.get("/self").text


def test_a_person_is_registered_given_a_password_moved_and_let_go(case: DoorCase) -> None:
    admin = case.inside("security_admin")

    def deed(which: str, /, **fields: str) -> str:
        answer = admin.post("/people", data={"deed": which, "account": "xiao'<b>"} | fields)
        assert answer.status_code == 303, answer.text
        return admin.get(answer.headers["location"]).text

    page = deed("add", name="小<i>李", role="town_clerk", town=TOWN, department="")
    assert "小&lt;i&gt;李" in page
    assert "小<i>李" not in page
    assert "<small>洞泾镇</small>" in page
    assert "未设密码" in page
    assert "密码已设定" in deed("password", password=PASSWORD)
    clerk = case.browser()
    logged = clerk.post("/enter", data={"account": "xiao'<b>", "password": PASSWORD})
    assert logged.headers["location"] == "/password"
    assert "角色、街镇已改变" in deed("role", role="district_reviewer", town="")
    person = case.person("xiao'<b>")
    assert (person.role, person.town_code) == (Role.DISTRICT_REVIEWER, None)
    case.forget()
    assert clerk.get("/password").status_code == 303
    for _ in range(5):
        clerk.post("/enter", data={"account": "xiao'<b>", "password": "wrong wrong wrong"})
    assert "锁定至" in admin.get("/people").text
    assert "已解锁" in deed("unlock")
    assert "锁定至" not in admin.get("/people").text
    assert "已停用" in deed("deactivate")
    assert clerk.post("/enter", data={"account": "xiao'<b>", "password": PASSWORD}).status_code == 401
    assert "重新启用" in deed("activate")
    by = case.run("SELECT DISTINCT known_by FROM landgis.person_ever WHERE os_account = 'xiao''<b>'")
    assert [row.known_by for row in by] == ["security_admin"]


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"deed": "add", "account": " ", "name": "某", "role": "leader"}, 400, "不能为空"),
        ({"deed": "add", "account": "x" * 101, "name": "某", "role": "leader"}, 400, "100 个字符"),
        ({"deed": "add", "account": "leader", "name": "某", "role": "leader"}, 409, "已登记为"),
        ({"deed": "add", "account": "king", "name": "某", "role": "king"}, 400, "请选择角色"),
        ({"deed": "add", "account": "clerk2", "name": "某", "role": "town_clerk"}, 400, "须有所属街镇"),
        (
            {"deed": "add", "account": "clerk2", "name": "某", "role": "town_clerk", "town": "110000000"},
            400,
            "没有代码为",
        ),
        ({"deed": "role", "account": "leader", "role": "leader", "town": TOWN}, 400, "只有镇填报员"),
        ({"deed": "role", "account": "nobody", "role": "leader"}, 404, "没有登记为"),
        ({"deed": "password", "account": "leader", "password": "short"}, 400, "12 至 200"),
        ({"deed": "crown", "account": "leader"}, 400, "没有这个办理事项"),
    ],
)
def test_wrong_use_is_told_on_the_page(case: DoorCase, fields: dict[str, str], status: int, words: str) -> None:
    answer = case.inside("security_admin").post("/people", data=fields)
    assert answer.status_code == status
    assert words in answer.text
    assert "登记人员" in answer.text


@pytest.mark.parametrize("deed", ["role", "deactivate", "password", "unlock"])
def test_nobody_manages_his_own_account(case: DoorCase, deed: str) -> None:
    admin = case.inside("security_admin")
    fields = {"deed": deed, "account": "security_admin", "role": "audit_admin", "password": NEW}
    answer = admin.post("/people", data=fields)
    assert answer.status_code == 409
    assert "本人的账号" in answer.text
    assert case.person("security_admin").role is Role.SECURITY_ADMIN


CALLS = (
    "landgis.accounts()", "landgis.person_registered('x', 'x', 'leader', NULL, '')",
    "landgis.person_set('leader', 'security_admin', true, NULL, '')", "landgis.password_set('leader', '$argon2id$x', '')",
    "landgis.unlocked('leader', '')", "landgis.entries(now(), now(), '')", "landgis.changes(now(), now(), '')",
    "landgis.sessions_open()",
)  # fmt: skip


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("viewer", [None, "district_planner", "leader", "platform", "town_clerk"])
def test_the_database_itself_asks_who_looks(case: DoorCase, call: str, viewer: str | None) -> None:
    seen = case.database if viewer is None else case.database.seen_by(case.person(viewer))
    with pytest.raises(NotAllowed), seen.begin() as connection:
        connection.execute(text(f"SELECT * FROM {call}"))  # noqa: S608  # ours


def test_an_administrator_who_has_left_is_asked_in_vain(case: DoorCase) -> None:
    left = case.new("left-admin", Role.SECURITY_ADMIN)
    case.register.set_active("left-admin", active=False)
    with pytest.raises(NotAllowed), case.database.seen_by(left).begin() as connection:
        connection.execute(text("SELECT * FROM landgis.accounts()"))


@pytest.mark.parametrize(
    "statement", ["INSERT INTO landgis.person (os_account, name_zh, role) VALUES ('x', 'x', 'leader')",
                  "UPDATE landgis.person SET role = 'leader'", "SELECT landgis.end_sessions(1, NULL, '', '')",
                  "SELECT landgis.log_entry('x', 'entered', '', '')"],
)  # fmt: skip
def test_a_security_administrator_has_the_functions_alone(case: DoorCase, statement: str) -> None:
    seen = case.database.seen_by(case.person("security_admin"))
    with pytest.raises(NotAllowed), seen.begin() as connection:
        connection.execute(text(statement))


def test_the_audit_pages_count_everything_and_filter(case: DoorCase) -> None:
    for number in range(120):
        case.run("INSERT INTO landgis.entry_log (account, what, why, address) VALUES ('probe', 'refused', 'password', :a)",
                 a=f"10.0.0.{number}")  # fmt: skip
    auditor = case.inside("audit_admin")
    seen = []
    for number in (1, 2, 3):
        page = auditor.get(f"/audit?account=probe&page={number}").text
        seen += re.findall(r"10\.0\.0\.(\d+)", page)
    assert sorted(map(int, seen)) == list(range(120))
    assert "第 101–120 条 / 共 120 条" in page
    assert "未登记" in page
    assert "共 0 条" in auditor.get("/audit?account=probe&from=2020-01-01&to=2020-01-31").text
    assert auditor.get("/audit?from=2026-02-02&to=2026-01-01").status_code == 400
    for wrong in ("page=0", "from=yesterday", "record=parcels", f"account={'x' * 101}", "from=0001-01-01"):
        assert auditor.get(f"/audit?{wrong}").status_code == 400


def test_the_changes_say_who_and_how_many_but_not_what(case: DoorCase) -> None:
    case.new("changed")
    with case.owner.begin(case.person("security_admin"), "调离<b>") as connection:
        connection.execute(text("UPDATE landgis.person SET active = false WHERE os_account = 'changed'"))
    page = case.inside("audit_admin").get("/audit?record=changes&account=security_admin").text
    assert "调离&lt;b&gt;" in page
    assert "人员" in page
    assert "某changed" not in page


def test_the_system_page_tells_versions_disk_and_sessions(case: DoorCase) -> None:
    page = case.inside("system_admin").get("/system?lang=en").text
    for words in ("PostgreSQL", "PostGIS", HEAD, "Sessions open", "Room on the disk", "GDAL"):
        assert words in page


def test_an_account_is_registered_once(case: DoorCase) -> None:
    with pytest.raises(Conflict):
        case.register.add("leader", "又", Role.LEADER)
