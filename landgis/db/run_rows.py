"""Rows by which the desk filters a run: written with it, from what it has just stored."""

from __future__ import annotations

from sqlalchemy import Connection

from landgis.db.bulk import copy_in, plain, read_frame
from landgis.db.statements import statement
from landgis.db.tables.runs import RUN_ROW
from landgis.frames.run_row import JUDGED, run_rows


def write_run_rows(connection: Connection, run_id: str) -> None:
    """Write the rows of a run whose parcels are stored; within the transaction that stores the run."""
    judged = read_frame(connection, statement("judged_parcels"), {"run_id": run_id}, JUDGED)
    rows = run_rows(judged)
    columns = {column.name: plain(rows[column.name]) for column in RUN_ROW.columns if column.name != "run_id"}
    copy_in(connection, RUN_ROW, {"run_id": [run_id] * len(rows)} | columns)
