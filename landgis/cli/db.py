"""``landgis db``: the database of this installation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import echo_json, notice, progress

if TYPE_CHECKING:
    from landgis.db.cluster import ClusterStatus, PrivateCluster
    from landgis.db.connect import OfficeServer

app = typer.Typer(no_args_is_help=True, help="数据库。 The database.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]

_STATE_ZH = {"absent": "尚未建立", "stopped": "已停止", "running": "运行中"}


@app.command()
def start(json: Json = False) -> None:
    """启动私有数据库；首次运行时建库、建表。 Start the private database; the first time, make it."""
    cluster = _private()
    with progress("启动数据库 starting the database") as step:
        step("initdb / pg_ctl")
        cluster.start()
        from landgis.db.install import make_database, upgrade_database

        step("建表 tables")
        make_database(cluster)
        upgrade_database(cluster)
    _tell(cluster.status(), json)


@app.command()
def stop(json: Json = False) -> None:
    """停止私有数据库；数据保留。 Stop the private database; the data stay."""
    _tell(_private().stop(), json)


@app.command()
def status(json: Json = False) -> None:
    """查看数据库状态与表结构版本。 Tell whether the database runs, and which tables it has."""
    from landgis.db.connect import OfficeServer, tables_of
    from landgis.db.revision import HEAD

    server = _server()
    state = None if isinstance(server, OfficeServer) else server.status()
    revision = None
    if state is None or state.state == "running":
        revision = tables_of(server)
    if state is not None:
        _tell(state, json, tables={"revision": revision, "newest": HEAD})
        return
    if json:
        echo_json({"state": "office", "tables": {"revision": revision, "newest": HEAD}})
        return
    typer.echo(f"单位数据库服务器：已连接 | office server: connected\n{_tables_line(revision, HEAD)}")


@app.command()
def upgrade(json: Json = False) -> None:
    """把表结构升级到本程序的版本。 Bring the tables up to this program."""
    from landgis.db.connect import OfficeServer
    from landgis.db.install import make_database, upgrade_database
    from landgis.db.revision import HEAD

    server = _server()
    if not isinstance(server, OfficeServer):
        server.start()
        make_database(server)
    upgrade_database(server)
    if json:
        echo_json({"tables": {"revision": HEAD, "newest": HEAD}})
        return
    typer.echo(_tables_line(HEAD, HEAD))


@app.command()
def roles(
    login: Annotated[
        str, typer.Option(help="单位服务器上供 landgis 登录的账号。 Account that landgis logs in with.")
    ] = "landgis_login",
    json: Json = False,
) -> None:
    """列出单位服务器上须由管理员执行的建角色语句。 Print what the DBA of an office server runs once."""
    from landgis.db.install import roles_sql

    text = roles_sql(login)
    if json:
        echo_json({"login": login, "sql": text})
        return
    typer.echo(text, nl=False)


def _server() -> PrivateCluster | OfficeServer:
    from landgis.db.cluster import PrivateCluster
    from landgis.db.connect import OfficeServer
    from landgis.settings import DatabaseSettings, Paths, house

    settings = DatabaseSettings()
    if settings.database_url is not None:
        return OfficeServer(settings.database_url.get_secret_value())
    place = house(Paths(), settings)
    if place.notice_zh:
        notice(place.notice_zh, place.notice_en)
    return PrivateCluster(place.home, place.socket_dir, place.account, settings.pgbin)


def _private() -> PrivateCluster:
    from landgis.db.connect import OfficeServer
    from landgis.errors import UsageError

    server = _server()
    if isinstance(server, OfficeServer):
        raise UsageError(
            "已设置 LANDGIS_DATABASE_URL：单位服务器不由 landgis 启停",
            "LANDGIS_DATABASE_URL is set: landgis neither starts nor stops an office server",
            where="LANDGIS_DATABASE_URL",
            next_zh="请联系该服务器的管理员，或取消该环境变量以使用私有数据库",
            next_en="Ask its administrator, or unset the variable to use the private database",
        )
    return server


def _tell(state: ClusterStatus, json: bool, tables: dict[str, str | None] | None = None) -> None:
    if json:
        record = {
            "state": state.state,
            "pid": state.pid,
            "data": str(state.data),
            "socket_dir": str(state.socket_dir),
            "postgresql": state.major,
        }
        echo_json(record if tables is None else record | {"tables": tables})
        return
    typer.echo(f"数据库{_STATE_ZH[state.state]} | database {state.state}")
    typer.echo(f"  数据 data    {state.data}\n  套接字 socket {state.socket_dir}")
    if tables is not None and state.state == "running":
        typer.echo(f"  {_tables_line(tables['revision'], tables['newest'])}")


def _tables_line(revision: str | None, newest: str | None) -> str:
    if revision == newest:
        return f"表结构 {revision}（最新） | tables {revision} (newest)"
    have_zh, have_en = (revision, revision) if revision else ("尚未建立", "none yet")
    return (
        f"表结构 {have_zh}，本程序需要 {newest}：请运行 landgis db upgrade"
        f" | tables {have_en}, this program needs {newest}: run landgis db upgrade"
    )
