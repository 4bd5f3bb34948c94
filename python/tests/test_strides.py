# SPDX-License-Identifier: Apache-2.0
"""Strided arrays and offsets: taken as they are, or refused in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy
import pyopencl.array
import pytest
from oracle import Windows, max_pool, max_pool_backward, same_bits

import clpool

BASE = (2, 6, 8, 10)
WINDOWS = Windows((8, 10), (3, 3), (2, 2), (1, 1), (1, 1))


def base() -> Any:
    return numpy.random.default_rng(1).standard_normal(BASE).astype(numpy.float32)


VIEWS: dict[str, Callable[[Any], Any]] = {
    "channels": lambda x: x[:, 2:4],
    "crop": lambda x: x[:, :, 1:6, 2:9],
    "steps": lambda x: x[:, ::2, ::2, 1::3],
    "transposed": lambda x: x.transpose(0, 1, 3, 2),
    "channels last": lambda x: x.transpose(0, 3, 1, 2),
    "one image": lambda x: x[1],
}


def read(array: Any) -> Any:
    """A strided device array, which pyopencl reads by its buffer alone."""
    whole = numpy.empty(array.base_data.size // array.dtype.itemsize, array.dtype)
    for event in array.events:
        event.wait()
    pyopencl.enqueue_copy(array.queue, whole, array.base_data)
    start = whole[array.offset // array.dtype.itemsize :]
    return numpy.lib.stride_tricks.as_strided(start, array.shape, array.strides)


def on_device(queue: Any, view: Any, whole: Any) -> Any:
    """The same view of the same array, in a buffer."""
    data = pyopencl.array.to_device(queue, whole).base_data
    offset = view.ctypes.data - whole.ctypes.data
    return pyopencl.array.Array(queue, view.shape, view.dtype, data=data, offset=offset, strides=view.strides)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("where", ["host", "device"])
def test_strided_input_and_gradient(queue: Any, name: str, where: str) -> None:
    whole = base()
    x = VIEWS[name](whole)
    given = x if where == "host" else on_device(queue, x, whole)
    dense = numpy.ascontiguousarray(x).reshape(-1, *x.shape[-3:])
    windows = Windows(x.shape[-2:], (3, 3), (2, 2), (1, 1), (1, 1))
    expected, winner = max_pool(dense, windows)
    y, indices = clpool.max_pool2d(given, 3, 2, 1, return_indices=True)
    dx = clpool.max_pool2d_backward(y, given, 3, 2, 1)
    from_mask = clpool.max_pool2d_backward(y, given, 3, 2, 1, indices=indices)
    if where == "device":
        y, indices, dx, from_mask = y.get(), indices.get(), read(dx), from_mask.get()
    assert same_bits(y.reshape(expected.shape), expected)
    assert same_bits(indices.reshape(winner.shape), winner)
    assert same_bits(dx.reshape(dense.shape), max_pool_backward(expected, winner, dense.shape))
    assert same_bits(from_mask, dx)


@pytest.mark.parametrize("where", ["host", "device"])
def test_strided_out_leaves_the_rest_alone(queue: Any, where: str) -> None:
    x = base()
    whole = numpy.full((2, 9, 4, 7), 77, numpy.float32)
    out = whole[:, 1:7, :, 2:7]
    expected = whole.copy()
    expected[:, 1:7, :, 2:7] = max_pool(x, WINDOWS)[0]
    if where == "host":
        clpool.max_pool2d(x, 3, 2, 1, out=out)
    else:
        device_out = on_device(queue, out, whole)
        clpool.max_pool2d(pyopencl.array.to_device(queue, x), 3, 2, 1, out=device_out)
        queue.finish()
        whole = read(pyopencl.array.Array(queue, whole.shape, whole.dtype, data=device_out.base_data))
    assert same_bits(whole, expected)


def test_lp_backward_of_strided_arrays(queue: Any) -> None:
    whole = base()
    x = whole[:, 1:3]
    dense = numpy.ascontiguousarray(x)
    y = clpool.lp_pool2d(x, 2, 3)
    expected = clpool.lp_pool2d_backward(y, dense, y, 2, 3)
    assert same_bits(clpool.lp_pool2d_backward(y, x, y, 2, 3), expected)
    device_y = pyopencl.array.to_device(queue, y)
    dx = clpool.lp_pool2d_backward(device_y, on_device(queue, x, whole), device_y, 2, 3)
    assert same_bits(read(dx), expected)


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (lambda x: x[:, :, ::-1], r"input has a negative stride in axis 2 \(H\); give a copy"),
        (lambda x: numpy.broadcast_to(x[:, :1], x.shape), r"input repeats its elements in axis 1 \(C\)"),
        (lambda x: x[0, 0], r"input has 2 axes; it must have 4 \(NCHW\) or 3 \(CHW\)"),
    ],
)
def test_what_no_problem_has_is_refused(view: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        clpool.max_pool2d(view(base()), 2)


def test_elements_that_fall_together_are_refused() -> None:
    overlapping = numpy.lib.stride_tricks.sliding_window_view(base(), 4, axis=3)[:, :, 0]
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_PROBLEM.*stride"):
        clpool.max_pool2d(overlapping, 2)


def test_indices_on_a_device_must_be_dense(queue: Any) -> None:
    x = pyopencl.array.to_device(queue, base())
    y, indices = clpool.max_pool2d(x, 2, return_indices=True)
    with pytest.raises(ValueError, match="indices are not dense; give a copy"):
        clpool.max_pool2d_backward(y[:, 1:2], (2, 1, 8, 10), 2, indices=indices[:, 1:2])


def test_a_sub_buffer_and_an_offset(queue: Any) -> None:
    whole = base()
    array: Any = pyopencl.array.to_device(queue, whole)
    # A sub-buffer may begin where the device aligns base addresses, and the array 3 elements behind that.
    region = array.base_data.get_sub_region(512, 1024)
    x = pyopencl.array.Array(queue, (1, 2, 8, 10), numpy.float32, data=region, offset=12)
    expected, _ = max_pool(whole.reshape(-1)[131:291].reshape(1, 2, 8, 10), WINDOWS)
    assert same_bits(clpool.max_pool2d(x, 3, 2, 1).get(), expected)
