"""The acting person."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.access.roles import Action, Role, may, roles_that_may
from landgis.errors import NotAllowed

_ADD_ZH, _ADD_EN = "landgis person add 账号 姓名", "landgis person add ACCOUNT NAME"


@dataclass(frozen=True)
class Person:
    """Somebody who acts, known by the account of the operating system.

    Attributes
    ----------
    person_id
        Number in the table ``person``.
    os_account
        Account name of the operating system; unique.
    name_zh
        Name as it is printed.
    role
        The one role.
    active
        False for persons who have left: their deeds stay, they may do nothing.
    town_code
        Nine-digit code of the town for which the person works; None: no town.
    department
        For persons of other departments, its name.
    """

    person_id: int
    os_account: str
    name_zh: str
    role: Role
    active: bool = True
    town_code: str | None = None
    department: str = ""

    def require(self, action: Action) -> None:
        """Raise unless this person may do it.

        Raises
        ------
        NotAllowed
            If the person has left or the role does not allow the action.
        """
        if not self.active:
            raise NotAllowed(
                f"人员“{self.os_account}”已停用，不能{action.zh}",
                f"“{self.os_account}” is no longer active and may not {action.value.replace('_', ' ')}",
                where=self.os_account,
                next_zh=f"请重新启用：landgis person activate {self.os_account}，或用 --as 指明其他人员",
                next_en=f"Reactivate the person: landgis person activate {self.os_account}, or name another with --as",
            )
        if not may(self.role, action):
            raise NotAllowed(
                f"{self.name_zh}（{self.role.zh}）无权{action.zh}",
                f"{self.os_account} ({self.role.value}) may not {action.value.replace('_', ' ')}",
                where=self.os_account,
                next_zh=f"可办理的是{'、'.join(role.zh for role in roles_that_may(action))}：用 --as 指明已登记的人员"
                f"（landgis person list），没有则先登记：{_ADD_ZH} --role {roles_that_may(action)[0]}",
                next_en=f"It takes a {' or '.join(role.en for role in roles_that_may(action))}: name one with --as (landgis "
                f"person list), or register one first: {_ADD_EN} --role {roles_that_may(action)[0]}",
            )
