import os
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from sqlalchemy.engine import make_url

from pipeline.base.errors import ConfigurationError
from pipeline.tracking.address import check_reachable, shown, sqlite_file, tracking_uri
from pipeline.tracking.registry import Registry


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


@pytest.mark.parametrize("end", ["\n", " ", "\r\n", "\t"])
def test_blanks_and_line_breaks_at_the_ends_are_no_part_of_it(monkeypatch, tmp_path, end):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{end}sqlite:///{tmp_path}/x.db{end}")

    assert tracking_uri("http://127.0.0.1:5000") == f"sqlite:///{tmp_path}/x.db"


@pytest.mark.slow
def test_a_query_is_no_part_of_the_file(monkeypatch, tmp_path):
    # The folder of the tests may hold a champion, whose database would be missed here.
    monkeypatch.chdir(tmp_path)
    uri = tracking_uri(f"sqlite:///{tmp_path}/mlflow.db?timeout=60")

    assert sqlite_file(uri) == tmp_path / "mlflow.db"
    assert uri == f"sqlite:///{tmp_path}/mlflow.db?timeout=60"
    assert Registry(uri, "any").versions() == []
    assert [path.name for path in tmp_path.iterdir()] == ["mlflow.db"]


@pytest.mark.parametrize("folder", ["50%", "50%25", "a%20b", "a b", "why?", "a#b", "a@b"])
def test_any_name_of_a_folder_is_found_by_mlflow_too(monkeypatch, tmp_path, folder):
    (tmp_path / folder).mkdir()
    monkeypatch.chdir(tmp_path / folder)

    uri = tracking_uri("sqlite:///mlflow.db")

    assert make_url(uri).database == str(sqlite_file(uri)) == f"{tmp_path / folder}/mlflow.db"
    assert tracking_uri(uri) == uri


def test_a_blank_may_be_written_as_an_address_has_it(tmp_path):
    (tmp_path / "a b").mkdir()

    assert sqlite_file(f"sqlite:///{tmp_path}/a%20b/mlflow.db") == tmp_path / "a b" / "mlflow.db"


def test_a_folder_whose_name_looks_encoded_is_found_as_it_is_written(tmp_path):
    (tmp_path / "a%20b").mkdir()

    assert sqlite_file(f"sqlite:///{tmp_path}/a%20b/m.db") == tmp_path / "a%20b" / "m.db"


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
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite:///{}/mlflow.db?timeout=soon", "could not convert string to float"),
        ("sqlite:///{}/mlflow.db?patience=60", "patience"),
        ("sqlite:///file:{}/mlflow.db?uri=true", "after the question mark"),
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
