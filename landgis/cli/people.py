"""``landgis person``: who is registered, in which role, and who has left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.access.roles import Action, Role, may
from landgis.cli import tokens
from landgis.cli.show import echo_json, printable, table

if TYPE_CHECKING:
    from landgis.access.person import Person

app = typer.Typer(
    no_args_is_help=True,
    help="人员：登记、停用；私有数据库由该文件夹的所属账号办理，单位服务器由数据库管理员以所有者账号办理。 "
    "Persons. On a private database the account that owns it registers them; on an office server the DBA's owner login.",
)
app.add_typer(tokens.app, name="token")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_Account = Annotated[
    str, typer.Argument(metavar="ACCOUNT", help="操作系统账号，--as 所用。 Account, as --as names it.")
]
_ROLES = "、".join(f"{role.value} {role.zh}" for role in Role)


@app.command()
def add(
    account: _Account,
    name: Annotated[str, typer.Argument(metavar="NAME", help="姓名。 Name as it is printed.")],
    role: Annotated[Role, typer.Option("--role", metavar="ROLE", help=f"角色，每人一个：{_ROLES}。 The one role.")],
    json: Json = False,
) -> None:
    """登记人员，如确认人工认定的第二人（区审核员）。 Register a person, e.g. the second one who confirms decisions."""
    from landgis.cli.opening import open_app
    from landgis.services.people import add_person

    _tell(add_person(open_app().running, account, name, role), ("已登记", "registered"), json=json)


@app.command("list")
def list_(json: Json = False) -> None:
    """列出人员、角色及可办事项。 List persons, their roles and what they may do."""
    from landgis.cli.opening import open_app
    from landgis.services.people import people

    found = people(open_app().database)
    if json:
        echo_json([_record(person) for person in found])
        return
    table(
        ("账号\naccount", "姓名\nname", "角色\nrole", "可办\nmay", "状态\nstate"),
        [
            (person.os_account, person.name_zh, f"{person.role.zh}\n{person.role.en}", _allowed(person),
             "在岗\nactive" if person.active else "已停用\ninactive")
            for person in found
        ],
        ruled=True,
        whole=(0,),
    )  # fmt: skip


@app.command()
def deactivate(account: _Account, json: Json = False) -> None:
    """停用：所办事项保留，不能再办。 Deactivate a person who has left; deeds stay."""
    _set_active(account, active=False, json=json)


@app.command()
def activate(account: _Account, json: Json = False) -> None:
    """重新启用。 Activate a person again."""
    _set_active(account, active=True, json=json)


def _set_active(account: str, *, active: bool, json: bool) -> None:
    from landgis.cli.opening import open_app
    from landgis.services.people import set_active

    told = ("已重新启用", "active again") if active else ("已停用", "no longer active")
    _tell(set_active(open_app().running, account, active=active), told, json=json)


def _tell(person: Person, told: tuple[str, str], *, json: bool) -> None:
    if json:
        echo_json(_record(person))
        return
    typer.echo(printable(f"{told[0]}：{person.os_account} {person.name_zh}（{person.role.zh}）"))
    typer.echo(printable(f"{person.os_account} ({person.role.en}) is {told[1]}"))


def _allowed(person: Person) -> str:
    allowed = [action for action in Action if may(person.role, action)]
    if len(allowed) <= 1:
        return "仅查看\nread only" if allowed else "不办业务\nno business"
    zh, en = "、".join(action.zh for action in allowed), ", ".join(action.value.replace("_", " ") for action in allowed)
    return f"{zh}\n{en}"


def _record(person: Person) -> dict[str, Any]:
    return {
        "account": person.os_account,
        "name": person.name_zh,
        "role": str(person.role),
        "role_zh": person.role.zh,
        "role_en": person.role.en,
        "active": person.active,
        "may": [str(action) for action in Action if may(person.role, action)],
    }
