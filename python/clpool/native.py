# SPDX-License-Identifier: Apache-2.0
"""Pooling on the host, without OpenCL, over NumPy arrays that begin a tensor of the problem; their strides are the
problem's to say. As the functions of the header, but for checks: each array holds its tensor, and none that is written
lies over another."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from typing import Any

import numpy

from .declarations import CNativeOptions
from .enums import Flags, MaskForm, Tensor
from .errors import check
from .library import lib
from .problem import Problem


def forward(problem: Problem, x: Any, y: Any, mask: Any = None, *, threads: int = 0, reference: bool = False) -> None:
    """y = pool(x), and the mask of the winners unless it is None."""
    options = _options(threads, reference)
    _apart("y", y, x=x, mask=mask)
    _apart("mask", mask, x=x)
    pointers = _x(problem, x), _y(problem, y, written=True), _mask(problem, mask, written=True)
    check(lib.clpool_native_forward_with(problem.as_c, *pointers, ctypes.byref(options)))


def backward(
    problem: Problem,
    dy: Any,
    mask: Any,
    dx: Any,
    flags: Flags | int = 0,
    *,
    threads: int = 0,
    reference: bool = False,
) -> None:
    """dx from dy and, for maximum, the mask."""
    options = _options(threads, reference)
    _apart("dx", dx, dy=dy, mask=mask)
    pointers = _y(problem, dy), _mask(problem, mask), _x(problem, dx, written=True)
    check(lib.clpool_native_backward_with(problem.as_c, *pointers, int(flags), ctypes.byref(options)))


def backward_recompute(problem: Problem, x: Any, dy: Any, dx: Any, flags: Flags | int = 0) -> None:
    """dx of maximum from dy and x, with no mask kept."""
    _apart("dx", dx, x=x, dy=dy)
    pointers = _x(problem, x), _y(problem, dy), _x(problem, dx, written=True)
    check(lib.clpool_native_backward_recompute(problem.as_c, *pointers, int(flags)))


def backward_lp(problem: Problem, x: Any, y: Any, dy: Any, dx: Any, flags: Flags | int = 0) -> None:
    """dx of Lp from dy, x and forward's y."""
    _apart("dx", dx, x=x, y=y, dy=dy)
    pointers = _x(problem, x), _y(problem, y), _y(problem, dy), _x(problem, dx, written=True)
    check(lib.clpool_native_backward_lp(problem.as_c, *pointers, int(flags)))


def unpool(problem: Problem, y: Any, mask: Any, x: Any) -> int:
    """x from y and the mask; returns how many mask values were dropped."""
    dropped = ctypes.c_size_t()
    _apart("x", x, y=y, mask=mask)
    pointers = _y(problem, y), _mask(problem, mask), _x(problem, x, written=True)
    check(lib.clpool_native_unpool(problem.as_c, *pointers, ctypes.byref(dropped)))
    return dropped.value


def unpool_backward(problem: Problem, dx: Any, mask: Any, dy: Any) -> None:
    """dy, each element of which is the one of dx that the mask names."""
    _apart("dy", dy, dx=dx, mask=mask)
    pointers = _x(problem, dx), _mask(problem, mask), _y(problem, dy, written=True)
    check(lib.clpool_native_unpool_backward(problem.as_c, *pointers))


def mask_to_plane(problem: Problem, mask: Any) -> numpy.ndarray[Any, numpy.dtype[numpy.int64]]:
    """A mask as flat indices in each element's own plane, as PyTorch gives them; one axis."""
    y = problem.elements(Tensor.Y)
    plane = numpy.empty(y, numpy.int64)
    to = plane.ctypes.data_as(ctypes.POINTER(ctypes.c_int64))
    check(lib.clpool_mask_to_plane(problem.as_c, _mask(problem, mask), to))
    return plane


def convert_mask(problem: Problem, from_: Any, from_form: MaskForm, to: Any, to_form: MaskForm) -> None:
    """A mask from one form into another."""
    _apart("to", to, from_=from_)
    pointers = [
        _pointer(array, replace(problem, mask_form=form).bytes(Tensor.MASK), name, written)
        for array, form, name, written in ((from_, from_form, "from_", False), (to, to_form, "to", True))
    ]
    check(
        lib.clpool_convert_mask(problem.as_c, pointers[0], MaskForm(from_form), pointers[1], MaskForm(to_form))
    )


def _options(threads: int, reference: bool) -> CNativeOptions:
    return CNativeOptions(ctypes.sizeof(CNativeOptions), threads, reference)


def _apart(name: str, written: Any, **others: Any) -> None:
    """Raises ValueError where an array that is written lies over another."""
    for other_name, other in others.items():
        if isinstance(written, numpy.ndarray) and isinstance(other, numpy.ndarray) and _overlap(written, other):
            raise ValueError(f"{name} overlaps {other_name}")


def _overlap(a: Any, b: Any) -> bool:
    try:
        return bool(numpy.shares_memory(a, b, max_work=1000))
    except (RuntimeError, OverflowError):  # too hard to say for strides as these, so not said
        return False


def _x(problem: Problem, array: Any, written: bool = False) -> int:
    return _pointer(array, problem.bytes(Tensor.X), "dx or x", written)


def _y(problem: Problem, array: Any, written: bool = False) -> int:
    return _pointer(array, problem.bytes(Tensor.Y), "y or dy", written)


def _mask(problem: Problem, array: Any, written: bool = False) -> int | None:
    # What a mode without a mask says of one is the library's sentence.
    if array is None:
        return None
    needed = problem.bytes(Tensor.MASK)
    return _pointer(array, needed, "mask", written)


def _pointer(array: Any, needed: int, name: str, written: bool) -> int:
    """Where an array begins, if it holds so many bytes from there on."""
    if not isinstance(array, numpy.ndarray):
        raise TypeError(f"{name} is a {type(array).__name__}; it must be a NumPy array")
    if written and not array.flags.writeable:
        raise ValueError(f"{name} is a read-only array; it is written to")
    if not array.flags.aligned:
        raise ValueError(f"{name} is not aligned for its dtype, {array.dtype}")
    # Axes with negative strides reach back from the first element and hold nothing behind it.
    reach = sum(max(stride, 0) * (extent - 1) for stride, extent in zip(array.strides, array.shape))
    held = reach + array.itemsize if array.size else 0
    if held < needed:
        raise ValueError(f"{name} holds {held} bytes from its first element on; its tensor has {needed}")
    return int(array.ctypes.data)
