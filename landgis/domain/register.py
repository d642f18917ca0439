"""The parcel register (农村集体经营性建设用地数据库, 松江 三(五)1): its further facts, owners' shares, answers, acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

from landgis.domain.documents import DocumentKind
from landgis.domain.facts import FACTS, Fact, Group, Inherits, OwnerLevel
from landgis.errors import UsageError

Value = bool | str | float | list[dict[str, object]]
"""What a known fact holds."""


INHERITED = "承自 "
"""How the source of a fact begins that a parcel took over from those that it came out of."""
SURVEYED = "意愿调查"
"""Source of a fact that stands on the answers of the owners; the database writes it."""


class RegisterClass(StrEnum):
    """Where a parcel of the register stands."""

    ENTERED = "entered"
    CANDIDATE = "candidate"
    RESERVE = "reserve"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"entered": "已入市", "candidate": "拟入市", "reserve": "入市后备"}[self.value]


class Wish(StrEnum):
    """What an owner answered in the survey of wishes (意愿调查, 松江 四(二), 崇明 四(二))."""

    WILLING = "willing"
    UNDECIDED = "undecided"
    UNWILLING = "unwilling"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"willing": "愿意", "undecided": "未定", "unwilling": "不愿意"}[self.value]


def wish_named(text: str) -> Wish:
    """Return the answer that a key or label means.

    Raises
    ------
    UsageError
        If it is none of the three.
    """
    for wish in Wish:
        if text.strip() in (wish.value, wish.zh):
            return wish
    listed = "、".join(f"{wish.zh}（{wish.value}）" for wish in Wish)
    raise UsageError(
        f"意愿不能是“{text}”",
        f"An answer cannot be “{text}”",
        where=text,
        next_zh=f"可选：{listed}",
        next_en="Choose from: " + ", ".join(Wish),
    )


@dataclass(frozen=True)
class Answer:
    """One answer.

    Attributes
    ----------
    asked
        The collective, or who spoke for it.
    asked_on
        Day.
    wish
        The answer.
    use_wanted
        Use that the owner has in mind: a code or words; may be empty.
    remark
        Anything else; may be empty.
    document_no
        Paper of the parcel that bears it out.
    """

    asked: str
    asked_on: date
    wish: Wish
    use_wanted: str = ""
    remark: str = ""
    document_no: int | None = None


class Act(StrEnum):
    """What happened to parcels as a whole."""

    SPLIT = "split"
    MERGE = "merge"
    RETIRE = "retire"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"split": "分割", "merge": "合并", "retire": "注销"}[self.value]


_FURTHER: tuple[Fact, ...] = (
    Fact(
        "register_class", "choice", "入市状态", "class in the register", tuple(RegisterClass), ("RSZT", "入市状态"),
        Group.REGISTER, DocumentKind.DECISION, Inherits.ALIKE,
    ),
    Fact(
        "entered_on", "date", "入市日期", "day of entry", (), ("RSRQ", "入市日期"),
        Group.REGISTER, DocumentKind.SALE_CONTRACT,
    ),
    Fact(
        "transaction_mode", "text", "入市方式", "mode of transaction", (), ("RSFS", "入市方式"),
        Group.REGISTER, DocumentKind.SALE_CONTRACT,
    ),
    Fact(
        "grantee", "text", "受让人", "grantee", (), ("SRR", "受让人"), Group.REGISTER, DocumentKind.SALE_CONTRACT
    ),
    Fact(
        "owner_shares", "shares", "所有权份额", "shares of the owners", (), (),
        Group.OWNERSHIP, DocumentKind.OWNERSHIP_CERTIFICATE, Inherits.ALIKE,
    ),
    Fact(
        "restriction_note", "text", "权利限制情形", "kind of restriction", (), ("XZQX", "限制情形"),
        Group.RIGHTS, DocumentKind.RIGHTS_SEARCH,
    ),
    Fact("plan_name", "text", "所依规划", "plan relied on", (), ("GHMC", "所依规划"),
         Group.PLAN, DocumentKind.PLAN_APPROVAL),
    Fact("plan_settled", "bool", "规划已落定", "plan settled", (), ("GHLD", "规划落定"),
         Group.PLAN, DocumentKind.PLAN_APPROVAL, Inherits.MERIT),
    Fact("contracted", "bool", "有土地承包关系", "under a land contract", (), ("TDCB", "土地承包"),
         Group.CONTRACT, DocumentKind.CONTRACT, Inherits.FAULT),
    Fact("contract_no", "text", "承包合同编号", "contract number", (), ("CBHTBH", "承包合同编号"),
         Group.CONTRACT, DocumentKind.CONTRACT),
    Fact("contract_ends_on", "date", "承包期限至", "contract ends on", (), ("CBQXZ", "承包期限至"),
         Group.CONTRACT, DocumentKind.CONTRACT),
    Fact("attachments", "bool", "有地上物", "something stands on it", (), ("DSW", "地上物"),
         Group.ATTACHMENTS, DocumentKind.SITE_REPORT, Inherits.FAULT),
    Fact("attachments_note", "text", "地上物情况", "what stands on it", (), ("DSWQK", "地上物情况"),
         Group.ATTACHMENTS),
    Fact("cleared", "bool", "地上（构）筑物已拆除补偿", "buildings demolished and compensated", (), ("JDBZ", "拆除补偿"),
         Group.ATTACHMENTS, DocumentKind.COMPENSATION, Inherits.MERIT),
    Fact("location_mature", "bool", "区位较成熟", "mature location", (), ("QWCS", "区位成熟")),
    Fact("investor_found", "bool", "招商已完成", "investor found", (), ("ZSWC", "招商完成"),
         Group.WISH, DocumentKind.LETTER_OF_INTENT),
)  # fmt: skip
REGISTER_FACTS: tuple[Fact, ...] = (*FACTS, *_FURTHER)
"""Every fact that the register holds: those of the ParcelFrame, and what the two documents name beyond."""
REGISTER_FACT_BY_NAME = {fact.name: fact for fact in REGISTER_FACTS}


@dataclass(frozen=True)
class Share:
    """What one collective owns of a parcel.

    Attributes
    ----------
    name
        The collective.
    level
        ``town``, ``village`` or ``group``.
    part
        Exact share of the whole.
    """

    name: str
    level: OwnerLevel
    part: Fraction


def level_of(shares: Sequence[Share]) -> OwnerLevel:
    """Return the level of the one owner, or `JOINT` for two and more."""
    return shares[0].level if len(shares) == 1 else OwnerLevel.JOINT


def shares_value(shares: Sequence[Share]) -> list[dict[str, object]]:
    """Return shares as the fact ``owner_shares`` holds them: numerator and denominator as whole numbers."""
    return [
        {"name": share.name, "level": share.level.value, "part": [share.part.numerator, share.part.denominator]}
        for share in shares
    ]
