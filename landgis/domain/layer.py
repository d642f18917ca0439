"""Layers, their releases and what a release covers."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Self

from landgis.domain.raster import Raster
from landgis.errors import InputError

BOTH: Final = "both"
"""A release that speaks for both districts."""


class Coverage(StrEnum):
    """How far a release can speak about a parcel."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """Part of the parcel lies outside the ground that the release covers."""
    ABSENT = "absent"
    """No release, not yet in force, or a release without features."""
    STALE = "stale"
    """On the as-of date the release had expired, or its data were older than the layer's update cycle allows."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"complete": "完整", "partial": "部分未覆盖", "absent": "缺图层", "stale": "已过期"}[self.value]


class CoverageBasis(StrEnum):
    """Where the coverage polygon comes from."""

    DECLARED = "declared"
    ASSUMED = "assumed"
    """Taken as the bounding box of the folder's layers: good for a look, never stored or signed."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"declared": "已声明", "assumed": "推定"}[self.value]


class ReleaseStatus(StrEnum):
    """Life of a release: draft → published → superseded → retired; draft and published may be retired (withdrawn)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"
    RETIRED = "retired"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"draft": "草稿", "published": "已发布", "superseded": "已被替代", "retired": "已停用"}[self.value]


class LegalState(StrEnum):
    """How far the plan or line that a release shows has come in law; each state is published apart."""

    DRAFTING = "drafting"
    PUBLIC_NOTICE = "public_notice"
    APPROVED_PENDING = "approved_pending"
    """Approved, its first day not yet come."""
    IN_FORCE = "in_force"
    """The only state that a final verdict may stand on."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {
            "drafting": "在编",
            "public_notice": "公示",
            "approved_pending": "已批未生效",
            "in_force": "生效",
        }[self.value]


class Secrecy(StrEnum):
    """Secrecy mark (密级) of data that this program may hold. There is no member for classified data: see ``marked``."""

    UNSTATED = "unstated"
    PUBLIC = "public"
    INTERNAL = "internal"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"unstated": "未标注", "public": "公开", "internal": "内部使用"}[self.value]

    @classmethod
    def marked(cls, text: str) -> Self:
        """Return the mark that a text means, such as ``公开``, ``内部使用`` or ``internal``; empty: not stated.

        Raises
        ------
        InputError
            If the data are marked classified (秘密, 机密, 绝密, with or without ★ and term), or the mark is unknown.
        """
        plain = text.strip().casefold()
        if any(word in plain for word in ("秘密", "机密", "绝密", "secret", "confidential")):
            raise InputError(
                f"资料标有密级“{text.strip()}”，属国家秘密，本系统不是涉密信息系统，不得导入",
                f"The data are marked “{text.strip()}”: state secrets. This system is not cleared for them",
                where="secrecy",
                next_zh="请在涉密系统内使用，或由保管单位依规定脱密、另行标注后再提供",
                next_en="Use a cleared system, or have the keeper declassify the data and mark them anew",
            )
        meaning = {"": "unstated", "公开": "public", "内部": "internal", "内部使用": "internal", "内部资料": "internal"}
        try:
            return cls(meaning.get(plain, plain))
        except ValueError:
            raise InputError(
                f"密级“{text}”无法识别",
                f"The secrecy mark “{text}” is not known",
                where="secrecy",
                next_zh="请写“公开”或“内部使用”；涉密资料不得导入",
                next_en="Write public or internal; classified data are refused",
            ) from None


@dataclass(frozen=True)
class Answer:
    """Something about the file that a person stated because the file did not say it, or said it wrongly.

    Attributes
    ----------
    question
        ``crs``, ``encoding``, ``columns``, ``nodata`` or ``meaning``.
    value
        The answer, as it can be given again, e.g. ``EPSG:4549,north-east``. A deployment's own CRS is only named.
    zh, en
        What was answered, and what the file said. Who answered is who imported the release.
    """

    question: str
    value: str
    zh: str
    en: str


@dataclass(frozen=True)
class Release:
    """One dated edition of a layer; immutable once stored, but for its status.

    Four kinds of time are kept apart. ``approved_on`` and ``issued_on`` date the paper. ``in_force_from`` and
    ``expires_on`` say when it holds in law. ``state_of_data_on`` is the day whose ground the data show (数据时点), which
    for a survey lies well before the paper. When the *inventory* knew of the release, and in which status, is none of
    these: the database keeps it (``known``).

    Attributes
    ----------
    layer
        Layer key of the catalogue, e.g. ``permanent_basic_farmland``.
    name
        Name of the edition, e.g. ``2024-01``; unique within the layer.
    title_zh
        What a legend prints.
    document_no, issuing_body
        文号 and 批准机关; empty when not known.
    attribution
        Credit that the licence asks of every map and file; empty when it asks none.
    issued_on, in_force_from, expires_on
        Dates; None when not known. The last day of force is ``expires_on``.
    content_hash
        SHA-256 of the original file's bytes.
    source_name, source_layer
        Name of the file, and of the layer inside it.
    source_crs, transform
        CRS found, and the named transform into the working CRS (empty: none needed).
    encoding
        Text encoding used to read the attributes.
    feature_count
        Number of features read.
    coverage_basis
        Declared or assumed; the polygon itself travels beside this record (working CRS).
    substitute
        True for stand-in and generated data: every map and sheet must say 替代数据，非法定成果.
    status
        Draft, published, superseded or retired.
    district
        District it speaks for: ``songjiang``, ``chongming`` or ``both``.
    legal_state
        在编, 公示, 已批未生效 or 生效.
    approved_on
        批准日期.
    no_document_reason
        Why there is no document number; empty when there is one.
    state_of_data_on
        数据时点: the day whose state the data show.
    accuracy_m
        Stated positional accuracy, metres.
    scale_denominator
        2000 for 1:2000.
    secrecy
        Secrecy mark.
    cycle_months, grace_months
        How often new data are due, and how much longer these may still be used; None: no fixed cycle.
    answers
        What a person stated of the file.
    code_scheme
        Code list, with its version, that the land-use codes of the features belong to; empty for a layer without codes.
    raster
        The cells of a release that is a raster and has no features; None for every other.
    """

    layer: str
    name: str
    title_zh: str
    document_no: str = ""
    issuing_body: str = ""
    attribution: str = ""
    issued_on: date | None = None
    in_force_from: date | None = None
    expires_on: date | None = None
    content_hash: str = ""
    source_name: str = ""
    source_crs: str = ""
    transform: str = ""
    encoding: str = ""
    feature_count: int = 0
    coverage_basis: CoverageBasis = CoverageBasis.DECLARED
    substitute: bool = False
    status: ReleaseStatus = ReleaseStatus.DRAFT
    district: str = BOTH
    legal_state: LegalState = LegalState.IN_FORCE
    approved_on: date | None = None
    no_document_reason: str = ""
    state_of_data_on: date | None = None
    accuracy_m: float | None = None
    scale_denominator: int | None = None
    secrecy: Secrecy = Secrecy.UNSTATED
    cycle_months: int | None = None
    grace_months: int = 0
    answers: tuple[Answer, ...] = ()
    code_scheme: str = ""
    source_layer: str = ""
    raster: Raster | None = None

    @property
    def dates_contradict(self) -> bool:
        """Whether the release ends before it begins: then it never spoke on any day."""
        start, end = self.in_force_from, self.expires_on
        return start is not None and end is not None and end < start

    @property
    def key(self) -> str:
        """Layer and edition in one word, e.g. ``permanent_basic_farmland@2024-01``."""
        return f"{self.layer}@{self.name}"

    @property
    def usable_to(self) -> date | None:
        """Last day on which the data are young enough for their update cycle; None: no cycle, or no date at all.

        The age counts from the state of the data, else from the paper, else from the first day in force.
        """
        dated = self.state_of_data_on or self.issued_on or self.approved_on or self.in_force_from
        if self.cycle_months is None or dated is None:
            return None
        return _months_later(dated, self.cycle_months + self.grace_months)

    @property
    def holds_nothing(self) -> bool:
        """Whether it has neither features nor cells."""
        return self.feature_count == 0 and self.raster is None

    @property
    def first_day(self) -> date | None:
        """First day on which it may speak: in force, or else approved; None when neither is known."""
        return self.in_force_from or self.approved_on

    @property
    def speaks_between(self) -> tuple[date | None, date | None]:
        """First and last day on which it may be used as what it is; None: no such bound is known.

        In force: from its first day in force. On public notice (公示): from the day of the paper, to the end of the
        notice (``expires_on``). Approved but not yet in force: from its approval to the day before it comes into force.
        """
        if self.legal_state is LegalState.PUBLIC_NOTICE:
            return self.issued_on, self.expires_on
        if self.legal_state is LegalState.APPROVED_PENDING:
            last = self.in_force_from - timedelta(days=1) if self.in_force_from else None
            return self.approved_on, min(filter(None, (last, self.expires_on)), default=None)
        return (self.first_day if self.legal_state is LegalState.IN_FORCE else None), self.expires_on

    def state_on(self, as_of: date) -> Coverage:
        """Return complete, stale or absent on a date, as far as dates and emptiness tell.

        Whatever its legal state, a release is absent before the first day on which it may be used, and stale after the
        last one.
        """
        first, last = self.speaks_between
        if self.holds_nothing or (first is not None and first > as_of):
            return Coverage.ABSENT
        ends = [day for day in (last, self.usable_to) if day is not None]
        return Coverage.STALE if ends and min(ends) < as_of else Coverage.COMPLETE

    def why_stale(self, as_of: date) -> tuple[str, str]:
        """Say in Chinese and English why the release is stale on a date; empty when it is not."""
        if self.state_on(as_of) is not Coverage.STALE:
            return "", ""
        _, last = self.speaks_between
        if last is not None and last < as_of:
            return self._why_over(last)
        due = f"{self.cycle_months}" + (f" + {self.grace_months}" if self.grace_months else "")
        return (
            f"数据超过更新周期（{due} 个月），只能用到 {self.usable_to}",
            f"older than its update cycle ({due} months): usable to {self.usable_to}",
        )

    def why_unusable(self, as_of: date) -> tuple[str, str]:
        """Say why the release is stale, or absent though it is at hand; empty when it is neither."""
        if self.state_on(as_of) is not Coverage.ABSENT:
            return self.why_stale(as_of)
        first, _ = self.speaks_between
        if self.holds_nothing:
            return "没有可用要素", "it holds no usable feature"
        begins_zh, begins_en = {
            LegalState.PUBLIC_NOTICE: ("开始公示", "is on public notice from"),
            LegalState.APPROVED_PENDING: ("批准", "was approved on"),
        }.get(self.legal_state, ("起生效", "is in force from"))
        return f"{first} {begins_zh}，晚于所查日期 {as_of}", f"{begins_en} {first}, after {as_of}"

    def _why_over(self, last: date) -> tuple[str, str]:
        if self.legal_state is LegalState.PUBLIC_NOTICE:
            return f"公示已于 {last} 结束", f"its public notice ended on {last}"
        if self.legal_state is LegalState.APPROVED_PENDING and last != self.expires_on:
            return (
                f"“已批未生效”只到 {last}，自 {self.in_force_from} 起应作为生效版本发布（landgis layer state）",
                f"approved, not yet in force only to {last}; from {self.in_force_from} it belongs in force "
                "(landgis layer state)",
            )
        return f"{last} 到期", f"expired on {last}"


def _months_later(day: date, months: int) -> date:
    """Return the same day of a later month, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


SUBSTITUTE_ZH = "替代数据，非法定成果"
SUBSTITUTE_EN = "Stand-in data, no legal force"
PREVIEW_ZH = "预审（非最终结论）"
PREVIEW_EN = "Preview, not a final verdict"
"""Printed wherever a run shows that stood on releases not in force."""
LOOKING_BACK_ZH = "回溯（非最终结论）"
LOOKING_BACK_EN = "Looking back, not a final verdict"
"""Printed wherever a run shows that judged by what was known earlier."""
