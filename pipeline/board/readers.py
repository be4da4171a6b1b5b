"""Who reads a feature: rules of the desk, windows of the model, the states, other features."""

from collections.abc import Iterable, Iterator, Mapping

from features.registry import registered
from pipeline.settings.desk import DeskSettings


def readers(
    desk: DeskSettings, inputs: Mapping[str, Iterable[str]] | None = None
) -> dict[str, list[str]]:
    """Names of the readers of each feature; a feature without any is absent.

    Parameters
    ----------
    inputs
        Features that the model reads, by who in it does: its windows and its states.
    """
    found: dict[str, list[str]] = {}
    for reader, names in (*_rules(desk), *(inputs or {}).items(), *_features()):
        for name in names:
            found.setdefault(name, []).append(reader)
    return found


def _rules(desk: DeskSettings) -> Iterator[tuple[str, Iterable[str]]]:
    for step_name, step in desk.checklist.items():
        yield f"checklist: {step_name}", step.conditions
    for kind, rules in (("stack", desk.stack), ("event", desk.events), ("cascade", desk.cascade)):
        for name, rule in rules.items():
            yield f"{kind}: {name}", rule.conditions
    yield "liquidation-driven tape", desk.liquidation.conditions
    yield "open-interest reset", desk.reset.conditions
    yield "re-entry", desk.reentry
    for name, conditions in desk.playbooks.items():
        yield f"playbook: {name.replace('_', ' ')}", conditions
    yield "check of past calls", [desk.outcomes.correlation]


def _features() -> Iterator[tuple[str, Iterable[str]]]:
    known = registered()
    for name, feature in known.items():
        yield f"feature: {name}", [read for read in feature.recipe.arguments if read in known]
