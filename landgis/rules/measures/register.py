"""The register: every measure that a pack may name."""

from __future__ import annotations

from functools import partial

from landgis.domain.raster import CellMeasure
from landgis.rules.measures.approvals import APPROVED
from landgis.rules.measures.areas import (
    PLANNED,
    SURVEY,
    boundary_side,
    class_area,
    outside_area,
    overlap_area,
    survey_area,
)
from landgis.rules.measures.cells import COVERS, cover_share, height
from landgis.rules.measures.conversion import CATEGORIES as CONVERSION
from landgis.rules.measures.conversion import farmland_conversion
from landgis.rules.measures.evidence import Measure, Speaks
from landgis.rules.measures.facts import (
    CONTRACT_USE,
    PLANNED_USE,
    SITE,
    TITLES,
    contract_use,
    planned_use,
    site_conditions,
    title_code,
    yes_no,
)
from landgis.rules.measures.water import BLUE_LINE, overlap_permitted
from landgis.rules.measures.water import CATEGORIES as PERMITS

_CLASS, _GROUND = Speaks.CLASS, Speaks.GROUND
_HEIGHT = ("height",)
_PERMIT, _RIGHT = ("river_filling_approved",), ("right_type",)
_APPROVAL = ("conversion_approved_on", "conversion_document")
_PLAN = ("planned_use_code", "planned_use_scheme", "rental_only")
_CONTRACT = ("contract_use_code", "contract_use_scheme", "contract_signed", "rental_only")
_SITE = ("road", "water_supply", "power", "levelled", "conditions_agreed")

MEASURES: dict[str, Measure] = {
    "overlap_area": Measure("m2", ("overlap",), True, overlap_area),
    "boundary_side": Measure("m2", ("inside", "across"), True, boundary_side),
    "overlap_permitted": Measure("m2", PERMITS, True, overlap_permitted, also=(BLUE_LINE,), facts=_PERMIT),
    "outside_area": Measure("m2", ("outside",), True, outside_area, speaks=_GROUND),
    "survey_class_area": Measure("m2", SURVEY, True, survey_area, speaks=_CLASS, also=(APPROVED,), facts=_APPROVAL),
    "planned_class_area": Measure("m2", PLANNED, True, class_area, speaks=_CLASS),
    "farmland_conversion": Measure(
        "m2", CONVERSION, True, farmland_conversion, speaks=_GROUND, also=(APPROVED,), facts=_APPROVAL
    ),
    "cover_share": Measure("share", COVERS, True, cover_share, reads_cells=True, speaks=_GROUND),
    "height_mean": Measure("m", _HEIGHT, True, partial(height, measure=CellMeasure.MEAN_M), True, _GROUND),
    "height_max": Measure("m", _HEIGHT, True, partial(height, measure=CellMeasure.MAX_M), True, _GROUND),
    "height_min": Measure("m", _HEIGHT, True, partial(height, measure=CellMeasure.MIN_M), True, _GROUND),
    "yes_no": Measure("yes_no", ("yes", "no", "missing"), False, yes_no),
    "planned_use": Measure("code", PLANNED_USE, False, planned_use, facts=_PLAN),
    "contract_use": Measure("code", CONTRACT_USE, False, contract_use, facts=_CONTRACT),
    "title_code": Measure("code", TITLES, False, title_code, facts=_RIGHT),
    "site_conditions": Measure("code", SITE, False, site_conditions, facts=_SITE),
}
