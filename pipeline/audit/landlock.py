"""Landlock: Linux itself refuses this process all files but those below some folders.

Compiled libraries open files without telling Python (Arrow does), so a hook in Python does not see
them. A kernel without Landlock changes nothing, and the hook stands alone.
"""

import ctypes
import os
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_BENEATH = 1
_NO_NEW_PRIVILEGES = 38
_EXECUTE, _READ_FILE, _READ_DIRECTORY = 1 << 0, 1 << 2, 1 << 3
_READ = _EXECUTE | _READ_FILE | _READ_DIRECTORY
_ALL = (1 << 13) - 1
"""Every right of the first version of the interface."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled", ctypes.c_uint64),)


class _Rule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def restrict(readable: Iterable[str], own: str) -> bool:
    """Leave this process and its children some folders only; say whether the kernel does so.

    Parameters
    ----------
    readable
        Folders that may be read; absent ones are left out.
    own
        Folder that may also be changed.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    handled = _Ruleset(_ALL)
    rules = libc.syscall(_CREATE, ctypes.byref(handled), ctypes.sizeof(handled), 0)
    if rules < 0:
        return False
    for folder in readable:
        _allow(libc, rules, folder, _READ)
    _allow(libc, rules, os.devnull, _ALL & (_READ_FILE | 1 << 1))
    _allow(libc, rules, own, _ALL)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    done = libc.syscall(_RESTRICT, rules, 0) == 0
    os.close(rules)
    return bool(done)


def _allow(libc: ctypes.CDLL, rules: int, folder: str, rights: int) -> None:
    if not os.path.exists(folder):  # noqa: PTH110 - before anything else is imported
        return
    place = os.open(folder, os.O_PATH)
    rights &= ~_READ_DIRECTORY if not os.path.isdir(folder) else _ALL  # noqa: PTH112
    rule = _Rule(rights, place)
    libc.syscall(_ADD, rules, _BENEATH, ctypes.byref(rule), 0)
    os.close(place)
