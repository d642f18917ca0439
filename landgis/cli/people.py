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
_ROLE_HELP = "角色，每人一个：" + "、".join(f"{role.value} {role.zh}" for role in Role) + "。"
_Role = Annotated[Role, typer.Argument(metavar="ROLE", help=f"{_ROLE_HELP} The one role.")]
_Town = Annotated[
    str | None,
    typer.Option("--town", metavar="CODE", help="镇填报员的九位街镇代码。 Town of a town clerk, nine digits."),
]


@app.command()
def add(
    account: _Account,
    name: Annotated[str, typer.Argument(metavar="NAME", help="姓名。 Name as it is printed.")],
    role: Annotated[Role, typer.Option("--role", metavar="ROLE", help=f"{_ROLE_HELP} The one role.")],
    town: _Town = None,
    department: Annotated[str, typer.Option("--department", help="征询部门名称。 Department that is asked.")] = "",
    json: Json = False,
) -> None:
    """登记人员，如确认人工认定的第二人（区审核员）。 Register a person, e.g. the second one who confirms decisions."""
    from landgis.cli.opening import open_app
    from landgis.services.people import owners_register

    with owners_register(open_app().running) as register:
        made = register.add(account, name, role, town, department)
    _tell(made, ("已登记", "registered"), json=json)


@app.command("role")
def role_(account: _Account, role: _Role, town: _Town = None, json: Json = False) -> None:
    """改变角色：每人只有一个，其会话随即结束。 Give another role, the only one; sessions end."""
    from landgis.cli.opening import open_app
    from landgis.services.people import owners_register

    with owners_register(open_app().running) as register:
        changed = register.set_role(account, role, town)
    _tell(changed, ("角色已改变", "registered in the new role"), json=json)


@app.command("town")
def town_(
    account: _Account,
    code: Annotated[str, typer.Argument(metavar="CODE", help="九位街镇代码。 Nine-digit code of the town.")],
    json: Json = False,
) -> None:
    """改变镇填报员的所属街镇，其会话随即结束。 Give a town clerk another town; sessions end."""
    from landgis.cli.opening import open_app
    from landgis.services.people import owners_register

    with owners_register(open_app().running) as register:
        changed = register.set_town(account, code)
    _tell(changed, ("所属街镇已改变", "registered for the new town"), json=json)


@app.command()
def password(
    account: _Account,
    stdin: Annotated[bool, typer.Option("--stdin", help="从标准输入读一行。 Read one line of standard input.")] = False,
    json: Json = False,
) -> None:
    """设定密码：本人登录后须先修改；锁定和会话随即结束。 Set a password that has to be changed at the first log-in."""
    import sys

    from landgis.cli.opening import open_app
    from landgis.services.entering.passwords import Hashing
    from landgis.services.people import owners_register

    with owners_register(open_app().running) as register:
        if stdin:
            text = sys.stdin.readline().rstrip("\r\n")
        else:
            text = typer.prompt("密码 password", hide_input=True, confirmation_prompt="再输一次 again")
        person = register.set_password(account, text, Hashing())
    _tell(person, ("密码已设定，首次登录须修改", "given a password, to be changed at the first log-in"), json=json)


@app.command()
def unlock(account: _Account, json: Json = False) -> None:
    """解除因连续输错密码的锁定。 End the lock-out after wrong passwords."""
    from landgis.cli.opening import open_app
    from landgis.services.people import owners_register

    with owners_register(open_app().running) as register:
        person = register.unlock(account)
    _tell(person, ("已解锁", "unlocked"), json=json)


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
            (person.os_account, person.name_zh, f"{person.role.zh}{_where(person)}\n{person.role.en}", _allowed(person),
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
    from landgis.services.people import owners_register

    told = ("已重新启用", "active again") if active else ("已停用", "no longer active")
    with owners_register(open_app().running) as register:
        person = register.set_active(account, active=active)
    _tell(person, told, json=json)


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


def _where(person: Person) -> str:
    from landgis.domain.district import town_names

    town = town_names().get(person.town_code or "", person.town_code or "")
    return "".join(f"（{part}）" for part in (town, person.department) if part)


def _record(person: Person) -> dict[str, Any]:
    return {
        "account": person.os_account,
        "name": person.name_zh,
        "role": str(person.role),
        "role_zh": person.role.zh,
        "role_en": person.role.en,
        "town_code": person.town_code,
        "department": person.department,
        "active": person.active,
        "may": [str(action) for action in Action if may(person.role, action)],
    }
