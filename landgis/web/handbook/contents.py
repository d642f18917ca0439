"""All pages of the handbook, in their order."""

from __future__ import annotations

from landgis.web.handbook.chapter import Chapter
from landgis.web.handbook.checking import CHECKING
from landgis.web.handbook.handing_over import HANDING_OVER
from landgis.web.handbook.importing import IMPORTING
from landgis.web.handbook.planning import PLANNING
from landgis.web.handbook.pooling import POOLING
from landgis.web.handbook.start import START

CHAPTERS = (START, IMPORTING, CHECKING, POOLING, PLANNING, HANDING_OVER)
PICTURES = frozenset(step.picture for chapter in CHAPTERS for step in chapter.steps if step.picture)
"""Every picture that a page shows; the browser tests take them."""


def chapter_of(path: str) -> Chapter:
    """Return the page that belongs to a room: that of the longest matching path, else the first page."""
    fitting = [
        (len(room), chapter) for chapter in CHAPTERS for room in chapter.rooms
        if path == room or (room != "/" and path.startswith(f"{room}/"))
    ]  # fmt: skip
    return max(fitting, key=lambda found: found[0])[1] if fitting else START
