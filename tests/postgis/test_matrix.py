"""Roles × things × actions: what is expected comes from a table read in review, and no cell of it can change unnoticed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from psycopg import sql

from landgis.access import roles
from landgis.access.roles import Action, Reach, Role, reach
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import open_database
from landgis.db.migrations.called import SQL
from landgis.db.row_rights import OPEN_TO_ALL, ROW_RIGHTS, knowing_towns, policies
from landgis.errors import NotAllowed, NotReady
from tests.conftest import admin
from tests.support.matrix_case import ADDS, ASKS, OTHER, OWN, SEES, TOLD, Cells, Matrix, fill, frozen_policy

POLICY = frozen_policy()


@pytest.fixture(scope="module")
def matrix_name(cluster: PrivateCluster) -> Iterator[str]:
    name = f"test_{uuid.uuid4().hex[:12]}"
    with admin(cluster) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE landgis_template").format(sql.Identifier(name)))
    yield name
    with admin(cluster) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="module")
def matrix(cluster: PrivateCluster, matrix_name: str) -> Iterator[Matrix]:
    """Rows of two towns in every table."""
    with admin(cluster, matrix_name) as connection:
        yield fill(connection, open_database(cluster, role="landgis_owner", name=matrix_name, pooled=False))


def differing(told: Cells) -> set[tuple[Role, Action]]:
    """Compare a policy with the one that was read in review."""
    return {cell for cell in told.keys() | POLICY.keys() if told.get(cell) != POLICY.get(cell)}


def told_by_the_program() -> Cells:
    return {(role, action): reach(role, action) for role in Role for action in Action}


def other_reaches(role: Role, action: Action) -> list[Reach]:
    """What a cell could say instead: a town is known to a town clerk, and to some actions alone."""
    possible = list(Reach) if role is Role.TOWN_CLERK and action in knowing_towns() else [Reach.NONE, Reach.ALL]
    return [one for one in possible if one is not POLICY[role, action]]


FLIPS = [(role, action, to) for role, action in POLICY for to in other_reaches(role, action)]


def test_the_program_says_what_was_read_in_review(matrix: Matrix) -> None:
    assert differing(told_by_the_program()) == set()
    kept = matrix.connection.execute("SELECT role, action, reach FROM landgis.access_rule").fetchall()
    assert {(Role(r), Action(a)): Reach(to) for r, a, to in kept} == POLICY
    assert all(to is not Reach.OWN_TOWN or (role is Role.TOWN_CLERK and action in knowing_towns())
               for (role, action), to in POLICY.items())  # fmt: skip


def test_no_cell_of_the_program_changes_unnoticed(monkeypatch: pytest.MonkeyPatch) -> None:
    for role, action, to in FLIPS:
        with monkeypatch.context() as patch:
            patch.setitem(roles._POLICY[role], action, to)
            assert differing(told_by_the_program()) == {(role, action)}


def test_every_action_has_probes() -> None:
    probed = {action for sees in SEES.values() for action in sees.actions + sees.mine}
    probed |= {action for one in ADDS for action in one.actions} | {*ASKS, *TOLD}
    assert {str(action) for action in Action} == probed


def test_no_cell_of_the_database_changes_unnoticed(matrix: Matrix) -> None:
    unnoticed = []
    for role, action, to in FLIPS:
        person, connection = matrix.people[role], matrix.connection
        with connection.transaction(force_rollback=True):
            matrix.look(person.os_account)
            before = matrix.probes(action, person)
            connection.execute("RESET ROLE")
            connection.execute(
                "UPDATE landgis.access_rule SET reach = %s WHERE role = %s AND action = %s", [to, role, action]
            )
            matrix.look(person.os_account)
            if matrix.probes(action, person) == before:
                unnoticed.append((role, action, to))
    assert unnoticed == []
    assert len(FLIPS) > len(POLICY)


def _most(role: Role, actions: tuple[str, ...]) -> Reach:
    reaches = {POLICY[role, Action(action)] for action in actions}
    return Reach.ALL if Reach.ALL in reaches else Reach.OWN_TOWN if Reach.OWN_TOWN in reaches else Reach.NONE


def _expected_rows(role: Role, table: str, matrix: Matrix) -> int:
    sees, own, every = SEES[table], 2, matrix.rows
    if table == "person":
        every = len(matrix.people) + 1
    most = _most(role, sees.actions)
    if most is Reach.ALL or (sees.how == "head" and most is Reach.OWN_TOWN):
        return every
    mine = 1 if sees.oneself or (sees.mine and _most(role, sees.mine) is not Reach.NONE) else 0
    in_town = own if most is Reach.OWN_TOWN and sees.how == "town" else 0
    return in_town + mine


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_the_rows_that_the_policy_shows_it(matrix: Matrix, role: Role) -> None:
    with matrix.connection.transaction(force_rollback=True):
        matrix.look(matrix.people[role].os_account)
        found = matrix.seen(SEES)
    assert found == {table: _expected_rows(role, table, matrix) for table in SEES}


@pytest.mark.parametrize("role", Role)
def test_a_role_adds_the_rows_that_the_policy_lets_it(matrix: Matrix, role: Role) -> None:
    person = matrix.people[role]
    with matrix.connection.transaction(force_rollback=True):
        matrix.look(person.os_account)
        found = matrix.taken(ADDS, person)
        in_anothers_name = matrix.taken([one for one in ADDS if one.command == "INSERT"], person, by=99)
        answered = {action: matrix.asked(action) for action in ASKS}
        told = {action: matrix.told(action) for action in TOLD}
    expected = {}
    for one in ADDS:
        most = _most(role, one.actions)
        own = most is Reach.ALL or (most is Reach.OWN_TOWN and one.how != "all")
        expected[str(one)] = (own, most is Reach.ALL or (own and one.how == "head"))
    assert found == expected
    unsigned = {"parcel", "parcel_fact", "parcel_intention", "parcel_part", "layer_issue", "other_supply", "run_parcel", "run_row",
                "run_finding", "run_overlap", "run_hit", "run_coverage", "run_cell", "pool_member", "pool_left_out",
                "plan_line", "plan_left_out", "plan_input", "plan_change", "plan_line_check"}  # fmt: skip
    assert {name.split()[1] for name, answers in in_anothers_name.items() if any(answers)} <= unsigned
    assert answered == {action: POLICY[role, Action(action)] is Reach.ALL for action in ASKS}
    for action, (some, every) in told.items():
        cell = POLICY[role, Action(action)]
        assert (some, every) == (cell is not Reach.NONE, cell is Reach.ALL)


@pytest.mark.parametrize("who", [None, "", "nobody", "left", "landgis_owner"])
def test_nobody_sees_and_adds_nothing(matrix: Matrix, who: str | None) -> None:
    with matrix.connection.transaction(force_rollback=True):
        matrix.look(who)
        assert set(matrix.seen(SEES).values()) == {0}
        assert not any(map(any, matrix.taken(ADDS, matrix.left).values()))
        assert not any(matrix.asked(action) for action in ASKS)


def test_the_program_requires_as_the_policy_says(matrix: Matrix) -> None:
    for (role, action), to in POLICY.items():
        person, allowed = matrix.people[role], set()
        for town in ("", OWN, OTHER, None):
            try:
                person.require(action, town_code=town)
                allowed.add(town)
            except NotAllowed:
                continue
        everywhere, at_home = {"", OWN, OTHER, None}, {"", OWN}
        assert allowed == (everywhere if to is Reach.ALL else at_home if to is Reach.OWN_TOWN else set()), (
            role,
            action,
        )
        with pytest.raises(NotAllowed):
            matrix.left.require(action)


def test_every_table_that_the_desk_may_read_goes_by_rows(matrix: Matrix) -> None:
    query = (
        "SELECT c.relname, c.relrowsecurity FROM pg_class c WHERE c.relnamespace = 'landgis'::regnamespace"
        " AND c.relkind IN ('r', 'p', 'm', 'f') AND has_any_column_privilege('landgis_desk', c.oid, 'SELECT')"
    )
    found = dict(matrix.connection.execute(query).fetchall())
    assert {name for name, by_rows in found.items() if not by_rows} == set(OPEN_TO_ALL)
    assert set(ROW_RIGHTS) == set(SEES)
    assert set(ROW_RIGHTS) <= set(found)
    views = (
        "SELECT n.nspname || '.' || c.relname, coalesce('security_invoker=true' = ANY (c.reloptions), false),"
        " pg_get_viewdef(c.oid) LIKE '%landgis_desk%' FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind = 'v' AND n.nspname IN ('landgis', 'landgis_open')"
    )
    for name, as_invoker, asks in matrix.connection.execute(views).fetchall():
        assert as_invoker or asks, f"{name} shows every row to whoever may read it"


def test_the_rights_in_force_are_those_of_the_table(matrix: Matrix) -> None:
    """A new table comes with a migration of its own: its part of the text is added to the frozen ones."""
    frozen = "".join(path.read_text(encoding="utf-8") for path in sorted(SQL.glob("*_policies.sql")))
    assert set(policies().splitlines()) == {line for line in frozen.splitlines() if not line.startswith("--")}
    names = matrix.connection.execute("SELECT tablename FROM pg_policies WHERE schemaname = 'landgis'").fetchall()
    assert {name for (name,) in names} == set(ROW_RIGHTS)


def test_the_desk_does_not_open_on_another_policy(cluster: PrivateCluster, database_name: str) -> None:
    open_database(cluster, role="landgis_desk", name=database_name).close()
    with admin(cluster, database_name) as connection:
        connection.execute("UPDATE landgis.access_rule SET reach = 'all' WHERE role = 'leader' AND action = 'screen'")
    with pytest.raises(NotReady, match="leader screen: none here, all there"):
        open_database(cluster, role="landgis_desk", name=database_name)
    open_database(cluster, name=database_name).close()  # the command line asks the program's own


def test_rules_that_guard_the_land_see_all_of_it(matrix: Matrix) -> None:
    """Whatever a trigger looks up, it looks up with the owner's rights, or looks up nothing that rights by row hide."""
    query = (
        "SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'landgis'::regnamespace AND NOT p.prosecdef"
        " AND p.prorettype = 'trigger'::regtype AND p.prosrc ~* ('\\m(FROM|JOIN)\\s+(landgis\\.)?(' || %s || ')\\M')"
    )
    found = {name for (name,) in matrix.connection.execute(query, ["|".join(ROW_RIGHTS)])}
    assert found == {"outline_redrawn"}  # it writes as whoever draws, by design
