"""Documents of a parcel: which kinds there are, and what each proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from landgis.errors import UsageError


class DocumentKind(StrEnum):
    """What a paper is; a delivery may bring further kinds, which are kept under the name they came with."""

    BOUNDARY_SURVEY = "boundary_survey"
    OWNERSHIP_CERTIFICATE = "ownership_certificate"
    USE_RIGHT_CERTIFICATE = "use_right_certificate"
    RIGHTS_SEARCH = "rights_search"
    """What the registry certifies of disputes, seizure and mortgage."""
    PLAN_APPROVAL = "plan_approval"
    RENTAL_CONDITION = "rental_condition"
    SURVEY_MAP = "survey_map"
    """The land-use survey's map of the present use."""
    CONVERSION_APPROVAL = "conversion_approval"
    """The approval by which agricultural land became construction land."""
    LAND_BASE = "land_base"
    """The list of the collective construction land that was surveyed (底数)."""
    CONTRACT = "contract"
    COMPENSATION = "compensation"
    ACCESS_OPINION = "access_opinion"
    SITE_REPORT = "site_report"
    RIVER_FILLING = "river_filling"
    """The water authority's approval of filling a watercourse."""
    INTENTION = "intention"
    RESOLUTION = "resolution"
    LETTER_OF_INTENT = "letter_of_intent"
    SALE_CONTRACT = "sale_contract"
    DECISION = "decision"
    """A decision on the register itself: splitting, merging, striking off, the year's list."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _WORDS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _WORDS[self][1]


_WORDS = {
    DocumentKind.BOUNDARY_SURVEY: ("勘测定界报告", "boundary survey"),
    DocumentKind.OWNERSHIP_CERTIFICATE: ("集体土地所有权证", "certificate of collective ownership"),
    DocumentKind.USE_RIGHT_CERTIFICATE: ("不动产权证书", "certificate of the use right"),
    DocumentKind.RIGHTS_SEARCH: ("权利限制与争议查询结果", "search of disputes and restrictions"),
    DocumentKind.PLAN_APPROVAL: ("规划批准文件", "approval of the plan"),
    DocumentKind.RENTAL_CONDITION: ("限定租赁住房的规划条件", "rental-housing condition"),
    DocumentKind.SURVEY_MAP: ("国土调查现状图", "survey map of the present use"),
    DocumentKind.CONVERSION_APPROVAL: ("农用地转用批准文件", "approval of the conversion"),
    DocumentKind.LAND_BASE: ("农村集体建设用地底数清单", "list of the land base"),
    DocumentKind.CONTRACT: ("土地承包合同", "land contract"),
    DocumentKind.COMPENSATION: ("补偿协议", "compensation agreement"),
    DocumentKind.ACCESS_OPINION: ("产业准入与环保意见", "opinion on industry access and environment"),
    DocumentKind.SITE_REPORT: ("开发条件踏勘记录", "site report"),
    DocumentKind.RIVER_FILLING: ("填河批复", "approval to fill a watercourse"),
    DocumentKind.INTENTION: ("意愿调查表", "survey of the owners' wishes"),
    DocumentKind.RESOLUTION: ("集体经济组织决议", "resolution of the collective"),
    DocumentKind.LETTER_OF_INTENT: ("意向受让书", "letter of intent"),
    DocumentKind.SALE_CONTRACT: ("出让合同", "contract of sale"),
    DocumentKind.DECISION: ("审批或决定文件", "decision"),
}


def document_label(kind: str, lang: str = "zh") -> str:
    """Return the label of a kind of document; a kind that is not declared is its own label."""
    if kind not in DocumentKind.__members__.values():
        return kind
    return DocumentKind(kind).zh if lang == "zh" else DocumentKind(kind).en


def kind_named(text: str) -> DocumentKind:
    """Return the kind that a key or label means.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    for kind in DocumentKind:
        if text.strip() in (kind.value, kind.zh, kind.en):
            return kind
    raise UsageError(
        f"没有文件类别“{text}”",
        f"There is no kind of document “{text}”",
        where=text,
        next_zh="可选：" + "、".join(f"{kind.zh}（{kind.value}）" for kind in DocumentKind),
        next_en="Choose from: " + ", ".join(DocumentKind),
    )


class SlotState(StrEnum):
    """Whether a paper that a fact stands on is there."""

    RECEIVED = "received"
    LISTED = "listed"
    """Number and title are known, the paper itself was not handed in."""
    PENDING = "pending"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"received": "已收", "listed": "已登记，未收件", "pending": "待补"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"received": "received", "listed": "listed, not received", "pending": "still to come"}[self.value]


@dataclass(frozen=True)
class Paper:
    """What is said of a paper.

    Attributes
    ----------
    kind
        A `DocumentKind`, or the name that a delivery gave.
    number
        文号 or certificate number.
    title_zh
        Title; may be empty.
    dated_on
        Its date, never in the future; None: not stated.
    """

    kind: str
    number: str
    title_zh: str = ""
    dated_on: date | None = None
