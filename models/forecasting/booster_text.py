"""LightGBM's text of a model, checked before its library reads it.

The library takes the text on trust: a child that is its own parent makes it loop, a size or an
index that is not true makes it abort the process. Here every number is what it may be, the trees
are trees, and nothing but what a forecast needs is handed on
(https://github.com/microsoft/LightGBM/blob/v4.6.0/src/io/tree.cpp).
"""

import re
from collections.abc import Mapping
from math import isfinite

LONGEST, MOST_LEAVES, DEEPEST = 2**25, 200_000, 128
"""Characters of a text, leaves of all trees, and steps from a root: bounds on what asking costs."""

_MOST_CLASSES, _MOST_COLUMNS = 100, 10_000
_END = "end of trees\n"
_HEADER = {"num_class", "num_tree_per_iteration", "max_feature_idx", "objective", "label_index"} | {
    *("version", "feature_names", "feature_infos", "tree_sizes")
}
_THRESHOLD = "threshold"
_NODES = ("split_feature", "split_gain", _THRESHOLD, "decision_type", "left_child", "right_child")
_OF_NODES = (*_NODES, "internal_value", "internal_weight", "internal_count")
_OF_LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
_FIXED = {"num_cat": "0", "is_linear": "0"}
_TREE = {"num_leaves", "shrinkage", *_FIXED, *_OF_NODES, *_OF_LEAVES}
_WHOLE = {"split_feature", "decision_type", "left_child", "right_child"} | {
    *("internal_count", "leaf_count")
}
_DECISIONS = {0, 2, 4, 6, 8, 10}
"""By size, with either side for what is missing, which is nothing, zero or NaN; not by category."""

_INTEGER, _NUMBER = r"-?\d{1,9}", r"-?\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,3})?"
_SPAN = re.compile(rf"none|\[{_NUMBER}:{_NUMBER}\]")
_ONE_INTEGER, _ONE_NUMBER = re.compile(_INTEGER), re.compile(_NUMBER)
_INTEGERS, _NUMBERS = (re.compile(rf"{one}(?: {one})*") for one in (_INTEGER, _NUMBER))
_INFINITE = re.compile(r"(?<!\S)inf(?!\S)")
_LARGEST = "1.7976931348623157e+308"  # the largest double


def checked_text(text: str) -> str:
    """The part of a model's text that forecasting needs, when it is safe to load.

    Raises
    ------
    ValueError
        When it is no such text; the message says what is wrong.
    """
    if len(text) > LONGEST or not text.isascii():
        raise _wrong(f"it has {len(text):,} characters, or others than ASCII")
    before, _, rest = text.partition("\n\n")
    trees, end, _ = rest.partition(_END)
    header = _header(before)
    sizes = _integers(header["tree_sizes"], "tree_sizes")
    classes, columns = int(header["num_class"]), int(header["max_feature_idx"]) + 1
    if not end or not sizes or len(sizes) % classes or min(sizes) < 1:
        raise _wrong("its trees are not as many as it says")
    at, leaves = 0, 0
    for number, size in enumerate(sizes):
        leaves += _check_tree(trees[at : at + size], number, columns)
        at += size
        if leaves > MOST_LEAVES:
            raise _wrong(f"it has more than {MOST_LEAVES:,} leaves")
    if trees[at:].strip("\n"):
        raise _wrong("its trees are longer than it says")
    return f"{before}\n\n{trees}{end}"


def _header(text: str) -> dict[str, str]:
    first, _, rest = text.partition("\n")
    header = _pairs(rest, _HEADER)
    counts = [header[name] for name in ("num_class", "num_tree_per_iteration", "max_feature_idx")]
    if first != "tree" or not all(map(_ONE_INTEGER.fullmatch, [*counts, header["label_index"]])):
        raise _wrong("its header is another")
    classes, columns = int(counts[0]), int(counts[2]) + 1
    if not (1 < classes <= _MOST_CLASSES and 0 < columns <= _MOST_COLUMNS):
        raise _wrong(f"it has {classes} classes and {columns} columns")
    spans = header["feature_infos"].split(" ")
    if not (
        counts[1] == counts[0]
        and header["objective"] == f"multiclass num_class:{classes}"
        and header["version"] == "v4"
        and len(header["feature_names"].split(" ")) == len(spans) == columns
        and all(map(_SPAN.fullmatch, spans))
    ):
        raise _wrong("its header does not fit together")
    return header


def _check_tree(text: str, number: int, columns: int) -> int:
    """Refuse what is no whole tree; its number of leaves."""
    first, _, rest = text.partition("\n")
    if first != f"Tree={number}" or not rest.endswith("\n\n"):
        raise _wrong(f"tree {number} is not where it should be")
    tree = _pairs(rest.strip("\n"), _TREE)
    if not _ONE_INTEGER.fullmatch(tree["num_leaves"]) or not _ONE_NUMBER.fullmatch(
        tree["shrinkage"]
    ):
        raise _wrong(f"tree {number} has a wrong number")
    leaves = int(tree["num_leaves"])
    if not 1 <= leaves <= MOST_LEAVES or any(tree[k] != v for k, v in _FIXED.items()):
        raise _wrong(f"tree {number} has {leaves} leaves, categories or linear leaves")
    for name in _OF_LEAVES:
        # A tree of one leaf has weights and counts of none.
        _lengths(tree[name], name, {leaves} if leaves > 1 or name == "leaf_value" else {0, 1})
    nodes = {name: _lengths(tree[name], name, {leaves - 1}) for name in _OF_NODES}
    _check_shape(nodes, leaves, columns, number)
    return leaves


def _check_shape(nodes: Mapping[str, list[float]], leaves: int, columns: int, number: int) -> None:
    left, right = ([int(child) for child in nodes[f"{side}_child"]] for side in ("left", "right"))
    if leaves > 1 and sorted(left + right) != [*range(-leaves, 0), *range(1, leaves - 1)]:
        raise _wrong(f"tree {number} is no tree")
    if _depth(left, right, number) > DEEPEST:
        raise _wrong(f"tree {number} is more than {DEEPEST} deep")
    if not all(0 <= feature < columns for feature in nodes["split_feature"]):
        raise _wrong(f"tree {number} splits a column that is none of its {columns}")
    if not _DECISIONS.issuperset(nodes["decision_type"]):
        raise _wrong(f"tree {number} decides in an unknown way")


def _depth(left: list[int], right: list[int], number: int) -> int:
    """Most steps from the root to an inner node; every child comes after its parent."""
    depth = [1] * (len(left) + 1)
    for parent, pair in enumerate(zip(left, right, strict=True)):
        for child in pair:
            if 0 <= child <= parent:
                raise _wrong(f"tree {number} is no tree")
            if child > 0:
                depth[child] = depth[parent] + 1
    return max(depth)


def _lengths(text: str, name: str, lengths: set[int]) -> list[float]:
    """Finite numbers, as many as there should be; a threshold may be infinite."""
    if name == _THRESHOLD:
        # Below infinity is whatever is there: a split between what is known and what is missing.
        text = _INFINITE.sub(_LARGEST, text)
    cells = text.split(" ") if text else []
    form = _INTEGERS if name in _WHOLE else _NUMBERS
    if len(cells) not in lengths or not (form.fullmatch(text) or not cells):
        raise _wrong(f"{name} is not {max(lengths)} numbers")
    numbers = [float(cell) for cell in cells]
    if not all(map(isfinite, numbers)):
        raise _wrong(f"{name} has an infinite number")
    return numbers


def _integers(text: str, name: str) -> list[int]:
    if not all(map(_ONE_INTEGER.fullmatch, text.split(" "))):
        raise _wrong(f"{name} is not integers")
    return [int(cell) for cell in text.split(" ")]


def _pairs(text: str, names: set[str]) -> dict[str, str]:
    """Lines of ``name=value``, each name once."""
    pairs = [line.partition("=")[::2] for line in text.split("\n")]
    found = dict(pairs)
    if len(pairs) != len(found) or set(found) != names:
        odd = sorted(set(found) ^ names)
        raise _wrong(f"a part of it is absent, twice there or unknown ({repr(odd)[:80]})")
    return found


def _wrong(what: str) -> ValueError:
    return ValueError(
        f"the text of a LightGBM model is not one that this version wrote: {what}; train it again"
    )
