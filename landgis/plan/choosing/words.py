"""The result of choosing in one paragraph, in Chinese and in English."""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from landgis.area import mu
from landgis.domain.portfolio import Proof
from landgis.plan.choosing.conflict import Conflict

Words = tuple[str, str]


def said_of(proof: Proof, chosen: pd.DataFrame, objective: Decimal, bound: Decimal, gap_share: Decimal) -> Words:
    """Say what was chosen and how good it is proven to be."""
    area_ha = sum(chosen["area_ha"], Decimal(0))
    zh = f"入选 {len(chosen)} 宗，{area_ha} 公顷（{mu(area_ha)} 亩），总分 {objective}；{proof.zh}"
    en = f"{len(chosen)} parcels, {area_ha} ha ({mu(area_ha)} mu), worth {objective}; "
    if proof is Proof.OPTIMAL:
        return f"{zh}。", f"{en}proven optimal."
    gap = f"{gap_share:.4%}"
    return (
        f"{zh}：任何组合总分不超过 {bound}，差距不超过 {gap}。",
        f"{en}not proven optimal: none is worth more than {bound}, a gap of at most {gap}.",
    )


def conflict_words(conflict: Conflict, table: pd.DataFrame) -> Words:
    """Say which constraints cannot hold together, and what next."""
    listed_zh = "；".join(f"{row.title_zh}（备选合计 {row.supply} {row.unit}）" for row in table.itertuples())
    listed_en = "; ".join(f"{row.title_en} (candidates: {row.supply} {row.unit})" for row in table.itertuples())
    if conflict.irreducible:
        next_zh, next_en = "放宽其中任一项，其余各项即可同时满足", "Let go of any one of them and the others can hold"
    else:
        next_zh, next_en = (
            "其中或有可去者，未及判定",
            "Some of them may not be needed for this; the effort did not reach",
        )
    return (
        f"以下约束不能同时满足：{listed_zh}。{next_zh}；或补齐未具备条件的备选地块后重新组合。",
        f"These constraints cannot hold together: {listed_en}. {next_en}; or complete what candidates are lacking, "
        "and choose again.",
    )


UNDECIDED: Words = (
    "在限定的搜索量内既未找到可行组合，也未证明无解；请放宽约束或加大搜索量后重试。",
    "Within the effort no portfolio was found, and none is proven not to exist; loosen constraints or allow more effort.",
)
