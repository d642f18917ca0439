"""``landgis person token``: shown once, kept as a hash, revoked for good; and who may have one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from landgis.access.roles import Role
from landgis.bootstrap import build
from landgis.db.connect import open_database
from landgis.errors import Conflict, NotAllowed, NotFound, UsageError
from landgis.services.people import add_person
from landgis.services.tokens import holder_of, issue_token, revoke_token, tokens
from tests.support.command import landgis
from tests.support.office import installation

NOW = datetime.now(UTC)


@pytest.fixture(scope="module", autouse=True)
def home(stocked_home: Path) -> Iterator[Path]:
    with installation("令牌", stocked_home) as home:
        yield home


def test_a_token_is_shown_once_listed_without_its_secret_and_revoked() -> None:
    assert landgis("person", "add", "pingtai", "市级平台", "--role", "platform").returncode == 0
    made = landgis("person", "token", "issue", "pingtai", "--purpose", "一张图汇交", "--days", 30, "--json")
    assert made.returncode == 0, made.stderr
    secret = json.loads(made.stdout)["token"]
    app = build()
    holder = holder_of(app.database, secret)
    assert holder is not None
    assert (holder.os_account, holder.role) == ("pingtai", Role.PLATFORM)
    shown = landgis("person", "token", "list")
    assert "一张图汇交" in shown.stdout
    assert secret not in shown.stdout
    with app.database.begin() as connection:
        kept = connection.scalar(text("SELECT string_agg(t::text, ' ') FROM landgis.access_token t"))
    assert kept is not None
    assert secret not in kept
    assert landgis("person", "token", "revoke", 1).returncode == 0
    assert holder_of(app.database, secret) is None
    assert landgis("person", "token", "revoke", 1).returncode != 0
    app.close()


def test_who_may_have_a_token_and_for_how_long() -> None:
    app = build()
    for account, role in (("lingdao", Role.LEADER), ("shenji", Role.AUDIT_ADMIN)):
        add_person(app.running, account, account, role)
    secret, token = issue_token(app.running, "lingdao", " 看图 ", 90, NOW)
    assert token.expires_at == NOW + timedelta(days=90)
    assert (token.purpose, secret[:4]) == ("看图", "lgt_")
    assert len(secret) > 40
    assert issue_token(app.running, "lingdao", "看图", 1, NOW)[0] != secret
    with pytest.raises(NotAllowed):
        issue_token(app.running, "shenji", "看图", 1, NOW)
    with pytest.raises(NotFound):
        issue_token(app.running, "nobody-here", "看图", 1, NOW)
    for purpose, days in ((" ", 1), ("看图", 0), ("看图", 367)):
        with pytest.raises(UsageError):
            issue_token(app.running, "lingdao", purpose, days, NOW)
    with pytest.raises(NotFound):
        revoke_token(app.running, 99)
    revoke_token(app.running, token.token_no)
    with pytest.raises(Conflict):
        revoke_token(app.running, token.token_no)
    assert [one.revoked_at is not None for one in tokens(app.database)[-2:]] == [True, False]
    app.close()


def test_the_working_role_cannot_issue_and_nobody_rewrites() -> None:
    app = build()
    insert = (
        "INSERT INTO landgis.access_token (person_id, sha256, purpose, expires_at)"
        " SELECT min(person_id), repeat('a', 64), 'x', now() + interval '1 day' FROM landgis.person"
    )
    with pytest.raises(NotAllowed), app.database.begin() as connection:
        connection.exec_driver_sql(insert)
    owner = open_database(app.running, role="landgis_owner", pooled=False)
    with owner.begin() as connection:
        connection.exec_driver_sql(insert)
    for change in ("UPDATE landgis.access_token SET expires_at = 'infinity'", "DELETE FROM landgis.access_token"):
        with pytest.raises(Conflict, match="access tokens"), owner.begin() as connection:
            connection.exec_driver_sql(change)
    app.close()
