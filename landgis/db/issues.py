"""Issues of a layer or of an import: the same columns, two tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from landgis.db.bulk import copy_in
from landgis.domain.issue import Issue, Severity


def add_issues(connection: Connection, table: Table, issues: Sequence[Issue], **key: Any) -> None:
    """Store issues in their order under a key (a release, an import)."""
    count = len(issues)
    columns: dict[str, list[Any]] = {name: [value] * count for name, value in key.items()}
    columns |= {
        "ordinal": list(range(1, count + 1)),
        "code": [issue.code for issue in issues],
        "severity": [issue.severity.value for issue in issues],
        "where_text": [issue.where for issue in issues],
        "message_zh": [issue.message_zh for issue in issues],
        "message_en": [issue.message_en for issue in issues],
    }
    copy_in(connection, table, columns)


def issues_of(connection: Connection, table: Table, **key: Any) -> list[Issue]:
    """Return the issues stored under a key, in their order."""
    query = select(table).where(*(table.c[name] == value for name, value in key.items())).order_by(table.c.ordinal)
    return [
        Issue(row.code, Severity(row.severity), row.where_text, row.message_zh, row.message_en)
        for row in connection.execute(query)
    ]
