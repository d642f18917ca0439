"""``landgis serve``: the planner's desk in the browser."""

from __future__ import annotations

import gc
import ipaddress
import socket
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.show import notice

if TYPE_CHECKING:
    from landgis.bootstrap import App

HOST, PORT = "127.0.0.1", 8765
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


@dataclass(frozen=True)
class Front:
    """How browsers reach the desk.

    Attributes
    ----------
    host, port
        Where to listen.
    names
        Host names answered besides loopback and ``host``.
    certificate, key
        Files of TLS; None: this server speaks none.
    proxy
        Address of the proxy that speaks TLS before it; None: there is none.
    """

    host: str = HOST
    port: int = PORT
    names: tuple[str, ...] = ()
    certificate: Path | None = None
    key: Path | None = None
    proxy: str | None = None

    @property
    def secure(self) -> bool:
        """Whether browsers come by TLS."""
        return self.certificate is not None or self.proxy is not None

    @property
    def address(self) -> str:
        """What a browser on this machine opens."""
        scheme = "https" if self.certificate else "http"
        return f"{scheme}://[{self.host}]:{self.port}/" if ":" in self.host else f"{scheme}://{self.host}:{self.port}/"

    def require_sound(self) -> None:
        """Raise unless passwords stay secret on their way here.

        Raises
        ------
        UsageError
            If others could listen, or the options do not fit each other.
        """
        from landgis.errors import UsageError

        if (self.certificate is None) != (self.key is None):
            raise UsageError(
                "--certificate 和 --key 须一起给出", "--certificate and --key go together", where="--certificate"
            )
        for file in (self.certificate, self.key):
            if file is not None and not file.is_file():
                raise UsageError(f"没有文件 {file}", f"There is no file {file}", where=str(file))
        if self.proxy is not None and (self.certificate is not None or not self.names):
            raise UsageError(
                "--behind-proxy 须与 --name 一起给出，且由反向代理负责 TLS",
                "--behind-proxy goes with --name, and leaves TLS to the proxy",
                where="--behind-proxy",
            )
        if self.proxy is not None and not _is_address(self.proxy):
            raise UsageError(
                f"--behind-proxy 须写反向代理的 IP 地址：{self.proxy}", f"--behind-proxy takes an IP address: {self.proxy}",
                where="--behind-proxy",
            )  # fmt: skip
        if not self.secure and not _is_loopback(self.host):
            raise UsageError(
                f"不以明文在 {self.host} 上提供服务：密码会被同网段的人看到",
                f"Not in plain text on {self.host}: whoever shares the network could read the passwords",
                where="--host",
                next_zh="请用 --certificate 和 --key 启用 TLS，或置于反向代理之后：--name 主机名 --behind-proxy 代理地址"
                "（见 docs/server.md）",
                next_en="Give --certificate and --key, or put it behind a proxy: --name HOST --behind-proxy ADDRESS "
                "(docs/server.md)",
            )


def serve(
    host: Annotated[str, typer.Option(help="监听地址，默认只限本机。 Address; this machine only by default.")] = HOST,
    port: Annotated[int, typer.Option(help="端口。 Port.", min=1, max=65535)] = PORT,
    rules: Annotated[
        str, typer.Option(help="首页显示哪个规则包的最新批次。 Pack whose newest run is shown.")
    ] = "songjiang",
    accounts: Annotated[
        bool, typer.Option("--accounts", help="单位使用：只凭账号登录，不打印链接。 An office: log-ins only, no link.")
    ] = False,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", help="浏览器所用的主机名，可多次。 Host name that browsers use; may be repeated."),
    ] = None,
    certificate: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TLS 证书链（PEM）。 Certificate chain, PEM.")
    ] = None,
    key: Annotated[Path | None, typer.Option(metavar="FILE", help="TLS 私钥（PEM）。 Private key, PEM.")] = None,
    behind_proxy: Annotated[
        str | None,
        typer.Option(
            "--behind-proxy", metavar="ADDRESS", help="反向代理的 IP 地址，只接受它的请求。 Address of the proxy."
        ),
    ] = None,
    worker: Annotated[
        bool | None,
        typer.Option(
            "--worker/--no-worker",
            help="是否兼做后台任务；不写：用私有数据库时兼做，用单位服务器时由 landgis worker 另行执行。 Whether to do jobs "
            "as well; without it: on a private database yes, on an office server landgis worker does them.",
        ),
    ] = None,
    acting: As = None,
) -> None:
    """打开规划员的网页工作台，Ctrl-C 结束。 Serve the planner's desk; end it with Ctrl-C."""
    from landgis.cli.opening import open_app

    app = open_app(acting)
    alone = app.database_settings.database_url is None
    front = Front(host, port, tuple(name or ()), certificate, key, behind_proxy)
    run_server(app, front, rules=rules, accounts=accounts, worker=alone if worker is None else worker)


def run_server(
    app: App, front: Front, *, rules: str = "songjiang", accounts: bool = False, worker: bool = False
) -> None:
    """Serve the desk until Ctrl-C.

    Parameters
    ----------
    app
        The installation.
    front
        How browsers reach it.
    rules
        Pack whose newest run the front page shows.
    accounts
        Whether everybody logs in; else a link that lets the acting person in, once, is printed on loopback.
    worker
        Whether a worker of its own does the jobs; it ends with the server, however that ends.

    Raises
    ------
    UsageError
        If the address cannot be listened on: taken, not of this machine, all addresses at once, or in plain text.
    NotFound, ToolMissing, NotReady
        No such pack; libraries of the page not installed; no database.
    """
    import uvicorn

    from landgis.cli.working import beside
    from landgis.services.entering.door import Door
    from landgis.services.entering.passwords import Hashing
    from landgis.services.open_data import open_data
    from landgis.settings import BaseMapSettings, Tianditu
    from landgis.web.app import create_app, require_vendored
    from landgis.web.entering.sessions import Sessions
    from landgis.web.office import Office
    from landgis.web.proxied import Proxied

    front.require_sound()
    require_vendored()
    pack = app.pack(rules)
    listener = listen(front.host, front.port)
    with listener:
        hashing = Hashing()
        door = Door(app.database, hashing)
        asgi: Any = create_app(
            Office(app.desk_database, app.catalogue, pack.pack_id, app.house.home, app.tiles_mb),
            Sessions(door, hashing, secure=front.secure, provider=app.oidc),
            hosts=(front.host, *front.names),
            tianditu=Tianditu(),
            basemaps=BaseMapSettings().basemaps,
            open_data=lambda: open_data(app.running, app.database, app.catalogue),
        )
        if front.proxy is not None:
            asgi = Proxied(asgi, front.proxy)
        alone = not accounts and not front.secure
        link = f"{front.address}enter/link/{door.make_link(app.person)}" if alone else None
        _tell(app, front, link)
        server = uvicorn.Server(
            uvicorn.Config(
                asgi, log_level="warning", access_log=False, server_header=False, proxy_headers=False,
                ssl_certfile=front.certificate, ssl_keyfile=front.key,
            )
        )  # fmt: skip
        gc.collect()
        gc.freeze()  # what serves as long as the server is not looked through for garbage again: that takes half a second
        try:
            with beside(app) if worker else nullcontext():
                server.run(sockets=[listener])
        except KeyboardInterrupt:  # uvicorn hands the signal on after it has shut down
            typer.echo("已结束。 Ended.")


def _tell(app: App, front: Front, link: str | None) -> None:
    for zh, en in app.notices:
        notice(zh, en)
    app.notices.clear()  # said; not once more at the end
    typer.echo(f"工作台 desk: {front.address}")
    typer.echo(f"开放服务（须令牌） open services, by token: {front.address}ogc")
    if link is not None:
        typer.echo(f"{app.person.name_zh}的一次性链接，10 分钟内有效 one-time link, good for 10 minutes:")
        typer.echo(link)
    typer.echo("按 Ctrl-C 结束。 Ctrl-C ends it.")


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
            "不能在全部地址上监听",
            "Not on all addresses at once",
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


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
