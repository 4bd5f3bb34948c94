# SPDX-License-Identifier: Apache-2.0
"""Maximum, average and Lp pooling, forward and backward, over any number of spatial axes. Names, arguments and their
order are PyTorch's, and so are the defaults. What all functions have besides:

Arrays     A pyopencl array stays on its device: the result is one too, on the same queue, and work waits for the
           `events` of the arrays that it touches, and for `wait_for`. A NumPy array, or one that lends its memory by
           DLPack, is pooled on the host, or with `queue` or `context` in copies on a device; the result is a NumPy
           array. Arrays may be strided and start anywhere in their buffers. N may be left out.
layout     "nchw", channels first, or "nhwc", channels last: the order of an array's axes, for 1 and 3 spatial axes too.
dtype      The arrays' own; "bfloat16" where they hold it as uint16.
out        The array to write into, instead of a new one; may be strided.
queue      The queue to work on, instead of the array's own.
accumulate Backward adds the gradient to what `out` holds.
nan        What a NaN in a window does to its maximum: "propagate", as in PyTorch, or "ignore".
mask_form  Which mask return_indices gives: "plane_i64", PyTorch's indices, "plane_i32", or "window", "window_2bit",
           "window_4bit", "tensor" and "tensor_colmajor", see clpool_mask_form in clpool.h. Backward takes int64,
           int32 and unsigned arrays for the first two and "window" by itself; the others have to be named.

The input of a backward may be its shape where its values do not count: for the average, and where indices are given.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .call import MASK_FORMS, NAN_RULES, Call, View, adaptive, choice, sliding
from .enums import DivisorRule, Layout, MaskForm, Mode, NanRule
from .problem import Axes, Problem


def max_pool(
    rank: int,
    input: Any,
    kernel_size: Axes,
    stride: Axes | None = None,
    padding: Axes = 0,
    dilation: Axes = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
    *,
    nan: str | NanRule = "propagate",
    mask_form: str | MaskForm = "plane_i64",
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The greatest element of each window; with return_indices a pair of that and the mask of who won."""
    call = Call(rank, input, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    x = call.tensor(input, "input")
    problem = call.problem(
        x,
        nan_rule=choice("nan", nan, NAN_RULES),
        mask_form=choice("mask_form", mask_form, MASK_FORMS),
        **sliding(rank, kernel_size, stride, padding, dilation, ceil_mode),
    )
    return call.forward(problem, x, out, return_indices)


def max_pool_backward(
    rank: int,
    grad_output: Any,
    input: Any,
    kernel_size: Axes,
    stride: Axes | None = None,
    padding: Axes = 0,
    dilation: Axes = 1,
    ceil_mode: bool = False,
    indices: Any = None,
    *,
    accumulate: bool = False,
    nan: str | NanRule = "propagate",
    mask_form: str | MaskForm | None = None,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The gradient of max_pool's input, from the indices; without them from the input, with the same bits."""
    call = Call(rank, grad_output, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    windows = sliding(rank, kernel_size, stride, padding, dilation, ceil_mode)
    rule = choice("nan", nan, NAN_RULES)
    dy = call.tensor(grad_output, "grad_output")
    x = call.tensor_or_shape(input, "input")
    return _max_backward(call, dy, x, indices, mask_form, {"nan_rule": rule, **windows}, out, accumulate)


def _max_backward(
    call: Call,
    dy: View,
    x: View,
    indices: Any,
    mask_form: str | MaskForm | None,
    fields: dict[str, Any],
    out: Any,
    accumulate: bool,
) -> Any:
    if indices is None:
        return call.backward_recompute(call.problem(x, **fields), dy, x, out, accumulate)
    mask, form = call.indices(indices, mask_form)
    return call.backward(call.problem(x, mask_form=form, **fields), dy, x, out, accumulate, indices=mask)


def adaptive_max_pool(
    rank: int,
    input: Any,
    output_size: Any,
    return_indices: bool = False,
    *,
    nan: str | NanRule = "propagate",
    mask_form: str | MaskForm = "plane_i64",
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The greatest element of each of output_size windows that cover the input; None stands for the input's extent."""
    call = Call(rank, input, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    x = call.tensor(input, "input")
    problem = call.problem(
        x,
        nan_rule=choice("nan", nan, NAN_RULES),
        mask_form=choice("mask_form", mask_form, MASK_FORMS),
        **adaptive(rank, output_size, x.extents),
    )
    return call.forward(problem, x, out, return_indices)


def adaptive_max_pool_backward(
    rank: int,
    grad_output: Any,
    input: Any,
    indices: Any = None,
    *,
    accumulate: bool = False,
    nan: str | NanRule = "propagate",
    mask_form: str | MaskForm | None = None,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The gradient of adaptive_max_pool's input, from the indices; without them from the input, with the same bits."""
    call = Call(rank, grad_output, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    dy = call.tensor(grad_output, "grad_output")
    x = call.tensor_or_shape(input, "input")
    fields = {"nan_rule": choice("nan", nan, NAN_RULES), **adaptive(rank, dy.extents, x.extents)}
    return _max_backward(call, dy, x, indices, mask_form, fields, out, accumulate)


def _divisor(count_include_pad: bool, divisor_override: int | None) -> dict[str, Any]:
    if divisor_override is not None:
        return {"divisor_rule": DivisorRule.FIXED_DIVISOR, "divisor": divisor_override}
    return {"divisor_rule": DivisorRule.INCLUDE_PAD if count_include_pad else DivisorRule.EXCLUDE_PAD}


def avg_pool(
    rank: int,
    input: Any,
    kernel_size: Axes,
    stride: Axes | None = None,
    padding: Axes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    *,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The average of each window."""
    call = Call(rank, input, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    x = call.tensor(input, "input")
    windows = sliding(rank, kernel_size, stride, padding, 1, ceil_mode)
    problem = call.problem(x, mode=Mode.AVERAGE, **_divisor(count_include_pad, divisor_override), **windows)
    return call.forward(problem, x, out)


def avg_pool_backward(
    rank: int,
    grad_output: Any,
    input: Any,
    kernel_size: Axes,
    stride: Axes | None = None,
    padding: Axes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
    *,
    accumulate: bool = False,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The gradient of avg_pool's input, of which only the shape counts."""
    call = Call(rank, grad_output, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    windows = sliding(rank, kernel_size, stride, padding, 1, ceil_mode)
    dy = call.tensor(grad_output, "grad_output")
    x = call.tensor_or_shape(input, "input")
    problem = call.problem(x, mode=Mode.AVERAGE, **_divisor(count_include_pad, divisor_override), **windows)
    return call.backward(problem, dy, x, out, accumulate)


def adaptive_avg_pool(
    rank: int,
    input: Any,
    output_size: Any,
    *,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The average of each of output_size windows that cover the input; None stands for the input's extent."""
    call = Call(rank, input, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    x = call.tensor(input, "input")
    return call.forward(call.problem(x, mode=Mode.AVERAGE, **adaptive(rank, output_size, x.extents)), x, out)


def adaptive_avg_pool_backward(
    rank: int,
    grad_output: Any,
    input: Any,
    *,
    accumulate: bool = False,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The gradient of adaptive_avg_pool's input, of which only the shape counts."""
    call = Call(rank, grad_output, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    dy = call.tensor(grad_output, "grad_output")
    x = call.tensor_or_shape(input, "input")
    problem = call.problem(x, mode=Mode.AVERAGE, **adaptive(rank, dy.extents, x.extents))
    return call.backward(problem, dy, x, out, accumulate)


def _lp_problem(
    call: Call, x: View, norm_type: float, kernel_size: Axes, stride: Axes | None, ceil_mode: bool
) -> Problem:
    if norm_type != int(norm_type):
        raise ValueError(f"norm_type is {norm_type}; it must be a whole number")
    windows = sliding(call.rank, kernel_size, stride, 0, 1, ceil_mode)
    return call.problem(x, mode=Mode.LP, p=int(norm_type), **windows)


def lp_pool(
    rank: int,
    input: Any,
    norm_type: float,
    kernel_size: Axes,
    stride: Axes | None = None,
    ceil_mode: bool = False,
    *,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """(sum |x|^p)^(1/p) over each window, for a whole p. PyTorch's sum is of x^p: the same for an even p."""
    call = Call(rank, input, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    x = call.tensor(input, "input")
    return call.forward(_lp_problem(call, x, norm_type, kernel_size, stride, ceil_mode), x, out)


def lp_pool_backward(
    rank: int,
    grad_output: Any,
    input: Any,
    output: Any,
    norm_type: float,
    kernel_size: Axes,
    stride: Axes | None = None,
    ceil_mode: bool = False,
    *,
    accumulate: bool = False,
    layout: str | Layout = "nchw",
    dtype: Any = None,
    out: Any = None,
    queue: Any = None,
    context: Any = None,
    wait_for: Iterable[Any] | None = None,
) -> Any:
    """The gradient of lp_pool's input, from that and lp_pool's output."""
    call = Call(rank, grad_output, layout=layout, dtype=dtype, queue=queue, context=context, wait_for=wait_for)
    dy = call.tensor(grad_output, "grad_output")
    x = call.tensor(input, "input")
    y = call.tensor(output, "output")
    problem = _lp_problem(call, x, norm_type, kernel_size, stride, ceil_mode)
    return call.backward_lp(problem, dy, x, y, out, accumulate)
