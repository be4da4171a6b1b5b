import pytest

from pipeline.base.names import checked_name


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("model", "0123456789ab"),
        ("source", "simulated"),
        ("ticker", "BRK.B"),
        ("ticker", "^GSPC"),
        ("experiment", "another experiment"),
    ],
)
def test_a_name_of_its_kind_passes_as_it_is(kind: str, name: str) -> None:
    assert checked_name(kind, name) == name


@pytest.mark.parametrize("kind", ["model", "source", "ticker", "experiment"])
@pytest.mark.parametrize("name", ["", "..", "../x", "/x", "a/../b", "A\x1b[31m", "x\n", None, 7])
def test_what_would_steer_a_path_or_a_terminal_is_no_name(kind: str, name: object) -> None:
    with pytest.raises(ValueError, match=f"is no name of a {kind}") as caught:
        checked_name(kind, name)
    assert str(caught.value).isprintable()
