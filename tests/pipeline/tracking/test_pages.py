"""What a person sees of three configurations in MLflow's pages, as ``undertow ui`` opens them."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from typer.testing import CliRunner

from pipeline.base.errors import ConfigurationError
from pipeline.cli import app
from pipeline.tracking import mlflow_store
from tests.pipeline.ports import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[3]
CONFIGURATIONS, MODELS = 3, ("pool", "vix", "lightgbm")
PATIENCE = 300
"""Seconds until something that should happen is given up."""


def headline(skill: float) -> dict[str, dict[str, object]]:
    """Figures as a run has them, by window."""
    figures = {"skill": skill, "skill_low": skill - 0.04, "over_baseline": skill - 0.07}
    return {
        window: {**figures, "by_year": {"2019": {"skill": skill}}} for window in ("now", "ahead")
    }


@pytest.fixture(scope="module")
def project(record, empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project whose store holds three configurations, each with its models."""
    folder = tmp_path_factory.mktemp("three")
    for name in ("params.yaml", "dvc.yaml"):
        shutil.copyfile(ROOT / name, folder / name)
    shutil.copyfile(empty_database, folder / "mlflow.db")
    uri = f"sqlite:///{folder / 'mlflow.db'}"
    for number in range(CONFIGURATIONS):
        run = replace(
            record,
            name=f"trees-{number}",
            params={"outlook": {"models": {"lightgbm": {"trees": 20 + number}}}},
            metrics=headline(0.1 + number / 1300),
            children={model: headline(0.09) for model in MODELS},
            tags={"mlflow.user": "ada", "mlflow.source.name": "dvc exp run"},
            began=datetime.now(UTC) - timedelta(hours=2),
        )
        run_id = mlflow_store.log_run(run, uri, "undertow")
        words = f"**{number} points, better than noise.**"
        mlflow_store.add_words(run_id, words, {"ahead": {"over_champion": number / 1300}}, uri)
    return folder


@pytest.fixture(scope="module")
def address(project: Path) -> Iterator[str]:
    """The address that ``undertow ui`` tells, from anywhere, once it answers."""
    port = str(free_port())
    command = [sys.executable, "-m", "pipeline.cli", "-C", str(project), "ui", "--port", port]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    environment.pop("MLFLOW_TRACKING_URI", None)
    process = subprocess.Popen(
        command,
        cwd=project.parent,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        told = process.stdout.readline()
        until = time.monotonic() + PATIENCE
        while not listens(int(port)):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)
        yield re.search(r"http\S+", told)[0]
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1800, "height": 1000})
    opened.set_default_timeout(1000 * PATIENCE)
    yield opened
    opened.close()


def open_runs(page: Page, address: str) -> None:
    """Open the runs, and wait until the best and the last configuration are there."""
    page.goto(address)
    for number in (CONFIGURATIONS - 1, 0):
        page.wait_for_selector(f"text=trees-{number}")


def test_the_runs_open_as_model_training_with_the_scores_first(page: Page, address: str) -> None:
    open_runs(page, address)
    page.wait_for_selector("text=ahead/over_champion")
    assert "/runs?" in page.url
    assert "workflowType=machine_learning" in page.url
    heads = page.evaluate(
        "[...document.querySelectorAll('[role=columnheader][col-id^=metrics\\\\.]')]"
        ".sort((a, b) => a.getBoundingClientRect().x - b.getBoundingClientRect().x)"
        ".map(e => e.innerText.trim())"
    )
    assert heads[:2] == ["ahead/skill", "ahead/over_champion"]
    names = page.evaluate(
        "[...document.querySelectorAll('[role=row] a')].map(e => e.innerText)"
        ".filter(t => t.startsWith('trees-'))"
    )
    assert names == [f"trees-{number}" for number in reversed(range(CONFIGURATIONS))]
    text = page.inner_text("body")
    assert "0.1015" in text
    assert "0.10154" not in text
    assert "2.0h" in text


def test_a_run_says_in_words_whether_it_is_better(page: Page, address: str) -> None:
    open_runs(page, address)
    page.click("text=trees-2")
    page.wait_for_selector("text=2 points, better than noise.")
    page.wait_for_selector("text=dvc exp run")
    assert "ada" in page.inner_text("body")


def test_two_runs_side_by_side_show_what_was_changed(page: Page, address: str) -> None:
    open_runs(page, address)
    links = page.evaluate(
        "[...document.querySelectorAll('[role=row] a')].map(e => e.href)"
        ".filter(h => h.includes('/runs/')).map(h => h.split('/runs/')[1].split(/[?/]/)[0])"
    )
    server = address.partition("/#/")[0]
    both = ",".join(f"%22{run}%22" for run in dict.fromkeys(links[:2]))
    page.goto(f"{server}/#/compare-runs?runs=[{both}]&experiments=[%221%22]")
    page.wait_for_selector("text=outlook.models.lightgbm.trees")
    text = page.inner_text("body")
    assert {"22", "21"} <= set(text.split())
    assert "ahead/skill" in text


def test_a_port_that_is_taken_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app, ["ui", "--port", str(port)])
    assert isinstance(result.exception, ConfigurationError)
    assert f"something listens at port {port}" in str(result.exception)


def test_of_a_server_its_own_address_is_told(
    server: str, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    result = CliRunner().invoke(app, ["ui"])
    assert result.exit_code == 0, result.exception
    assert re.search(rf"{server}/#/experiments/\d+/runs\?workflowType", result.stdout)
