"""Nothing here runs what it reads, listens beyond this machine, or tells a secret."""

import ast
import json
import os
import re
import stat
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import module_from_spec, spec_from_file_location
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from pipeline.base.console import show_json
from pipeline.base.errors import ConfigurationError, DataMissingError
from pipeline.commands import ui
from pipeline.fetching.connections import Connections
from pipeline.params import load, parse
from pipeline.report.page import _embedded
from pipeline.settings.live import LiveSettings, Retry
from pipeline.storage import store
from pipeline.tracking.address import check_reachable, complaint, shown
from pipeline.tracking.provenance import run_tags
from pipeline.tracking.record import flat_params
from tools.small_project import committed_params

ROOT = Path(__file__).resolve().parents[1]
CODE = sorted(
    path
    for room in ("pipeline", "features", "models", "tools", "benchmarks", "tests")
    for path in (ROOT / room).rglob("*.py")
)
UNSEEN = re.compile(r"\.extractall\(|\.to_pickle\(|allow_pickle=True|\b__import__\(")
PASSWORD = "hunter2/@x"  # noqa: S105 - not one


def flagged(text: str, name: str) -> set[int]:
    """Numbers of the lines that ruff refuses in a file of that name."""
    done = subprocess.run(
        [
            *(ROOT / ".venv/bin/ruff", "check", "--no-cache", "--output-format=json"),
            *("--select=S,TID", f"--stdin-filename={name}", "-"),
        ],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return {each["location"]["row"] for each in json.loads(done.stdout)}


def test_ruff_refuses_what_would_run_what_it_reads() -> None:
    dangers = (
        "import pickle, pandas as pd, httpx, joblib, os, ssl, subprocess, tempfile, yaml",
        *("from dill import load", "eval('1')", "exec(x)", "yaml.load(x)", "yaml.full_load(x)"),
        *("joblib.load(x)", "pd.read_pickle(x)", "os.system(x)", "os.execv(x, y)"),
        *("subprocess.run(x, shell=True)", "httpx.get(x, verify=False)", "tempfile.mktemp()"),
        "ssl._create_unverified_context()",
    )
    found = flagged("\n".join(dangers), "pipeline/desk/tried.py")
    assert found == set(range(1, len(dangers) + 1))
    safe = "import re, yaml\nre.compile(x)\nyaml.safe_load(x)\n"
    assert flagged(safe, "pipeline/desk/tried.py") == set()


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("mlflow", "pipeline/tracking/tried.py"),
        ("multiprocessing", "pipeline/compute/tried.py"),
        ("httpx", "pipeline/providers/client/http.py"),
        ("hmmlearn", "models/states/em.py"),
    ],
)
def test_ruff_knows_one_place_that_may_import_it(name: str, own: str) -> None:
    assert (ROOT / own).parent.is_dir()
    assert flagged(f"from {name} import x", own) == set()
    assert flagged(f"from {name} import x", "pipeline/desk/tried.py") == {1}


def test_nothing_read_can_run() -> None:
    """What ruff has no rule for."""
    here = Path(__file__)
    texts = {path: path.read_text(encoding="utf-8") for path in CODE if path != here}
    assert [path for path, text in texts.items() if UNSEEN.search(text)] == []


def pages() -> dict[str, str]:
    found = [ROOT / "Makefile", ROOT / "README.md", ROOT / ".ci/run", *(ROOT / "docs").glob("*.md")]
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in found}


def test_no_documented_server_listens_to_the_world() -> None:
    lines = [line for text in pages().values() for line in text.splitlines()]
    hosts = {host: line for line in lines for host in re.findall(r"--host[ =](\S+)", line)}
    assert hosts
    for host, line in hosts.items():
        # A cluster's scheduler is for its own network; nothing is for the world.
        own = ip_address(host).is_loopback or "dask scheduler" in line
        assert own, line
        assert ip_address(host).is_private, line
        assert not ip_address(host).is_unspecified, line
    assert not [name for name, text in pages().items() if "0.0.0.0" in text]  # noqa: S104


def test_the_server_of_the_runs_listens_to_this_machine_alone(monkeypatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execve", lambda _program, words, _environment: started.append(words))
    ui._serve("sqlite:///mlflow.db", 5000)
    (words,) = started
    assert words[words.index("--host") + 1] == "127.0.0.1"


@pytest.mark.parametrize(
    "uri",
    [
        f"https://me:{PASSWORD}@tracker.example:5000/path?token={PASSWORD}",
        f"postgresql://me:{PASSWORD}@db.example/mlflow",
        f"me:{PASSWORD}@tracker.example",
    ],
)
def test_an_address_is_told_without_its_password(uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "token-of-mine")
    said = complaint(uri, f"Max retries: cannot reach {uri}/api/2.0 with token-of-mine")
    for text in (shown(uri), said):
        assert "hunter2" not in text
        assert "token-of-mine" not in text
        assert "example" in text


def test_a_refused_address_is_told_without_its_password() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_reachable(f"file://me:{PASSWORD}@host/folder")
    assert "hunter2" not in str(caught.value)


def test_params_may_hold_no_password(tmp_path: Path) -> None:
    document = committed_params()
    document["tracking"]["uri"] = f"https://me:{PASSWORD}@tracker.example"
    with pytest.raises(ConfigurationError, match="MLFLOW_TRACKING_URI") as caught:
        parse(document)
    assert "hunter2" not in str(caught.value)
    path = tmp_path / "params.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"tracking\.uri"):
        load(path)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("live.endpoints.fred", f"https://me:{PASSWORD}@proxy.example", "UNDERTOW_ENDPOINT_"),
        ("live.endpoints.fred", "https://x.example/?api_key=hunter2", "UNDERTOW_ENDPOINT_"),
        ("live.endpoints", f"https://me:{PASSWORD}@proxy.example", "UNDERTOW_ENDPOINT_"),
        ("compute.scheduler", f"tcp://me:{PASSWORD}@10.0.0.1", r"compute\.scheduler"),
        ("tracking.uri", "postgresql://db.example/x?password=hunter2", "MLFLOW_TRACKING_URI"),
        ("data.folder", f"https://me:{PASSWORD}@files.example", "into the environment"),
        ("live.contact", "hunter2@example.org", "UNDERTOW_CONTACT"),
        ("alerts.kinds", "tgram://123:hunter2/4", "UNDERTOW_ALERTS"),
        ("alerts.channels", ["slack://a/hunter2/c"], "UNDERTOW_ALERTS"),
        ("alerts.slack://a/hunter2/c", True, "UNDERTOW_ALERTS"),
    ],
)
def test_a_secret_in_params_is_refused_and_not_repeated(name: str, text: Any, said: str) -> None:
    document = committed_params()
    *before, last = name.split(".")
    part = document
    for key in before:
        part = part[key]
    part[last] = text
    with pytest.raises(ConfigurationError, match=said) as caught:
        parse(document)
    assert "hunter2" not in str(caught.value)


def test_an_endpoint_with_a_password_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UNDERTOW_ENDPOINT_FRED", "http://me:hunter2@127.0.0.1:9")
    with Connections(LiveSettings(Retry(attempts=1))) as connections:
        asked = connections.open("fred").http
        assert asked.only
        with pytest.raises(DataMissingError) as caught:
            asked.get("/x")
    assert "hunter2" not in str(caught.value)


def test_a_run_is_told_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN", "FRED_API_KEY", "HOME_KEY"):
        monkeypatch.setenv(name, "hunter2")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://me:hunter2@tracker.example")
    tags = run_tags(source="simulated", as_of="2025-06-30", simulated=True, folder=ROOT)
    params = flat_params(committed_params())
    assert "hunter2" not in json.dumps([tags, params])


def test_a_file_is_private_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    with store.atomic_write(path) as temporary:
        assert stat.S_IMODE(temporary.stat().st_mode) == 0o600
        assert temporary.parent == path.parent
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_a_whole_file_has_the_rights_that_the_umask_leaves(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        store.write_text("x", tmp_path / "run.json")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == mode


def test_json_of_the_page_cannot_leave_its_element() -> None:
    hostile = {"a": "</script><!--<script>]]>"}
    embedded = str(_embedded(hostile))
    assert "<" not in embedded
    assert json.loads(embedded) == hostile


def test_json_for_scripts_has_no_character_that_steers(capsys: pytest.CaptureFixture) -> None:
    hostile = {"a": "\x1b[2J\x9b31m\u202eb[/x]"}
    show_json(hostile)
    said = capsys.readouterr().out
    assert said.isascii()
    assert "\x1b" not in said
    assert json.loads(said) == hostile


def test_nothing_is_made_writable_for_others() -> None:
    modes = [
        (path.name, argument.value)
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("chmod")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, int)
    ]
    assert modes
    assert not [each for each in modes if each[1] & 0o022]


def tool(name: str) -> Any:
    spec = spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


FINE = {"dependencies": [{"name": "jinja2", "version": "3.1.6", "vulns": []}]}
SKIPPED = {"dependencies": [{"name": "jinja2", "skip_reason": "not found on PyPI"}]}
FLAW = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["3.1.7"], "description": ""}
FLAWED = {"dependencies": [{"name": "jinja2", "version": "3.1.6", "vulns": [FLAW]}]}


@pytest.mark.parametrize(
    ("reports", "code", "said"),
    [
        ([FINE, FINE], 0, "none known in 1 packages"),
        ([None], 0, "not done"),
        ([SKIPPED], 0, "not done"),
        ([FINE, None], 0, "stopped answering"),
        ([FINE, SKIPPED], 0, "could not be asked about: jinja2"),
        ([FINE, FLAWED], 1, "jinja2 3.1.6 has PYSEC-1; renew the lock with 3.1.7"),
        ([FLAWED, FLAWED], 1, "PYSEC-1"),
    ],
)
def test_the_audit_fails_for_a_flaw_and_says_when_it_cannot_ask(
    reports: list, code: int, said: str, capsys: pytest.CaptureFixture
) -> None:
    answers = iter(reports)
    assert tool("audit_lock").main(lambda _path: next(answers)) == code
    assert said in capsys.readouterr().out


def test_an_excused_flaw_passes_by_either_of_its_names() -> None:
    audit = tool("audit_lock")
    assert audit.vulnerabilities(FLAWED, {}) != []
    assert audit.vulnerabilities(FLAWED, {"PYSEC-1": "not reached"}) == []
    assert audit.vulnerabilities(FLAWED, {"CVE-1": "not reached"}) == []


class Advisories(BaseHTTPRequestHandler):
    """Answers as OSV does: a flaw in one package, none in others."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package = {"name": "jinja2", "ecosystem": "PyPI"}
        span = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "99.1"}]}
        flaw = {"id": "PYSEC-1", "aliases": [], "summary": "", "published": "2026-01-01T00:00:00Z"}
        flaw["affected"] = [{"package": package, "ranges": [span]}]
        found = {"vulns": [flaw]} if asked["package"]["name"] == "jinja2" else {}
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())


def test_pip_audit_tells_what_a_service_knows_of_the_lock(tmp_path: Path) -> None:
    audit = tool("audit_lock")
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    two = tmp_path / "two.txt"
    two.write_text(audit.entry("jinja2", lock) + audit.entry("markupsafe", lock), encoding="utf-8")
    with HTTPServer(("127.0.0.1", 0), Advisories) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        report = audit.asked(two, ("--vulnerability-service", "osv", "--osv-url", address))
        server.shutdown()
    (said,) = audit.vulnerabilities(report, {})
    assert re.fullmatch(r"audit: jinja2 \S+ has PYSEC-1; renew the lock with 99\.1, or .*", said)


def test_pip_audit_understands_the_whole_lock() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    done = subprocess.run(
        [
            *(ROOT / ".venv/bin/python", "-m", "pip_audit", "--dry-run", "--disable-pip"),
            *("--require-hashes", "--requirement", ROOT / "requirements.lock"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    would = re.search(r"would have audited (\d+) packages", done.stderr)
    assert would, done.stderr
    assert int(would[1]) > 0.9 * lock.count("==")


WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit_and_secrets_stand_at_the_steps_that_need_them(
    path: Path,
) -> None:
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses: (\S+)", text)
    assert used
    assert all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each) for each in used), used
    for job in yaml.safe_load(text)["jobs"].values():
        beside = {name: part for name, part in job.items() if name != "steps"}
        assert "secrets." not in str(beside)
        assert all("secrets." not in str(step) for step in job["steps"] if "env" not in step)


def test_the_container_is_of_a_known_image_runs_as_a_user_and_holds_no_secret() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    (base,) = (line for line in lines if line.startswith("FROM "))
    assert re.fullmatch(r"FROM \S+@sha256:[0-9a-f]{64}", base)
    (user,) = (line for line in lines if line.startswith("USER "))
    assert user not in {"USER root", "USER 0"}
    # Whatever is written after it is the user's.
    assert lines.index(user) < next(i for i, line in enumerate(lines) if "make setup" in line)
    left_out = set((ROOT / ".containerignore").read_text(encoding="utf-8").splitlines())
    assert {".dvc/config.local", ".dvc/cache", ".env", "mlflow.db", "data/*"} <= left_out
