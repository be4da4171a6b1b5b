"""Stage score: what this training's model says of the latest session, as a document.

Publishing is an act and no stage (`pipeline.scoring.publish`): what is said here enters no ledger.
"""

from pipeline.base.run import log, stage
from pipeline.scoring.call import make_call
from pipeline.scoring.freshness import check_known
from pipeline.scoring.gather import read_snapshot
from pipeline.scoring.model import Model, load_model
from pipeline.storage import store


def main() -> None:
    """Write the latest session's call by the model that was just trained."""
    model = load_model(store.MODEL)
    snapshot = read_snapshot(model)
    check_known(model.reads, snapshot.panel)
    call = make_call(model, snapshot)
    call["model"]["version"] = _registry_version(model)
    store.write_json(call, store.CALL)
    log.info("call of %s: %s, tier %d", call["session"], call["scenario"], call["tier"])


def _registry_version(model: Model) -> int | None:
    """Number of the model in the registry, when the run that was registered is of this model."""
    if not store.RUN.exists():
        return None
    run = store.read_json(store.RUN)
    with store.reading(store.RUN):
        return run["version"] if run["model"] == model.name else None


if __name__ == "__main__":
    stage(main)
