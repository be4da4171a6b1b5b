"""How MLflow's pages open an experiment: as model training, with the scores in the table.

MLflow 3.17 opens its pages for language models and shows no score unless its address says
otherwise, so there is an address that does: `runs_page`. What it shows lies with the experiment as
a saved view, in the shape of MLflow's own, and stands in the page's menu "Views".
"""

import json

from models.evaluation.headline import PRIMARY

VIEW = "undertow"
"""Key of the saved view."""

_JUDGED = f"ahead/{PRIMARY}"
_COLUMNS = (
    _JUDGED,
    "ahead/over_champion",
    "ahead/over_champion_low",
    "ahead/over_champion_high",
    "ahead/over_baseline",
    f"now/{PRIMARY}",
)
_FIRST = {"attributes.`Run Name`": 250, "runDateAndNestInfo": 130, "duration": 80}
_WIDTH = 185
"""Pixels, enough for the longest name; `_FIRST` has those of the columns before the scores."""

_CONFIGURATIONS = "tags.trials != ''"
"""What only a configuration's run has: sorted, its models' runs would stand between."""

_SAVED_AT = 1_796_000_000_000
"""Milliseconds, as MLflow wants of a view; always the same, so that the tag is."""


def experiment_tags() -> dict[str, str]:
    """Tags of an experiment, for those that it does not have yet."""
    columns = [f"metrics.`{name}`" for name in _COLUMNS]
    state = {
        "searchFilter": _CONFIGURATIONS,
        "orderByKey": columns[0],
        "orderByAsc": False,
        "selectedColumns": columns,
        "columnOrder": [*_FIRST, *columns],
        "columnWidths": _FIRST | dict.fromkeys(columns, _WIDTH),
    }
    view = {
        "name": "Scores, the best first",
        "createdAt": _SAVED_AT,
        "updatedAt": _SAVED_AT,
        "state": json.dumps(state),
    }
    return {
        "mlflow.experimentKind": "custom_model_development",
        "mlflow.experiment.primaryMetric.name": _JUDGED,
        "mlflow.experiment.primaryMetric.greaterIsBetter": "true",
        f"mlflow.sharedViewState.{VIEW}": json.dumps(view),
    }


def runs_page(server: str, experiment_id: str) -> str:
    """Address of an experiment's runs as `experiment_tags` wants them shown."""
    asked = f"workflowType=machine_learning&viewStateShareKey={VIEW}"
    return f"{server.rstrip('/')}/#/experiments/{experiment_id}/runs?{asked}"
