"""A model's bundle, damaged or forged: it forecasts, or it is refused as a model."""

import hashlib
import io
import json
import shutil
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.bundle import BundleError, read_bundle, write_bundle
from pipeline.base.errors import ModelError
from pipeline.scoring.model import load_model

pytestmark = pytest.mark.slow

fuzzed = settings.get_profile("fuzz")

FILES = ("model.json", "arrays.npz", "hashes.json")
CONTENT = {"name": "a", "nested": [{"x": np.arange(4.0)}, 1, None], "y": np.array(["p", "q"])}
ARRAYS = st.one_of(
    st.just(np.array([])), st.just(np.array(5.0)), st.just(np.zeros((2, 3, 4))),
    st.just(np.array(["x", "y"])), st.just(np.array([np.nan] * 4)), st.just(np.array([np.inf, 1])),
    st.just(np.array([True, False])), st.just(np.array([1 + 2j])), st.just(np.zeros(3, "i1")),
    st.just(np.array([-1.0, 2.0, 0.5, 7.0])),
)  # fmt: skip
ODD = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from(
    [[], {}, [1, 2], {"a": 1}, "array:", "array:../../x", 1e308, "9999-99-99"]
)  # fmt: skip


def named_plainly(folder: Path) -> Path:
    """A bundle with file names that a test can know, as older ones have; both are read."""
    for name in FILES[:2]:
        stem, _dot, ending = name.partition(".")
        (written,) = folder.glob(f"{stem}-*.{ending}")
        written.rename(folder / name)
    seal(folder)
    return folder


def seal(folder: Path) -> None:
    """Give forged files their right hashes."""
    hashes = {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in FILES[:2]}
    (folder / FILES[2]).write_text(json.dumps(hashes), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_bundle(CONTENT, tmp_path)
    return named_plainly(tmp_path)


@fuzzed
@given(name=st.sampled_from(FILES), data=st.data(), resealed=st.booleans())
def test_changed_bytes_never_pass_unseen(attempt, folder: Path, name, data, resealed) -> None:
    write_bundle(CONTENT, folder)
    named_plainly(folder)
    before = (folder / name).read_bytes()
    where = data.draw(st.integers(0, len(before)))
    put = data.draw(st.binary(max_size=3))
    after = before[where + data.draw(st.integers(0, 9)) :]
    (folder / name).write_bytes(before[:where] + put + after)
    if resealed:
        seal(folder)
    found, _sentence = attempt(lambda: read_bundle(folder), BundleError)
    if found is not None and not resealed and (folder / name).read_bytes() != before:
        # Only the spelling of the hashes can differ.
        assert name == FILES[2]
        assert list(found["nested"][0]["x"]) == [0.0, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    "hashes",
    ["{}", "[]", "null", '{"model.json": "x"}', '{"../../etc/passwd": "x"}', '"text"', "[" * 9999],
)
def test_hashes_of_other_files_are_no_hashes(folder: Path, hashes: str) -> None:
    (folder / FILES[2]).write_text(hashes, encoding="utf-8")
    with pytest.raises(BundleError, match=r"hashes\.json is damaged"):
        read_bundle(folder)


@pytest.mark.parametrize("name", FILES)
def test_an_absent_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(BundleError, match=rf"{name} is missing"):
        read_bundle(folder)


def test_objects_are_never_unpickled(folder: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple:
            return (pytest.fail, ("a pickle was run",))

    np.savez(folder / FILES[1], **{"nested/0/x": np.array([Trap()], dtype=object)})
    seal(folder)
    with pytest.raises(BundleError, match=r"arrays\.npz is damaged"):
        read_bundle(folder)


def test_names_in_the_archive_never_become_files(folder: Path, tmp_path: Path) -> None:
    array = io.BytesIO()
    np.save(array, np.arange(4.0))
    with zipfile.ZipFile(folder / FILES[1], "w") as archive:
        for name in ("../escaped.npy", "/escaped.npy", "nested/0/x.npy", "y.npy"):
            archive.writestr(name, array.getvalue())
    seal(folder)
    read_bundle(folder)
    assert not list(tmp_path.parent.glob("**/escaped*"))
    assert not Path("/escaped.npy").exists()


def test_an_array_that_claims_a_huge_shape_is_refused(folder: Path) -> None:
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f8", "fortran_order": False, "shape": (10**15,)}
    )
    with zipfile.ZipFile(folder / FILES[1], "w") as archive:
        archive.writestr("y.npy", header.getvalue())
        archive.writestr("nested/0/x.npy", header.getvalue())
    seal(folder)
    with pytest.raises(BundleError, match=r"arrays\.npz is damaged"):
        read_bundle(folder)


def test_an_unreadable_or_folder_bundle_is_one_sentence(attempt, folder: Path) -> None:
    (folder / FILES[0]).unlink()
    (folder / FILES[0]).mkdir()
    _found, sentence = attempt(lambda: load_model(folder), ModelError)
    assert "model.json" in sentence


@pytest.fixture(scope="session")
def trained(finished_run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    forged = tmp_path_factory.mktemp("forged") / "model"
    return named_plainly(shutil.copytree(finished_run / "data/model", forged))


def changed(value: object, path: list, odd: object) -> None:
    *before, last = path
    for key in before:
        value = value[key]
    value[last] = odd


def leaves(value: object, path: tuple = ()) -> list[tuple]:
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    below = [leaf for key, inner in inside for leaf in leaves(inner, (*path, key))]
    return [path, *below] if path else below


@settings(fuzzed, max_examples=max(fuzzed.max_examples // 2, 5))
@given(data=st.data())
def test_a_forged_model_forecasts_or_is_refused(
    attempt, trained: Path, tmp_path: Path, data
) -> None:
    forged = shutil.copytree(trained, tmp_path / "forged", dirs_exist_ok=True)
    with np.load(trained / FILES[1], allow_pickle=False) as kept:
        arrays = dict(kept)
    document = json.loads((trained / FILES[0]).read_text())
    if data.draw(st.booleans()):
        arrays[data.draw(st.sampled_from(sorted(arrays)))] = data.draw(ARRAYS)
    else:
        places = leaves(document["content"])
        changed(document["content"], list(data.draw(st.sampled_from(places))), data.draw(ODD))
    np.savez(forged / FILES[1], **arrays)
    (forged / FILES[0]).write_text(json.dumps(document), encoding="utf-8")
    seal(forged)
    found, _sentence = attempt(lambda: load_model(forged), ModelError)
    if found is not None:
        assert found.windows
        assert all(isinstance(name, str) for name in found.reads)


@pytest.mark.parametrize(
    ("place", "odd"),
    [
        ("states/fit/parameters/variances", np.array([1.0 + 2.0j])),
        ("windows/ahead/members/hurdle/state/direction_intercept_", np.full(4, np.nan)),
    ],
)
def test_what_numpy_only_warns_of_is_refused(
    trained: Path, tmp_path: Path, place: str, odd: np.ndarray
) -> None:
    forged = shutil.copytree(trained, tmp_path / "forged")
    with np.load(trained / FILES[1], allow_pickle=False) as kept:
        arrays = dict(kept)
    assert place in arrays
    np.savez(forged / FILES[1], **{**arrays, place: odd})
    seal(forged)
    with warnings.catch_warnings(action="ignore"), pytest.raises(ModelError, match="Warning: "):
        load_model(forged)
