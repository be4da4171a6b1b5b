"""Stage features: every feature of the registry, from the panel alone."""

from typing import Any

from features.declaration import LEGS, SCALE_FROM, SCALE_LEAST
from features.registry import FeatureError, compute
from pipeline import params, store
from pipeline.errors import ConfigurationError
from pipeline.params import Params
from pipeline.run import log, stage


def main() -> None:
    """Compute all features and keep them from ``features.start`` on."""
    settings = params.load()
    panel = store.read_sessions(store.PANEL)
    try:
        values = compute(panel, feature_settings(settings))
    except FeatureError as error:
        raise ConfigurationError(str(error)) from None
    kept = values.loc[settings.features.start :]
    store.write_parquet(kept, store.FEATURES)
    missing = kept.columns[kept.isna().all()]
    log.info("%d features over %d sessions", kept.shape[1], len(kept))
    if len(missing):
        log.info("missing, their series are not at this source: %s", ", ".join(missing))


def feature_settings(settings: Params) -> dict[str, Any]:
    """What features may ask for by name: their own settings, and the ruler's legs and scale."""
    ruler = settings.scenarios
    return {
        **settings.features.settings,
        LEGS: ruler.legs,
        SCALE_FROM: ruler.scale_from,
        SCALE_LEAST: ruler.least,
    }


if __name__ == "__main__":
    stage(main)
