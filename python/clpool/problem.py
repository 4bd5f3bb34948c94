# SPDX-License-Identifier: Apache-2.0
"""A pooling problem: clpool_problem as a value."""

from __future__ import annotations

import ctypes
import operator
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Union

from .declarations import CProblem
from .enums import (
    MAX_RANK,
    AutoPad,
    DivisorRule,
    DType,
    Layout,
    MaskForm,
    Mode,
    NanRule,
    Rounding,
    Tensor,
    Windows,
)
from .errors import check
from .library import lib

# One number for every axis, or one number an axis, outermost first.
Axes = Union[int, Iterable[int]]

_SIZE_MAX = ctypes.c_size_t(-1).value


def _size(name: str, value: int) -> int:
    """A number that fits a size_t; what it may be beyond that is the library's to say."""
    number = operator.index(value)
    if not 0 <= number <= _SIZE_MAX:
        raise ValueError(f"{name} is {number}; it must be from 0 to {_SIZE_MAX}")
    return number


def per_axis(name: str, value: Axes, rank: int) -> tuple[int, ...]:
    """One number for each axis."""
    if isinstance(value, Iterable):
        numbers = tuple(value)
        if len(numbers) == 1:
            numbers = numbers * rank
    else:
        numbers = (value,) * rank
    if len(numbers) != rank:
        raise ValueError(f"{name} has {len(numbers)} numbers; it must have 1 or {rank}, one for each spatial axis")
    return tuple(_size(f"{name}[{axis}]", number) for axis, number in enumerate(numbers))


_PER_AXIS = ("kernel", "stride", "dilation", "pad_lo", "pad_hi")
_ENUMS = (
    ("mode", Mode),
    ("dtype", DType),
    ("layout", Layout),
    ("nan_rule", NanRule),
    ("rounding", Rounding),
    ("mask_form", MaskForm),
    ("windows", Windows),
    ("divisor_rule", DivisorRule),
)


@dataclass(frozen=True)
class Problem:
    """A pooling problem, with the fields of clpool_problem, where the manual of each is. `in_` holds the spatial
    extents of x, outermost first, and their number is the rank. For kernel, stride, dilation and padding one number
    stands for every axis. Empty strides and an empty `out` are the header's zeros. Values are checked by the library:
    by check(), and by whatever the problem is given to."""

    batch: int
    channels: int
    in_: tuple[int, ...]
    kernel: Axes = 1
    stride: Axes = 1
    pad_lo: Axes = 0
    pad_hi: Axes = 0
    dilation: Axes = 1
    mode: Mode = Mode.MAX
    dtype: DType = DType.F32
    layout: Layout = Layout.CHANNELS_FIRST
    nan_rule: NanRule = NanRule.NAN_PROPAGATE
    rounding: Rounding = Rounding.FLOOR
    mask_form: MaskForm = MaskForm.MASK_WINDOW
    windows: Windows = Windows.SLIDING
    out: tuple[int, ...] = ()
    divisor_rule: DivisorRule = DivisorRule.INCLUDE_PAD
    divisor: int = 0
    p: int = 0
    x_stride: tuple[int, ...] = ()
    y_stride: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)

        in_ = (self.in_,) if isinstance(self.in_, int) else tuple(self.in_)
        put("in_", tuple(_size(f"in[{axis}]", extent) for axis, extent in enumerate(in_)))
        for name in _PER_AXIS:
            put(name, per_axis(name, getattr(self, name), self.rank))
        if self.out != ():
            put("out", per_axis("out", self.out, self.rank))
        for name in ("x_stride", "y_stride"):
            strides = tuple(_size(f"{name}[{axis}]", s) for axis, s in enumerate(getattr(self, name)))
            if strides and len(strides) != self.rank + 2:
                raise ValueError(f"{name} has {len(strides)} numbers; it must have none or {self.rank + 2}")
            put(name, strides)
        for name in ("batch", "channels", "divisor"):
            put(name, _size(name, getattr(self, name)))
        put("p", operator.index(self.p))
        if not 0 <= self.p < 2**32:
            raise ValueError(f"p is {self.p}; it must be from 0 to {2**32 - 1}")
        for name, kind in _ENUMS:
            put(name, kind(getattr(self, name)))

    @property
    def rank(self) -> int:
        """The number of spatial axes."""
        return len(self.in_)

    @cached_property
    def as_c(self) -> CProblem:
        """The problem as the structure of C, made once; not to be written to."""
        made = CProblem(struct_size=ctypes.sizeof(CProblem), rank=self.rank)
        for name in ("batch", "channels", "divisor", "p"):
            setattr(made, name, getattr(self, name))
        for name, _ in _ENUMS:
            setattr(made, name, int(getattr(self, name)))
        for name, values in [("in", self.in_), *((name, getattr(self, name)) for name in (*_PER_AXIS, "out"))]:
            for axis, value in enumerate(values[:MAX_RANK]):
                getattr(made, name)[axis] = value
        for name in ("x_stride", "y_stride"):
            for axis, value in enumerate(getattr(self, name)[: MAX_RANK + 2]):
                getattr(made, name)[axis] = value
        return made

    @classmethod
    def from_c(cls, problem: CProblem) -> Problem:
        """The structure of C as a problem."""
        rank = problem.rank
        fields: dict[str, Any] = {name: getattr(problem, name) for name in ("batch", "channels", "divisor", "p")}
        fields |= {name: kind(getattr(problem, name)) for name, kind in _ENUMS}
        fields |= {name: tuple(getattr(problem, name)[:rank]) for name in _PER_AXIS}
        if problem.windows == Windows.ADAPTIVE:
            fields["out"] = tuple(problem.out[:rank])
        for name in ("x_stride", "y_stride"):
            strides = tuple(getattr(problem, name)[: rank + 2])
            fields[name] = strides if any(strides) else ()
        return cls(in_=tuple(getattr(problem, "in")[:rank]), **fields)

    def check(self) -> None:
        """Raises Error, with a sentence, unless the problem is valid and supported."""
        check(lib.clpool_problem_check(self.as_c))

    @cached_property
    def output_extent(self) -> tuple[int, ...]:
        """Spatial extents of y."""
        out = (ctypes.c_size_t * MAX_RANK)()
        check(lib.clpool_output_extent(self.as_c, out))
        return tuple(out[: self.rank])

    def elements(self, tensor: Tensor) -> int:
        """Number of elements of a tensor; of a packed mask, of its bytes."""
        return self._size_of(lib.clpool_tensor_elements, tensor)

    def bytes(self, tensor: Tensor) -> int:
        """Size of a tensor in bytes, from its first element to its last."""
        return self._size_of(lib.clpool_tensor_bytes, tensor)

    @cached_property
    def mask_element_bytes(self) -> int:
        """Size of one element of the mask in bytes."""
        size = ctypes.c_size_t()
        check(lib.clpool_mask_element_bytes(self.as_c, ctypes.byref(size)))
        return size.value

    def with_auto_pad(self, rule: AutoPad) -> Problem:
        """The problem padded by a rule that frameworks know by name."""
        padded = CProblem.from_buffer_copy(self.as_c)
        check(lib.clpool_problem_set_auto_pad(padded, AutoPad(rule)))
        return replace(
            self,
            pad_lo=tuple(padded.pad_lo[: self.rank]),
            pad_hi=tuple(padded.pad_hi[: self.rank]),
            rounding=Rounding(padded.rounding),
        )

    def _size_of(self, function: ctypes._NamedFuncPointer, tensor: Tensor) -> int:
        size = ctypes.c_size_t()
        check(function(self.as_c, Tensor(tensor), ctypes.byref(size)))
        return size.value
