"""The product's own doors: what becomes of a delivery."""

from __future__ import annotations

import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import FrameType

import geopandas as gpd
import pytest

from landgis.crs import name_of
from landgis.domain.catalogue import Catalogue
from landgis.domain.issue import Issue
from landgis.errors import LandgisError, NeedsAnswer
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.conforming.as_delivered import as_delivered
from landgis.exchange.conforming.layer import conform_layer
from landgis.exchange.conforming.parcels import conform_parcels
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.vector import read_vector
from landgis.quality.catalogue import cheap_rules, rules
from landgis.quality.check import check_layer
from landgis.services.checking.check_files import facts_table
from landgis.services.inspecting.inspect_file import Answers, inspect_file
from tests.badinput.build import square
from tests.badinput.case import Delivery
from tests.support.foreign import frame

LIMIT_S = 30
OF_READING = {"geometry_missing", "geometry_invalid", "geometry_type", "code_unrecognised"}
"""What reading itself must report; quality control does not stand in for it."""
PARCEL_IDS = ("310117109001", "310117109002")


@dataclass(frozen=True)
class Met:
    """What became of a delivery: an error, or issues, what quality control adds, and the rows that may be measured.

    ``crs`` and ``encoding`` are those it was read in.
    """

    error: LandgisError | None
    issues: tuple[Issue, ...] = ()
    rows: int = 0
    table: gpd.GeoDataFrame | None = None
    quality: frozenset[str] = frozenset()
    crs: str = ""
    encoding: str = ""

    @property
    def outcome(self) -> str:
        """``refused``, ``question``, ``issue`` or ``sound``."""
        if self.error is not None:
            asks = isinstance(self.error, NeedsAnswer) or self.error.code == "usage"
            return "question" if asks else "refused"
        return "issue" if self.issues or self.quality else "sound"

    @property
    def codes(self) -> set[str]:
        """Code of the error, or of all issues."""
        if self.error is not None:
            return {self.error.code}
        return {issue.code for issue in self.issues} | self.quality


@cache
def catalogue() -> Catalogue:
    """The catalogue as shipped."""
    return load_catalogue(Path(__file__).parents[2] / "layers")


def deliver(delivery: Delivery) -> Met:
    """Take a delivery in by its door; only an error of the family is caught."""
    take = {"facts": _facts, "raster": _raster}.get(delivery.door, _vector)
    try:
        return take(delivery)
    except LandgisError as error:
        return Met(error)


def _raster(delivery: Delivery) -> Met:
    """Rasters are looked at and never read as layers."""
    found = inspect_file(Path(delivery.path), Answers())
    if found.refusals:
        raise found.refusals[0]
    return Met(None, found.issues, crs=found.raster["crs"] if found.raster else "")


def _vector(delivery: Delivery) -> Met:
    raw = read_vector(delivery.path, **delivery.reading)
    if delivery.door == "parcels":
        return replace(_parcels(raw), quality=_quality(raw), crs=name_of(raw.crs), encoding=raw.encoding)
    conformed = conform_layer(raw, catalogue().require(delivery.key))
    issues = (*raw.issues, *conformed.issues)
    return Met(None, issues, len(conformed.features), conformed.features, _quality(raw), name_of(raw.crs), raw.encoding)


def _quality(raw: RawLayer) -> frozenset[str]:
    """Names of the quick quality rules that find something, as every import asks them."""
    found = check_layer(as_delivered(raw), rules=cheap_rules())
    return frozenset(rules()[code].name for code in found["rule"]) - OF_READING


def _parcels(raw: RawLayer, **options: object) -> Met:
    conformed = conform_parcels(raw, **options)  # type: ignore[arg-type]  # options of the one call below
    return Met(None, (*raw.issues, *conformed.issues), len(conformed.parcels), conformed.parcels)


def _facts(delivery: Delivery) -> Met:
    content = frame({"DKBM": list(PARCEL_IDS)}, [square(), square(200)])
    raw = RawLayer("地块", content, content.crs, "UTF-8", "", "GPKG", "0" * 64, Path(delivery.path).name)
    return _parcels(raw, facts=facts_table(Path(delivery.path)))


@contextmanager
def within_limit(seconds: int = LIMIT_S) -> Iterator[None]:
    """Fail what takes too long."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        pytest.fail(f"still at it after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def nothing_left(delivered: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the product a scratch folder of its own; afterwards that is empty and the delivery as it was."""
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    before = listing(delivered)
    yield
    assert listing(scratch) == {}, "left in the scratch folder"
    assert listing(delivered) == before, "the delivery was changed"


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Every file of a folder with size and time."""
    found = {}
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        found[str(path.relative_to(folder))] = (state.st_size, 0 if path.is_dir() else state.st_mtime_ns)
    return found
