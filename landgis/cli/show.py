"""Showing: text for people on a terminal, JSON for machines. Notices and progress go to stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unicodedata import category

import typer

_NARROW = 6
"""Cells that a column of a table needs at least, to be read at all."""
_UNSEEN = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
"""Unicode categories of what is no visible character."""

if TYPE_CHECKING:
    from landgis.domain.issue import Issue
    from landgis.domain.question import Question
    from landgis.errors import LandgisError


def echo_json(data: Any) -> None:
    """Print JSON, Chinese readable, UTF-8 whatever the terminal says; indented where a person reads it."""
    indent = 2 if sys.stdout.isatty() else None  # a program reads one line as well, and it is written many times faster
    text = json.dumps(data, ensure_ascii=False, indent=indent, default=str, allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.flush()


def echo_error(error: LandgisError) -> None:
    """Print what happened, where, and what next; Chinese first. A question shows its candidates."""
    questions: tuple[Question, ...] = getattr(error, "questions", ())
    place = f"（{error.where}）" if error.where else ""
    _say(f"错误：{error.zh}{place}")
    if error.next_zh:
        _say(f"  请：{error.next_zh}")
    for question in questions:
        _say_candidates(question)
    _say(f"Error: {error.en}" + (f" [{error.where}]" if error.where else ""))
    if error.next_en:
        _say(f"  Next: {error.next_en}")


def _say_candidates(question: Question) -> None:
    """List the likely answers as they would be typed, best first, each with its evidence and how text would read."""
    for number, candidate in enumerate(question.candidates, 1):
        _say(f"  {number}. {question.option} {candidate.value}")
        _say(f"     {candidate.evidence_zh}")
        _say(f"     {candidate.evidence_en}")
        for row in candidate.preview:
            _say(f"       {row}")


def _say(text: str) -> None:
    typer.echo(printable(text), err=True)


def printable(text: str) -> str:
    """Replace what could move the cursor, colour the terminal or turn the reading direction: names come from files."""
    return "".join("\ufffd" if category(mark) in _UNSEEN and mark != "\n" else mark for mark in text)


def notice(zh: str, en: str) -> None:
    """Say something aloud beside the result."""
    typer.echo(f"注意：{zh}\nNotice: {en}", err=True)


def echo_issues(issues: Sequence[Issue], limit: int = 10) -> None:
    """Print issues, and say how many were not printed."""
    for issue in issues[:limit]:
        _say(f"  [{issue.severity.zh} {issue.code}] {issue.where}：{issue.message_zh} | {issue.message_en}")
    if len(issues) > limit:
        typer.echo(f"  另有 {len(issues) - limit} 条，见 --json 或 show | {len(issues) - limit} more", err=True)


def table(
    columns: Sequence[str],
    rows: Sequence[Sequence[object]],
    title: str = "",
    *,
    ruled: bool = False,
    whole: Collection[int] = (),
) -> None:
    """Print a table.

    Parameters
    ----------
    ruled
        With a line between rows that are several lines high.
    whole
        Numbers of the columns whose lines are never cut (identifiers); where the terminal is too narrow for that, the
        rows are printed as plain lines instead.
    """
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    cells = [["" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    widths = {
        number: max((cell_len(line) for row in (columns, *cells) for line in row[number].split("\n")), default=0)
        for number in whole
    }
    console = Console()
    if sum(widths.get(number, _NARROW) + 3 for number in range(len(columns))) >= console.width and widths:
        _plain_rows(columns, cells, title)
        return
    grid = Table(title=title or None, title_justify="left", header_style="bold", show_lines=ruled)
    for number, column in enumerate(columns):
        grid.add_column(column, overflow="fold", no_wrap=number in widths, min_width=widths.get(number))
    for row in cells:
        grid.add_row(*map(Text, row))
    console.print(grid)


def _plain_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], title: str) -> None:
    """Print every cell on lines of its own, under its heading."""
    if title:
        typer.echo(title)
    for row in rows:
        for column, cell in zip(columns, row, strict=True):
            typer.echo(f"{' '.join(column.split())}: " + cell.replace("\n", "\n    "))
        typer.echo("")


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
