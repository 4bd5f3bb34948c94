# SPDX-License-Identifier: Apache-2.0
"""Unpooling of the maximum, and its backward; their common arguments are those of pooling.py."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .call import Call, View, adaptive, sliding, with_strides
from .enums import Layout, MaskForm, Rounding
from .errors import Error
from .problem import Axes, Problem, per_axis

_OF_TAPS = (MaskForm.MASK_WINDOW, MaskForm.MASK_WINDOW_2BIT, MaskForm.MASK_WINDOW_4BIT)


def max_unpool(
    rank: int,
    input: Any,
    indices: Any,
    kernel_size: Axes,
    stride: Axes | None = None,
    padding: Axes = 0,
    output_size: Any = None,
    *,
    check: bool = False,
    mask_form: str | MaskForm | None = None,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The elements of max_pool's output back where they were, and 0 elsewhere. Where several indices name one place,
    the last element stands. An index that names no place is dropped; `check` raises ValueError instead, and waits for
    that."""
    call = Call(rank, input, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    y = call.tensor(input, "input")
    mask, form = call.indices(indices, mask_form)
    windows = sliding(rank, kernel_size, stride, padding, 1, False)
    extents = _output_extents(y, windows, output_size)
    batch, channels, spatial = y.form.split(y.shape)
    x = View("output", y.form.join(batch, channels, extents), y.form)
    problem = _problem(call, x, spatial, form, windows)
    result = call.result(x.shape, out)
    problem = with_strides(problem, result, y)
    mask = call.check_indices(mask, problem, y.shape)
    dropped = call.runner.unpool(problem, y.array, mask, result.array, check)
    if check and dropped:
        raise ValueError(f"{dropped} of the indices name no place in an output of extents {extents}")
    return call.runner.give(result.array, out)


def max_unpool_backward(
    rank: int,
    grad_output: Any,
    input: Any,
    indices: Any,
    kernel_size: Axes,
    stride: Axes | None = None,
    padding: Axes = 0,
    *,
    mask_form: str | MaskForm | None = None,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The gradient of max_unpool's input, of which only the shape counts: the elements of grad_output that the indices
    name, and 0 where they name none. Where several indices name one place, each gets its gradient, as in PyTorch."""
    call = Call(rank, grad_output, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    dx = call.tensor(grad_output, "grad_output")
    y = call.tensor_or_shape(input, "input")
    mask, form = call.indices(indices, mask_form)
    windows = sliding(rank, kernel_size, stride, padding, 1, False)
    batch, channels, spatial = y.form.split(y.shape)
    extents = _output_extents(y, windows, dx.extents)
    call.of_shape(dx, y.form.join(batch, channels, extents))
    problem = _problem(call, dx, spatial, form, windows)
    dy = call.result(y.shape, out)
    problem = with_strides(problem, dx, dy)
    mask = call.check_indices(mask, problem, y.shape)
    call.runner.unpool_backward(problem, dx.array, mask, dy.array)
    return call.runner.give(dy.array, out)


def _output_extents(y: View, windows: dict[str, Any], output_size: Any) -> tuple[int, ...]:
    """What output_size says, with or without the axes of N and C; else the least extents that pool to y's."""
    sizes = zip(y.extents, windows["stride"], windows["pad_lo"], windows["kernel"])
    usual = tuple((extent - 1) * stride - 2 * pad + kernel for extent, stride, pad, kernel in sizes)
    if output_size is None:
        return usual
    size = tuple(output_size)
    if len(size) == len(y.shape):
        size = y.form.split(size)[2]
    size = per_axis("output_size", size, len(usual))
    for axis, (extent, middle, stride) in enumerate(zip(size, usual, windows["stride"])):
        if not middle - stride < extent < middle + stride:
            raise ValueError(
                f"output_size[{axis}] is {extent}; it must be from {middle - stride + 1} to {middle + stride - 1}"
            )
    return size


def _problem(call: Call, x: View, spatial: tuple[int, ...], form: MaskForm, windows: dict[str, Any]) -> Problem:
    """A pooling from x's shape to y's."""
    for rounding in (Rounding.FLOOR, Rounding.CEIL):
        try:
            problem = call.problem(x, mask_form=form, **{**windows, "rounding": rounding})
        except Error:  # a window larger than x, for instance
            continue
        if problem.output_extent == spatial:
            return problem
    if form in _OF_TAPS:
        raise ValueError(f"no pooling with these windows makes {spatial} of {x.extents}: numbers of taps name nothing")
    # Indices name places of x, whatever the windows were.
    return call.problem(x, mask_form=form, **adaptive(call.rank, spatial, x.extents))
