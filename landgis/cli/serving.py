"""``landgis serve``: the planner's desk in the browser."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import notice

if TYPE_CHECKING:
    from landgis.bootstrap import App

HOST, PORT = "127.0.0.1", 8765
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


def serve(
    host: Annotated[str, typer.Option(help="监听地址，默认只限本机。 Address; this machine only by default.")] = HOST,
    port: Annotated[int, typer.Option(help="端口。 Port.", min=1, max=65535)] = PORT,
    rules: Annotated[
        str, typer.Option(help="首页显示哪个规则包的最新批次。 Pack whose newest run is shown.")
    ] = "songjiang",
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="反向代理转来的主机名，可多次。 Host name that a proxy hands on; may be repeated."),
    ] = None,
    acting: As = None,
) -> None:
    """打开规划员的网页工作台，Ctrl-C 结束。 Serve the planner's desk; end it with Ctrl-C."""
    from landgis.cli.opening import open_app

    run_server(open_app(acting), host, port, rules=rules, names=name or ())


def run_server(
    app: App, host: str = HOST, port: int = PORT, *, rules: str = "songjiang", names: Sequence[str] = ()
) -> None:
    """Serve the desk until Ctrl-C.

    Parameters
    ----------
    app
        The installation.
    host, port
        Where to listen. Without a log-in, every address but loopback is said aloud.
    rules
        Pack whose newest run the front page shows.
    names
        Host names answered besides loopback and ``host``.

    Raises
    ------
    UsageError
        If the address cannot be listened on: taken, not of this machine, or all addresses at once.
    NotAllowed
        If the acting person may not read.
    NotFound, ToolMissing, NotReady
        No such pack; libraries of the page not installed; no database.
    """
    import uvicorn

    from landgis.access.roles import Action
    from landgis.services.open_data import open_data
    from landgis.web.app import create_app, require_vendored
    from landgis.web.entering.alone import Alone
    from landgis.web.office import Office

    require_vendored()
    pack = app.pack(rules)
    listener = listen(host, port)
    with listener:
        app.person.require(Action.READ)
        asgi = create_app(
            Office(app.database, app.catalogue, pack.pack_id, app.house.home),
            Alone(app.person),
            hosts=(host, *names),
            open_data=lambda: open_data(app.running, app.database, app.catalogue),
        )
        for zh, en in app.notices:
            notice(zh, en)
        app.notices.clear()  # said; not once more at the end
        typer.echo(f"工作台 desk: {_address(host, port)}")
        typer.echo(f"开放服务（须令牌） open services, by token: {_address(host, port)}ogc")
        typer.echo("按 Ctrl-C 结束。 Ctrl-C ends it.")
        if not _is_loopback(host):
            notice(
                "网页尚无登录，能访问该端口的人都能查看", "there is no log-in yet: whoever reaches this port can read"
            )
        server = uvicorn.Server(uvicorn.Config(asgi, log_level="warning", access_log=False, server_header=False))
        try:
            server.run(sockets=[listener])
        except KeyboardInterrupt:  # uvicorn hands the signal on after it has shut down
            typer.echo("已结束。 Ended.")


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket, so that a taken port is told before anything is loaded.

    Raises
    ------
    UsageError
        If the address cannot be listened on.
    """
    from landgis.errors import UsageError

    if host in ("", "0.0.0.0", "::"):
        raise UsageError(
            "不能在全部地址上监听：网页尚无登录",
            "Not on all addresses at once: there is no log-in yet",
            where="--host",
            next_zh="请写明一个地址，如 --host 127.0.0.1",
            next_en="Name one address, e.g. --host 127.0.0.1",
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        raise UsageError(
            f"无法在 {host}:{port} 上监听：{reason}",
            f"Cannot listen on {host}:{port}: {reason}",
            where=f"{host}:{port}",
            next_zh="端口可能已被占用（另一个 landgis serve？），请用 --port 换一个",
            next_en="The port may be taken (another landgis serve?): choose another with --port",
        ) from error
    return listener


def _address(host: str, port: int) -> str:
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
