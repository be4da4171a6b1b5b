"""Every benchmark in turn; ``--list`` tells what there is."""

import importlib
import pkgutil
from types import ModuleType
from typing import Annotated

import typer

import benchmarks
from benchmarks.command import Folder, Full, Output, asked, tell
from pipeline.base.console import out


def found() -> list[ModuleType]:
    """Modules of this package that measure something, by name."""
    names = sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__))
    modules = [importlib.import_module(f"benchmarks.{name}") for name in names if name[0] != "_"]
    return [module for module in modules if hasattr(module, "measure")]


def main(
    *,
    full: Full = False,
    folder: Folder = None,
    output: Output = None,
    only_list: Annotated[bool, typer.Option("--list", help="List them and stop.")] = False,
) -> None:
    """Run every benchmark; each also runs alone: python -m benchmarks.<name>."""
    for module in found():
        summary = (module.__doc__ or "").splitlines()[0]
        out.print(f"[bold]{module.__name__.partition('.')[2]}[/bold]: {summary}")
        if not only_list:
            tell(module.measure, asked(full=full, folder=folder), output)


if __name__ == "__main__":
    typer.run(main)
