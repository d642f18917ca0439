"""The policy in the database: written from the program's own, compared before the desk is served."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, select

from landgis.access.roles import Action, Reach, Role, reach
from landgis.db.tables.access import ACCESS_RULE
from landgis.errors import NotReady


def write_rules(connection: Connection) -> None:
    """Make the policy of the database that of this program; the owner alone may. Older tables have no place for it."""
    if connection.scalar(select(func.to_regclass("landgis.access_rule"))) is None:
        return
    connection.execute(delete(ACCESS_RULE))
    connection.execute(
        insert(ACCESS_RULE),
        [{"role": str(role), "action": str(action), "reach": str(reach(role, action))} for role in Role for action in Action],
    )  # fmt: skip


def require_rules(connection: Connection) -> None:
    """Raise unless the policy of the database is that of this program.

    Raises
    ------
    NotReady
        If any cell differs.
    """
    kept = {(row.role, row.action): row.reach for row in connection.execute(select(ACCESS_RULE))}
    told = {(str(role), str(action)): str(reach(role, action)) for role in Role for action in Action}
    differing = sorted(cell for cell in kept.keys() | told.keys() if kept.get(cell) != told.get(cell))
    if not differing:
        return
    role, action = differing[0]
    mine, other = (cells.get(differing[0], str(Reach.NONE)) for cells in (told, kept))
    raise NotReady(
        f"数据库中的权限表与本程序不一致（{len(differing)} 处，如 {role} {action}：程序 {mine}，数据库 {other}）",
        f"The policy in the database is not this program's: {len(differing)} cells, e.g. {role} {action}: {mine} here, "
        f"{other} there",
        where="access_rule",
        next_zh="请运行 landgis db upgrade",
        next_en="Run landgis db upgrade",
    )
