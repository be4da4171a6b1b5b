"""What a user can do about an MLflow database in a SQLite file that refuses.

A remedy never costs a run: the file holds every run, every version and who is champion, so that
nobody is ever told to delete it or to move it away.
"""

import re
from pathlib import Path

RIGHTS = (
    "give this user the right to write to it and to its folder, or name another file in "
    "tracking.uri of params.yaml"
)
BACKUP = (
    "put back a copy of it, or name another file in tracking.uri of params.yaml; keep this one, "
    "for `sqlite3 {file} .recover` may still read its runs"
)
LOCKED = (
    "wait for the process that holds it, or end it (another run, `mlflow ui`, a database browser), "
    "and run again"
)
SPACE = "free some space and run the same command again"
DELETED = "bring it back with `mlflow experiments restore` or `mlflow runs restore`, and run again"
ANOTHER = (
    "run `undertow doctor`, which looks at the database; keep the file, for it holds every run and "
    "who is champion"
)

_REMEDIES = {
    r"disk is full|No space left|Disk quota": SPACE,
    r"is locked|database is busy": LOCKED,
    r"readonly database|unable to open|Permission denied|Read-only file": RIGHTS,
    r"malformed|not a database|disk I/O error|no such (?:table|column)|has no column": BACKUP,
    r"must be in the 'active' state": DELETED,
}


def remedy_of(text: str, file: Path) -> str:
    """Give the remedy for a message of SQLite or MLflow about a database file."""
    found = (told for pattern, told in _REMEDIES.items() if re.search(pattern, text))
    return next(found, ANOTHER).format(file=file)
