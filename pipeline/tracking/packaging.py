"""A bundle as MLflow serves it: a folder with script, code, signature and example."""

from importlib.metadata import version as installed
from pathlib import Path

import mlflow
import pandas as pd
from mlflow.entities import LoggedModel
from mlflow.models import Model, ModelSignature
from mlflow.types import ColSpec, DataType, Schema

import models
from models.scenarios import SCENARIOS

_CODE = Path(models.__file__).parent
_SERVED = Path(__file__).with_name("served_model.py")
_SERVING_NEEDS = ("mlflow", "numpy", "pandas", "scipy", "lightgbm")
_ANSWER = Schema(
    [
        ColSpec(DataType.long, "row"),
        ColSpec(DataType.string, "window"),
        *(ColSpec(DataType.double, scenario) for scenario in SCENARIOS),
    ]
)


def save_served(folder: Path, bundle: Path, example: pd.DataFrame, kept: LoggedModel) -> None:
    """Write what a logged model is to hold: ``bundle`` and all that serving it takes."""
    inputs = Schema([ColSpec(DataType.double, str(column)) for column in example])
    mlflow.pyfunc.save_model(
        path=folder,
        mlflow_model=Model(
            artifact_path=kept.artifact_location,
            run_id=kept.source_run_id,
            model_uuid=kept.model_id,
            model_id=kept.model_id,
        ),
        python_model=_SERVED,
        artifacts={"bundle": str(bundle)},
        code_paths=[str(_CODE)],
        signature=ModelSignature(inputs, _ANSWER),
        input_example=example.reset_index(drop=True),
        # Without these MLflow runs the model to see what it imports, for seconds.
        pip_requirements=[f"{package}=={installed(package)}" for package in _SERVING_NEEDS],
    )
