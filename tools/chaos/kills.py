"""Kills: at random moments of a target's run, and at its writes."""

from collections.abc import Iterator, Mapping
from math import ceil
from random import Random

from tools.chaos.child import Ended, run
from tools.chaos.invariants import Contents, after_a_fault, after_the_next_run, lost_calls
from tools.chaos.project import Project
from tools.chaos.tally import Tally
from tools.chaos.writes import Writes

KIND = "kill"
_LONGEST_WRITE = 0.004


def kill_all(project: Project, chance: Random, tally: Tally, count: int) -> None:
    """Kill every target, ``count`` times in all or a few more; quick ones more often than slow.

    Half of the kills are spread over the target's measured run time, half over its writes.
    """
    for target, each in _shares(project.seconds, count).items():
        kill(project, target, chance, tally, each)


def kill(project: Project, target: str, chance: Random, tally: Tally, times: int) -> None:
    """Kill a target some times, at its writes and at moments between in turn."""
    for place in range(times):
        share = (place // 2 + chance.random()) / -(-times // 2)
        if place % 2:
            kill_at_moment(project, target, share * project.seconds[target], tally)
        else:
            delay = chance.choice([0.0, chance.uniform(0.0, _LONGEST_WRITE)])
            kill_at_write(project, target, 1 + int(share * project.writes[target]), tally, delay)


def kill_at_moment(project: Project, target: str, seconds: float, tally: Tally) -> None:
    """Kill a target some seconds after its start."""
    before = project.before(target)
    ended = run(target, project.folder, kill_after=seconds)
    detail = f"at {seconds:.2f} s of {project.seconds[target]:.2f}"
    _note(project, target, before, ended, detail, tally)


def kill_at_write(
    project: Project, target: str, number: int, tally: Tally, delay: float = 0.0
) -> None:
    """Kill a target at one of its writes, or some seconds later to be in the middle of it."""
    before = project.before(target)
    ended = run(target, project.folder, before=Writes(project.folder, number, delay))
    late = f" and {1000 * delay:.1f} ms" if delay else ""
    detail = f"at write {number}{late} of {project.writes[target]}"
    _note(project, target, before, ended, detail, tally)


def aftermath(project: Project, target: str, before: Contents) -> Iterator[str]:
    """Sentences on what a fault broke, at once and after the next run."""
    after = project.after(target)
    yield from after_a_fault(Contents.of(project.folder), before, after)
    ended = run(target, project.folder)
    if ended.code != 0:
        yield f"the next run ends with {ended.code}: {ended.said[-600:]}"
    now = Contents.of(project.folder)
    yield from after_the_next_run(now, after, project.folder)
    yield from lost_calls(now, before)


def _shares(seconds: Mapping[str, float], count: int) -> dict[str, int]:
    weights = {target: each**-0.5 for target, each in seconds.items()}
    total = sum(weights.values())
    return {target: ceil(count * weight / total) for target, weight in weights.items()}


def _note(
    project: Project, target: str, before: Contents, ended: Ended, detail: str, tally: Tally
) -> None:
    outcome = "killed" if ended.killed else f"ended by itself with {ended.code}"
    tally.note(KIND, target, f"{detail}, {outcome}", aftermath(project, target, before))
