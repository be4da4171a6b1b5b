"""LightGBM's text of a model, checked before its library reads it.

The library takes the text on trust: a child that is its own parent makes it loop, a size or an
index that is not true makes it abort the process. Here every number is what it may be, the trees
are trees, and nothing but what a forecast needs is handed on
(https://github.com/microsoft/LightGBM/blob/v4.6.0/src/io/tree.cpp).
"""

import re
from collections.abc import Sequence
from math import isfinite

import numpy as np
from numpy.typing import NDArray

Texts = Sequence[str]
"""A field's text in every tree."""

LONGEST, MOST_LEAVES, DEEPEST = 2**25, 200_000, 128
"""Characters of a text, leaves of all trees, and steps from a root: bounds on what asking costs."""

_MOST_CLASSES, _MOST_COLUMNS = 100, 10_000
_END = "end of trees\n"
_HEADER = {"num_class", "num_tree_per_iteration", "max_feature_idx", "objective", "label_index"} | {
    *("version", "feature_names", "feature_infos", "tree_sizes")
}
_THRESHOLD, _LEAVES = "threshold", "num_leaves"
_NODES = ("split_feature", "split_gain", _THRESHOLD, "decision_type", "left_child", "right_child")
_OF_NODES = (*_NODES, "internal_value", "internal_weight", "internal_count")
_OF_LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
_FIXED = {"num_cat": "0", "is_linear": "0"}
_TREE = (
    *("Tree", _LEAVES, "num_cat", *_NODES, *_OF_LEAVES),
    *("internal_value", "internal_weight", "internal_count", "is_linear", "shrinkage"),
)
"""Lines of a tree in their order."""
_WHOLE = {"split_feature", "decision_type", "left_child", "right_child"} | {
    *("internal_count", "leaf_count")
}
_DECISIONS = {"0", "2", "4", "6", "8", "10"}
"""By size, with either side for what is missing, which is nothing, zero or NaN; not by category."""

_INTEGER, _NUMBER = r"-?\d{1,9}", r"-?\d{1,200}(?:\.\d{1,400})?(?:e[+-]?\d{1,3})?"
_SPAN = re.compile(rf"none|\[{_NUMBER}:{_NUMBER}\]")
_ONE_INTEGER = re.compile(_INTEGER)
# Possessive, so that no way back is remembered for each of a hundred thousand numbers.
_INTEGERS, _NUMBERS = (re.compile(rf"{one}(?: {one})*+") for one in (_INTEGER, _NUMBER))
_BLOCK = re.compile("\n".join(rf"{name}=([^\n]*)" for name in _TREE) + "\n\n+")
_INFINITE = re.compile(r"(?<!\S)inf(?!\S)")
_MAYBE_INFINITE = re.compile(r"e\+?\d{3}")
"""What every number has that is too large for a double."""


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
    _check_trees(_blocks(trees, sizes), columns)
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


def _blocks(trees: str, sizes: list[int]) -> dict[str, Texts]:
    """Text of each field, by tree."""
    found, at = [], 0
    for number, size in enumerate(sizes):
        match = _BLOCK.fullmatch(trees, at, at + size)
        if match is None or match[1] != str(number):
            raise _wrong(f"tree {number} is not where it should be, or has other parts")
        found.append(match.groups())
        at += size
    if trees[at:].strip("\n"):
        raise _wrong("its trees are longer than it says")
    blocks: dict[str, Texts] = dict(zip(_TREE, zip(*found, strict=True), strict=True))
    if any(set(blocks[name]) != {value} for name, value in _FIXED.items()):
        raise _wrong("a tree has categories or linear leaves")
    _numbers(blocks["shrinkage"], "shrinkage", np.ones(len(sizes), dtype=np.int64))
    return blocks


def _check_trees(blocks: dict[str, Texts], columns: int) -> None:
    leaves = _leaves(blocks[_LEAVES])
    for name in _OF_LEAVES:
        # A tree of one leaf has weights and counts of none.
        _numbers(blocks[name], name, leaves, or_none=(leaves == 1) & (name != "leaf_value"))
    nodes = {name: _numbers(blocks[name], name, leaves - 1) for name in _OF_NODES}
    left, right = (np.array(nodes[f"{side}_child"], dtype=np.int64) for side in ("left", "right"))
    _check_shape(left, right, leaves)
    if not all(0 <= int(feature) < columns for feature in set(nodes["split_feature"])):
        raise _wrong(f"a tree splits a column that is none of its {columns}")
    if not _DECISIONS.issuperset(nodes["decision_type"]):
        raise _wrong("a tree decides in an unknown way")


def _leaves(texts: Texts) -> NDArray[np.int64]:
    """Number of leaves of each tree."""
    if not all(map(_ONE_INTEGER.fullmatch, texts)):
        raise _wrong(f"{_LEAVES} is not integers")
    leaves = np.array([int(text) for text in texts])
    if leaves.min() < 1 or leaves.sum() > MOST_LEAVES:
        raise _wrong(f"a tree has no leaf, or all have more than {MOST_LEAVES:,}")
    return leaves


def _numbers(
    texts: Texts,
    name: str,
    lengths: NDArray[np.int64],
    *,
    or_none: NDArray[np.bool_] | bool = False,
) -> list[str]:
    """A field's finite numbers, tree after tree, of each as many as there should be.

    A threshold may be infinite.
    """
    found = np.array([text.count(" ") + 1 if text else 0 for text in texts])
    joined = " ".join(filter(None, texts))
    if name == _THRESHOLD:
        # Below infinity is whatever is there: a split between what is known and what is missing.
        joined = _INFINITE.sub("0", joined)
    form = _INTEGERS if name in _WHOLE else _NUMBERS
    fits = (found == lengths) | (or_none & (found == 0))
    if not fits.all() or (joined and not form.fullmatch(joined)):
        raise _wrong(f"{name} is not the numbers that it should be")
    numbers = joined.split()
    if _MAYBE_INFINITE.search(joined) and not all(map(isfinite, map(float, numbers))):
        raise _wrong(f"{name} has an infinite number")
    return numbers


def _check_shape(
    left: NDArray[np.int64], right: NDArray[np.int64], leaves: NDArray[np.int64]
) -> None:
    """Refuse what is no tree: each leaf and each inner node but the root is a child once."""
    first = np.cumsum(leaves - 1) - (leaves - 1)  # place of each tree's root among all nodes
    tree = np.repeat(np.arange(len(leaves)), leaves - 1)
    parent = np.tile(np.arange(len(tree)), 2)
    child, own = np.concatenate([left, right]), np.tile(tree, 2)
    lowest, inner = -leaves[own], child > 0
    # A leaf is counted from -1 down, an inner node from 1 up: 0, the root, is nobody's child.
    if not ((lowest <= child) & (child != 0) & (child < leaves[own] - 1)).all():
        raise _wrong("a child is none of its tree's")
    place = 2 * first[own] + np.where(inner, child - 1, child) - lowest
    if (np.bincount(place, minlength=len(child)) != 1).any():
        raise _wrong("a tree has a child of two parents")
    _check_depth(parent[inner], (first[own] + child)[inner], len(tree))


def _check_depth(parent: NDArray[np.int64], child: NDArray[np.int64], nodes: int) -> None:
    """Refuse a child before its parent, and what is deep."""
    if (child <= parent).any():
        raise _wrong("a child comes before its parent")
    depth = np.ones(nodes, dtype=np.int64)
    for _step in range(DEEPEST):
        deeper = depth[parent] + 1
        if (depth[child] == deeper).all():
            return
        depth[child] = deeper
    raise _wrong(f"a tree is more than {DEEPEST} deep")


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
