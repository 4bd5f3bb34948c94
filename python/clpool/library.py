# SPDX-License-Identifier: Apache-2.0
"""Finds and loads the shared library, once, when the package is imported."""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from .declarations import declare
from .version import __version__

_PACKAGE = Path(__file__).resolve().parent
_BINARY_VERSION = tuple(int(number) for number in __version__.split(".")[:2])


class LibraryError(ImportError):
    """The shared library was not found, or is of another version."""


def _file_name() -> str:
    return {"darwin": "libclpool.dylib", "win32": "clpool.dll"}.get(sys.platform, "libclpool.so")


def _places() -> Iterator[tuple[str, str]]:
    """Where the library may be: what the place is, and what to load from there."""
    named = os.environ.get("CLPOOL_LIBRARY")
    if named:
        yield "CLPOOL_LIBRARY in the environment", named
        return
    yield "bundled with the package", str(_PACKAGE / "lib" / _file_name())
    if (_PACKAGE.parent.parent / "include" / "clpool.h").exists():
        yield "the build folder of the source tree", str(_PACKAGE.parent.parent / "build" / _file_name())
    if sys.platform.startswith("linux"):
        yield "the system's loader", "libclpool.so.%d.%d" % _BINARY_VERSION
    found = ctypes.util.find_library("clpool")
    yield "the system's loader", found or _file_name()


def _open() -> tuple[str, ctypes.CDLL]:
    tried = []
    for place, name in _places():
        # A path that is not there is no error worth showing; anything else is the loader's to explain.
        if os.path.isabs(name) and not os.path.exists(name):
            tried.append(f"{place}: {name} is not there")
            continue
        try:
            return name, ctypes.CDLL(name)
        except OSError as error:
            tried.append(f"{place}: {error}")
    raise LibraryError(
        "the shared library of clpool was not found; build it, or name it in CLPOOL_LIBRARY. Looked for:\n  "
        + "\n  ".join(tried)
    )


def _load() -> tuple[str, ctypes.CDLL]:
    name, library = _open()
    try:
        number = library.clpool_version()
    except AttributeError:
        raise LibraryError(f"{name} is not clpool: it has no clpool_version()") from None
    version = (number // 10000, number // 100 % 100)
    if version != _BINARY_VERSION:
        raise LibraryError(
            f"{name} is clpool {version[0]}.{version[1]}; this package is for "
            f"{_BINARY_VERSION[0]}.{_BINARY_VERSION[1]}"
        )
    try:
        declare(library)
    except AttributeError as error:
        raise LibraryError(f"{name} is an older clpool than this package, {__version__}: {error}") from None
    return name, library


library_path, lib = _load()


def library_version() -> str:
    """The version of the library that runs, as "0.1.0"."""
    number = lib.clpool_version()
    return f"{number // 10000}.{number // 100 % 100}.{number % 100}"
