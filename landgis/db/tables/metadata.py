"""The one MetaData, names of constraints, and columns that many tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from geoalchemy2 import Geometry
from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Integer, MetaData, Table, Text, func
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSTZRANGE

SCHEMA = "landgis"
SRID = 4549
"""One working CRS for both districts: CGCS2000 / 3-degree Gauss-Kruger CM 120E."""

METADATA = MetaData(
    schema=SCHEMA,
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "ck": "%(table_name)s_%(constraint_name)s_check",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    },
)


def text(name: str, **options: Any) -> Column[str]:
    """Text column that must be filled, if only with an empty text."""
    return Column(name, Text, nullable=False, **options)


def maybe_text(name: str) -> Column[str]:
    """Text column where NULL means unknown."""
    return Column(name, Text)


def multipolygon(name: str = "geom") -> Column[Any]:
    """Multipolygon in the working CRS; its GiST index is named by ``spatial``."""
    return Column(name, Geometry("MULTIPOLYGON", srid=SRID, spatial_index=False), nullable=False)


def spatial(table: str, name: str = "geom") -> tuple[CheckConstraint, Index]:
    """Return what every geometry column has: a validity check and a GiST index."""
    valid = CheckConstraint(f"ST_IsValid({name}) AND NOT ST_IsEmpty({name})", name=f"{name}_valid")
    return valid, Index(f"{table}_{name}_gist", name, postgresql_using="gist")


def one_of(column: str, values: type[StrEnum] | tuple[str, ...]) -> CheckConstraint:
    """Restrict a text column to the values of an enumeration."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def by(name: str = "created_by", *, nullable: bool = False) -> Column[int]:
    """Person who did it."""
    return Column(name, Integer, ForeignKey(f"{SCHEMA}.person.person_id"), nullable=nullable)


def at(name: str = "created_at") -> Column[Any]:
    """Moment of the transaction that did it, by the database's clock."""
    return Column(name, DateTime(timezone=True), nullable=False, server_default=func.now())


def history() -> tuple[Column[Any], ...]:
    """Columns of a table that remembers its rows; triggers fill them, whatever a client says (migration 0002)."""
    known = Column("known", TSTZRANGE, nullable=False, server_default=sql("tstzrange(now(), NULL)"))
    return known, text("known_by", server_default=""), text("known_why", server_default="")


def history_of(table: Table) -> Table:
    """Return the table of what the rows of another one were; nobody writes it but the trigger."""
    columns = [Column(column.name, column.type, nullable=column.nullable) for column in table.columns]
    name = f"{table.name}_history"
    index = Index(f"{name}_known_gist", "known", postgresql_using="gist")
    return Table(name, METADATA, text("ended_by"), text("ended_why"), *columns, index)
