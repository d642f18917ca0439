"""The acting person."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.access.roles import Action, Role, may
from landgis.errors import NotAllowed


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
    """

    person_id: int
    os_account: str
    name_zh: str
    role: Role
    active: bool = True

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
                next_zh="请由安全管理员重新启用，或用 --as 指明其他人员",
                next_en="Have the security administrator reactivate the person, or name another one with --as",
            )
        if not may(self.role, action):
            raise NotAllowed(
                f"{self.name_zh}（{self.role.zh}）无权{action.zh}",
                f"{self.os_account} ({self.role.value}) may not {action.value.replace('_', ' ')}",
                where=self.os_account,
                next_zh="请由有权限的人员办理，或用 --as 指明",
                next_en="Ask a person whose role allows it, or name that person with --as",
            )
