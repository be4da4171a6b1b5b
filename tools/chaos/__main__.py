"""``python -m tools.chaos``: harm a scratch project in every way, and check what is left."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from tools.chaos import damage, habits, kills, permission, server, space, together
from tools.chaos.project import Project
from tools.chaos.tally import Tally

_FAULTS: dict[str, Callable[[Project, Random, Tally, argparse.Namespace], None]] = {
    "kill": lambda p, c, t, given: kills.kill_all(p, c, t, given.kills),
    "limit": lambda p, c, t, given: space.limit_files(p, c, t, given.each),
    "disk": lambda p, c, t, given: space.fill_disk(p, c, t, given.each),
    "permission": lambda p, c, t, given: permission.forbid_writing(p, c, t),
    "server": lambda p, c, t, given: server.stop_server(p, c, t, given.each),
    "together": lambda p, c, t, given: together.run_together(p, c, t),
    "habits": lambda p, c, t, given: habits.keep_habits(p, c, t),
    "damage": lambda p, c, t, given: damage.damage_all(p, c, t, given.each),
}


def main() -> int:
    """Build the project, do harm, tell; the exit code says whether an invariant broke."""
    given = _arguments()
    place = Path(tempfile.mkdtemp(prefix="undertow-chaos-"))
    # Another user must be able to come in, to be refused further inside.
    place.chmod(0o755)
    tally = Tally()
    try:
        project = Project(place)
        sys.stdout.write(f"seed {given.seed}; building a finished project\n")
        project.build(tracked=True)
        for name in given.only or _FAULTS:
            _FAULTS[name](project, Random(f"{given.seed} {name}"), tally, given)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    sys.stdout.write("\n".join(["", *tally.summary(), ""]))
    return int(bool(tally.broken))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--kills", type=int, default=208, help="kills in all")
    parser.add_argument("--each", type=int, default=3, help="other faults of a kind and target")
    parser.add_argument("--seed", type=int, default=0, help="the same seed plans the same faults")
    parser.add_argument("--only", nargs="*", choices=list(_FAULTS), help="these faults alone")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
