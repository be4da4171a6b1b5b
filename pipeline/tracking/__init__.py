"""Tracking: what is logged, where it goes, and the models that are kept and promoted there.

`address` and `record` know nothing of MLflow and import quickly. `mlflow_store` is the one way to
it, with `database` and `dataset` behind it. `served_model` is no module of the project: MLflow
keeps it beside the bundle and runs it where a model is served; nothing here imports it.
"""

import os

# Read by MLflow when it is imported. A person's own choice comes first.
os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "WARNING")
os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
os.environ.setdefault("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT", "true")
