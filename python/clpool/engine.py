# SPDX-License-Identifier: Apache-2.0
"""An engine: a context and one of its devices, with the programs compiled for them."""

from __future__ import annotations

import ctypes
import os
import weakref
from typing import Any

from .declarations import CEngineOptions
from .enums import Cache, Tuning
from .errors import check, encode, read_text
from .library import lib


class Engine:
    """clpool_engine of a pyopencl.Context and a device in it (default: its first). Make one for each pair and share it:
    it may be used by several threads at once. `context` and `device` stay usable as they were."""

    def __init__(
        self,
        context: Any,
        device: Any = None,
        *,
        cache_folder: str | os.PathLike[str] | None = None,
        cache: Cache = Cache.CACHE_AUTO,
        tuning_file: str | os.PathLike[str] | None = None,
        tuning: Tuning = Tuning.TUNING_AUTO,
    ) -> None:
        self.context = context
        self.device = context.devices[0] if device is None else device
        options = CEngineOptions(
            struct_size=ctypes.sizeof(CEngineOptions),
            cache_folder=encode(None if cache_folder is None else os.fspath(cache_folder)),
            cache=Cache(cache),
            tuning_file=encode(None if tuning_file is None else os.fspath(tuning_file)),
            tuning=Tuning(tuning),
        )
        handle = ctypes.c_void_p()
        check(
            lib.clpool_engine_create_with_options(
                context.int_ptr, self.device.int_ptr, ctypes.byref(options), ctypes.byref(handle)
            )
        )
        self.handle = handle
        # Also at exit, before the driver goes: the engine may have programs to store.
        self._destroy = weakref.finalize(self, lib.clpool_engine_destroy, handle.value)

    @property
    def program_counts(self) -> tuple[int, int]:
        """How many programs were built from source, and loaded from the cache, so far."""
        built, loaded = ctypes.c_size_t(), ctypes.c_size_t()
        check(lib.clpool_engine_program_counts(self.handle, ctypes.byref(built), ctypes.byref(loaded)))
        return built.value, loaded.value

    @property
    def build_log(self) -> str:
        """The compiler's log of the latest program build."""
        return read_text(lib.clpool_engine_build_log, self.handle)

    @property
    def tuning_path(self) -> str:
        """Where the tuning file of the device is looked for when none is named; empty where there is no cache."""
        return read_text(lib.clpool_engine_tuning_path, self.handle)

    @property
    def tuning_head(self) -> str:
        """The lines with which a tuning file for the device begins."""
        return read_text(lib.clpool_engine_tuning_head, self.handle)

    def __repr__(self) -> str:
        return f"<clpool.Engine on {self.device.name!r}>"
