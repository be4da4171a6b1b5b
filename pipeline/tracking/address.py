"""Where runs are logged, and whether that can be reached before minutes are spent on training."""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import ConfigurationError

SQLITE = "sqlite:///"
_SQLITE_MAGIC = b"SQLite format 3\0"
_SAMPLE = f"{SQLITE}mlflow.db"
# MLflow by default tries again for some four minutes.
_SECRETS = ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN")
_IMPATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "5"}

_SERVER_REMEDY = (
    "start it, or mend MLFLOW_TRACKING_URI and its credentials, or unset it to log to tracking.uri "
    "of params.yaml"
)
_FILE_REMEDY = "free some space if the disk is full, or else move the file away, and run again"

_REASONS = {
    r"(?:error code|too many) (\d{3})": "it answers {}",
    r"\[Errno -?\d+\] ([\w ]+)": "{}",
    r"(timed out)": "its answer {}",
    r"\(\w+\.\w*Error\) ([^\n]{1,300})": "{}",
    r"not in a valid (JSON)": "what answers there is no MLflow server",
    r"\A(.{1,300})": "{}",
}


def tracking_uri(configured: str) -> str:
    """Give the address of the MLflow store.

    The environment's ``MLFLOW_TRACKING_URI`` comes before ``configured``. A relative SQLite file is
    taken from the project's folder, also in a stage that `dvc exp run --queue` or ``--temp`` runs
    in a folder of its own: DVC names the project in ``DVC_ROOT``, and a run logged into that other
    folder would vanish with it.

    Parameters
    ----------
    configured
        ``tracking.uri`` of ``params.yaml``.
    """
    uri = os.environ.get("MLFLOW_TRACKING_URI") or configured
    file = sqlite_file(uri)
    return uri if file is None else f"{SQLITE}{file}"


def sqlite_file(uri: str) -> Path | None:
    """Give the absolute file of a SQLite address; None for any other address."""
    if not uri.startswith(SQLITE):
        return None
    return Path(os.environ.get("DVC_ROOT", ".")).resolve() / uri.removeprefix(SQLITE)


def shown(uri: str) -> str:
    """Leave user name, password and query out of an address, for messages and logs.

    Up to the last ``@``, for a password may hold one, or a slash.
    """
    return re.sub(r"\A(\w[\w+.-]*://)?.*@", r"\1", uri.partition("?")[0], flags=re.DOTALL)


def complaint(uri: str, text: str) -> str:
    """Make one sentence, without credentials, of what MLflow's client says went wrong."""
    for whole in (uri, uri.partition("?")[0]):
        text = text.replace(whole, shown(uri))
    for name in _SECRETS:
        if secret := os.environ.get(name):
            text = text.replace(secret, "***")
    found = ((re.search(pattern, text), said) for pattern, said in _REASONS.items())
    reason = next((said.format(match[1]) for match, said in found if match), "no reason was given")
    remedy = _SERVER_REMEDY if sqlite_file(uri) is None else _FILE_REMEDY
    return f"MLflow at {shown(uri)} cannot be used: {reason}; {remedy}"


def check_reachable(uri: str) -> None:
    """Refuse an address that nothing could be logged to.

    A SQLite file need not exist: MLflow creates it with the first run, which takes some seconds
    once. Anything else is asked with MLflow's own client, so that credentials and certificates
    are those of the run to come; it has some seconds to answer.

    Parameters
    ----------
    uri
        From `tracking_uri`.

    Raises
    ------
    ConfigurationError
        When the server does not answer or refuses, the SQLite file cannot be written or is none,
        or the address is a plain folder, which MLflow gave up as a store.
    """
    file = sqlite_file(uri)
    if file is not None:
        _check_file(file)
    elif urlsplit(uri).scheme in {"", "file"}:
        raise ConfigurationError(
            f"the MLflow tracking URI is {shown(uri)!r}, a folder, which MLflow no longer logs to; "
            f"set MLFLOW_TRACKING_URI or tracking.uri to {_SAMPLE} or to a server"
        )
    else:
        # A local store must not wait for MLflow's import, which takes seconds.
        from pipeline.tracking.mlflow_store import check_server  # noqa: PLC0415

        with environment(_IMPATIENCE):
            check_server(uri)


def _check_file(file: Path) -> None:
    target = file if file.exists() else file.parent
    if not os.access(target, os.W_OK):
        problem = "is not writable" if target.exists() else "does not exist"
        raise ConfigurationError(
            f"runs cannot be logged to {file}: {target} {problem}; mend that, or name another file "
            "in tracking.uri of params.yaml"
        )
    if file.exists() and not _is_sqlite(file):
        raise ConfigurationError(
            f"runs cannot be logged to {file}: it is not a SQLite database; move it away, or name "
            "another file in tracking.uri of params.yaml"
        )


def _is_sqlite(file: Path) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return stream.read(len(_SQLITE_MAGIC)) in {b"", _SQLITE_MAGIC}


@contextmanager
def environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set environment variables until the block ends."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
