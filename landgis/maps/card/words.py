"""Every word of a card page that its content does not bring along, Chinese and English."""

from __future__ import annotations

LANGUAGES = ("zh", "en")

WORDS: dict[str, tuple[str, str]] = {
    "title": ("地块核查说明", "Parcel explained"),
    "verdict": ("结论", "Verdict"),
    "place": ("坐落", "Place"),
    "owner": ("权属单位", "Owner"),
    "certificate": ("权证号", "Certificate"),
    "run": ("筛查批次", "Run"),
    "not_stored": ("未入库的检查", "a check, not stored"),
    "pack": ("规则包", "Rule pack"),
    "as_of": ("截至", "As of"),
    "scope": ("范围", "Scope"),
    "scope_control-lines": ("只核对控制线", "control lines only"),
    "scope_full": ("全部规则", "every rule"),
    "area_planar": ("平面面积", "Planar area"),
    "area_ellipsoidal": ("椭球面积", "Ellipsoidal area"),
    "area_registered": ("证载面积", "Registered area"),
    "no_area": ("无", "none"),
    "area_method": ("面积口径", "Area method"),
    "stability": ("稳定性", "Stability"),
    "cards": ("问题清单", "Findings"),
    "no_cards": ("没有问题：所查规则全部符合", "Nothing found: every rule asked is clear"),
    "message": ("说明", "Finding"),
    "measured": ("实测", "Measured"),
    "fact": ("事实", "Fact"),
    "threshold": ("容差", "Tolerance"),
    "clause": ("依据", "Clause"),
    "also": ("另据", "Also"),
    "issued": ("{day} 印发", "issued {day}"),
    "layer": ("图层", "Layer"),
    "release": ("版本 {name}", "release {name}"),
    "no_release": ("无可用版本", "no release"),
    "document": ("文号 {number}", "document {number}"),
    "no_document": ("无文号", "no document number"),
    "dated": ("发布 {day}", "issued {day}"),
    "state_of_data": ("数据时点 {day}", "state of data {day}"),
    "expires": ("有效期至 {day}", "valid to {day}"),
    "usable_to": ("按更新周期可用至 {day}", "by its update cycle usable to {day}"),
    "accuracy": ("标称精度 {metres:g} 米", "stated accuracy {metres:g} m"),
    "coverage": ("覆盖", "Coverage"),
    "uncovered": ("未覆盖 {area}", "{area} not covered"),
    "overlap": ("压占", "Overlap"),
    "bare": ("所涉范围", "Ground"),
    "covered_part": ("（仅已覆盖部分）", " (of the covered part)"),
    "of_parcel": ("占地块 {share}", "{share} of the parcel"),
    "of_feature": ("占图斑 {share}", "{share} of the feature"),
    "ellipsoidal": ("椭球面积 {area} ㎡", "ellipsoidal {area} m²"),
    "pieces": ("{count} 块", "pieces: {count}"),
    "hits": ("图斑 {count} 个", "features: {count}"),
    "mean_width": ("均宽 {width}", "mean width {width}"),
    "feature": ("图斑", "Feature"),
    "more": ("另有 {count} 处，见 JSON", "{count} more, see the JSON"),
    "depth": ("最深", "Deepest"),
    "cause": ("成因", "Cause"),
    "cause_at": ("位置 东 {x} 北 {y}", "at E {x} N {y}"),
    "supply": ("由谁提供", "Who can supply"),
    "map": ("附图", "Map"),
    "map_whole": ("图中为全部问题范围", "all of the ground in question is shown"),
    "map_largest": ("共 {count} 块，图中为最大一块", "{count} pieces; the largest is shown"),
    "map_deepest": ("图中为最大一块的最深处", "the deepest place of the largest piece is shown"),
    "map_same": ("范围同附图 {number}", "the same ground as on map {number}"),
    "map_context": ("位置图", "Where it is"),
    "map_none": ("无图：不涉及图形", "no map: nothing to draw"),
    "no_geometry": ("地块无法量算，没有图", "The parcel cannot be measured: no map"),
    "legend": ("图例", "Legend"),
    "cures": ("能否补正", "Curable or not"),
    "cures_yes": ("可补正，共 {count} 项", "Curable: {count} step(s)"),
    "cures_no": ("不可补正", "Cannot be cured"),
    "cures_partly": ("不可补正；其余 {count} 项可补正", "Cannot be cured; {count} other step(s) could be"),
    "cures_none": ("无须补正", "Nothing to cure"),
    "edit": ("界线修改", "Edit"),
    "clear": ("已核对、符合", "Asked and clear"),
    "checked_layer": ("{layer}（{release}）", "{layer} ({release})"),
    "hits_overlapping": ("重叠图斑 {count} 个", "features on the parcel: {count}"),
    "hits_adverse": ("不利图斑 {count} 个", "features that speak against it: {count}"),
    "hits_underlying": ("所在图斑 {count} 个", "features it lies on: {count}"),
    "distance": ("相距 {distance}", "{distance} away"),
    "not_asked": ("未列入本次检查", "Not asked"),
    "nothing_asked": ("地块无法量算，没有核对任何规则", "The parcel cannot be measured: no rule was asked"),
    "none_not_asked": ("全部规则均已核对", "Every rule was asked"),
    "substitute_badge": ("替代数据", "stand-in"),
    "separator": ("；", "; "),
    "colon": ("：", ": "),
    "page": ("第 {page} 页 / 共 {pages} 页", "page {page} of {pages}"),
    "scale_note": (
        "比例尺按打印原大；屏幕上以图中线段比例尺为准。图形按 {crs} 投影坐标绘制，正上方为坐标北",
        "Scales hold on paper; on a screen use the bars. Drawn in {crs}, grid north is up",
    ),
}
"""Key → Chinese, English. A key that is not here fails at once."""


class Voice:
    """One language.

    Parameters
    ----------
    lang
        ``zh`` or ``en``.
    """

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self._place = LANGUAGES.index(lang)

    def __call__(self, key: str, **filled: object) -> str:
        """Say a word or sentence by its key."""
        return WORDS[key][self._place].format(**filled)

    def part(self, row: dict[str, object], name: str) -> str:
        """Take the half of a pair ``name_zh``, ``name_en`` that is in this language; empty where it is missing."""
        return str(row.get(f"{name}_{self.lang}") or "")

    def of(self, row: dict[str, object]) -> str:
        """Take the half of ``{"zh": …, "en": …}`` that is in this language."""
        return str(row[self.lang])
