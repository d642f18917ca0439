"""Lines of plans, as the pool asks for them: who stands in which plan."""

from __future__ import annotations

import pandas as pd

from landgis.db.bulk import read_frame
from landgis.db.connect import Database
from landgis.db.statements import statement
from landgis.frames.paired import PLANNED


def lines_of_plans(database: Database, district: str, plan_id: str | None = None) -> pd.DataFrame:
    """Return the lines of the plans of a district that count now, or of one plan; ``frames.paired.PLANNED``.

    In every year the published plan counts, and of what is on its way the newest version.
    """
    keys = {"district": district, "plan_id": plan_id}
    with database.begin() as connection:
        return read_frame(connection, statement("lines_of_plans"), keys, PLANNED.columns)
