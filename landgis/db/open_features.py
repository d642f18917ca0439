"""Features for outsiders: the views of ``landgis_open`` in the desk's role, page by page, outlines as GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Double,
    Integer,
    TableClause,
    Text,
    and_,
    column,
    false,
    func,
    or_,
    select,
    table,
    text,
)

from landgis.db.connect import Database
from landgis.db.open_filter import KNOWN_GROUND, Conditions
from landgis.db.tables.metadata import SRID
from landgis.domain.district import BEIJING
from landgis.domain.layer import Secrecy
from landgis.domain.open_data import Box, OpenCollection, OpenCrs, OpenQuery

SECONDS = 20
"""A question that takes longer is given up."""
_TYPES: dict[str, Any] = {
    "text": Text, "whole": Integer, "decimal": Double, "flag": Boolean, "day": Date, "moment": DateTime(timezone=True),
}  # fmt: skip
_SLACK_M = 200.0
"""How far the sides of a box bend between its corners when its CRS changes, generously."""
_STEP_DEGREES = 0.5
_GUARD = (text("SET TRANSACTION READ ONLY"), text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))


@dataclass(frozen=True)
class OpenFeature:
    """A feature: its id, its properties as JSON holds them, its outline as a GeoJSON geometry."""

    feature_id: str
    properties: dict[str, Any]
    geometry: dict[str, Any]


@dataclass(frozen=True)
class OpenPage:
    """A page of features, and how many there are altogether."""

    features: tuple[OpenFeature, ...]
    matched: int


class OpenReader:
    """What somebody may read of a database.

    Parameters
    ----------
    database
        Opened in the role ``landgis_desk``, as he sees it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, collection: OpenCollection, query: OpenQuery, marks: Sequence[Secrecy]) -> OpenPage:
        """Return one page of a collection.

        Parameters
        ----------
        marks
            Marks of secrecy whose rows may be seen.

        Raises
        ------
        UsageError
            If the filter cannot be read.
        DatabaseError
            If the question takes too long, or the database is not there.
        """
        view = _view(collection)
        wanted = and_(_let_out(view, collection, marks), *_conditions(view, collection, query))
        rows = (
            select(*_columns(view, collection), _outline(view, query.crs))
            .where(wanted)
            .order_by(*(view.c[name] for name in collection.order))
            .limit(query.limit)
            .offset(query.offset)
        )
        with self._reading() as connection:
            matched = connection.scalar(select(func.count()).select_from(view).where(wanted))
            found = connection.execute(rows).all() if matched else []
        return OpenPage(tuple(_feature(collection, row) for row in found), matched or 0)

    def one(
        self, collection: OpenCollection, feature_id: str, crs: OpenCrs, marks: Sequence[Secrecy]
    ) -> OpenFeature | None:
        """Return one feature; None where there is none of this id, or none that may be seen."""
        view = _view(collection)
        rows = select(*_columns(view, collection), _outline(view, crs)).where(
            _let_out(view, collection, marks), view.c[collection.id_field] == feature_id
        )
        with self._reading() as connection:
            row = connection.execute(rows).first()
        return None if row is None else _feature(collection, row)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with self._database.begin() as connection:
            for statement in _GUARD:
                connection.execute(statement)
            yield connection


def _view(collection: OpenCollection) -> TableClause:
    """Return the view of a collection: what the domain declares of it, and what rows are chosen by."""
    columns = [column(field.name, _TYPES[field.kind]) for field in collection.fields]
    chosen_by = [column("layer", Text)] if collection.layer else []
    return table(collection.view, *columns, *chosen_by, column("geom", Geometry(srid=SRID)), schema="landgis_open")


def _columns(view: TableClause, collection: OpenCollection) -> list[ColumnElement[Any]]:
    return [view.c[field.name] for field in collection.fields]


def _outline(view: TableClause, crs: OpenCrs) -> ColumnElement[str]:
    """Return the outlines as text, in the CRS asked for and in the order of axes that its authority gives."""
    placed: Any = view.c.geom if crs.srid == SRID else func.ST_Transform(view.c.geom, crs.srid)
    ordered = func.ST_FlipCoordinates(placed) if crs.northing_first else func.ST_ForcePolygonCCW(placed)
    return func.ST_AsGeoJSON(ordered, crs.decimals, 0).label("outline")


def _let_out(view: TableClause, collection: OpenCollection, marks: Sequence[Secrecy]) -> ColumnElement[bool]:
    seen = view.c.secrecy.in_([mark.value for mark in marks])
    return and_(seen, view.c.layer == collection.layer) if collection.layer else seen


def _conditions(view: TableClause, collection: OpenCollection, query: OpenQuery) -> Iterator[ColumnElement[bool]]:
    if query.boxes:
        yield or_(*(_meets(view.c.geom, box, query.box_crs) for box in query.boxes))
    if query.period is not None:
        yield _within(view, collection, *query.period)
    for name, value in query.equal.items():
        yield view.c[name] == value
    if query.condition is not None:
        named = {field.name: (field.kind, view.c[field.name]) for field in collection.fields}
        yield Conditions(named, view.c.geom, query.condition_crs).of(query.condition)


def _meets(geom: ColumnElement[Any], box: Box, crs: OpenCrs) -> ColumnElement[bool]:
    """Whether an outline meets a box, whose sides are straight in its own CRS."""
    if crs.srid == SRID:
        return func.ST_Intersects(geom, func.ST_MakeEnvelope(*box, SRID))
    west, south, east, north = KNOWN_GROUND
    cut = (max(box[0], west), max(box[1], south), min(box[2], east), min(box[3], north))
    if cut[0] > cut[2] or cut[1] > cut[3]:
        return false()
    there = func.ST_MakeEnvelope(*cut, crs.srid)
    near = func.ST_Expand(func.ST_Transform(func.ST_Segmentize(there, _STEP_DEGREES), SRID), _SLACK_M)
    return and_(func.ST_Intersects(geom, near), func.ST_Intersects(func.ST_Transform(geom, crs.srid), there))


def _within(
    view: TableClause, collection: OpenCollection, start: datetime | None, end: datetime | None
) -> ColumnElement[bool]:
    """Whether a feature's own time lies in a period; a feature without a time always does, as the standard has it."""
    when = view.c[collection.time_field]
    field = collection.field(collection.time_field)
    by_day = field is not None and field.kind == "day"
    first, last = (_day(moment) if by_day else moment for moment in (start, end))
    sides = [when >= first] if first is not None else []
    sides += [when <= last] if last is not None else []
    return or_(when.is_(None), and_(*sides)) if sides else when.is_(None) | when.is_not(None)


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.astimezone(BEIJING).date()


def _feature(collection: OpenCollection, row: Any) -> OpenFeature:
    told = row._mapping
    properties = {field.name: _plain(told[field.name]) for field in collection.fields}
    return OpenFeature(told[collection.id_field], properties, json.loads(told["outline"]))


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it; moments in Beijing time with their offset."""
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
