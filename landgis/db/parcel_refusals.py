"""What the constraints of the register refuse, as sentences: what is wrong, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Refusal:
    """A sentence and the way out, in Chinese and in English."""

    zh: str
    en: str
    next_zh: str
    next_en: str


_TAKEN = Refusal(
    "地块编号已被使用", "The parcel number is in use already",
    "请换一个从未用过的编号；landgis parcel history 可查编号是否用过",
    "Take a number that was never used; landgis parcel history tells whether one was",
)  # fmt: skip
_NO_PARCEL = Refusal(
    "没有这个编号的地块", "There is no parcel of that number",
    "请用 landgis parcel list 核对编号", "Check the number with landgis parcel list",
)  # fmt: skip
_ENDED_BY_OTHERS = Refusal(
    "地块已由另一次分割、合并或注销终止，本次操作没有保存",
    "Another split, merger or striking off has ended the parcel already; nothing of this one was stored",
    "请用 landgis parcel history 查看该地块的沿革后再办",
    "See with landgis parcel history what became of it, then decide anew",
)  # fmt: skip
_AT_ONCE = Refusal(
    "另一人刚刚登记了同一地块，本次操作没有保存", "Somebody else has just written of the same parcel; nothing was stored",
    "请查看现状后重新办理", "Look at what holds now, and do it again",
)  # fmt: skip
_NO_SUCH_FACT = Refusal(
    "没有这一项事实", "There is no such fact",
    "可登记的事实见 landgis parcel fact list", "See landgis parcel fact list",
)  # fmt: skip
_WRONG_VALUE = Refusal(
    "值的类型与该项事实不符", "The value is not of the kind that the fact takes",
    "各项事实的取值见 landgis parcel fact list", "See what each fact takes in landgis parcel fact list",
)  # fmt: skip
_WRONG_STATE = Refusal(
    "事实须或为已知并有值，或为待补、存疑而无值", "A fact is known and has a value, or is pending or in doubt and has none",
    "请填写值，或填 待补、存疑", "State a value, or pending, or unknown",
)  # fmt: skip
_WRONG_WISH = Refusal(
    "意愿只能是 愿意、未定 或 不愿意", "An answer is willing, undecided or unwilling",
    "请按这三种之一登记", "State one of the three",
)  # fmt: skip
_WRONG_ACT = Refusal(
    "沿革只有分割、合并、注销三种，每种分别终止或产生地块", "Parcels are split, merged or struck off, and end or begin by it",
    "请用 landgis parcel split、merge、retire 办理", "Use landgis parcel split, merge or retire",
)  # fmt: skip
_NO_REASON = Refusal(
    "没有写明理由", "No reason was given", "请用 --reason 写明理由", "State why with --reason"
)  # fmt: skip
_NEGATIVE = Refusal(
    "允许的出入和间距不能小于 0", "A tolerance or a gap is never below 0",
    "请写 0 或正数", "State 0 or more",
)  # fmt: skip
_WRONG_DISTRICT = Refusal(
    "所属区只能是两个试点区之一", "The district is one of the two pilot districts",
    "请写 songjiang（松江区）或 chongming（崇明区）", "State songjiang or chongming",
)  # fmt: skip
_WRONG_AREA = Refusal(
    "登记的平面面积与图形不符", "The planar area stated is not that of the outline",
    "请按图形重新计算面积；导入命令会自行计算", "Compute it from the outline, as landgis parcel import does",
)  # fmt: skip
BAD_OUTLINE = Refusal(
    "图形无效，不能作为地块入库", "The outline is invalid and cannot be kept as a parcel",
    "请在测绘软件中修正自相交、空洞等问题后重新导入", "Mend what crosses itself in the drawing, and import it again",
)  # fmt: skip
_NO_ORIGIN = Refusal(
    "图形没有来源：须出自一次导入、分割合并，或写明理由", "The outline has no origin: an import, an act, or a reason",
    "请用 landgis parcel 的命令登记", "Use the commands of landgis parcel",
)  # fmt: skip
_NO_PAPER = Refusal(
    "所依据的文件没有登记", "The document relied on is not listed",
    "请先登记：landgis parcel document add", "Add it first with landgis parcel document add",
)  # fmt: skip
_REPEATED_PAPER = Refusal(
    "同一次导入的文件清单中，同一文件出现两次", "A document stands twice in the list of one delivery",
    "请从文件清单中删去重复的行", "Remove the repeated row from the list",
)  # fmt: skip
_LOST_REFERENCE = Refusal(
    "记录所引用的导入、事项、原件或人员不存在", "The record refers to an import, act, file or person that is not there",
    "请用 landgis parcel 的命令登记，它们会一并写入", "Use the commands of landgis parcel, which write both",
)  # fmt: skip
_WRONG_SEVERITY = Refusal(
    "问题的等级只能是致命、严重或一般", "An issue is fatal, serious or minor",
    "请按这三级之一登记", "State one of the three",
)  # fmt: skip
_SAME_NUMBER = Refusal(
    "登记流水号已存在，本次操作没有保存", "The running number of the record exists already; nothing was stored",
    "请重新办理；流水号由数据库给出", "Do it again; the database gives these numbers",
)  # fmt: skip

REFUSALS: Mapping[str, Refusal] = MappingProxyType({
    "parcel_pkey": _TAKEN,
    "parcel_district_check": _WRONG_DISTRICT,
    "parcel_act_pkey": _SAME_NUMBER,
    "parcel_act_act_check": _WRONG_ACT,
    "parcel_act_reason_check": _NO_REASON,
    "parcel_act_tolerance_m2_check": _NEGATIVE,
    "parcel_act_gap_m_check": _NEGATIVE,
    "parcel_act_created_by_fkey": _LOST_REFERENCE,
    "parcel_part_pkey": _ENDED_BY_OTHERS,
    "parcel_part_part_check": _WRONG_ACT,
    "parcel_part_act_no_fkey": _LOST_REFERENCE,
    "parcel_part_parcel_id_fkey": _NO_PARCEL,
    "parcel_version_pkey": _AT_ONCE,
    "parcel_version_current_key": _AT_ONCE,
    "parcel_version_origin_check": _NO_ORIGIN,
    "parcel_version_planar_m2_check": _WRONG_AREA,
    "parcel_version_geom_valid_check": BAD_OUTLINE,
    "parcel_version_parcel_id_fkey": _NO_PARCEL,
    "parcel_version_import_no_fkey": _LOST_REFERENCE,
    "parcel_version_act_no_fkey": _LOST_REFERENCE,
    "parcel_version_created_by_fkey": _LOST_REFERENCE,
    "parcel_version_document_no_fkey": _NO_PAPER,
    "parcel_fact_pkey": _AT_ONCE,
    "parcel_fact_fact_check": _NO_SUCH_FACT,
    "parcel_fact_kind_check": _WRONG_VALUE,
    "parcel_fact_known_check": _WRONG_STATE,
    "parcel_fact_state_check": _WRONG_STATE,
    "parcel_intention_pkey": _SAME_NUMBER,
    "parcel_intention_wish_check": _WRONG_WISH,
    "parcel_intention_parcel_id_fkey": _NO_PARCEL,
    "parcel_intention_document_no_fkey": _NO_PAPER,
    "parcel_document_pkey": _SAME_NUMBER,
    "parcel_document_parcel_id_kind_number_import_no_key": _REPEATED_PAPER,
    "parcel_document_parcel_id_fkey": _NO_PARCEL,
    "parcel_document_import_no_fkey": _LOST_REFERENCE,
    "parcel_document_content_hash_fkey": _LOST_REFERENCE,
    "parcel_document_created_by_fkey": _LOST_REFERENCE,
    "parcel_import_pkey": _SAME_NUMBER,
    "parcel_import_content_hash_fkey": _LOST_REFERENCE,
    "parcel_import_created_by_fkey": _LOST_REFERENCE,
    "parcel_issue_pkey": _SAME_NUMBER,
    "parcel_issue_import_no_fkey": _LOST_REFERENCE,
    "parcel_issue_severity_check": _WRONG_SEVERITY,
})  # fmt: skip
"""Name of a constraint → what it says to a planner; a test holds this against the database."""
