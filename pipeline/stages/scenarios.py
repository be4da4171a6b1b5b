"""Stage scenarios: what happened around each session, by a definition that no model moves."""

from pipeline import params
from pipeline.base.run import log, stage
from pipeline.storage import store
from pipeline.training.labels import label_sessions


def main() -> None:
    """Label every session of every window that is complete."""
    settings = params.load()
    observed = store.read_sessions(store.OBSERVED)
    labels = label_sessions(observed, settings.scenarios)
    labels = labels[labels["session"] >= settings.features.start]
    store.write_parquet(labels, store.SCENARIOS)
    log.info("%s", labels.groupby("window")["scenario"].value_counts().unstack().to_string())


if __name__ == "__main__":
    stage(main)
