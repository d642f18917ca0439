"""By which articles the districts' plans ask what of a line of the annual plan, and which findings answer it."""

from __future__ import annotations

from landgis.domain.planning import PlanCheck

DOCUMENTS: dict[str, str] = {
    "songjiang": "沪松府〔2023〕84号",
    "chongming": "崇明区试点推进工作方案（2023-06-27）",
}
"""District → the plan that the articles are of, as it is cited."""
CLAUSES: dict[str, dict[PlanCheck, str]] = {
    "songjiang": {
        PlanCheck.PLANNING_SETTLED: "二（二）、三（五）1",
        PlanCheck.TITLE_CLEAR: "二（二）",
        PlanCheck.OWNER_WILLING: "三（五）1",
        PlanCheck.LAYOUT_FIT: "二（一）、三（五）1、三（八）",
        PlanCheck.MARKET_KNOWN: "三（五）1",
        PlanCheck.SITE_READY: "二（二）",
        PlanCheck.HOUSING_PLAN: "二（二）",
    },
    "chongming": {
        PlanCheck.PLANNING_SETTLED: "四（五）",
        PlanCheck.TITLE_CLEAR: "四（四）、四（五）",
        PlanCheck.OWNER_WILLING: "四（五）",
        PlanCheck.LAYOUT_FIT: "四（三）、四（五）",
        PlanCheck.MARKET_KNOWN: "四（五）",
        PlanCheck.INVESTOR_FOUND: "四（五）",
        PlanCheck.SITE_READY: "四（五）",
        PlanCheck.HOUSING_PLAN: "四（五）",
    },
}
"""District → check → article of its plan; a check without one is not asked there."""
CHECK_RULES: dict[PlanCheck, tuple[str, ...]] = {
    PlanCheck.PLANNING_SETTLED: ("planned-use", "planned-use-map", "unit-plan"),
    PlanCheck.TITLE_CLEAR: (
        "registration", "ownership-registration", "dispute", "restriction", "homestead-title", "ownership-cover",
    ),
    PlanCheck.LAYOUT_FIT: (
        "development-boundary", "land-acquisition", "village-construction-boundary", "industry-access",
    ),
    PlanCheck.SITE_READY: ("site-ready", "compensation", "water-crossing"),
}  # fmt: skip
"""Checks that the findings of the screening run answer; the others are answered by facts and by what the bureau states."""
