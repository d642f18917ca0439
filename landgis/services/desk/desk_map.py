"""What the desk's map shows: which layers, in which order, with which symbols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from landgis.domain.catalogue import Catalogue
from landgis.domain.layer import Coverage, Release
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.maps.classes import LayerClass, classes_of
from landgis.maps.style import VERDICT_EN, Symbol, layer_symbol, verdict_symbol

GROUPS = ("lines", "land", "rights", "base")
"""Groups of the layer tree: the three lines, land use, rights, base map."""
_ORDER = {  # from the ground up
    "water": "base",
    "road": "base",
    "planned_land_use": "land",
    "survey_land_use": "land",
    "ownership_parcel": "rights",
    "use_right_parcel": "rights",
    "permanent_basic_farmland": "lines",
    "ecological_redline": "lines",
    "homestead": "rights",
    "village_construction_boundary": "land",
    "development_boundary": "lines",
    "village": "base",
    "town": "base",
}
_HIDDEN_AT_FIRST = {
    "planned_land_use", "survey_land_use", "ownership_parcel", "use_right_parcel", "village_construction_boundary",
    "village",
}  # fmt: skip
_ABOVE = {"permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary"}
"""Layers whose outline is drawn over the parcels once more: there a conflict is seen."""
_COARSEST_M_PER_PX = {"survey_land_use": 14.0, "ownership_parcel": 14.0, "use_right_parcel": 14.0}
"""Layers of many small areas turn into a blot beyond this: 14 m a pixel is 1:50,000."""
PIXEL_M = 0.00028
"""The pixel that a scale counts with (OGC), metres."""
LABELLED = "town"
"""The layer whose names are written on the map."""


@dataclass(frozen=True)
class LegendEntry:
    """One line of the legend."""

    key: str
    zh: str
    en: str
    symbol: Symbol


@dataclass(frozen=True)
class MapLayer:
    """One layer of the map.

    Attributes
    ----------
    key, group
        Layer key of the catalogue, and its group of the layer tree.
    title_zh, title_en
        What the legend prints.
    symbol
        How it is drawn.
    release
        Edition shown: the one the run stood on, else the one in force on the run's day. None: the run wanted the layer
        and had none.
    state
        What that edition could say on the run's day, by its dates.
    judged
        Whether the run was judged by it.
    visible
        Whether it is drawn at first.
    above
        Whether its outline is drawn over the parcels once more.
    coarsest_m_per_px
        Resolution beyond which it is not drawn; None: drawn at every scale.
    classes
        What the legend lists under it; empty: it has one symbol.
    """

    key: str
    group: str
    title_zh: str
    title_en: str
    symbol: Symbol
    release: Release | None
    state: Coverage
    judged: bool
    visible: bool
    above: bool = False
    coarsest_m_per_px: float | None = None
    classes: tuple[LayerClass, ...] = ()

    @property
    def currency(self) -> date | None:
        """The day whose ground the data show, else the day of the paper; None where neither is known."""
        return (self.release.state_of_data_on or self.release.issued_on) if self.release is not None else None


def verdict_legend() -> list[LegendEntry]:
    """Return the verdicts with their symbols, the worst first."""
    worst_first = sorted(VERDICTS, key=lambda verdict: -verdict.severity)
    return [LegendEntry(str(row), row.zh, VERDICT_EN[row], verdict_symbol(row)) for row in worst_first]


def verdict_words(verdict: str) -> tuple[str, str]:
    """Return an outcome in Chinese and English."""
    outcome = Outcome(verdict)
    return outcome.zh, VERDICT_EN.get(outcome, "not asked")


def context_keys(judged: Mapping[str, str]) -> list[str]:
    """Return the layers worth showing that a run was not judged by."""
    return [key for key in _ORDER if key not in judged]


def from_the_ground(keys: Iterable[str]) -> list[str]:
    """Return layers in the order in which they are drawn, the lowest first."""
    places = {key: place for place, key in enumerate(_ORDER)}
    return sorted(dict.fromkeys(keys), key=lambda key: places.get(key, len(places)))


def coarsest_scale(key: str) -> int | None:
    """Return the denominator beyond which a layer is not drawn, by the pixel that a scale counts with; None: at every scale."""
    coarsest = _COARSEST_M_PER_PX.get(key)
    return None if coarsest is None else round(coarsest / PIXEL_M)


def map_layers(
    catalogue: Catalogue, judged: Mapping[str, str], releases: Mapping[str, Release], as_of: date
) -> list[MapLayer]:
    """Return the layers of the map from the ground up.

    Parameters
    ----------
    catalogue
        For titles and styles.
    judged
        Edition by layer of the run; '' where there was none.
    releases
        Releases at hand, by layer: the run's own and those of context.
    as_of
        The run's day.
    """
    keys = [key for key in (*_ORDER, *(key for key in judged if key not in _ORDER)) if key in judged or key in releases]
    return [_layer(catalogue, key, key in judged, releases.get(key), as_of) for key in keys]


def _layer(catalogue: Catalogue, key: str, judged: bool, release: Release | None, as_of: date) -> MapLayer:
    spec = catalogue.require(key)
    return MapLayer(
        key=key,
        group=_ORDER.get(key, "land"),
        title_zh=spec.style.legend_zh,
        title_en=spec.style.legend_en,
        symbol=layer_symbol(spec.style),
        release=release,
        state=release.state_on(as_of) if release is not None else Coverage.ABSENT,
        judged=judged,
        visible=release is not None and key not in _HIDDEN_AT_FIRST,
        above=key in _ABOVE,
        coarsest_m_per_px=_COARSEST_M_PER_PX.get(key),
        classes=classes_of(spec.class_by),
    )
