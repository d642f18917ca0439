"""The option that every command asks for that lets data out."""

from __future__ import annotations

from typing import Annotated

import typer

Why = Annotated[
    str,
    typer.Option(
        "--why", metavar="用途", help="给谁、作何用（必写），记入导出台账。 For whom and what for; always asked for."
    ),
]
