"""Score the last session as MLflow's pages show: load the registered model, then predict."""

import mlflow

from pipeline import params
from pipeline.storage import store
from pipeline.tracking.address import tracking_uri
from pipeline.training.problems import read_inputs


def main() -> None:
    """Print the outlook of the last session by the version of the last run."""
    run = store.read_json(store.RUN)
    mlflow.set_tracking_uri(tracking_uri(params.load().tracking.uri))
    model = mlflow.pyfunc.load_model(f"models:/{run['registered']}/{run['version']}")
    wanted = [column.name for column in model.metadata.get_input_schema()]
    print(model.predict(read_inputs()[wanted].tail(1).astype(float)))


if __name__ == "__main__":
    main()
