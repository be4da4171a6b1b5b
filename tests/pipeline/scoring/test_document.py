"""A call is checked when it is read, and its schema is the type's."""

import json
from pathlib import Path

import pytest

from pipeline.base.errors import SchemaError
from pipeline.scoring.document import SCHEMA_VERSION, checked, schema
from tests.pipeline.calls import a_call

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "call.schema.json"
LATER = ("schema_version", "windows", "late", "despite_late", "ledger")
"""Parts that version 0.1 did not write."""


def test_the_committed_schema_is_the_type() -> None:
    assert json.loads(COMMITTED.read_text(encoding="utf-8")) == json.loads(json.dumps(schema())), (
        "run `python -m pipeline.docs`"
    )


def test_a_call_fits_the_committed_schema_by_another_reader_of_schemas_too() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(committed)
    jsonschema.validate(a_call("2020-04-10"), committed)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(a_call("2020-04-10", tier=7), committed)


def test_a_call_of_an_earlier_version_stays_readable() -> None:
    former = {name: part for name, part in a_call("2020-04-10").items() if name not in LATER}
    assert checked(former, "ledger.db") is former


@pytest.mark.parametrize(
    ("part", "told"),
    [
        ({"tier": 5}, "tier is 5, expected type integer, minimum 0, maximum 4"),
        ({"tier": True}, "tier is True"),
        ({"session": "2024-02-30"}, "session is '2024-02-30', expected type string, format date"),
        ({"scenario": "crash"}, "scenario is 'crash'"),
        ({"state": None}, "state is None, not a mapping"),
        ({"drivers": [{"driver": "rates"}]}, r"drivers\[0\].contribution is missing"),
        ({"probabilities": {"now": {}}}, "probabilities.ahead is missing"),
        ({"exposure": "x" * 999}, r"exposure is 'x{59}…"),
    ],
)
def test_what_is_no_call_is_named_with_its_part(part: dict, told: str) -> None:
    with pytest.raises(SchemaError, match=f"ledger.db: the call of .* {told}"):
        checked(a_call("2020-04-10") | part, "ledger.db")


def test_a_call_of_a_newer_version_asks_for_an_update() -> None:
    newer = {"session": "2020-04-10", "schema_version": SCHEMA_VERSION + 1}
    with pytest.raises(SchemaError, match=r"written by a newer undertow .*; update undertow"):
        checked(newer, "ledger.db")
