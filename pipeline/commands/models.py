"""``undertow models``: every registered version, who is champion and why."""

from typing import Any

from pipeline import params
from pipeline.base.console import out, paragraph, show_json, show_table, table
from pipeline.tracking import champion
from pipeline.tracking.record import ModelVersion
from pipeline.tracking.registry import Registry

_TEXTS = ("role", "verdict", "as of", "created")


def run(*, as_json: bool) -> None:
    """Print the versions, newest first."""
    registry = Registry.of(params.load())
    found = registry.versions()
    if as_json:
        show_json([_document(version) for version in found])
        return
    rows = (
        (
            str(version.version),
            ", ".join(version.aliases),
            version.tags.get(champion.VERDICT, ""),
            version.tags.get("as_of", ""),
            f"{version.created:%Y-%m-%d %H:%M}",
        )
        for version in found
    )
    title = f"versions of {registry.name}: {len(found)}"
    show_table(table(title, "version", *_TEXTS, text=_TEXTS, rows=rows))
    for version in found:
        for gate, text in _reasons(version).items():
            if gate == champion.FIRST or not text.startswith("passed"):
                line = f"version {version.version}, {gate.replace('_', ' ')}: {text}"
                out.print(paragraph(line))


def _document(version: ModelVersion) -> dict[str, Any]:
    return {
        "version": version.version,
        "aliases": list(version.aliases),
        "created": version.created.isoformat(),
        "run_id": version.run_id,
        "verdict": version.tags.get(champion.VERDICT),
        "reasons": _reasons(version),
        "tags": dict(version.tags),
    }


def _reasons(version: ModelVersion) -> dict[str, str]:
    prefix = f"{champion.VERDICT}."
    known = (champion.AGAINST, champion.DESPITE)
    return {
        key.removeprefix(prefix): text
        for key, text in version.tags.items()
        if key.startswith(prefix) and key not in known
    }
