# SPDX-License-Identifier: Apache-2.0
"""Dtypes, layouts, masks and shapes, against the oracle in NumPy, on the host and on the device."""

from __future__ import annotations

from typing import Any

import numpy
import pytest
from conftest import Place
from oracle import (
    Windows,
    avg_pool,
    lp_pool,
    max_pool,
    max_pool_backward,
    max_unpool,
    max_unpool_backward,
    same_bits,
)

import clpool

SHAPE = (2, 3, 7, 9)
ARGUMENTS = (3, 2, 1)
WINDOWS = Windows(SHAPE[2:], (3, 3), (2, 2), (1, 1), (1, 1))
FLOATS = ["float32", "float64", "float16"]


def random(dtype: str, shape: Any = SHAPE, seed: int = 7) -> Any:
    """Few different values, so that there are ties."""
    generator = numpy.random.default_rng(seed)
    x = generator.integers(0 if dtype.startswith("u") else -20, 20, shape).astype(dtype)
    if x.dtype.kind == "f":
        x.flat[:: x.size // 7] = numpy.nan
        x.flat[1 :: x.size // 5] = -0.0
    return x


def to_bf16(x: Any) -> Any:
    return (x.astype(numpy.float32).view(numpy.uint32) >> 16).astype(numpy.uint16)


@pytest.mark.parametrize("dtype", [*FLOATS, "int8", "uint8", "int32"])
def test_max_of_every_dtype(place: Place, dtype: str) -> None:
    place.needs(dtype)
    x = random(dtype)
    y, indices = place.run(clpool.max_pool2d, x, *ARGUMENTS, return_indices=True)
    expected, winner = max_pool(x, WINDOWS)
    assert same_bits(y, expected) and same_bits(indices, winner)
    assert same_bits(place.run(clpool.max_pool2d, x, *ARGUMENTS), expected)


def test_max_of_bfloat16_in_uint16(place: Place) -> None:
    x = random("float32")
    y, indices = place.run(clpool.max_pool2d, to_bf16(x), *ARGUMENTS, return_indices=True, dtype="bfloat16")
    expected, winner = max_pool(x, WINDOWS)  # whose values bfloat16 has, too
    assert same_bits(indices, winner)
    assert y.dtype == numpy.uint16 and same_bits((y.astype(numpy.uint32) << 16).view(numpy.float32), expected)


@pytest.mark.parametrize("dtype", FLOATS)
def test_backward_of_maximum_from_indices_and_from_the_input(place: Place, dtype: str) -> None:
    place.needs(dtype)
    x = random(dtype)
    _, winner = max_pool(x, WINDOWS)
    dy = (numpy.random.default_rng(3).standard_normal(winner.shape) * 3).astype(dtype)
    expected = max_pool_backward(dy, winner, x.shape)
    backward = clpool.max_pool2d_backward
    assert same_bits(place.run(backward, dy, x.shape, *ARGUMENTS, indices=winner), expected)
    assert same_bits(place.run(backward, dy, x.shape, *ARGUMENTS, indices=winner.astype(numpy.int32)), expected)
    assert same_bits(place.run(backward, dy, x, *ARGUMENTS), expected)


@pytest.mark.parametrize("form", ["window", "plane_i32", "plane_i64", "tensor", "tensor_colmajor", "window_4bit"])
def test_every_form_of_mask_goes_there_and_back(place: Place, form: str) -> None:
    x = random("float32")
    y, mask = place.run(clpool.max_pool2d, x, *ARGUMENTS, return_indices=True, mask_form=form)
    expected, winner = max_pool(x, WINDOWS)
    assert same_bits(y, expected)
    # Of each form, the one that is told by its dtype, too.
    named = {} if form in ("window", "plane_i32", "plane_i64") else {"mask_form": form}
    dx = place.run(clpool.max_pool2d_backward, y, x.shape, *ARGUMENTS, indices=mask, **named)
    assert same_bits(dx, max_pool_backward(y, winner, x.shape))
    back = place.run(clpool.max_unpool2d, y, mask, *ARGUMENTS, output_size=SHAPE, mask_form=form)
    assert same_bits(back, max_unpool(y, winner, SHAPE))
    dy = place.run(clpool.max_unpool2d_backward, x, y.shape, mask, *ARGUMENTS, mask_form=form)
    assert same_bits(dy, max_unpool_backward(x, winner))


def test_nan_ignored(place: Place) -> None:
    x = random("float32")
    y, indices = place.run(clpool.max_pool2d, x, *ARGUMENTS, return_indices=True, nan="ignore")
    expected, winner = max_pool(x, WINDOWS, ignore_nan=True)
    assert same_bits(y, expected) and same_bits(indices, winner)
    assert not numpy.isnan(y).any() and numpy.isnan(max_pool(x, WINDOWS)[0]).any()


def test_channels_last_has_equal_values_at_equal_places(place: Place) -> None:
    x = random("float32")
    last = numpy.ascontiguousarray(x.transpose(0, 2, 3, 1))
    y, indices = place.run(clpool.max_pool2d, last, *ARGUMENTS, return_indices=True, layout="nhwc")
    expected, winner = max_pool(x, WINDOWS)
    assert same_bits(y, expected.transpose(0, 2, 3, 1)) and same_bits(indices, winner.transpose(0, 2, 3, 1))
    dx = place.run(clpool.max_pool2d_backward, y, last.shape, *ARGUMENTS, indices=indices, layout="nhwc")
    assert same_bits(dx, max_pool_backward(expected, winner, SHAPE).transpose(0, 2, 3, 1))


@pytest.mark.parametrize("rank", [1, 2, 3])
def test_every_rank_with_and_without_a_batch(place: Place, rank: int) -> None:
    x = random("float32", (1, 2, 6, 5, 7)[: rank + 2])
    windows = Windows(x.shape[2:], (2,) * rank, (2,) * rank, (0,) * rank, (1,) * rank)
    expected, winner = max_pool(x, windows)
    max_function = getattr(clpool, f"max_pool{rank}d")
    y, indices = place.run(max_function, x, 2, return_indices=True)
    assert same_bits(y, expected) and same_bits(indices, winner)
    y, indices = place.run(max_function, x[0], 2, return_indices=True)
    assert same_bits(y, expected[0]) and same_bits(indices, winner[0])
    z = numpy.nan_to_num(x)
    assert numpy.allclose(place.run(getattr(clpool, f"avg_pool{rank}d"), z[0], 2), avg_pool(z, windows)[0])
    assert numpy.allclose(place.run(getattr(clpool, f"lp_pool{rank}d"), z, 2, 2), lp_pool(z, windows, 2))
    back = place.run(getattr(clpool, f"max_unpool{rank}d"), y, indices, 2, output_size=x.shape[2:])
    assert back.shape == x[0].shape and numpy.count_nonzero(back) == numpy.count_nonzero(y)
    flat = [array.reshape(2, -1) for array in (back, indices, y)]
    assert same_bits(numpy.take_along_axis(flat[0], flat[1], 1), flat[2])
    unpool_backward = getattr(clpool, f"max_unpool{rank}d_backward")
    assert same_bits(place.run(unpool_backward, x, winner.shape, winner, 2), max_unpool_backward(x, winner))
    assert same_bits(place.run(unpool_backward, x[0], y, indices, 2), max_unpool_backward(x, winner)[0])


def test_adaptive_windows_of_the_whole_plane_and_of_each_element(place: Place) -> None:
    x = random("int32")
    y, indices = place.run(clpool.adaptive_max_pool2d, x, 1, return_indices=True)
    assert same_bits(y, x.max((2, 3), keepdims=True))
    assert same_bits(indices[:, :, 0, 0], x.reshape(2, 3, -1).argmax(2))
    assert same_bits(place.run(clpool.adaptive_max_pool2d, x, (None, 9)), x)


def test_accumulate_adds_to_what_out_holds(place: Place) -> None:
    dy = numpy.ones((2, 3, 4, 5), numpy.float32)
    out = place.put(numpy.full(SHAPE, 10, numpy.float32))
    dx = clpool.avg_pool2d_backward(
        place.put(dy), SHAPE, 3, 2, 1, divisor_override=1, accumulate=True, out=out, **place.options
    )
    assert dx is out
    expected = max_pool_backward(dy, numpy.zeros(dy.shape, numpy.int64), SHAPE) * 0
    for inside, where in WINDOWS.taps():
        for plane in expected.reshape(6, -1):
            numpy.add.at(plane, where[inside], 1)
    assert same_bits(place.get(dx), expected + 10)


def test_out_is_written_and_returned(place: Place) -> None:
    x = random("float32")
    out = place.put(numpy.empty((2, 3, 4, 5), numpy.float32))
    assert clpool.max_pool2d(place.put(x), *ARGUMENTS, out=out, **place.options) is out
    assert same_bits(place.get(out), max_pool(x, WINDOWS)[0])


def test_no_batch_is_no_work(place: Place) -> None:
    y, indices = place.run(clpool.max_pool2d, random("float32")[:0], *ARGUMENTS, return_indices=True)
    assert y.shape == indices.shape == (0, 3, 4, 5)


def test_unpool_of_dropped_indices(place: Place) -> None:
    y = numpy.ones((1, 1, 2, 2), numpy.float32)
    indices = numpy.array([[[[0, 99], [-7, 15]]]])
    x = place.run(clpool.max_unpool2d, y, indices, 2)
    assert numpy.flatnonzero(x).tolist() == [0, 15]
    with pytest.raises(ValueError, match="2 of the indices name no place"):
        place.run(clpool.max_unpool2d, y, indices, 2, check=True)
    with pytest.raises(ValueError, match=r"output_size\[1\] is 9; it must be from 3 to 5"):
        place.run(clpool.max_unpool2d, y, indices, 2, output_size=(4, 9))


@pytest.mark.parametrize("size", [(3, 3), (4, 4), (5, 3), (5, 5)])
def test_unpool_to_any_size_that_pytorch_takes(place: Place, size: tuple[int, int]) -> None:
    y = numpy.arange(1, 5, dtype=numpy.float32).reshape(1, 1, 2, 2)
    indices = numpy.array([0, 2, 4, 6]).reshape(1, 1, 2, 2)
    x = place.run(clpool.max_unpool2d, y, indices, 2, output_size=size)
    assert x.shape == (1, 1, *size) and x.reshape(-1)[[0, 2, 4, 6]].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize("dtype", [*FLOATS, "int8", "uint8", "int32"])
def test_backward_of_unpooling_is_a_gather(place: Place, dtype: str) -> None:
    place.needs(dtype)
    gradient = random(dtype)
    indices = numpy.random.default_rng(5).integers(-3, 66, (2, 3, 4, 5))  # of planes of 63: some twice, some nowhere
    expected = max_unpool_backward(gradient, indices)
    assert same_bits(place.run(clpool.max_unpool2d_backward, gradient, indices.shape, indices, *ARGUMENTS), expected)
    last, last_indices = (numpy.ascontiguousarray(a.transpose(0, 2, 3, 1)) for a in (gradient, indices))
    dy = place.run(clpool.max_unpool2d_backward, last, last_indices.shape, last_indices, *ARGUMENTS, layout="nhwc")
    assert same_bits(dy, expected.transpose(0, 2, 3, 1))


def test_backward_of_unpooling_equals_what_pytorch_gives(place: Place) -> None:
    # x = max_unpool2d(y, indices, 2); (x * weight).sum().backward(); y.grad, in PyTorch
    indices = numpy.array([[[[0, 3], [8, 15]]]])
    weight = numpy.arange(16, dtype=numpy.float32).reshape(1, 1, 4, 4) / 2
    dy = place.run(clpool.max_unpool2d_backward, weight, (1, 1, 2, 2), indices, 2)
    assert dy.tolist() == [[[[0.0, 1.5], [4.0, 7.5]]]]


def test_backward_of_unpooling_is_the_difference_quotient(place: Place) -> None:
    generator = numpy.random.default_rng(11)
    weight = generator.integers(-9, 9, (1, 2, 4, 6)).astype(numpy.float32)
    y = generator.integers(-9, 9, (1, 2, 2, 3)).astype(numpy.float32)
    distinct = generator.permutation(48).reshape(weight.shape).astype("int32")
    _, indices = clpool.max_pool2d(distinct, 2, return_indices=True)

    def loss(value: Any) -> Any:
        return (place.run(clpool.max_unpool2d, value, indices, 2) * weight).sum()

    dy = place.run(clpool.max_unpool2d_backward, weight, y, indices, 2)
    assert (y * dy).sum() == loss(y)  # the transpose of unpooling
    for i in range(y.size):
        step = numpy.zeros_like(y)
        step.flat[i] = 1
        assert (loss(y + step) - loss(y - step)) / 2 == dy.flat[i]


def test_backward_of_unpooling_checks_shapes_and_writes_out(place: Place) -> None:
    gradient, indices = random("float32"), numpy.zeros((2, 3, 4, 5), numpy.int64)
    out = place.put(numpy.empty((2, 3, 4, 5), numpy.float32))
    arguments = place.put(gradient), out, place.put(indices), *ARGUMENTS
    assert clpool.max_unpool2d_backward(*arguments, out=out, **place.options) is out
    assert same_bits(place.get(out), max_unpool_backward(gradient, indices))
    with pytest.raises(ValueError, match=r"grad_output has the shape \(2, 3, 7, 9\); it must have \(2, 4, 7, 9\)"):
        place.run(clpool.max_unpool2d_backward, gradient, (2, 4, 4, 5), indices, *ARGUMENTS)
    with pytest.raises(ValueError, match=r"indices have the shape \(2, 3, 4, 5\); they must have \(2, 3, 4, 6\)"):
        place.run(clpool.max_unpool2d_backward, gradient, (2, 3, 4, 6), indices, 3, 2, (1, 2))
    with pytest.raises(ValueError, match=r"output_size\[0\] is 7; it must be from 10 to 12"):
        place.run(clpool.max_unpool2d_backward, gradient, (2, 3, 6, 5), indices, *ARGUMENTS)
