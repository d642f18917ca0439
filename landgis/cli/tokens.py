"""``landgis person token``: who may ask the open services, until when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.show import echo_json, printable, table

if TYPE_CHECKING:
    from landgis.db.tokens import StoredToken

app = typer.Typer(
    no_args_is_help=True,
    help="访问令牌：供 QGIS、市级平台等读取 /ogc 开放服务。 Tokens by which other programs read the open services.",
)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]


@app.command()
def issue(
    account: Annotated[
        str, typer.Argument(metavar="ACCOUNT", help="已登记人员的账号。 A registered person's account.")
    ],
    purpose: Annotated[str, typer.Option("--purpose", help="用途，如持有令牌的系统。 What it is for.")],
    days: Annotated[int, typer.Option("--days", help="有效天数。 Days that it holds.", min=1)] = 90,
    json: Json = False,
) -> None:
    """签发令牌：只显示这一次，库中只存散列值。 Issue a token; it is shown this once, and kept as a hash."""
    from landgis.cli.opening import open_app
    from landgis.services.tokens import issue_token

    secret, token = issue_token(open_app().running, account, purpose, days, datetime.now(UTC))
    if json:
        echo_json(_record(token) | {"token": secret})
        return
    typer.echo(
        printable(
            f"令牌 token {token.token_no}（{token.os_account}，{token.purpose}）：只显示这一次。 Shown this once."
        )
    )
    typer.echo(secret)
    typer.echo(f"有效至 holds until {_moment(token.expires_at)}")


@app.command("list")
def list_(json: Json = False) -> None:
    """列出令牌（不含令牌本身）。 List tokens, without their secrets."""
    from landgis.cli.opening import open_app
    from landgis.services.tokens import tokens

    found = tokens(open_app().database)
    if json:
        echo_json([_record(token) for token in found])
        return
    now = datetime.now(UTC)
    table(
        ("编号\nno.", "账号\naccount", "用途\npurpose", "签发\nissued", "有效至\nuntil", "状态\nstate"),
        [
            (str(token.token_no), token.os_account, token.purpose, _moment(token.created_at),
             _moment(token.expires_at), _state(token, now))
            for token in found
        ],
        ruled=True,
    )  # fmt: skip


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="令牌编号。 Number of the token.")], json: Json = False
) -> None:
    """注销令牌，立即生效，不可恢复。 Revoke a token, at once and for good."""
    from landgis.cli.opening import open_app
    from landgis.services.tokens import revoke_token

    revoke_token(open_app().running, number)
    if json:
        echo_json({"token_no": number, "revoked": True})
        return
    typer.echo(f"第 {number} 号令牌已注销。 Token {number} is revoked.")


def _state(token: StoredToken, now: datetime) -> str:
    if token.revoked_at is not None:
        return "已注销\nrevoked"
    return "有效\nvalid" if token.expires_at > now else "已过期\nexpired"


def _moment(moment: datetime) -> str:
    from landgis.domain.district import BEIJING

    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def _record(token: StoredToken) -> dict[str, Any]:
    return {
        "token_no": token.token_no,
        "account": token.os_account,
        "purpose": token.purpose,
        "created_at": token.created_at.isoformat(),
        "expires_at": token.expires_at.isoformat(),
        "revoked_at": None if token.revoked_at is None else token.revoked_at.isoformat(),
    }
