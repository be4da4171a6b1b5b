"""The type of a document as its JSON Schema, and the schema as a check that names what is wrong.

It knows what a call is made of: typed dictionaries, mappings, lists, plain values and None. A
check is made once and walks a call in under a millisecond; importing a library for it would take
longer than showing a published call.
"""

from collections.abc import Callable, Mapping
from datetime import date
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

Schema = Mapping[str, Any]
Check = Callable[[Any], str]
"""Gives the place and what is wrong there, or nothing."""

_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", NoneType: "null"}
_TYPES: dict[str, tuple[type, ...]] = {name: (kind,) for kind, name in _NAMES.items()}
_TYPES["number"] = (int, float)
_QUOTED = 60


def schema_of(hint: Any) -> dict[str, Any]:
    """The JSON Schema of a type; an annotation adds its own keywords.

    Parameters
    ----------
    hint
        A ``TypedDict``, ``dict[str, ...]``, ``list[...]``, plain type or a union of these;
        ``Annotated[..., (keyword, value)]`` narrows it.
    """
    origin, inside = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return schema_of(inside[0]) | dict(inside[1:])
    if origin is NotRequired:
        return schema_of(inside[0])
    if origin in {Union, UnionType}:
        return {"anyOf": [schema_of(each) for each in inside]}
    if origin is list:
        return {"type": "array", "items": schema_of(inside[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema_of(inside[1])}
    return _of_fields(hint) if is_typeddict(hint) else {"type": _NAMES[hint]}


def _of_fields(document: Any) -> dict[str, Any]:
    hints = get_type_hints(document, include_extras=True)
    return {
        "type": "object",
        "description": " ".join(document.__doc__.split()),
        "properties": {name: schema_of(hint) for name, hint in hints.items()},
        "required": [name for name in hints if name in document.__required_keys__],
    }


def check_of(schema: Schema) -> Check:
    """The check of a schema that `schema_of` made."""
    if "anyOf" in schema:
        return _any_of([check_of(each) for each in schema["anyOf"]])
    if schema["type"] == "object":
        return _mapping(schema)
    if schema["type"] == "array":
        return _list(check_of(schema["items"]))
    return _plain(schema)


def _any_of(checks: list[Check]) -> Check:
    def check(value: Any) -> str:
        found = [each(value) for each in checks]
        return found[0] if all(found) else ""

    return check


def _mapping(schema: Schema) -> Check:
    required = schema.get("required", ())
    parts = {name: check_of(part) for name, part in schema.get("properties", {}).items()}
    rest = check_of(schema["additionalProperties"]) if "additionalProperties" in schema else None

    def check(value: Any) -> str:
        if type(value) is not dict:
            return f" is {_quoted(value)}, not a mapping"
        for name in required:
            if name not in value:
                return f".{name} is missing"
        for name, part in value.items():
            each = parts.get(name, rest)
            if each is not None and (found := each(part)):
                return f".{name}{found}"
        return ""

    return check


def _list(each: Check) -> Check:
    def check(value: Any) -> str:
        if type(value) is not list:
            return f" is {_quoted(value)}, not a list"
        for place, item in enumerate(value):
            if found := each(item):
                return f"[{place}]{found}"
        return ""

    return check


def _plain(schema: Schema) -> Check:
    types, allowed = _TYPES[schema["type"]], schema.get("enum")
    least, most = schema.get("minimum"), schema.get("maximum")
    is_day = schema.get("format") == "date"
    wanted = ", ".join(f"{name} {schema[name]}" for name in schema)

    def check(value: Any) -> str:
        good = type(value) in types and (allowed is None or value in allowed)
        if good and least is not None:
            good = least <= value <= most
        if good and is_day:
            good = _is_day(value)
        return "" if good else f" is {_quoted(value)}, expected {wanted}"

    return check


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _quoted(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _QUOTED else f"{text[:_QUOTED]}…"
