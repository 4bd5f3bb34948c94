# SPDX-License-Identifier: Apache-2.0
"""Where a pooling function runs: on the host over NumPy arrays, on a device over pyopencl arrays, or on a device over
copies of NumPy arrays."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy

from . import native
from .dlpack import from_dlpack
from .enums import Op
from .problem import Problem
from .recent import plan_of


class Runner(Protocol):
    """Takes arrays in, runs, and gives arrays out; the arrays of its other methods are those that it took."""

    def take(self, array: Any, name: str) -> Any: ...

    def give(self, array: Any, out: Any) -> Any: ...

    def new(self, shape: tuple[int, ...], dtype: Any) -> Any: ...

    def like(self, array: Any) -> Any: ...

    def forward(self, problem: Problem, x: Any, y: Any, mask: Any) -> None: ...

    def backward(self, problem: Problem, dy: Any, mask: Any, dx: Any, accumulate: bool) -> None: ...

    def backward_recompute(self, problem: Problem, x: Any, dy: Any, dx: Any, accumulate: bool) -> None: ...

    def backward_lp(self, problem: Problem, x: Any, y: Any, dy: Any, dx: Any, accumulate: bool) -> None: ...

    def unpool(self, problem: Problem, y: Any, mask: Any, x: Any, count_dropped: bool) -> int: ...

    def unpool_backward(self, problem: Problem, dx: Any, mask: Any, dy: Any) -> None: ...


def is_on_device(array: Any) -> bool:
    """Whether an array is pyopencl's."""
    return hasattr(array, "base_data") and hasattr(array, "add_event")


class Host:
    """The native functions."""

    forward = staticmethod(native.forward)
    backward = staticmethod(native.backward)
    backward_recompute = staticmethod(native.backward_recompute)
    backward_lp = staticmethod(native.backward_lp)
    unpool_backward = staticmethod(native.unpool_backward)

    def unpool(self, problem: Problem, y: Any, mask: Any, x: Any, count_dropped: bool) -> int:
        return native.unpool(problem, y, mask, x)

    def take(self, array: Any, name: str) -> Any:
        return host_array(array, name)

    def give(self, array: Any, out: Any) -> Any:
        return array

    def new(self, shape: tuple[int, ...], dtype: Any) -> Any:
        return numpy.empty(shape, dtype)

    def like(self, array: Any) -> Any:
        return numpy.empty(array.shape, array.dtype)


class Device:
    """A queue, over pyopencl arrays. Work waits for the events of all arrays that it touches; its own event goes to
    those that it writes."""

    def __init__(self, queue: Any, wait_for: Iterable[Any] | None, allocator: Any = None) -> None:
        self.queue = queue
        self.wait_for = list(wait_for or ())
        self.allocator = allocator

    def take(self, array: Any, name: str) -> Any:
        if not is_on_device(array):
            raise TypeError(f"{name} is a {type(array).__name__}; it must be a pyopencl array, as the first array is")
        return array

    def give(self, array: Any, out: Any) -> Any:
        return array

    def new(self, shape: tuple[int, ...], dtype: Any) -> Any:
        import pyopencl.array

        return pyopencl.array.Array(self.queue, shape, dtype, allocator=self.allocator)

    def like(self, array: Any) -> Any:
        """With the strides of `array`, and what they leave out."""
        import pyopencl.array

        if 0 in array.shape:
            return self.new(array.shape, array.dtype)
        size = array.dtype.itemsize + sum(s * (extent - 1) for s, extent in zip(array.strides, array.shape))
        if self.allocator is not None:
            data = self.allocator(size)
        else:
            data = pyopencl.Buffer(self.queue.context, pyopencl.mem_flags.READ_WRITE, size)
        return pyopencl.array.Array(
            self.queue, array.shape, array.dtype, data=data, strides=array.strides, allocator=self.allocator
        )

    def forward(self, problem: Problem, x: Any, y: Any, mask: Any) -> None:
        plan = plan_of(self.queue, problem, Op.FORWARD)
        self._note(plan.enqueue_forward(x, y, mask, self.queue, self._waits(x, y, mask)), y, mask)

    def backward(self, problem: Problem, dy: Any, mask: Any, dx: Any, accumulate: bool) -> None:
        plan = plan_of(self.queue, problem, Op.BACKWARD)
        self._note(plan.enqueue_backward(dy, mask, dx, self.queue, self._waits(dy, mask, dx), accumulate), dx)

    def backward_recompute(self, problem: Problem, x: Any, dy: Any, dx: Any, accumulate: bool) -> None:
        plan = plan_of(self.queue, problem, Op.BACKWARD)
        self._note(plan.enqueue_backward_recompute(x, dy, dx, self.queue, self._waits(x, dy, dx), accumulate), dx)

    def backward_lp(self, problem: Problem, x: Any, y: Any, dy: Any, dx: Any, accumulate: bool) -> None:
        plan = plan_of(self.queue, problem, Op.BACKWARD)
        self._note(plan.enqueue_backward_lp(x, y, dy, dx, self.queue, self._waits(x, y, dy, dx), accumulate), dx)

    def unpool(self, problem: Problem, y: Any, mask: Any, x: Any, count_dropped: bool) -> int:
        import pyopencl.array

        dropped = pyopencl.array.zeros(self.queue, 1, numpy.uint32) if count_dropped else None
        plan = plan_of(self.queue, problem, Op.UNPOOL)
        event = plan.enqueue_unpool(y, mask, x, dropped, self.queue, self._waits(y, mask, x, dropped))
        self._note(event, x, dropped)
        return int(dropped.get()[0]) if dropped is not None else 0

    def unpool_backward(self, problem: Problem, dx: Any, mask: Any, dy: Any) -> None:
        plan = plan_of(self.queue, problem, Op.UNPOOL)
        self._note(plan.enqueue_unpool_backward(dx, mask, dy, self.queue, self._waits(dx, mask, dy)), dy)

    def _waits(self, *arrays: Any) -> list[Any]:
        return self.wait_for + [event for array in arrays if array is not None for event in array.events]

    def _note(self, event: Any, *written: Any) -> None:
        for array in written:
            if array is not None:
                array.add_event(event)


class Upload(Device):
    """A queue, over copies of NumPy arrays."""

    def take(self, array: Any, name: str) -> Any:
        import pyopencl.array

        if is_on_device(array):  # one of new()'s
            return array
        return pyopencl.array.to_device(self.queue, numpy.ascontiguousarray(host_array(array, name)))

    def give(self, array: Any, out: Any) -> Any:
        for event in array.events:
            event.wait()
        result = array.get(self.queue)
        if out is None:
            return result
        host_array(out, "out")[...] = result
        return out


def host_array(array: Any, name: str) -> Any:
    """A NumPy array, also of what lends its memory by DLPack."""
    if isinstance(array, numpy.ndarray):
        return array
    if hasattr(array, "__dlpack__") and not is_on_device(array):
        return from_dlpack(array)
    raise TypeError(f"{name} is a {type(array).__name__}; it must be a NumPy or pyopencl array, or lend one by DLPack")


def runner_of(array: Any, queue: Any, context: Any, wait_for: Iterable[Any] | None) -> Runner:
    """Where a function runs whose first array this is."""
    if is_on_device(array):
        if context is not None:
            raise TypeError("context is for NumPy arrays; a pyopencl array has one")
        queue = array.queue if queue is None else queue
        if queue is None:
            raise ValueError("the array has no queue; give one with queue=, or array.with_queue(queue)")
        return Device(queue, wait_for, array.allocator)
    if queue is None and context is None:
        if wait_for:
            raise TypeError("wait_for is for work on a device; give a queue or a context")
        return Host()
    if queue is None:
        import pyopencl

        queue = pyopencl.CommandQueue(context)
    return Upload(queue, wait_for)
