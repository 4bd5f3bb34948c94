# SPDX-License-Identifier: Apache-2.0
"""One call of a pooling function: from arrays to a problem, its tensors, and back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from typing import Any, TypeVar

import numpy

from .dtypes import dtype_of, mask_dtype, mask_form_of, mask_shape
from .enums import Layout, MaskForm, NanRule, Rounding, Windows
from .problem import Axes, Problem, per_axis
from .runners import runner_of
from .views import Form, form_of, strides_of

_E = TypeVar("_E", bound=IntEnum)

LAYOUTS = {"nchw": Layout.CHANNELS_FIRST, "nhwc": Layout.CHANNELS_LAST}
NAN_RULES = {"propagate": NanRule.NAN_PROPAGATE, "ignore": NanRule.NAN_IGNORE}
MASK_FORMS = {form.name.removeprefix("MASK_").lower(): form for form in MaskForm}


def choice(name: str, value: str | _E, choices: dict[str, _E]) -> _E:
    """A choice by its name or its enumerator."""
    if isinstance(value, str):
        if value not in choices:
            raise ValueError(f"{name} is {value!r}; it must be one of {', '.join(map(repr, choices))}")
        return choices[value]
    return type(next(iter(choices.values())))(value)


def sliding(
    rank: int, kernel_size: Axes, stride: Axes | None, padding: Axes, dilation: Axes, ceil: bool
) -> dict[str, Any]:
    """The fields of a problem with sliding windows; PyTorch's stride is the kernel where it is left out."""
    kernel = per_axis("kernel_size", kernel_size, rank)
    if stride is None or stride == ():
        stride = kernel
    pad = per_axis("padding", padding, rank)
    return {
        "kernel": kernel,
        "stride": per_axis("stride", stride, rank),
        "pad_lo": pad,
        "pad_hi": pad,
        "dilation": per_axis("dilation", dilation, rank),
        "rounding": Rounding.CEIL if ceil else Rounding.FLOOR,
    }


def adaptive(rank: int, output_size: Any, extents: tuple[int, ...]) -> dict[str, Any]:
    """The fields of a problem with adaptive windows; None stands for the input's extent."""
    sizes = output_size if isinstance(output_size, Iterable) else (output_size,) * rank
    sizes = tuple(sizes)
    if len(sizes) == len(extents):
        sizes = tuple(extent if size is None else size for size, extent in zip(sizes, extents))
    return {"windows": Windows.ADAPTIVE, "out": per_axis("output_size", sizes, rank)}


@dataclass(frozen=True)
class View:
    """An array as a tensor of the call; the shape alone where there is no array."""

    name: str
    shape: tuple[int, ...]
    form: Form
    array: Any = None
    strides: tuple[int, ...] = ()

    @property
    def extents(self) -> tuple[int, ...]:
        """The spatial ones."""
        return self.form.split(self.shape)[2]


@lru_cache(512)
def _checked(**fields: Any) -> Problem:
    """A problem that is valid: the same one for the same fields, with what it has worked out already."""
    problem = Problem(**fields)
    problem.check()
    return problem


def with_strides(problem: Problem, x: View, y: View) -> Problem:
    """The problem of tensors that may be strided."""
    if not x.strides and not y.strides:
        return problem
    return replace(problem, x_stride=x.strides, y_stride=y.strides)


class Call:
    """What the arrays of one call have in common."""

    def __init__(
        self,
        rank: int,
        first: Any,
        *,
        layout: str | Layout,
        dtype: Any = None,
        queue: Any = None,
        context: Any = None,
        wait_for: Iterable[Any] | None = None,
    ) -> None:
        self.rank = rank
        self.layout = choice("layout", layout, LAYOUTS)
        self.runner = runner_of(first, queue, context, wait_for)
        self.wanted_dtype = dtype
        self.array_dtype: Any = None
        self.is_batched: bool | None = None

    def tensor(self, array: Any, name: str) -> View:
        """An array that the call reads. All tensors of a call have one dtype, and N or none."""
        taken = self.runner.take(array, name)
        view = self._view(name, taken.shape)
        if self.array_dtype is None:
            self.array_dtype = taken.dtype
        if taken.dtype != self.array_dtype:
            raise TypeError(f"{name} has dtype {taken.dtype}; the arrays before it have {self.array_dtype}")
        return replace(view, array=taken, strides=strides_of(taken, view.form, name))

    def tensor_or_shape(self, value: Any, name: str) -> View:
        """An array, or the shape that it would have."""
        if isinstance(value, (tuple, list)):
            return self._view(name, tuple(value))
        return self.tensor(value, name)

    def _view(self, name: str, shape: tuple[int, ...]) -> View:
        form = form_of(shape, self.rank, self.layout, name)
        if self.is_batched is None:
            self.is_batched = form.is_batched
        if form.is_batched != self.is_batched:
            others = 2 * self.rank + 3 - len(shape)
            raise ValueError(f"{name} has {len(shape)} axes; the arrays before it have {others}")
        return View(name, shape, form)

    def problem(self, x: View, **fields: Any) -> Problem:
        """The dense problem whose x has a shape."""
        batch, channels, extents = x.form.split(x.shape)
        dtype = dtype_of(self.array_dtype, self.wanted_dtype)
        return _checked(batch=batch, channels=channels, in_=extents, dtype=dtype, layout=self.layout, **fields)

    def y_shape(self, problem: Problem, x: View) -> tuple[int, ...]:
        """The shape of y, in the form of x."""
        return x.form.join(problem.batch, problem.channels, problem.output_extent)

    def result(self, shape: tuple[int, ...], out: Any, like: View | None = None) -> View:
        """What the call writes: `out`, or a new array, which may have to share the strides of another."""
        if out is None:
            new = self.runner.new(shape, self.array_dtype) if like is None else self.runner.like(like.array)
            return self.tensor(new, "out")
        return self.of_shape(self.tensor(out, "out"), shape)

    def of_shape(self, view: View, shape: tuple[int, ...]) -> View:
        """The view, which must have a shape."""
        if view.shape != shape:
            raise ValueError(f"{view.name} has the shape {view.shape}; it must have {shape}")
        return view

    def in_strides(self, view: View, other: View) -> View:
        """The view in the strides of another of its shape, which a problem has once for both."""
        if view.strides == other.strides:
            return view
        if isinstance(view.array, numpy.ndarray) and not other.strides:
            return replace(view, array=numpy.ascontiguousarray(view.array), strides=())
        raise ValueError(f"{view.name} and {other.name} have different strides; copy one into those of the other")

    def mask(self, problem: Problem, y_shape: tuple[int, ...]) -> Any:
        """A new mask."""
        return self.runner.new(mask_shape(problem, y_shape), mask_dtype(problem))

    def indices(self, indices: Any, mask_form: str | MaskForm | None) -> tuple[Any, MaskForm]:
        """A mask that the call reads, and its form; check_indices() when there is a problem."""
        taken = self.runner.take(indices, "indices")
        if mask_form is None:
            return taken, mask_form_of(taken.dtype)
        return taken, choice("mask_form", mask_form, MASK_FORMS)

    def check_indices(self, indices: Any, problem: Problem, y_shape: tuple[int, ...]) -> Any:
        """The mask, dense, which must be one of the problem."""
        shape, dtype = mask_shape(problem, y_shape), mask_dtype(problem)
        if indices.shape != shape:
            raise ValueError(f"indices have the shape {indices.shape}; they must have {shape}")
        if indices.dtype != dtype:
            raise TypeError(
                f"indices have dtype {indices.dtype}; in the form {problem.mask_form.name} they must have {dtype}"
            )
        if isinstance(indices, numpy.ndarray):
            return numpy.ascontiguousarray(indices)
        if not indices.flags.c_contiguous:
            raise ValueError("indices are not dense; give a copy")
        return indices

    def forward(self, problem: Problem, x: View, out: Any, return_indices: bool = False) -> Any:
        """y, or y and the mask."""
        shape = self.y_shape(problem, x)
        y = self.result(shape, out)
        problem = with_strides(problem, x, y)
        mask = self.mask(problem, shape) if return_indices else None
        self.runner.forward(problem, x.array, y.array, mask)
        given = self.runner.give(y.array, out)
        return (given, self.runner.give(mask, None)) if return_indices else given

    def backward(self, problem: Problem, dy: View, x: View, out: Any, accumulate: bool, *, indices: Any = None) -> Any:
        """dx of average, or of maximum from the mask."""
        dx, problem = self._gradient(problem, dy, x, out, accumulate)
        mask = None if indices is None else self.check_indices(indices, problem, dy.shape)
        self.runner.backward(problem, dy.array, mask, dx.array, accumulate)
        return self.runner.give(dx.array, out)

    def backward_recompute(self, problem: Problem, dy: View, x: View, out: Any, accumulate: bool) -> Any:
        """dx of maximum from x."""
        if x.array is None:
            raise ValueError("give indices, or the input itself: its shape does not say who won")
        dx, problem = self._gradient(problem, dy, x, out, accumulate, like=x)
        x = self.in_strides(x, dx)
        self.runner.backward_recompute(problem, x.array, dy.array, dx.array, accumulate)
        return self.runner.give(dx.array, out)

    def backward_lp(self, problem: Problem, dy: View, x: View, y: View, out: Any, accumulate: bool) -> Any:
        """dx of Lp from x and y."""
        dx, problem = self._gradient(problem, dy, x, out, accumulate, like=x)
        x = self.in_strides(x, dx)
        y = self.in_strides(self.of_shape(y, dy.shape), dy)
        self.runner.backward_lp(problem, x.array, y.array, dy.array, dx.array, accumulate)
        return self.runner.give(dx.array, out)

    def _gradient(
        self, problem: Problem, dy: View, x: View, out: Any, accumulate: bool, like: View | None = None
    ) -> tuple[View, Problem]:
        """dx, and the problem with all strides."""
        self.of_shape(dy, self.y_shape(problem, x))
        if accumulate and out is None:
            raise ValueError("accumulate adds to what out holds; give out")
        dx = self.result(x.shape, out, like)
        return dx, with_strides(problem, dx, dy)
