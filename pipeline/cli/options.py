"""Options that several commands take."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON document on stdout, for scripts.")]
Only = Annotated[
    list[str] | None, typer.Option(help="A series or a provider; may be given several times.")
]
