# SPDX-License-Identifier: Apache-2.0
"""What enqueue functions take and give: tensors in OpenCL memory, and events."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from .declarations import CBuffer
from .errors import check


@dataclass(frozen=True)
class At:
    """A tensor that starts `offset` elements into the memory object `mem` (None: no tensor)."""

    mem: Any
    offset: int = 0


def buffer(tensor: Any) -> CBuffer:
    """clpool_buffer of an At, a pyopencl memory object, a pyopencl array (from its first element on; its strides are
    the problem's to say), or None."""
    if tensor is None:
        return CBuffer(None, 0)
    if hasattr(tensor, "base_data"):
        if tensor.offset % tensor.dtype.itemsize != 0:
            raise ValueError(
                f"the array starts {tensor.offset} bytes into its buffer; that must be a multiple of the "
                f"{tensor.dtype.itemsize} bytes of its element"
            )
        tensor = At(tensor.base_data, tensor.offset // tensor.dtype.itemsize)
    elif not isinstance(tensor, At):
        tensor = At(tensor)
    return CBuffer(_handle(tensor.mem), tensor.offset)


def _handle(mem: Any) -> int | None:
    if mem is None:
        return None
    if isinstance(mem, int):
        return mem
    try:
        return int(mem.int_ptr)
    except AttributeError:
        raise TypeError(
            f"a {type(mem).__name__} is no OpenCL buffer: give a pyopencl.Buffer, clpool.At, or an array on one "
            "(shared virtual memory is not supported)"
        ) from None


def enqueue(function: Callable[..., int], arguments: list[Any], queue: Any, wait_for: Iterable[Any] | None) -> Any:
    """Calls an enqueue function of the library with OpenCL's own tail, and returns its pyopencl.Event."""
    import pyopencl

    waits = [event.int_ptr for event in wait_for or ()]
    wait_list = (ctypes.c_void_p * len(waits))(*waits) if waits else None
    event = ctypes.c_void_p()
    check(function(*arguments, queue.int_ptr, len(waits), wait_list, ctypes.byref(event)))
    made: Any = event.value
    return pyopencl.Event.from_int_ptr(made, retain=False)
