"""Champion and challenger: the newest model challenges, and scores once it has earned it."""

from models.evaluation.promotion import Decision
from pipeline.base.errors import ModelError
from pipeline.tracking.record import ModelVersion
from pipeline.tracking.registry import Registry

CHAMPION, CHALLENGER = "champion", "challenger"

VERDICT = "promotion"
"""Tag: ``passed``, ``refused`` or ``first``; a gate's reason stands in ``promotion.<gate>``.

``first`` is a model that did not pass every gate while there was no champion to compare with."""

AGAINST = "promotion.against"
"""Tag: version of the champion that the gates compared with, ``none`` for the first model."""

DESPITE = "promotion.despite"
"""Tag: why a person overruled the gates."""

FIRST = "first"
"""Verdict, and the reason with it, of a model that scores because there was no other."""

_PASSED, _REFUSED, _FAILED = "passed", "refused", "failed"


def challenge(version: int, registry: Registry) -> None:
    """Make a version the challenger."""
    registry.set_alias(CHALLENGER, version)


def judge(version: int, decision: Decision, registry: Registry) -> None:
    """Record every gate's reason as tags of a version; promote it where the decision says so.

    Parameters
    ----------
    decision
        From `models.evaluation.promotion.decide`, against the champion of this moment.
    """
    tags = {
        f"{VERDICT}.{reason.gate}": _verdict(reason.passed, reason.text)
        for reason in decision.reasons
    }
    unmet = FIRST if decision.first else _REFUSED
    tags[VERDICT] = _PASSED if decision.passed else unmet
    tags[AGAINST] = _number(registry.holder(CHAMPION))
    registry.tag(version, tags)
    if decision.promoted:
        _make_champion(version, registry)


def promote(version: int | None, registry: Registry, *, despite: str | None = None) -> int:
    """Make a version the champion by hand, and give its number.

    Parameters
    ----------
    version
        Its number; None takes the challenger.
    despite
        Why a person overrules the gates; recorded as a tag. None obeys them.

    Raises
    ------
    ModelError
        When there is no such version or, without ``despite``, when it is not champion already and
        the gates refused it, never judged it, or judged it against another champion than today's.
    """
    chosen = choose(version, registry)
    if despite is not None:
        registry.tag(chosen.version, {DESPITE: despite})
    elif CHAMPION not in chosen.aliases:
        _obey(chosen, _number(registry.holder(CHAMPION)))
    _make_champion(chosen.version, registry)
    return chosen.version


def _make_champion(version: int, registry: Registry) -> None:
    registry.set_alias(CHAMPION, version)
    challenger = registry.holder(CHALLENGER)
    if challenger and challenger.version == version:
        registry.drop_alias(CHALLENGER)


def choose(version: int | None, registry: Registry) -> ModelVersion:
    """The version of a number, or the challenger for None.

    Raises
    ------
    ModelError
        When there is none.
    """
    known = registry.versions()
    meant = (each for each in known if each.version == version)
    if version is None:
        meant = (each for each in known if CHALLENGER in each.aliases)
    chosen = next(meant, None)
    if chosen is None:
        wanted = CHALLENGER if version is None else f"version {version}"
        has = ", ".join(str(entry.version) for entry in known) or "none"
        raise ModelError(
            f"model {registry.name!r} has no {wanted} (versions: {has}); train one with "
            "`dvc repro`, or name a version that `undertow models` lists"
        )
    return chosen


def _obey(chosen: ModelVersion, champion: str) -> None:
    verdict = chosen.tags.get(VERDICT)
    if verdict in {_PASSED, FIRST} and chosen.tags.get(AGAINST) == champion:
        return
    if verdict is None:
        problem = "was never judged"
    elif verdict in {_PASSED, FIRST}:
        problem = (
            f"was judged against champion {chosen.tags.get(AGAINST)}, but today's is {champion}"
        )
    else:
        failed = [text for key, text in sorted(chosen.tags.items()) if _is_failure(key, text)]
        problem = f"was refused ({'; '.join(failed)})"
    raise ModelError(
        f"version {chosen.version} {problem}; train a better one with `dvc repro`, or overrule the "
        "gates with --despite and a reason"
    )


def _is_failure(key: str, text: str) -> bool:
    return key.startswith(f"{VERDICT}.") and text.startswith(f"{_FAILED}: ")


def _verdict(passed: bool, text: str) -> str:
    return f"{_PASSED if passed else _FAILED}: {text}"


def _number(version: ModelVersion | None) -> str:
    return str(version.version) if version else "none"
