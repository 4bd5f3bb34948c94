# SPDX-License-Identifier: Apache-2.0
"""Random problems in random views of arrays: the host and the device agree with the oracle. CLPOOL_TEST_SEED
repeats one."""

from __future__ import annotations

import os
import random
from typing import Any

import numpy
import pyopencl.array
import pytest
from oracle import Windows, max_pool, max_pool_backward, same_bits

import clpool

# A device compiles several kernels for each; tests/device/test_strategies.c has its share of them.
ON_DEVICE, ON_HOST = (400, 4000) if os.environ.get("CLPOOL_TEST_LONG") else (5, 200)


def random_windows(chance: random.Random, rank: int) -> Windows:
    """Windows of which at least one fits."""
    kernel = [chance.randint(1, 4) for _ in range(rank)]
    dilation = [chance.choice([1, 1, 2]) for _ in range(rank)]
    stride = [chance.randint(1, 3) for _ in range(rank)]
    padding = [chance.randint(0, k // 2) for k in kernel]
    extents = [d * (k - 1) + 1 + chance.randint(0, 9) for k, d in zip(kernel, dilation)]
    return Windows(extents, kernel, stride, padding, dilation)


def random_view(chance: random.Random, dense: Any) -> tuple[Any, Any]:
    """The same values as a part of a larger array, and that array."""
    margins = [(chance.randint(0, 2), chance.randint(0, 2)) for _ in dense.shape]
    steps = [chance.choice([1, 1, 2]) for _ in dense.shape]
    whole = numpy.zeros([low + e * s + high for (low, high), e, s in zip(margins, dense.shape, steps)], dense.dtype)
    view = whole[tuple(slice(low, low + e * s, s) for (low, _), e, s in zip(margins, dense.shape, steps))]
    view[...] = dense
    return view, whole


def to_device(queue: Any, view: Any, whole: Any) -> Any:
    data = pyopencl.array.to_device(queue, whole).base_data
    offset = view.ctypes.data - whole.ctypes.data
    return pyopencl.array.Array(queue, view.shape, view.dtype, data=data, offset=offset, strides=view.strides)


def run_problem(chance: random.Random, queue: Any, on_device: bool) -> None:
    rank = chance.randint(1, 3)
    windows = random_windows(chance, rank)
    shape = (chance.randint(1, 3), chance.randint(1, 5), *windows.extents)
    generator = numpy.random.default_rng(chance.getrandbits(32))
    dtype = chance.choice(["float32", "float16"])
    x = generator.integers(-9, 9, shape).astype(dtype)
    x[generator.random(shape) < 0.05] = numpy.nan
    y, winner = max_pool(x, windows)
    dy = generator.standard_normal(y.shape).astype(dtype)
    dx = max_pool_backward(dy, winner, x.shape)
    layout, order = chance.choice([("nchw", range(rank + 2)), ("nhwc", (0, *range(2, rank + 2), 1))])
    x, y, winner, dy, dx = (numpy.ascontiguousarray(array.transpose(*order)) for array in (x, y, winner, dy, dx))
    form = chance.choice(["plane_i64", "plane_i32", "window"])
    arguments = windows.kernel, windows.stride, windows.padding, windows.dilation
    views = [random_view(chance, array) if chance.random() < 0.5 else (array, array) for array in (x, dy)]
    forward = getattr(clpool, f"max_pool{rank}d")
    backward = getattr(clpool, f"max_pool{rank}d_backward")
    given_x, given_dy = (to_device(queue, *pair) if on_device else pair[0] for pair in views)
    made, indices = forward(given_x, *arguments, return_indices=True, layout=layout, mask_form=form)
    gradient = backward(given_dy, x.shape, *arguments, indices=indices, layout=layout)
    plane = forward(given_x, *arguments, return_indices=True, layout=layout)[1]
    if on_device:
        made, gradient, plane = made.get(), gradient.get(), plane.get()
    assert same_bits(made, y)
    assert same_bits(plane, winner)
    assert same_bits(gradient, dx)


@pytest.mark.parametrize("on_device", [False, True])
def test_random_problems_agree_with_the_oracle(queue: Any, on_device: bool) -> None:
    given = os.environ.get("CLPOOL_TEST_SEED")
    number = ON_DEVICE if on_device else ON_HOST
    for seed in [int(given)] if given else [random.randrange(10**9) for _ in range(number)]:
        print("CLPOOL_TEST_SEED =", seed)
        run_problem(random.Random(seed), queue, on_device)
