"""The planted leaks: each can still be planted, and the page tells of each."""

import pytest

from tools.mutants.__main__ import KINDS, MUTANTS, PAGE
from tools.mutants.mutant import COPIES
from tools.mutants.page import NOT_RUN, Row, kept, write_page
from tools.mutants.project import ROOT


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.kind)
def test_the_text_that_a_mutant_changes_is_there(mutant) -> None:
    assert (ROOT / mutant.file).read_text(encoding="utf-8").count(mutant.old) == 1 or not mutant.old
    assert mutant.copy in COPIES


def test_the_page_lists_each_mutant() -> None:
    assert set(kept(PAGE)) - {"kind"} == set(KINDS)


@pytest.mark.slow
def test_a_run_of_some_leaves_the_other_rows_as_they_were(tmp_path) -> None:
    page = tmp_path / "mutants.md"
    write_page(page, ["a", "b"], {"a": Row("a", "the audit", 3.0, "a | b")})
    write_page(page, ["a", "b", "c"], {"b": Row("b", "a test", 1.0, "no")})
    assert page.read_text(encoding="utf-8").splitlines()[-3:] == [
        "| a | the audit | 3 s | a / b |",
        "| b | a test | 1 s | no |",
        f"| c | {NOT_RUN} | | |",
    ]
