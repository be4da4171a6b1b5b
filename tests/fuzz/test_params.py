"""``params.yaml`` changed at random: understood exactly as it is written, or refused by name."""

import math
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.base.errors import ConfigurationError
from pipeline.params import load, parse

pytestmark = pytest.mark.slow

fuzzed = settings.get_profile("fuzz")
# The whole file is read in some 20 ms, so fewer cases do.
fewer = settings(fuzzed, max_examples=max(fuzzed.max_examples // 5, 5))

TEXT = (Path(__file__).resolve().parents[2] / "params.yaml").read_text(encoding="utf-8")
DOCUMENT = yaml.safe_load(TEXT)
ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=6), st.dates(),
    st.binary(max_size=3), st.just([]), st.just({}), st.just([[]]), st.just({1: 2}),
    st.just({"a\nb": 1}), st.just(10**400), st.just(-1), st.just(0), st.just("2019-13-45"),
    st.just("2024-02-30"), st.just("1"), st.just("9999-12-31"), st.just("0001-01-01"),
)  # fmt: skip


def places(value: Any, path: tuple = ()) -> Iterator[tuple]:
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    for key, inner in inside:
        yield from places(inner, (*path, key))


PLACES = list(places(DOCUMENT))


def holder(document: Any, path: tuple) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


def same(written: Any, understood: Any) -> bool:
    """Whether every written value was understood as it is, of its own kind."""
    if isinstance(written, dict):
        return all(same(value, understood[key]) for key, value in written.items())
    if isinstance(written, list):
        understood = list(understood)
        pairs = zip(written, understood, strict=False)
        return len(written) == len(understood) and all(same(*pair) for pair in pairs)
    if isinstance(written, bool) or isinstance(understood, bool):
        return written is understood
    return str(written) == str(understood) or written == understood


@fuzzed
@given(path=st.sampled_from(PLACES), change=st.sampled_from(["set", "drop", "add"]), odd=ODD)
def test_a_changed_entry_is_taken_as_written_or_refused(attempt, path, change, odd) -> None:
    document = deepcopy(DOCUMENT)
    inside = holder(document, path)
    if change == "drop":
        del inside[path[-1]]
    elif change == "add" and isinstance(inside, dict):
        inside["surplus"] = odd
    else:
        inside[path[-1]] = odd
    found, sentence = attempt(lambda: parse(document), ConfigurationError)
    if found is None:
        assert len(sentence) < 600
        return
    assert same(document, found.model_dump())
    assert not isinstance(odd, float) or math.isfinite(odd) or change == "drop"


@fewer
@given(
    where=st.integers(0, len(TEXT)),
    cut=st.integers(0, 30),
    put=st.text(max_size=4) | st.sampled_from(
        ["\t", "&a ", "*a", "*core", "<<: *core", "? ", "!!python/object:os.system ", "!!binary ",
         "---\n", "\0", "\ufeff", "{", "[" * 3000, "2019-13-45", ".inf", ".nan", "1e400", "%", "@"]
    ),
)  # fmt: skip
def test_a_changed_text_is_taken_as_written_or_refused(
    attempt, tmp_path: Path, where, cut, put
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(TEXT[:where] + put + TEXT[where + cut :], encoding="utf-8")
    found, sentence = attempt(lambda: load(path), ConfigurationError)
    if found is None:
        assert "params.yaml" in sentence or sentence.startswith("simulated.")
    else:
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert same(written, found.model_dump())


@fewer
@given(where=st.integers(0, len(TEXT)), put=st.binary(max_size=6))
def test_changed_bytes_are_taken_or_refused(attempt, tmp_path: Path, where, put) -> None:
    path = tmp_path / "params.yaml"
    content = TEXT.encode()
    path.write_bytes(content[:where] + put + content[where:])
    attempt(lambda: load(path), ConfigurationError)


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('"2003-01-02"', "2003-01-02", r"simulated\.start .*date.* quote"),
        ('"2003-01-02"', "2019-13-45", "holds what YAML cannot mean"),
        ('"2003-01-02"', '"2019-13-45"', "simulated.*2019-13-45"),
        ('"2019-01-02"', '"2019-02-30"', r"first_test is '2019-02-30', but: .*not a date"),
        ("workers: 2", "workers: true", r"compute\.workers is True"),
        ("workers: 2", 'workers: "2"', r"compute\.workers is '2'"),
        ("workers: 2", "workers: 2\n  workers: 3", "'workers' is written twice"),
        ("floor: 0.002", "floor: .nan", r"outlook\.floor is nan, which is not a finite number"),
        ("floor: 0.002", "floor: 1.0e+400", r"outlook\.floor is inf"),
    ],
)
def test_a_known_trap_is_told(tmp_path: Path, old: str, new: str, sentence: str) -> None:
    path = tmp_path / "params.yaml"
    assert old in TEXT
    path.write_text(TEXT.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=sentence):
        load(path)


def test_a_mark_of_byte_order_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(TEXT, encoding="utf-8-sig")
    assert load(path) == parse(DOCUMENT)


@pytest.mark.parametrize("content", [TEXT.encode("utf-16"), b"\xff\xfe", b"", b"data:\n", b"- 1\n"])
def test_another_document_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "params.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"params\.yaml"):
        load(path)


def test_aliases_cannot_unfold_without_end(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    bomb = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    bomb += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    path.write_text("\n".join(bomb), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="more values than"):
        load(path)
    path.write_text("a: &a [*a]\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="more values than"):
        load(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("- " * 100_000, "near line 1 is nested more than 20 deep"),
        ("a: &a {x: 1}\nb: {<<: [*a, *a]}\n", "near line 2 merges another mapping by '<<'"),
        ("a: 1\nb:\n  - {c: 1, d: 2,\n     c: 3}\n", "near line 4: 'c' is written twice"),
    ],
)
def test_what_hides_or_overflows_is_told_by_its_line(
    tmp_path: Path, content: str, sentence: str
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=sentence):
        load(path)


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path)
