"""What a folder of CSV files lacks, and what in it nothing reads."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import groupby
from pathlib import Path, PurePath

from pipeline.catalogue import CATALOGUE
from pipeline.plausibility.remarks import Remark
from pipeline.series.kinds import Series
from pipeline.storage.csv_file import header

_COLUMNS = {
    "value": "date and one value",
    "snapshot": "date and one value",
    "flow": "date and one value",
    "bar": "date, open, high, low, close, volume",
    "funding": "date, funding_rate",
    "panel": "date and one column a ticker",
    "calendar": "date",
}


@dataclass(frozen=True)
class Absent:
    """A file, or columns of it, that a folder lacks.

    Attributes
    ----------
    path
        Below the folder.
    columns
        What should stand in it, in words.
    series
        Names of the series that are read from it.
    required
        Whether a run needs it.
    meant
        A file that nothing reads and whose name is near, as the end of a sentence.
    """

    path: str
    columns: str
    series: tuple[str, ...]
    required: bool
    meant: str = ""

    def __str__(self) -> str:
        return f"{self.path} ({self.columns}{self.meant})"


def place(series: Series) -> tuple[str, str | None]:
    """Path below the folder and column, None for the only value there is."""
    path, _colon, column = (series.files or "").partition(":")
    return path, column or None


def shares_its_file(series: Series) -> bool:
    """Whether other series stand in the same file, so that each column may be absent."""
    return sum(place(other)[0] == place(series)[0] for other in CATALOGUE.values()) > 1


def absent(folder: Path) -> list[Absent]:
    """What the folder lacks, the required first: of each file what the catalogue wants of it."""
    lacking = [
        series for series in CATALOGUE.values() if series.files and not _is_there(folder, series)
    ]
    lacking.sort(key=lambda series: (not series.required, place(series)[0]))
    files = groupby(lacking, key=lambda series: (not series.required, place(series)[0]))
    found = [_absent(path, list(group)) for (_optional, path), group in files]
    names = {
        path: each.about
        for each in unread(folder)
        for path in _nearest(each.about, [one.path for one in found])
    }
    return [
        replace(each, meant=f"; is it {names[each.path]}?") if each.path in names else each
        for each in found
    ]


def what_to_bring(folder: Path, *, optional_too: bool = True) -> str:
    """End of a sentence: the required files that are absent, with columns, then the optional."""
    found = absent(folder)
    required = ", ".join(str(each) for each in found if each.required)
    optional = ", ".join(str(each) for each in found if not each.required)
    told = f"bring, as CSV, {required}" if required else "all that is required is there"
    return told + (f"; optional and absent too: {optional}" if optional and optional_too else "")


def unread(folder: Path) -> list[Remark]:
    """Files that look like data and that no series is read from, with what they may be meant as."""
    known = {place(series)[0] for series in CATALOGUE.values() if series.files}
    found = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.suffix.lower() == ".csv" and path.is_file() and not _hidden(path, folder)
    )
    wanted = [path for path in known if not (folder / path).is_file()]
    files = [
        Remark(path, f"read by nothing{_meant(path, wanted)}")
        for path in found
        if path not in known and Path(path).stem.lower() not in {"readme", "manifest"}
    ]
    return files + [
        remark for path in sorted(known - set(wanted)) for remark in _columns(folder, path)
    ]


def _columns(folder: Path, path: str) -> Iterator[Remark]:
    """Columns of a file of several series that nothing reads, where an absent one is near."""
    wanted = {
        column
        for each in CATALOGUE.values()
        if place(each)[0] == path and (column := place(each)[1])
    }
    if len(wanted) < 2:
        return
    names = header(folder / path)
    lacking = {column.lower(): column for column in sorted(wanted - set(names))}
    for name in names:
        near = get_close_matches(name.lower(), lacking, n=1, cutoff=0.7)
        if name not in {*wanted, "date"} and near:
            yield Remark(path, f"column {name} read by nothing; did you mean {lacking[near[0]]}?")


def _is_there(folder: Path, series: Series) -> bool:
    path, column = place(series)
    file = folder / path
    if not file.is_file():
        return False
    return column is None or column in header(file)


def _absent(path: str, group: list[Series]) -> Absent:
    columns = [column for series in group if (column := place(series)[1])]
    first = group[0]
    words = f"date, {', '.join(columns)}" if columns else _COLUMNS.get(first.kind, "")
    if first.kind == "table":
        words = ", ".join(dict(first.columns))
    return Absent(path, words, tuple(series.name for series in group), first.required)


def _hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(folder).parts)


def _meant(path: str, wanted: list[str]) -> str:
    near = next(_nearest(path, wanted), None)
    return "" if near is None else f"; did you mean {near}?"


def _nearest(path: str, wanted: Iterable[str]) -> Iterator[str]:
    """Absent files by likeness: of the whole path first, then of the name alone.

    Without the ending, which all share and which makes short names alike.
    """
    absent = {PurePath(name.lower()).with_suffix(""): name for name in sorted(wanted)}
    meant = PurePath(path.lower()).with_suffix("")
    by_path = {str(place): name for place, name in absent.items()}
    for near in get_close_matches(str(meant), by_path, n=1, cutoff=0.85):
        yield by_path[near]
    by_name = {place.name: name for place, name in absent.items()}
    for near in get_close_matches(meant.name, by_name, n=1, cutoff=0.8):
        yield by_name[near]
