# SPDX-License-Identifier: Apache-2.0
"""How the shape and strides of an array are those of a tensor."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

from .enums import Layout

_AXES = {1: "W", 2: "HW", 3: "DHW"}


@dataclass(frozen=True)
class Form:
    """How arrays of one call are read: N, C and spatial axes in the order of the layout, or the same without N."""

    rank: int
    layout: Layout
    is_batched: bool = True

    @property
    def axes(self) -> str:
        """The order of an array's axes, "NCHW"."""
        spatial = _AXES[self.rank]
        return ("N" if self.is_batched else "") + (
            spatial + "C" if self.layout == Layout.CHANNELS_LAST else "C" + spatial
        )

    def split(self, values: tuple[int, ...]) -> tuple[int, int, tuple[int, ...]]:
        """N, C and the spatial axes of what an array has an entry of for each axis."""
        batch, rest = (values[0], values[1:]) if self.is_batched else (1, values)
        return (batch, rest[-1], rest[:-1]) if self.layout == Layout.CHANNELS_LAST else (batch, rest[0], rest[1:])

    def join(self, batch: int, channels: int, spatial: tuple[int, ...]) -> tuple[int, ...]:
        """The other way."""
        rest = (*spatial, channels) if self.layout == Layout.CHANNELS_LAST else (channels, *spatial)
        return (batch, *rest) if self.is_batched else rest


def form_of(shape: tuple[int, ...], rank: int, layout: Layout, name: str) -> Form:
    """The form of an array of a shape."""
    if len(shape) not in (rank + 1, rank + 2):
        batched, single = Form(rank, layout, True).axes, Form(rank, layout, False).axes
        raise ValueError(f"{name} has {len(shape)} axes; it must have {rank + 2} ({batched}) or {rank + 1} ({single})")
    return Form(rank, layout, len(shape) == rank + 2)


def dense_strides(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Elements between neighbours of a dense array."""
    return tuple(prod(shape[axis + 1 :]) for axis in range(len(shape)))


def strides_of(array: Any, form: Form, name: str) -> tuple[int, ...]:
    """Elements between neighbours as a problem has them, N, C, then spatial axes; empty where the array is dense."""
    if 0 in array.shape:
        return ()
    itemsize = array.dtype.itemsize
    strides = []
    for axis, (extent, stride) in enumerate(zip(array.shape, array.strides)):
        if extent <= 1:  # no neighbour, whatever the stride says
            strides.append(0)
            continue
        if stride <= 0:
            what = "has a negative stride" if stride < 0 else "repeats its elements"
            raise ValueError(f"{name} {what} in axis {axis} ({form.axes[axis]}); give a copy")
        if stride % itemsize != 0:
            raise ValueError(f"{name} has a stride of {stride} bytes; its element has {itemsize}; give a copy")
        strides.append(stride // itemsize)
    wanted = dense_strides(array.shape)
    if all(e <= 1 or s == w for e, s, w in zip(array.shape, strides, wanted)):
        return ()
    batch, channels, spatial = form.split(tuple(strides))
    return (batch if form.is_batched else 0, channels, *spatial)
