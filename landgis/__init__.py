"""landgis: which collectively owned construction land may enter the market, on the map and by the law.

``landgis.connect()`` gives a notebook the same services as the command line and the web page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from landgis.domain.program import VERSION

__version__ = VERSION

if TYPE_CHECKING:
    from landgis.notebook import Session


def connect() -> Session:
    """Open a session for notebooks: frames in, frames out.

    Returns
    -------
    landgis.notebook.Session
        The services of this installation, bound to its settings and its database.
    """
    from landgis.notebook import connect as open_session  # the GIS stack costs seconds: only on use

    return open_session()
