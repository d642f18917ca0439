"""Planted cases on facts beyond the first: title, contract, access, site conditions, land base."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from landgis.sample.frame import Ring
from landgis.sample.scene import BOTH, KINDS, Kind, box, register

_SHAPES: tuple[Ring, ...] = (
    box(0, 0, 44, 34),
    [(0, 0), (42, 0), (42, 34), (20, 34), (20, 24), (0, 24)],
    [(0, 0), (44, 0), (44, 26), (36, 34), (0, 34)],
    [(0, 0), (40, 0), (40, 33), (22, 31), (0, 27)],
)
_TITLE, _CONTRACT, _SITE = "homestead-title", "contract-use", "site-ready"


def _kind(
    key: str,
    title_zh: str,
    verdict: str,
    facts: Mapping[str, object],
    rule: str,
    *,
    chongming: str = "",
    letters: str = "JB",
    note: str = "",
) -> None:
    """Register a case that one fact decides; the control lines are clear."""
    shape = _SHAPES[sum(kind.draw.__module__ == __name__ for kind in KINDS.values()) % len(_SHAPES)]
    register(
        Kind(
            key, title_zh, verdict, "clear", lambda s: s.parcel(shape), (rule,), size=(46, 36), districts=BOTH,
            facts=facts, chongming=chongming, letters=letters, note=note,
        )
    )  # fmt: skip


_kind("title_homestead_right", "权利类型为宅基地使用权", "excluded", {"right_type": "5"}, _TITLE)
_kind(
    "title_homestead_code",
    "宗地代码为宅基地（JC）",
    "excluded",
    {},
    _TITLE,
    letters="JC",
    note="代码与权利类型不一，取最重",
)
_kind("title_disputed", "宗地代码表明使用权有争议（JW）", "excluded", {"right_type": pd.NA}, _TITLE, letters="JW")
_kind("title_state", "宗地代码为国有土地（GB）", "excluded", {"right_type": "3"}, _TITLE, letters="GB")
_kind("title_contracted", "权利类型为土地承包经营权", "flagged", {"right_type": "9"}, _TITLE)
_kind("title_missing", "编号不是宗地代码、权利类型未填", "unknown", {"right_type": pd.NA}, _TITLE, letters="")

_SIGNED = {"contract_signed": True, "contract_use_scheme": "guide2023"}
_HOUSING = _SIGNED | {"contract_use_code": "070102"}
_kind("contract_commodity", "合同用途为商品住宅", "excluded", _HOUSING | {"rental_only": False}, _CONTRACT)
_kind("contract_rental", "合同用途为租赁住房", "flagged", _HOUSING | {"rental_only": True}, _CONTRACT)
_kind("contract_homestead", "合同用途为农村宅基地", "excluded", _SIGNED | {"contract_use_code": "0703"}, _CONTRACT)
_kind("contract_farmland", "合同用途为耕地", "excluded", _SIGNED | {"contract_use_code": "0101"}, _CONTRACT)
_kind("contract_conditional", "合同用途为医疗卫生", "flagged", _SIGNED | {"contract_use_code": "0806"}, _CONTRACT)
_kind("contract_use_missing", "已签合同而用途未填", "unknown", {"contract_signed": True}, _CONTRACT)
_kind("contract_unstated", "是否已签合同未填", "unknown", {"contract_signed": pd.NA}, _CONTRACT)

_kind("access_unfit", "不符合产业准入", "excluded", {"access_fit": False}, "industry-access")
_kind("access_missing", "产业准入意见未填", "unknown", {"access_fit": pd.NA}, "industry-access")

_DRY = {"water_supply": False, "conditions_agreed": False}
_AGREED = {"water_supply": False, "conditions_agreed": True}
_kind("site_unready", "没有通水，也没有另行约定", "flagged", _DRY, _SITE, chongming="excluded")
_kind("site_agreed", "没有通水，双方另有约定", "clear", _AGREED, _SITE, chongming="excluded", note="崇明须达净地标准")
_kind("site_missing", "是否通电未填，也没有另行约定", "unknown", {"power": pd.NA}, _SITE)
_kind(
    "site_uncleared",
    "场地未清",
    "clear",
    {"site_cleared": False},
    _SITE,
    chongming="excluded",
    note="松江只问通路、通水、通电、平整",
)

_kind("base_not_listed", "未列入集体建设用地底数", "flagged", {"in_land_base": False}, "land-base")
_kind("base_missing", "是否列入底数未填", "unknown", {"in_land_base": pd.NA}, "land-base")
