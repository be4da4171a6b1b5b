"""The model as MLflow serves it: a script that MLflow keeps beside the bundle and runs.

Only numbers are read: nothing in the bundle can run code. A request is a frame with one row a
session and the columns of the signature (features and state posteriors; missing is null); the
answer has one row a session and window. Models that look at earlier sessions (their ``context``)
need these as the first rows of the request, in order of time.
"""

from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel

from models.bundle import read_bundle
from models.forecasting.outlook_model import WindowModel
from models.scenarios import SCENARIOS


class ServedOutlook(PythonModel):
    """The pooled outlook of every window."""

    def load_context(self, context: Any) -> None:
        """Read the bundle that was logged with the model."""
        windows = read_bundle(Path(context.artifacts["bundle"]))["windows"]
        self.windows = {name: WindowModel.restored(state) for name, state in windows.items()}

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> pd.DataFrame:  # noqa: ARG002 - MLflow's signature
        """Answer with ``row`` (place in the request, from 0), ``window`` and the probabilities."""
        return pd.concat(
            [self._outlook(name, model_input) for name in self.windows], ignore_index=True
        )

    def _outlook(self, name: str, rows: pd.DataFrame) -> pd.DataFrame:
        outlook = pd.DataFrame(self.windows[name].predict_proba(rows), columns=list(SCENARIOS))
        outlook.insert(0, "row", range(len(rows)))
        outlook.insert(1, "window", name)
        return outlook


set_model(ServedOutlook())
