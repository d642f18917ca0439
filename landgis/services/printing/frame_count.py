"""How much of a filter lies in the frame of a print, before anything is drawn."""

from __future__ import annotations

from landgis.db.connect import Database
from landgis.db.in_frame import count_in_frame
from landgis.db.runs import RunStore
from landgis.domain.parcel_filter import ParcelFilter
from landgis.maps.sheet.prints import frame, layout_of
from landgis.services.desk.desk_table import Total, summed
from landgis.services.printing.place import Place


def counted_in_frame(database: Database, run_id: str, wanted: ParcelFilter, place: Place) -> Total:
    """Count the parcels of a filter that share ground with a frame, as the print will.

    Raises
    ------
    NotFound
        If there is no such run.
    UsageError
        If there is no such paper or scale.
    """
    head = RunStore(database).head(run_id)
    view = frame(layout_of(place.paper, place.turn), place.scale, (place.east, place.north))
    return summed(*count_in_frame(database, head.run_id, wanted, view.bounds_m))
