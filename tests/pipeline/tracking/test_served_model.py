import argparse
import json
import shlex
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import mlflow
import mlflow.cli
import numpy as np
import pytest
from click.testing import CliRunner

from models.bundle import read_bundle
from models.scenarios import SCENARIOS
from pipeline.scoring.document import schema
from pipeline.scoring.shape import check_of
from pipeline.tracking import mlflow_store
from pipeline.tracking.champion import CHALLENGER, CHAMPION, challenge
from pipeline.tracking.registry import Registry
from tests.pipeline.documented import documented

pytestmark = pytest.mark.slow

NAME = "undertow-served"


@pytest.fixture(scope="module")
def version(uri, run_id, bundle, features):
    number = Registry(uri, NAME).register(bundle, features[["vix_log_gap"]].tail(3), run_id)
    challenge(number, Registry(uri, NAME))
    return number


def test_a_version_bears_its_run_and_the_tags_of_it(uri, version, run_id, record):
    found = Registry(uri, NAME).holder(CHALLENGER)

    assert (found.version, found.run_id) == (version, run_id)
    assert found.tags.keys() == {*record.tags, "trials", "bundle_digest", "file_digests"}
    assert record.tags.items() <= found.tags.items()


def test_the_bundle_comes_back_unchanged(uri, version, bundle, tmp_path):
    fetched = Registry(uri, NAME).fetch_bundle(version, tmp_path)

    assert tmp_path in fetched.parents
    assert {path.name: path.read_bytes() for path in fetched.iterdir()} == {
        path.name: path.read_bytes() for path in bundle.iterdir()
    }
    assert read_bundle(fetched)["windows"].keys() == {"ahead"}


def test_run_and_version_lead_to_each_other(uri, version, run_id):
    client = mlflow.MlflowClient(uri)

    (output,) = client.get_run(run_id).outputs.model_outputs

    kept = client.get_logged_model(output.model_id)
    assert kept.source_run_id == run_id
    (link,) = json.loads(kept.tags["mlflow.modelVersions"])
    assert (link["name"], int(link["version"])) == (NAME, version)
    assert client.get_model_version(NAME, str(version)).source == f"models:/{output.model_id}"


def test_the_model_is_code_with_signature_and_example_and_no_pickle(
    uri, version, tmp_path, monkeypatch
):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    kept = f"models:/{NAME}/{version}"

    folder = mlflow.artifacts.download_artifacts(kept, dst_path=tmp_path, tracking_uri=uri)

    model = mlflow.models.Model.load(folder)
    assert model.flavors["python_function"]["loader_module"] == "mlflow.pyfunc.loaders.code_model"
    assert model.signature.inputs.input_names() == ["vix_log_gap"]
    assert model.signature.outputs.input_names() == ["row", "window", *SCENARIOS]
    assert len(model.load_input_example(folder)) == 3
    assert not [path for path in tmp_path.rglob("*") if path.suffix in {".pkl", ".pickle"}]
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_documented_lines_serve_a_model_that_answers_as_the_bundle_does(
    serve, server, run_id_on_server, bundle, features, window_model, tmp_path, monkeypatch
):
    asked = features[["vix_log_gap"]].tail(2).reset_index(drop=True)
    asked.loc[1, "vix_log_gap"] = np.nan
    number = Registry(server, "undertow-files").register(bundle, asked, run_id_on_server)
    Registry(server, "undertow-files").set_alias(CHAMPION, number)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    download, start = (shlex.split(line)[1:] for line in documented("mlflow"))
    asks = curl(*documented("curl"))
    assert urlsplit(asks.url).port == int(start[start.index("--port") + 1])

    CliRunner().invoke(mlflow.cli.cli, download, catch_exceptions=False)
    example = Path(asks.data.removeprefix("@")).read_text()
    header = dict([asks.header.split(": ")])
    with serve(*start, health="/ping", folder=tmp_path) as address:
        url = f"{address}{urlsplit(asks.url).path}"
        answers = [
            httpx.post(url, content=body, headers=header, timeout=60, trust_env=False).json()
            for body in (example, example.replace("NaN", "null"))
        ]

    for rows in (answer["predictions"] for answer in answers):
        assert {check_of(schema()["$defs"]["served_row"])(row) for row in rows} == {""}
        assert [(row["row"], row["window"]) for row in rows] == [(0, "ahead"), (1, "ahead")]
        np.testing.assert_allclose(
            [[row[scenario] for scenario in SCENARIOS] for row in rows],
            window_model.predict_proba(asked),
            rtol=1e-12,
        )


def curl(line):
    """What a documented call of curl sends, and where."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-H", dest="header")
    parser.add_argument("-d", dest="data")
    return parser.parse_args(shlex.split(line)[1:])


@pytest.fixture
def run_id_on_server(server, record):
    return mlflow_store.log_run(record, server, "walk-forward")
