"""Words of the filter, its conditions and its statistics, Chinese and English."""

from __future__ import annotations

WORDS: dict[str, tuple[str, str]] = {
    "field_rule": ("规则", "Rule"),
    "field_area": ("面积", "Area"),
    "area_from": ("面积自", "Area from"),
    "area_to": ("面积至", "Area to"),
    "area_unit": ("面积单位", "Unit of area"),
    "area_to_word": ("至", "to"),
    "nothing_to_choose": ("无可选项", "Nothing to choose"),
    "apply": ("查询", "Find"),
    "conditions_now": ("生效条件", "In force"),
    "conditions_none": ("未设条件：全部地块", "No conditions: every parcel"),
    "remove_condition": ("去掉条件：{field} {value}", "Remove: {field} {value}"),
    "statistics": ("统计", "Statistics"),
    "statistics_note": (
        "按当前筛选条件统计；面积为 CGCS2000 椭球面积，亩由公顷乘 15",
        "Of the present filter; areas on the CGCS2000 ellipsoid, mu are hectares times 15",
    ),
    "by_verdict": ("按结论", "By verdict"),
    "by_town": ("按街镇", "By town"),
    "by_village": ("按村", "By village"),
    "by_use": ("按规划用途", "By planned use"),
    "by_rule": ("按规则（未通过）", "By rule (not clear)"),
    "by_pool": ("按在库状态", "By pool state"),
    "by_rule_note": (
        "一宗地块可能有多条或没有，合计不等于总数",
        "A parcel may have several or none: these do not add up",
    ),
    "count_column": ("宗数", "Parcels"),
    "ha_column": ("公顷", "ha"),
    "mu_column": ("亩", "mu"),
    "share_of_filter": ("占宗数", "Share"),
    "no_statistics": ("没有可统计的地块", "No parcels to count"),
    "export_list": ("导出一览表", "Take the list away"),
    "export_xlsx": ("XLSX", "XLSX"),
    "export_pdf": ("PDF", "PDF"),
    "export_why": ("导出用途（记入台账）", "What it is for (goes into the log)"),
}
