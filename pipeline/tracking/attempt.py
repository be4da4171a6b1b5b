"""A run that was killed while it was logged: the next one ends it, and touches no other.

MLflow never learns that a process was killed, and would show its run as RUNNING from then on.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.base.run import log
from pipeline.storage.folders import fsync, temporary_beside, writing_in
from pipeline.tracking import mlflow_store

ATTEMPT = "attempt"
"""Tag: random text by which the next attempt finds a run that this one did not end."""


@contextmanager
def attempted(folder: Path, uri: str, experiment: str) -> Iterator[dict[str, str]]:
    """Give the tag for the run, once a run that was killed here before is ended.

    The tag's value is noted before there is a run, so that no moment to be killed at goes unseen.
    The folder is held until the block ends: a note that another process has left in it is a dead
    one's, and what other folders, people or machines log to the same server is never asked about.
    The note stays when the block raises, for the run may not have been ended then either.

    Parameters
    ----------
    folder
        Where the note lies; nothing else may write there.
    uri, experiment
        As for `pipeline.tracking.mlflow_store.log_run`. A run that was killed while it was logged
        to another address or experiment is not found.
    """
    note = folder / "note"
    with writing_in(folder, alone=True):
        if note.exists():
            left = note.read_text(encoding="utf-8")
            for run_id in mlflow_store.end_killed(ATTEMPT, left, uri, experiment):
                log.info("run %s was left by a killed process; it is KILLED now", run_id)
        value = uuid.uuid4().hex
        with temporary_beside(note) as temporary:
            temporary.write_text(value, encoding="utf-8")
            fsync(temporary)
            temporary.replace(note)
        yield {ATTEMPT: value}
        note.unlink()
