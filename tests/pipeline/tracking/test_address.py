import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pipeline.errors import ConfigurationError
from pipeline.tracking.address import check_reachable, shown, sqlite_file, tracking_uri


def test_the_environment_comes_first(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://mlflow.example.org")

    assert tracking_uri("sqlite:///mlflow.db") == "https://mlflow.example.org"


@pytest.mark.parametrize("variable", [None, ""])
def test_without_it_the_parameter_holds(monkeypatch, variable):
    if variable is not None:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", variable)

    assert tracking_uri("http://127.0.0.1:5000") == "http://127.0.0.1:5000"


def test_a_relative_file_lies_in_the_project(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    assert tracking_uri("sqlite:///mlflow.db") == f"sqlite:///{tmp_path}/mlflow.db"


def test_a_stage_in_a_passing_folder_of_dvc_logs_into_the_project(monkeypatch, tmp_path):
    passing = tmp_path / ".dvc" / "tmp"
    passing.mkdir(parents=True)
    monkeypatch.chdir(passing)
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))

    assert tracking_uri("sqlite:///mlflow.db") == f"sqlite:///{tmp_path}/mlflow.db"


def test_an_absolute_file_is_left_alone(tmp_path):
    assert tracking_uri(f"sqlite:///{tmp_path}/x.db") == f"sqlite:///{tmp_path}/x.db"


def test_a_server_has_no_file():
    assert sqlite_file("http://127.0.0.1:5000") is None


def test_credentials_are_not_shown():
    assert shown("https://desk:secret@mlflow.example.org:8443/x?token=secret") == (
        "https://mlflow.example.org:8443/x"
    )


def test_a_file_that_mlflow_is_to_create_is_fine(tmp_path):
    check_reachable(f"sqlite:///{tmp_path}/mlflow.db")

    assert not (tmp_path / "mlflow.db").exists()


@pytest.mark.parametrize(
    ("uri", "problem"),
    [
        ("sqlite:///{}/absent/mlflow.db", "does not exist"),
        ("sqlite:///{}/note.txt", "not a SQLite database"),
        ("sqlite:///{}", "not a SQLite database"),
        ("{}/mlruns", "no longer logs to"),
        ("file://{}/mlruns", "no longer logs to"),
        ("ftp://{}", "unsupported URI"),
    ],
)
def test_what_nothing_could_be_logged_to_is_refused(tmp_path, uri, problem):
    (tmp_path / "note.txt").write_text("no database")

    with pytest.raises(ConfigurationError, match=problem):
        check_reachable(uri.format(tmp_path))


def test_a_server_that_is_there_is_fine(server):
    check_reachable(server)


def test_a_server_that_is_not_there_is_refused_in_one_sentence_without_credentials():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        port = probe.getsockname()[1]
        with pytest.raises(ConfigurationError) as caught:
            check_reachable(f"http://desk:secret@127.0.0.1:{port}")

    assert str(caught.value) == (
        f"MLflow at http://127.0.0.1:{port} cannot be used: Connection refused; start it, or mend "
        "MLFLOW_TRACKING_URI and its credentials, or unset it to log to tracking.uri of params.yaml"
    )


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (401, "it answers 401"),
        (404, "it answers 404"),
        (500, "it answers 500"),
        (200, "no MLflow server"),
    ],
)
def test_a_server_that_refuses_or_is_another_is_refused(status, problem):
    class Answer(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        try:
            with pytest.raises(ConfigurationError, match=problem):
                check_reachable(f"http://127.0.0.1:{other.server_port}")
        finally:
            other.shutdown()
            thread.join()


def test_a_check_leaves_mlflow_as_patient_as_it_was(monkeypatch, server):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_TIMEOUT", "77")
    monkeypatch.delenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", raising=False)

    check_reachable(server)

    assert os.environ["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "77"
    assert "MLFLOW_HTTP_REQUEST_MAX_RETRIES" not in os.environ
