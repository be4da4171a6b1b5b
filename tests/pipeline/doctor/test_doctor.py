"""`undertow doctor` on the user's own files: all that is absent, and what was remarked."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.base.errors import DataMissingError
from pipeline.cli import app
from pipeline.plausibility.remarks import REMARKS, Remark, remarks
from pipeline.stages import ingest
from tests.pipeline import own


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own files, in a project that is the working folder."""
    monkeypatch.chdir(tmp_path)
    return own.make(tmp_path)


@pytest.mark.parametrize("there", [True, False])
def test_an_empty_folder_gives_the_whole_list(folder: Path, there: bool) -> None:
    shutil.rmtree(folder)
    if there:
        folder.mkdir()
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert isinstance(result.exception, DataMissingError)
    assert "rates/us2y.csv (date and one value)" in str(result.exception)
    document = json.loads(result.stdout)
    required = [each for each in document["absent"] if each["required"]]
    assert document["absent"][: len(required)] == required
    assert {"path": "equities/etf_adjclose.csv", "columns": "date, SPY, QQQ"}.items() <= {
        key: value for each in required if "etf" in each["path"] for key, value in each.items()
    }.items()
    assert any(each["path"] == "volatility/move.csv" for each in document["absent"])


def test_remarks_are_shown_and_are_those_of_the_last_ingest(folder: Path) -> None:
    path = "volatility/move.csv"
    table = own.tables()["rates/us10y.csv"] * 30
    own.write(folder, path, table.drop(table.index[200:220]))
    own.write(folder, "exports.csv", table)
    ingest.main()
    shown = CliRunner().invoke(app, ["doctor"]).stdout
    assert "Remarks on the data" in shown
    assert "no row on 20 sessions in a row, 2018-10-17 to 2018-11-13" in shown
    assert "exports.csv" in shown
    own.write(folder, path, table)
    ingest.main()
    assert remarks() == [Remark("exports.csv", "read by nothing")]
    REMARKS.unlink()
    assert remarks() == []
