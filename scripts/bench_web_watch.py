"""What a serving process holds: memory and connections."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg


@dataclass(frozen=True)
class Watched:
    """Resident memory of the server, MiB, and its connections to the database."""

    rss_mib: float
    connections: int


def watched(pid: int, connection: psycopg.Connection[Any]) -> Watched:
    """Look at a server once; the connection is closed."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    assert found is not None
    with connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND usename <> current_user"
        ).fetchone()
    assert row is not None
    return Watched(int(found[1]) / 1024, row[0])
