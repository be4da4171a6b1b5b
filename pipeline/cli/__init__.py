"""The command line: what each command is called and takes; what it does stands in its own module.

Modules are imported when their command runs, so that the evening's score does not wait for the
tracker's or the trainer's libraries.
"""

import logging
import pkgutil
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipeline.base.compiled import cut_off
from pipeline.base.project import enter
from pipeline.base.run import stage
from pipeline.cli import groups
from pipeline.doctor.scripts import check_place


class _Commands(TyperGroup):
    """Typer takes the end of any file for a user's wish to stop; here it is none."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except EOFError as error:
            raise cut_off(error) from None


app = typer.Typer(
    name="undertow",
    cls=_Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(*, asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # noqa: PLC0415 - it loads slowly

        typer.echo(f"undertow {version('undertow')}")
        raise typer.Exit


@app.callback()
def begin(
    directory: Annotated[
        Path | None,
        typer.Option("-C", metavar="DIR", help="Work in the project of this folder."),
    ] = None,
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", help="Tell the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Which regime is the market in, and which is it moving into? Research, not advice."""
    enter(directory)


def _add_groups() -> None:
    """Take in the commands of every file in ``groups``, each group under its own heading."""
    for module in pkgutil.iter_modules(groups.__path__):
        group: typer.Typer = import_module(f"{groups.__name__}.{module.name}").group
        for command in group.registered_commands:
            command.rich_help_panel = module.name.capitalize()
        app.add_typer(group)


_add_groups()


def main() -> None:
    """Entry point of the ``undertow`` script."""
    logging.captureWarnings(capture=True)
    stage(_run, alone=False)


def _run() -> None:
    check_place(Path(sys.argv[0]), Path(sys.prefix))
    app()
