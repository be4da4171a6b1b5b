"""Stage states: the hidden Markov model on its refit schedule, filtered posteriors only."""

from models.bundle import write_bundle
from models.states.describe import state_table
from models.states.schedule import walk_forward
from pipeline import params
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log, stage
from pipeline.compute.jobs import check
from pipeline.storage import store
from pipeline.training.states_cache import StatesCache


def main() -> None:
    """Publish each session's states; keep every fit, and where the last one's filter stands."""
    whole = params.load()
    settings = whole.states
    check(whole.compute)
    features = store.read_sessions(store.FEATURES)
    absent = [name for name in settings.inputs if name not in features]
    if absent:
        raise ConfigurationError(
            f"params.yaml: states.inputs names {', '.join(absent)}, which no feature is called; "
            "`undertow features` lists them"
        )
    observations = features[list(settings.inputs)]
    cache = StatesCache()
    try:
        cache.begin(observations, settings.model, whole.compute)
        history = walk_forward(observations, settings.model, cache.refit)
    except ValueError as error:
        raise ConfigurationError(f"params.yaml: states: {error}") from None
    cache.write()
    store.write_parquet(history.posteriors.rename_axis("session"), store.STATES)
    store.STATES_FIT.mkdir(parents=True, exist_ok=True)
    write_bundle(
        {
            "filter": history.last.fitted_state(),
            "refits": [refit.fitted_state() for refit in history.fits],
        },
        store.STATES_FIT,
    )
    last = history.fits[-1].fit_end.date()
    log.info("%d refits, %d of them new, last on %s", len(history.fits), cache.fitted, last)
    log.info("%s", state_table(history.last.fit).round(3).to_string())


if __name__ == "__main__":
    stage(main)
