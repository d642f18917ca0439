"""Opening the installation for one command, and closing it when the command ends, however it ends."""

from __future__ import annotations

from contextlib import ExitStack
from contextvars import ContextVar
from typing import TYPE_CHECKING

from landgis.cli.show import notice

if TYPE_CHECKING:
    from landgis.bootstrap import App

CLOSING: ContextVar[ExitStack] = ContextVar("closing")
"""What ``main`` closes after the command."""


def open_app(acting: str | None = None) -> App:
    """Build the app; its database is closed, and its notices said, when the command ends, but what takes long at once.

    Parameters
    ----------
    acting
        Account named with ``--as``.
    """
    from landgis.bootstrap import build

    app = build(acting, notice)
    CLOSING.get().callback(_end, app)
    return app


def _end(app: App) -> None:
    app.close()
    for zh, en in app.notices:
        notice(zh, en)
