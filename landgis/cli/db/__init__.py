"""``landgis db``: the database of this installation."""

from __future__ import annotations

import typer

from landgis.cli.db import keeping, server

app = typer.Typer(no_args_is_help=True, help="数据库。 The database.")
app.command()(server.start)
app.command()(server.stop)
app.command()(server.status)
app.command()(server.upgrade)
app.command()(server.roles)
app.command()(keeping.backup)
app.command()(keeping.restore)
app.command()(keeping.fingerprint)
