# SPDX-License-Identifier: Apache-2.0
"""A status other than success becomes an exception."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from .enums import Status
from .library import lib


class Error(RuntimeError):
    """A call of the library that failed. Its text has everything below but the log.

    status     the Status
    name       its name in the header, "CLPOOL_INVALID_PROBLEM"
    sentence   what that means in general
    detail     the thing, its value and the rule that it broke
    cl_code    the raw OpenCL error code behind it; 0 if there was none
    cl_name    that code's name, "CL_INVALID_MEM_OBJECT"; empty if there was none
    build_log  of BUILD_FAILED, what the OpenCL compiler said
    """

    def __init__(self, status: int, detail: str, cl_code: int = 0, build_log: str = "") -> None:
        self.status = Status(status)
        self.name = text(lib.clpool_status_name(status))
        self.sentence = text(lib.clpool_status_sentence(status))
        self.detail = detail
        self.cl_code = cl_code
        self.cl_name = text(lib.clpool_cl_error_name(cl_code)) if cl_code else ""
        self.build_log = build_log
        message = f"{self.name}: {self.sentence}"
        if detail:
            message += f": {detail}"
        if cl_code:
            message += f" ({self.cl_name}, {cl_code})"
        super().__init__(message)

    def __reduce__(self) -> tuple[Any, ...]:
        return Error, (int(self.status), self.detail, self.cl_code, self.build_log)


def text(value: bytes | None) -> str:
    """What the library says in C, as a str; paths may hold any bytes."""
    return "" if value is None else value.decode("utf-8", "surrogateescape")


def encode(value: str | bytes | None) -> bytes | None:
    """The other way."""
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value


def check(status: int) -> None:
    """Raises what the last call on this thread says, if it failed."""
    if status != Status.SUCCESS:
        raise Error(status, text(lib.clpool_error_detail()), lib.clpool_error_cl_code())


def read_text(function: Callable[..., int], *arguments: Any) -> str:
    """Calls a function that copies a text into a buffer of the caller's."""
    needed = ctypes.c_size_t()
    check(function(*arguments, None, 0, ctypes.byref(needed)))
    buffer = ctypes.create_string_buffer(max(needed.value, 1))
    check(function(*arguments, buffer, len(buffer), None))
    return text(buffer.value)
