"""The ``landgis`` command: the table of commands, and how an error is told."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from functools import cache
from typing import Annotated, Any

import typer

from landgis.cli import (
    codes,
    db,
    deciding,
    intents,
    jobs,
    layers,
    mapping,
    parcels,
    people,
    plans,
    pools,
    rules,
    runs,
    sample,
    serving,
    tasks,
)
from landgis.cli.backtesting import backtest
from landgis.cli.checking import check, overlay
from landgis.cli.demonstration import demo
from landgis.cli.doctor import doctor
from landgis.cli.explaining import explain
from landgis.cli.inspecting import inspect
from landgis.cli.layer_life import retire, state
from landgis.cli.map_adjustment import adjustment
from landgis.cli.measuring import layer_measure
from landgis.cli.misuse import told
from landgis.cli.opening import CLOSING
from landgis.cli.quality import layer_qc, parcel_qc
from landgis.cli.rule_tables import mode, terms
from landgis.cli.screening import screen
from landgis.cli.show import echo_error, echo_json
from landgis.cli.verifying import verify
from landgis.cli.working import worker
from landgis.errors import ExternalError, LandgisError, NeedsAnswer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    from landgis import __version__

    if wanted:
        typer.echo(f"landgis {__version__}")
        raise typer.Exit


@app.callback()
def landgis(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="显示版本。 Print the version.")
    ] = False,
) -> None:
    """农村集体经营性建设用地入市：筛查、储备、计划、制图、移交。 Collective construction land for the market: screen to sale."""


app.command()(demo)
app.command()(check)
app.command()(screen)
app.command()(verify)
app.command()(explain)
app.command()(overlay)
app.command()(inspect)
app.command()(doctor)
layers.app.command()(retire)
layers.app.command()(state)
layers.app.command("qc")(layer_qc)
layers.app.command("measure")(layer_measure)
parcels.app.command("qc")(parcel_qc)
app.add_typer(layers.app, name="layer")
app.add_typer(parcels.app, name="parcel")
app.add_typer(runs.app, name="run")
app.add_typer(pools.app, name="pool")
app.add_typer(intents.app, name="intent")
app.add_typer(tasks.app, name="task")
app.add_typer(plans.app, name="plan")
app.add_typer(deciding.app, name="decision")
mapping.app.command()(adjustment)
app.add_typer(mapping.app, name="map")
rules.app.command()(mode)
rules.app.command()(terms)
rules.app.command()(backtest)
app.add_typer(rules.app, name="rules")
app.add_typer(codes.app, name="codes")
app.add_typer(sample.app, name="sample")
app.add_typer(people.app, name="person")
app.add_typer(jobs.app, name="job")
app.add_typer(db.app, name="db")
app.command()(serving.serve)
app.command()(worker)
app.add_typer(mapping.export, name="export")


def main() -> None:
    """Run a command; every error of ours ends in a message and exit code 2, or 3 where an answer is all that lacks."""
    with ExitStack() as stack:
        token = CLOSING.set(stack)
        try:
            code = _run()
        finally:
            CLOSING.reset(token)
    sys.exit(code)


@cache
def _commands() -> Any:
    """Build the tree of commands, once: there are more than a hundred."""
    return typer.main.get_command(app)


def _run() -> int:
    try:
        code = _commands()(prog_name="landgis", standalone_mode=False)
    except LandgisError as error:
        return _tell(error)
    except OSError as error:
        echo_error(_os_error(error))
        return 2
    except typer.Abort:
        typer.echo("已中止 aborted", err=True)
        return 2
    except typer.TyperException as error:
        if str(error).startswith("Usage:"):  # a group without a command shows its help
            typer.echo(str(error))
            return 2
        return _tell(told(error, _asked()))
    return code if isinstance(code, int) else 0


def _asked() -> str:
    """Return the command that the line names, as far as there is one."""
    command: Any = _commands()
    path = ["landgis"]
    for word in sys.argv[1:]:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        path.append(word)
    return " ".join(path)


def _tell(error: LandgisError) -> int:
    """Print an error, and return the exit code."""
    if "--json" in sys.argv:
        echo_json({"error": error.as_dict()})
    echo_error(error)
    return 3 if isinstance(error, NeedsAnswer) else 2


def _os_error(error: OSError) -> LandgisError:
    """Say what the system refused: a full disk, a missing right, a folder where a file should be."""
    return ExternalError(
        f"系统拒绝了操作：{error.strerror or error}",
        f"The system refused: {error.strerror or error}",
        where=str(error.filename or ""),
        next_zh="请核对路径、权限和磁盘空间",
        next_en="Check the path, the rights and the space on the disk",
    )


if __name__ == "__main__":
    main()
