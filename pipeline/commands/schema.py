"""``undertow schema``: what each part of a call is, as JSON Schema."""

from pipeline.base.console import show_json
from pipeline.scoring.document import schema


def run() -> None:
    """Print the schema that every call of ``--json`` follows."""
    show_json(schema())
