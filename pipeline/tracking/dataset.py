"""What a run says of the features that it was trained on."""

import json

import pandas as pd
from mlflow.entities import Dataset, DatasetInput, InputTag
from mlflow.types import ColSpec, DataType, Schema
from pandas.api.types import is_datetime64_dtype

from pipeline.tracking.record import RunRecord, frame_digest


def dataset_of(record: RunRecord) -> DatasetInput:
    """Describe the features; MLflow's own ``from_pandas`` takes a second, one value at a time."""
    frame = record.features.reset_index()
    columns = Schema([_column(frame[name]) for name in frame])
    dataset = Dataset(
        name="features",
        digest=frame_digest(frame),
        source_type="local",
        source=json.dumps({"uri": record.features_source}),
        schema=json.dumps({"mlflow_colspec": columns.to_dict()}),
        profile=json.dumps({"num_rows": len(frame), "num_elements": frame.size}),
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])


def _column(values: pd.Series) -> ColSpec:
    kind = DataType.datetime if is_datetime64_dtype(values) else DataType.double
    return ColSpec(kind, str(values.name), required=not values.hasnans)
