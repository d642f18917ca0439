"""A generated plan as a hand-out: lines with terms, the pool around them, totals."""

from __future__ import annotations

from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np

from landgis.frames.planned import LINES
from landgis.frames.spec import rows_of
from landgis.maps.handout import PlanHandout
from tests.support import plan_case, planned

HOSTILE = (
    "<script>window.hacked=1</script></script><img src=x onerror=window.hacked=2>{{7*7}}{% endraw %}'\"\u2028\u2029&lt;"
)
"""Everything that could leave a text in a page: tags, templates, quotes, line ends of scripts, entities."""


def plan_request(count: int = 24, pool: int = 6, **columns: Any) -> PlanHandout:
    """Return ``count`` lines, the last of them supplied, and ``pool`` other members; further columns overwrite."""
    drawn = plan_case.lines(count + pool, 3_000, 2_500, **columns)
    terms = {"quarter": [1, None, 3], "term_years": [40, None], "mode_certainty": ["decided", "undecided"],
             "trade_mode": ["open_bidding", None]}  # fmt: skip
    rows = [
        row | {name: values[number % len(values)] for name, values in terms.items()}
        for number, row in enumerate(rows_of(drawn.drop(columns="geometry").iloc[:count]))
    ]
    lines = gpd.GeoDataFrame(planned.lines(*rows), geometry=drawn.geometry[:count].to_numpy(), crs=drawn.crs)
    rest = drawn.iloc[count:].reset_index(drop=True)
    members = rest[["parcel_id", "verdict", "town_name", "village_name", "geometry"]]
    told = {"detail_zh": np.resize(np.array(["尚缺：通路", None], dtype=object), pool),
            "detail_en": np.resize(np.array(["still lacking: road", None], dtype=object), pool)}  # fmt: skip
    return PlanHandout(
        title_zh="松江区2027年度农村集体经营性建设用地入市供应计划（编制）",
        title_en="Songjiang 2027: supply plan",
        as_of=date(2026, 6, 30),
        drawn_on=date(2026, 7, 1),
        lines=lines.assign(muted=np.arange(count) == count - 1)[[*LINES.names, "muted", "geometry"]],
        members=members.assign(**told).astype({"detail_zh": "str", "detail_en": "str"}),
        totals_by_use=plan_case.totals(lines, ["planned_use_code", "planned_use_zh"]),
        totals_by_town=plan_case.totals(lines, ["town_code", "town_name"]),
        context=plan_case.context(drawn),
        sources=plan_case.sources(),
        substitute=True,
    )
