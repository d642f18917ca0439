"""Room that a private cluster holds back on its disk, so that a full disk ends writing and never reading.

PostgreSQL stops altogether when it can no longer extend its log, and needs a little log even to start again. So a file
holds some room; it is given up where there is no other, and the server is then open for reading only.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from sqlalchemy import Connection

from landgis.domain.disk import MB, require_room

_RESERVE_BYTES = 64 * MB
_LOW_BYTES = 32 * MB
_GROWTH = 4
"""A row sent takes about this many times its bytes: table, indexes, and the log of both."""
_OPTION = "landgis_disk"


def settle_reserve(folder: Path) -> bool:
    """Hold room back where there is some, give it up where there is no other; return whether writing is possible.

    Parameters
    ----------
    folder
        The cluster's folder, on whose disk everything is.
    """
    reserve = folder / "reserve"
    free = shutil.disk_usage(folder).free
    if not reserve.exists() and free >= _RESERVE_BYTES + _LOW_BYTES:
        with reserve.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, _RESERVE_BYTES)
        return True
    if free < _LOW_BYTES:
        reserve.unlink(missing_ok=True)
    return reserve.exists()


def watching(folder: Path) -> dict[str, Path]:
    """Return the options of an engine whose bulk writing looks at this disk first."""
    return {_OPTION: folder}


def require_room_for(connection: Connection, row_bytes: int) -> None:
    """Raise ``DiskFull`` before the server would run out of room; an office server looks after its own disk.

    Parameters
    ----------
    row_bytes
        Bytes of rows about to be sent.
    """
    folder = connection.get_execution_options().get(_OPTION)
    if isinstance(folder, Path):
        require_room(folder, _GROWTH * row_bytes + _LOW_BYTES)
