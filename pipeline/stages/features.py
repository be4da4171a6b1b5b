"""Stage features: every feature of the registry, from the panel alone."""

from features.registry import FeatureError, compute
from pipeline import params
from pipeline.base.errors import ConfigurationError
from pipeline.base.run import log, stage
from pipeline.storage import store


def main() -> None:
    """Compute all features and keep them from ``features.start`` on."""
    settings = params.load()
    panel = store.read_sessions(store.PANEL)
    try:
        values = compute(panel, settings.feature_settings)
    except FeatureError as error:
        raise ConfigurationError(str(error)) from None
    kept = values.loc[settings.features.start :]
    store.write_parquet(kept, store.FEATURES)
    missing = kept.columns[kept.isna().all()]
    log.info("%d features over %d sessions", kept.shape[1], len(kept))
    if len(missing):
        log.info("missing, their series are not at this source: %s", ", ".join(missing))


if __name__ == "__main__":
    stage(main)
