# SPDX-License-Identifier: Apache-2.0
"""Pooling in NumPy, a tap at a time, over x of shape (N, C, spatial). Shares no code with the library."""

from __future__ import annotations

import itertools
from typing import Any

import numpy


class Windows:
    """Where the taps of all windows lie in the flat planes of x."""

    def __init__(self, extents: Any, kernel: Any, stride: Any, padding: Any, dilation: Any) -> None:
        self.extents = tuple(extents)
        self.kernel, self.stride, self.padding, self.dilation = kernel, stride, padding, dilation
        self.out = tuple(
            (i + 2 * p - d * (k - 1) - 1) // s + 1
            for i, k, s, p, d in zip(extents, kernel, stride, padding, dilation)
        )

    def taps(self) -> Any:
        """Of each tap in row-major order: whether it is inside, and its flat index, for all outputs."""
        for tap in itertools.product(*map(range, self.kernel)):
            places = numpy.meshgrid(
                *(
                    numpy.arange(o) * s - p + t * d
                    for o, s, p, t, d in zip(self.out, self.stride, self.padding, tap, self.dilation)
                ),
                indexing="ij",
            )
            inside = numpy.ones(self.out, bool)
            flat = numpy.zeros(self.out, numpy.int64)
            for place, extent in zip(places, self.extents):
                inside &= (place >= 0) & (place < extent)
                flat = flat * extent + place
            yield inside, numpy.where(inside, flat, 0)


def max_pool(x: Any, windows: Windows, ignore_nan: bool = False) -> tuple[Any, Any]:
    """y, and PyTorch's indices."""
    flat = x.reshape(*x.shape[:2], -1)
    lowest = -numpy.inf if x.dtype.kind == "f" else numpy.iinfo(x.dtype).min
    best: Any = numpy.full((*x.shape[:2], *windows.out), lowest, x.dtype)
    winner: Any = numpy.full(best.shape, -1, numpy.int64)
    for inside, place in windows.taps():
        value = flat[:, :, place]
        better = (value > best) | (winner == -1)
        if ignore_nan:
            better |= (best != best) & (value == value)
        else:
            better |= value != value
        better &= inside
        best = numpy.where(better, value, best)
        winner = numpy.where(better, place, winner)
    return best, winner


def max_pool_backward(dy: Any, winner: Any, x_shape: Any) -> Any:
    """Terms added in ascending order of the output, in f32, or f64 for f64."""
    wide = numpy.float64 if dy.dtype == numpy.float64 else numpy.float32
    planes = numpy.zeros((x_shape[0] * x_shape[1], int(numpy.prod(x_shape[2:]))), wide)
    for plane, gradients, winners in zip(planes, dy.reshape(len(planes), -1), winner.reshape(len(planes), -1)):
        named = winners >= 0
        numpy.add.at(plane, winners[named], gradients[named].astype(wide))
    return planes.reshape(x_shape).astype(dy.dtype)


def max_unpool(y: Any, winner: Any, x_shape: Any) -> Any:
    """The last of several values for one place stands."""
    planes = numpy.zeros((x_shape[0] * x_shape[1], int(numpy.prod(x_shape[2:]))), y.dtype)
    for plane, values, places in zip(planes, y.reshape(len(planes), -1), winner.reshape(len(planes), -1)):
        for value, place in zip(values, places):
            plane[place] = value
    return planes.reshape(x_shape)


def max_unpool_backward(dx: Any, winner: Any) -> Any:
    """PyTorch's gather; an index that names no place of the plane gives 0."""
    planes = dx.reshape(*dx.shape[:2], -1)
    places = winner.reshape(*winner.shape[:2], -1)
    named = (places >= 0) & (places < planes.shape[2])
    gradients = numpy.take_along_axis(planes, numpy.where(named, places, 0), 2)
    return numpy.where(named, gradients, 0).astype(dx.dtype).reshape(winner.shape)


def avg_pool(x: Any, windows: Windows) -> Any:
    """With padding counted, and no window that hangs over it."""
    flat = x.reshape(*x.shape[:2], -1).astype(numpy.float64)
    total = sum(numpy.where(inside, flat[:, :, place], 0) for inside, place in windows.taps())
    return total / numpy.prod(windows.kernel)


def lp_pool(x: Any, windows: Windows, p: int) -> Any:
    flat = numpy.abs(x.reshape(*x.shape[:2], -1).astype(numpy.float64)) ** p
    return sum(numpy.where(inside, flat[:, :, place], 0) for inside, place in windows.taps()) ** (1 / p)


def same_bits(a: Any, b: Any) -> bool:
    """Equal shapes, dtypes and bits; any NaN is as good as another."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    unsigned = numpy.dtype(f"uint{8 * a.dtype.itemsize}")
    equal = numpy.ascontiguousarray(a).view(unsigned) == numpy.ascontiguousarray(b).view(unsigned)
    return bool((equal | ((a != a) & (b != b))).all())
