"""Every stage in one process: a finished project to measure in, its libraries imported once."""

from importlib import import_module

from benchmarks.project import STAGES


def main() -> None:
    """Run the stages in turn, in the folder where this was started."""
    for stage in STAGES:
        import_module(f"pipeline.stages.{stage}").main()


if __name__ == "__main__":
    main()
