"""Stage states: the hidden Markov model on its refit schedule, filtered posteriors only."""

from models.bundle import write_bundle
from models.states.describe import state_table
from models.states.schedule import Refit, walk_forward
from pipeline import params
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log, stage
from pipeline.storage import store


def main() -> None:
    """Publish each session's states; keep every fit, and where the last one's filter stands."""
    settings = params.load().states
    features = store.read_sessions(store.FEATURES)
    absent = [name for name in settings.inputs if name not in features]
    if absent:
        raise ConfigurationError(
            f"params.yaml: states.inputs names {', '.join(absent)}, which no feature is called; "
            "`undertow features` lists them"
        )
    try:
        history = walk_forward(features[list(settings.inputs)], settings.model)
    except ValueError as error:
        raise ConfigurationError(f"params.yaml: states: {error}") from None
    store.write_parquet(history.posteriors.rename_axis("session"), store.STATES)
    store.STATES_FIT.mkdir(parents=True, exist_ok=True)
    write_bundle(
        {"filter": history.last.fitted_state(), "refits": [_record(r) for r in history.fits]},
        store.STATES_FIT,
    )
    log.info("%d refits, last on %s", len(history.fits), history.fits[-1].fit_end.date())
    log.info("%s", state_table(history.last.fit).round(3).to_string())


def _record(refit: Refit) -> dict[str, object]:
    numbers = {
        name: getattr(refit, name) for name in ("log_likelihood", "spread", "margin", "revised")
    }
    return {
        "fit_end": f"{refit.fit_end:%Y-%m-%d}",
        "winner": refit.winner,
        **{name: value if value == value else None for name, value in numbers.items()},  # noqa: PLR0124
        "rejected": [list(pair) for pair in refit.rejected],
        "states": None if refit.states is None else refit.states.fitted_state(),
    }


if __name__ == "__main__":
    stage(main)
