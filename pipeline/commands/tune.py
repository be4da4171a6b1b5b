"""``undertow tune``: search the declared space inside the training span."""

from pipeline import params
from pipeline.base.console import out, percent, show_quiet
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log
from pipeline.storage.yaml_file import read_yaml


def run(trials: int) -> None:
    """Try configurations, and print the best with the lines to put into ``params.yaml``."""
    try:
        from pipeline.tuning.search import best, search  # noqa: PLC0415 - optuna is an extra
    except ImportError:
        raise ConfigurationError(
            "tuning needs optuna, which is not installed; run `make setup`, or pip install "
            "'undertow[tune]'"
        ) from None
    document = read_yaml(params.PARAMS)
    reference = search(
        document,
        trials,
        lambda trial: log.info(
            "trial %d of %d: %s %%", trial.number, trials, percent(trial.skill, signed=True)
        ),
    )
    found = best(document)
    out.print(f"today's parameters on the same span: skill {percent(reference, signed=True)} %")
    out.print(f"best: trial {found.number}, skill {percent(found.skill, signed=True)} %")
    for name, value in found.settings.items():
        out.print(f"  {name}: {value}")
    show_quiet("Found inside the training span; the test span has not been looked at.")
