"""What the machine must have before a run starts."""

from pathlib import Path

from pipeline import params
from pipeline.base.run import stage
from pipeline.doctor.dvc_state import remove_half_written
from pipeline.doctor.machine import check_openmp, check_repository
from pipeline.scoring.reference import check_policy, check_policy_windows
from pipeline.tracking.address import check_reachable, tracking_uri


def main() -> None:
    """Refuse at once what would otherwise fail minutes into a run, and mend what can be."""
    check_openmp()
    check_repository(Path.cwd())
    remove_half_written()
    settings = params.load()
    check_policy(settings.desk, settings.book, settings.scenarios.windows)
    check_policy_windows(settings.desk, settings.scenarios.windows)
    tracking = settings.tracking
    check_reachable(tracking_uri(tracking.uri), tracking.experiment)


if __name__ == "__main__":
    stage(main)
