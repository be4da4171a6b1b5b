"""Where runs are logged, and whether that can be reached before minutes are spent on training."""

import os
import re
import sqlite3
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.base.errors import ConfigurationError, one_line
from pipeline.tracking import local_store
from pipeline.tracking.remedies import remedy_of

SQLITE = "sqlite:///"
_SAMPLE = f"{SQLITE}mlflow.db"
_ADDRESS = re.compile(r"sqlite(?:\+pysqlite)?:///(?P<path>[^?]+)(?P<query>\?.*)?", re.DOTALL)
_MEMORY = ":memory:"
# MLflow by default tries again for some four minutes.
_SECRETS = ("MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN")
_IMPATIENCE = {"MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0", "MLFLOW_HTTP_REQUEST_TIMEOUT": "5"}

_DRIVER_REMEDY = (
    "install that package, the database's driver, into this environment, or name another store in "
    "MLFLOW_TRACKING_URI or tracking.uri"
)
_SERVER_REMEDY = (
    "start it, or mend MLFLOW_TRACKING_URI and its credentials, or unset it to log to tracking.uri "
    "of params.yaml"
)

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

    Returns
    -------
    str
        Without blanks and line breaks at its ends, such as a secret's file leaves; a query, such as
        ``?timeout=60``, is kept.
    """
    # What is copied from a file or a page ends in a line break easily.
    uri = (os.environ.get("MLFLOW_TRACKING_URI") or "").strip() or configured.strip()
    file = sqlite_file(uri)
    return uri if file is None else sqlite_address(file) + _query(uri)


def sqlite_file(uri: str) -> Path | None:
    """Give the absolute file of a SQLite address; None for any other address.

    ``%20`` and the like are what SQLAlchemy takes them for, unless only a folder whose name really
    holds a ``%`` is there.
    """
    found = _ADDRESS.fullmatch(uri)
    if found is None or found["path"] == _MEMORY:
        return None
    root = Path(os.environ.get("DVC_ROOT", ".")).resolve()
    as_written, decoded = (root / path for path in (found["path"], unquote(found["path"])))
    return as_written if _only_there(as_written, decoded) else decoded


def sqlite_address(file: Path) -> str:
    """Give the address of an absolute SQLite file, as SQLAlchemy and MLflow read it.

    A name with ``%`` or ``?`` must be encoded, and MLflow then makes a folder of the encoded name
    unless the driver is named.
    """
    path = str(file).replace("%", "%25").replace("?", "%3F")
    return f"{SQLITE}{path}" if path == str(file) else f"sqlite+pysqlite:///{path}"


def _query(uri: str) -> str:
    found = _ADDRESS.fullmatch(uri)
    return (found["query"] or "") if found else ""


def _only_there(as_written: Path, decoded: Path) -> bool:
    return as_written.parent.exists() and not decoded.parent.exists()


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
    file = sqlite_file(uri)
    server = _DRIVER_REMEDY if "No module named" in text else _SERVER_REMEDY
    remedy = server if file is None else remedy_of(text, file)
    return f"MLflow at {shown(uri)} cannot be used: {reason}; {remedy}"


def check_reachable(uri: str, *experiments: str) -> None:
    """Refuse an address that nothing could be logged to, and an experiment that is deleted.

    A SQLite file need not exist: MLflow creates it with the first run, which takes some seconds
    once. One that is there is looked at without MLflow (`pipeline.tracking.local_store`). Anything
    else is asked with MLflow's own client, so that credentials and certificates are those of the
    run to come; it has some seconds to answer.

    Parameters
    ----------
    uri
        From `tracking_uri`.
    experiments
        Names of those that will be logged to; they need not exist.

    Raises
    ------
    ConfigurationError
        When the server does not answer or refuses, the SQLite file cannot be written, is none, is
        locked or is of another MLflow, an experiment is deleted, or the address is a plain folder,
        which MLflow gave up as a store.
    """
    file = sqlite_file(uri)
    if file is not None:
        check_address(uri)
        local_store.check(file, uri, *experiments)
    elif uri.startswith("sqlite"):
        raise ConfigurationError(
            f"the MLflow tracking URI {uri!r} names no file that would be kept; set "
            f"MLFLOW_TRACKING_URI or tracking.uri to {_SAMPLE}"
        )
    elif urlsplit(uri).scheme in {"", "file"}:
        raise ConfigurationError(
            f"the MLflow tracking URI is {shown(uri)!r}, a folder, which MLflow no longer logs to; "
            f"set MLFLOW_TRACKING_URI or tracking.uri to {_SAMPLE} or to a server"
        )
    else:
        # A local store must not wait for MLflow's import, which takes seconds.
        from pipeline.tracking.mlflow_store import check_server  # noqa: PLC0415

        with environment(_IMPATIENCE):
            check_server(uri, *experiments)


def check_address(uri: str) -> None:
    """Refuse a query that SQLite does not know, such as ``?timeout=soon``.

    Raises
    ------
    ConfigurationError
        With what SQLite says of it.
    """
    if not _query(uri):
        return
    # Only an address with a query must wait for it.
    from sqlalchemy.engine import make_url  # noqa: PLC0415

    try:
        # SQLAlchemy only warns of a key that it leaves out.
        with warnings.catch_warnings(action="error"):
            url = make_url(uri)
            _, options = url.get_dialect()().create_connect_args(url)
        # A file named by `file:` is not where it is looked for.
        refused = options.pop("uri", None)
        sqlite3.connect(_MEMORY, **options).close()
    except (ValueError, TypeError, Warning) as error:
        refused = one_line(error)
    if refused:
        raise ConfigurationError(
            f"the MLflow tracking URI is {uri!r}, whose part after the question mark cannot be "
            f"used ({refused}); write it like {_SAMPLE}?timeout=60, or leave that part out"
        )


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
