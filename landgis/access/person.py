"""The acting person."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.access.roles import Action, Reach, Role, may, reach, roles_that_may
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

    def may(self, action: Action) -> bool:
        """Tell whether the policy lets this person do it."""
        return self.active and may(self.role, action)

    def require(self, action: Action, *, town_code: str | None = "") -> None:
        """Raise unless this person may do it.

        Parameters
        ----------
        action
            What is to be done.
        town_code
            Town of the land that it is about; None: the land is of no known town. Empty: no land is spoken of yet.

        Raises
        ------
        NotAllowed
            If the person has left, the role does not allow the action, or allows it in another town alone.
        """
        if not self.active:
            raise NotAllowed(
                f"人员“{self.os_account}”已停用，不能{action.zh}",
                f"“{self.os_account}” is no longer active and may not {action.value.replace('_', ' ')}",
                where=self.os_account,
                next_zh=f"请重新启用：landgis person activate {self.os_account}，或用 --as 指明其他人员",
                next_en=f"Reactivate the person: landgis person activate {self.os_account}, or name another with --as",
            )
        if reach(self.role, action) is Reach.OWN_TOWN and town_code != "" and town_code != self.town_code:
            raise self._in_another_town(action, town_code)
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

    def _in_another_town(self, action: Action, town_code: str | None) -> NotAllowed:
        doing = action.value.replace("_", " ")
        if self.town_code is None:
            return NotAllowed(
                f"{self.name_zh}（{self.role.zh}）没有登记所属街镇，不能{action.zh}",
                f"{self.os_account} ({self.role.value}) is registered for no town and may not {doing}",
                where=self.os_account,
                next_zh=f"请登记所属街镇：landgis person town {self.os_account} 九位街镇代码",
                next_en=f"Register the town: landgis person town {self.os_account} CODE",
            )
        return NotAllowed(
            f"{self.name_zh}（{self.role.zh}）只能在本镇（{self.town_code}）{action.zh}，该地块属于 {town_code or '未登记的街镇'}",
            f"{self.os_account} ({self.role.value}) may {doing} in the own town ({self.town_code}) alone, not in "
            f"{town_code or 'a town that is not known'}",
            where=town_code or "",
            next_zh="请删去其他街镇的地块，或交区规划员办理",
            next_en="Leave out the parcels of other towns, or leave it to a district planner",
        )
