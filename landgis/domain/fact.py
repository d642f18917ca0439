"""What a fact is: its kind, its name in both languages, the paper that proves it, and who inherits it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from landgis.domain.documents import DocumentKind


class OwnerLevel(StrEnum):
    """Which collective owns the land (松江 三(四)1, 崇明 四(七))."""

    TOWN = "town"
    VILLAGE = "village"
    GROUP = "group"
    JOINT = "joint"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"town": "镇（街道）集体", "village": "村集体", "group": "村民小组", "joint": "两个及以上集体"}[
            self.value
        ]


class FactState(StrEnum):
    """How much is known of a fact."""

    KNOWN = "known"
    PENDING = "pending"
    """待补: asked for and not supplied. It ends what was stated before."""
    UNKNOWN = "unknown"
    """Stated in contradiction, or unreadably."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"known": "已知", "pending": "待补", "unknown": "存疑"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"known": "known", "pending": "still to come", "unknown": "in doubt"}[self.value]


class Group(StrEnum):
    """What a fact is about; the database must hold the facts of a candidate parcel by these (松江 三(五)1)."""

    OWNERSHIP = "ownership"
    RIGHTS = "rights"
    PLAN = "plan"
    CONTRACT = "contract"
    ATTACHMENTS = "attachments"
    SITE = "site"
    WISH = "wish"
    REGISTER = "register"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {
            "ownership": "权属",
            "rights": "权利限制",
            "plan": "规划与用途",
            "contract": "土地承包",
            "attachments": "地上物",
            "site": "开发条件",
            "wish": "意愿与招商",
            "register": "登记状态",
        }[self.value]


class Inherits(StrEnum):
    """What the parcels that come out of a split or a merger may take over. Whatever is not sure is 待补."""

    NEVER = "never"
    ALIKE = "alike"
    """The one value that all parents have."""
    FAULT = "fault"
    """Free of it as a whole, free of it in every part; a whole made of parts has it when one part has."""
    MERIT = "merit"
    """True of the whole, true of every part; a whole made of parts lacks it when one part lacks it."""


@dataclass(frozen=True)
class Fact:
    """Declaration of one fact.

    Attributes
    ----------
    name
        Column and field name.
    kind
        ``bool``, ``text``, ``choice``, ``area_m2``, ``date`` (ISO text) or ``shares``.
    zh, en
        Labels.
    choices
        Allowed values of a choice.
    aliases
        Field names seen in deliveries; compared without regard to case.
    group
        What it is about.
    evidence
        The kind of document that proves it.
    inherits
        What children of a split or a merger take over.
    """

    name: str
    kind: str
    zh: str
    en: str
    choices: tuple[str, ...] = ()
    aliases: tuple[str, ...] = field(default=())
    group: Group = Group.SITE
    evidence: DocumentKind = DocumentKind.SITE_REPORT
    inherits: Inherits = Inherits.NEVER
