"""Starting, stopping and looking at the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.db.which import Json, private, server
from landgis.cli.show import echo_json, progress

if TYPE_CHECKING:
    from landgis.db.cluster import ClusterStatus, PrivateCluster

_STATE_ZH = {"absent": "尚未建立", "stopped": "已停止", "running": "运行中"}


def start(json: Json = False) -> None:
    """启动私有数据库；首次运行时建库、建表。 Start the private database; the first time, make it."""
    cluster = private()
    with progress("启动数据库 starting the database") as step:
        step("initdb / pg_ctl")
        cluster.start()
        from landgis.db.install import make_database, upgrade_database

        step("建表 tables")
        make_database(cluster)
        upgrade_database(cluster)
    _tell(cluster.status(), json)


def stop(json: Json = False) -> None:
    """停止私有数据库；数据保留。 Stop the private database; the data stay."""
    _tell(private().stop(), json)


def status(json: Json = False) -> None:
    """查看数据库状态与表结构版本。 Tell whether the database runs, and which tables it has."""
    from landgis.db.connect import OfficeServer, tables_of
    from landgis.db.revision import HEAD

    place = server()
    if not isinstance(place, OfficeServer):
        state = place.status()
        revision = tables_of(place) if state.state == "running" else None
        _tell(state, json, {"tables": {"revision": revision, "newest": HEAD}} | _keeping(place))
        return
    revision = tables_of(place)
    if json:
        echo_json({"state": "office", "tables": {"revision": revision, "newest": HEAD}})
        return
    typer.echo(f"单位数据库服务器：已连接 | office server: connected\n{_tables_line(revision, HEAD)}")


def upgrade(json: Json = False) -> None:
    """把表结构升级到本程序的版本。 Bring the tables up to this program."""
    from landgis.db.connect import OfficeServer
    from landgis.db.install import make_database, upgrade_database
    from landgis.db.revision import HEAD

    place = server()
    if not isinstance(place, OfficeServer):
        place.start()
        make_database(place)
    upgrade_database(place)
    if json:
        echo_json({"tables": {"revision": HEAD, "newest": HEAD}})
        return
    typer.echo(_tables_line(HEAD, HEAD))


def roles(
    login: Annotated[
        str, typer.Option(help="单位服务器上供 landgis 登录的账号。 Account that landgis logs in with.")
    ] = "landgis_login",
    desk_login: Annotated[
        str,
        typer.Option(
            "--desk-login",
            help="网页工作台另用的账号（LANDGIS_DESK_DATABASE_URL），只属于 landgis_desk。 Account of the desk alone.",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """列出单位服务器上须由管理员执行的建角色语句。 Print what the DBA of an office server runs once."""
    from landgis.db.install import roles_sql

    text = roles_sql(login, desk_login)
    if json:
        echo_json({"login": login, "desk_login": desk_login, "sql": text})
        return
    typer.echo(text, nl=False)


def _keeping(cluster: PrivateCluster) -> dict[str, Any]:
    """Tell what the disk has to do with it: log kept since the last backup, and whether there is room to write."""
    from landgis.db.base_backup import size_of
    from landgis.db.configuration import is_for_reading_only

    kept = size_of(cluster.wal) if cluster.wal.exists() else None
    return {"log_kept_bytes": kept, "reading_only": is_for_reading_only(cluster.data)}


def _tell(state: ClusterStatus, json: bool, further: dict[str, Any] | None = None) -> None:
    if json:
        record = {
            "state": state.state,
            "pid": state.pid,
            "data": str(state.data),
            "socket_dir": str(state.socket_dir),
            "postgresql": state.major,
        }
        echo_json(record | (further or {}))
        return
    typer.echo(f"数据库{_STATE_ZH[state.state]} | database {state.state}")
    typer.echo(f"  数据 data    {state.data}\n  套接字 socket {state.socket_dir}")
    if further is None or state.state != "running":
        return
    typer.echo(f"  {_tables_line(**further['tables'])}")
    typer.echo(f"  {_log_line(further['log_kept_bytes'])}")
    if further["reading_only"]:
        typer.echo(
            "  磁盘将满，只供读取：腾出 100 MB 以上后运行 landgis db start | the disk is all but full: reading only"
        )


def _log_line(kept: int | None) -> str:
    if kept is None:
        return "尚无备份：请运行 landgis db backup | no backup yet: run landgis db backup"
    return f"上次备份以来留存日志 {kept / (1 << 20):,.1f} MB | log kept since the last backup"


def _tables_line(revision: str | None, newest: str) -> str:
    if revision == newest:
        return f"表结构 {revision}（最新） | tables {revision} (newest)"
    have_zh, have_en = (revision, revision) if revision else ("尚未建立", "none yet")
    return (
        f"表结构 {have_zh}，本程序需要 {newest}：请运行 landgis db upgrade"
        f" | tables {have_en}, this program needs {newest}: run landgis db upgrade"
    )
