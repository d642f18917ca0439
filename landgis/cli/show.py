"""Showing: text for people on a terminal, JSON for machines. Notices and progress go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from landgis.domain.issue import Issue
    from landgis.errors import LandgisError


def echo_json(data: Any) -> None:
    """Print JSON, Chinese readable, UTF-8 whatever the terminal says."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=str, allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.flush()


def echo_error(error: LandgisError) -> None:
    """Print what happened, where, and what next; Chinese first."""
    place = f"（{error.where}）" if error.where else ""
    typer.echo(f"错误：{error.zh}{place}", err=True)
    if error.next_zh:
        typer.echo(f"  请：{error.next_zh}", err=True)
    typer.echo(f"Error: {error.en}" + (f" [{error.where}]" if error.where else ""), err=True)
    if error.next_en:
        typer.echo(f"  Next: {error.next_en}", err=True)


def notice(zh: str, en: str) -> None:
    """Say something aloud beside the result."""
    typer.echo(f"注意：{zh}\nNotice: {en}", err=True)


def echo_issues(issues: Sequence[Issue], limit: int = 10) -> None:
    """Print issues, and say how many were not printed."""
    for issue in issues[:limit]:
        typer.echo(
            f"  [{issue.severity.zh} {issue.code}] {issue.where}：{issue.message_zh} | {issue.message_en}", err=True
        )
    if len(issues) > limit:
        typer.echo(f"  另有 {len(issues) - limit} 条，见 --json 或 show | {len(issues) - limit} more", err=True)


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """Print a table."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(title=title or None, title_justify="left", header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*(Text("" if cell is None else str(cell)) for cell in row))
    Console().print(grid)


@contextmanager
def progress(zh: str) -> Iterator[Any]:
    """Show a running line on a terminal; yield a function that names the present step."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _step: None
        return
    with console.status(zh) as status:
        yield lambda step: status.update(f"{zh} {step}")
