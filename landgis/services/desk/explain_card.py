"""The explained card of one parcel of a run: its page in every form, its pictures, and how it came to be."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import BEIJING
from landgis.errors import NotFound
from landgis.services.desk.check_layers import CheckLayers
from landgis.services.explaining.explain import Explained, explain_run
from landgis.services.register.parcel_history import Sentence, parcel_history

CONTEXT = "context"
_PAGES_KEPT = 64


@dataclass(frozen=True)
class Moment:
    """One thing that became known of a parcel, and where it stands between the first and the last (0 … 1)."""

    day: date
    who: str
    what: str
    zh: str
    en: str
    place: float


class ExplainCards:
    """Cards of stored runs. A run never changes, so the pictures of a page are drawn once for each who may see them.

    Parameters
    ----------
    catalogue, layers
        Titles of layers, and the indexes kept warm.
    """

    def __init__(self, catalogue: Catalogue, layers: CheckLayers) -> None:
        self._catalogue, self._layers = catalogue, layers
        self._drawn: OrderedDict[tuple[Person, str, str], Explained] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, database: Database, person: Person, run_id: str, parcel_id: str, day: date) -> Explained:
        """Explain a parcel as a run judged it, with what persons decided until a day.

        Raises
        ------
        NotFound
            If there is no such run, or the person sees no such parcel in it.
        """
        (page,) = explain_run(
            database, self._catalogue, run_id, [parcel_id], self._layers.indexes, day=day
        ).pages  # fmt: skip
        with self._lock:
            self._drawn[person, run_id, parcel_id] = page
            while len(self._drawn) > _PAGES_KEPT:
                self._drawn.popitem(last=False)
        return page

    def picture(self, database: Database, person: Person, run_id: str, parcel_id: str, rule_id: str, day: date) -> str:
        """Return the picture of a finding as SVG; ``context``: the parcel in its surroundings.

        Raises
        ------
        NotFound
            If there is none: the finding is about no ground.
        """
        with self._lock:
            page = self._drawn.get((person, run_id, parcel_id))
        page = page or self.page(database, person, run_id, parcel_id, day)
        svg = page.drawings.context if rule_id == CONTEXT else picture_of(page, rule_id)
        if not svg:
            raise NotFound(
                f"“{rule_id}”没有附图", f"“{rule_id}” has no picture", where=parcel_id,
                next_zh="该结论不涉及具体位置", next_en="The finding is about no place",
            )  # fmt: skip
        return svg


def picture_of(page: Explained, rule_id: str) -> str:
    """Return the map of a finding, or the map of another that shows the same ground; empty where there is none."""
    card = next((card for card in page.page["cards"] if card["rule_id"] == rule_id), None)
    if card is None:
        return ""
    number = card["number"] if card["number"] in page.drawings.conflicts else card["map_of"]
    return page.drawings.conflicts.get(number, "") if number is not None else ""


def moments(database: Database, parcel_id: str) -> list[Moment]:
    """Tell what became known of a parcel, as a line of time.

    Raises
    ------
    NotFound
        If there never was such a parcel, or it cannot be seen.
    """
    told = parcel_history(database, parcel_id)
    places = _places([sentence.moment for sentence in told])
    return [_moment(sentence, place) for sentence, place in zip(told, places, strict=True)]


def _moment(sentence: Sentence, place: float) -> Moment:
    day = sentence.moment.astimezone(BEIJING).date()
    return Moment(day, sentence.who, sentence.what, sentence.words.zh, sentence.words.en, place)


def _places(times: Sequence[datetime]) -> list[float]:
    """Half by time and half by order: days apart are told from years apart, and no two stand on one another."""
    first, last = times[0], times[-1]
    span = (last - first).total_seconds()
    steps = max(len(times) - 1, 1)
    return [
        0.5 * ((at - first).total_seconds() / span if span else 0.0) + 0.5 * number / steps
        for number, at in enumerate(times)
    ]
