# SPDX-License-Identifier: Apache-2.0
"""What the pooling functions ask of arrays: one place, one dtype, events, queues; and their sentences."""

from __future__ import annotations

import inspect
from typing import Any

import numpy
import pyopencl
import pyopencl.array
import pyopencl.tools
import pytest
from oracle import Windows, max_pool, same_bits

import clpool

X = numpy.random.default_rng(5).standard_normal((1, 2, 6, 6)).astype(numpy.float32)
WINDOWS = Windows((6, 6), (2, 2), (2, 2), (0, 0), (1, 1))
OTHER_ORDER = X.dtype.newbyteorder()
Y, WINNER = max_pool(X, WINDOWS)


def test_memory_stays_on_the_device(queue: Any) -> None:
    pool = pyopencl.tools.MemoryPool(pyopencl.tools.ImmediateAllocator(queue))
    x = pyopencl.array.to_device(queue, X, allocator=pool)
    y, indices = clpool.max_pool2d(x, 2, return_indices=True)
    for array in (y, indices):
        assert isinstance(array, pyopencl.array.Array)
        assert array.queue == queue and array.allocator is pool and len(array.events) == 1
    assert same_bits(y.get(), Y) and same_bits(indices.get(), WINNER)


def test_events_order_the_work_on_a_queue_out_of_order(context: Any, unordered_queue: Any) -> None:
    start = pyopencl.UserEvent(context)
    x: Any = pyopencl.array.empty(unordered_queue, X.shape, numpy.float32)
    x.add_event(pyopencl.enqueue_copy(unordered_queue, x.base_data, X, is_blocking=False, wait_for=[start]))
    y, indices = clpool.max_pool2d(x, 2, return_indices=True)
    dx = clpool.max_pool2d_backward(y, x.shape, 2, indices=indices)
    x2 = clpool.max_unpool2d(y, indices, 2)
    unordered_queue.flush()
    complete = pyopencl.command_execution_status.COMPLETE
    assert dx.events[0].command_execution_status != complete
    start.set_status(complete)
    assert same_bits(dx.get(), x2.get()) and numpy.count_nonzero(dx.get()) == Y.size
    blocked = pyopencl.UserEvent(context)
    y = clpool.max_pool2d(x, 2, wait_for=[blocked])
    assert y.events[0].command_execution_status != complete
    blocked.set_status(complete)
    assert same_bits(y.get(), Y)


def test_numpy_arrays_run_where_they_are_told(context: Any, queue: Any) -> None:
    places: list[dict[str, Any]] = [{}, {"queue": queue}, {"context": context}]
    for place in places:
        y = clpool.max_pool2d(X, 2, **place)
        assert isinstance(y, numpy.ndarray) and same_bits(y, Y)


def test_kept_plans_are_used_again_and_dropped(queue: Any) -> None:
    from clpool.recent import engine_of

    x = pyopencl.array.to_device(queue, X)
    clpool.clear_cache()
    for _ in range(3):
        clpool.max_pool2d(x, 2)
    built = engine_of(queue).program_counts[0]
    # Another queue of the same context and device has the same engine.
    clpool.max_pool2d(x, 2, queue=pyopencl.CommandQueue(queue.context)).get()
    assert engine_of(queue).program_counts[0] == built
    clpool.clear_cache()
    assert engine_of(queue).program_counts == (0, 0)


def test_kept_things_are_those_used_last() -> None:
    from clpool.recent import _Recent

    kept: _Recent[str] = _Recent(2)
    assert [kept.get(key, lambda key=key: key) for key in "abac"] == list("abac")  # type: ignore[misc]
    assert kept.get("a", lambda: "made again") == "a"
    assert kept.get("b", lambda: "made again") == "made again"


@pytest.mark.parametrize(
    ("call", "kind", "sentence"),
    [
        (lambda x, q: clpool.max_pool2d([[1.0]], 2), TypeError, "input is a list; it must be a NumPy or pyopencl"),
        (lambda x, q: clpool.max_pool2d(x.astype("c8"), 2), TypeError, "dtype complex64 is none of float32"),
        (lambda x, q: clpool.max_pool2d(x.astype(OTHER_ORDER), 2), TypeError, "has another byte order"),
        (lambda x, q: clpool.max_pool2d(x.astype("u2"), 2), TypeError, 'uint16 is none.*say dtype="bfloat16"'),
        (lambda x, q: clpool.max_pool2d(x, 2, dtype="bfloat16"), TypeError, "float32; it cannot hold BF16"),
        (lambda x, q: clpool.max_pool2d(x, 2, layout="hwcn"), ValueError, "layout is 'hwcn'; it must be one of 'nchw'"),
        (lambda x, q: clpool.max_pool2d(x, 2, nan="maybe"), ValueError, "nan is 'maybe'"),
        (lambda x, q: clpool.max_pool2d(x, 9), clpool.Error, "CLPOOL_INVALID_PROBLEM.*9"),
        (lambda x, q: clpool.max_pool2d(x, (1, 2, 3)), ValueError, "kernel_size has 3 numbers"),
        (lambda x, q: clpool.max_pool2d(x, 2, wait_for=[1]), TypeError, "wait_for is for work on a device"),
        (lambda x, q: clpool.max_pool2d(x, 2, out=x), ValueError, r"out has the shape .*; it must have \(1, 2, 3, 3\)"),
        (lambda x, q: clpool.avg_pool2d(x, 2, divisor_override=0), clpool.Error, "CLPOOL_INVALID_PROBLEM.*divisor"),
        (lambda x, q: clpool.avg_pool2d(x.astype("i4"), 2), clpool.Error, "CLPOOL_UNSUPPORTED"),
        (lambda x, q: clpool.lp_pool2d(x, 1.5, 2), ValueError, "norm_type is 1.5; it must be a whole number"),
        (lambda x, q: clpool.max_pool2d_backward(Y, x.shape, 2), ValueError, "give indices, or the input itself"),
        (lambda x, q: clpool.max_pool2d_backward(x, x, 2), ValueError, r"grad_output has the shape"),
        (lambda x, q: clpool.max_pool2d_backward(Y, x, 2, accumulate=True), ValueError, "give out"),
        (lambda x, q: clpool.max_pool2d_backward(Y, x[0], 2), ValueError, "3 axes; the arrays before it have 4"),
        (
            lambda x, q: clpool.max_pool2d_backward(Y, x, 2, indices=WINNER[:, :1]),
            ValueError,
            r"indices have the shape \(1, 1, 3, 3\); they must have \(1, 2, 3, 3\)",
        ),
        (
            lambda x, q: clpool.max_pool2d_backward(Y, x, 2, indices=WINNER.astype("u2")),
            TypeError,
            "indices have dtype uint16; in the form MASK_WINDOW they must have uint8",
        ),
        (lambda x, q: clpool.max_pool2d_backward(Y, x, 2, indices=Y), TypeError, "indices have dtype float32"),
        (
            lambda x, q: clpool.max_pool2d_backward(Y.astype("f8"), x, 2),
            TypeError,
            "input has dtype float32; the arrays before it have float64",
        ),
        (
            lambda x, q: clpool.max_pool2d_backward(pyopencl.array.to_device(q, Y), x, 2),
            TypeError,
            "input is a ndarray; it must be a pyopencl array, as the first array is",
        ),
        (
            lambda x, q: clpool.max_pool2d(pyopencl.array.to_device(q, x), 2, context=q.context),
            TypeError,
            "context is for NumPy arrays",
        ),
        (
            lambda x, q: clpool.max_pool2d(pyopencl.array.to_device(q, x).with_queue(None), 2),
            ValueError,
            "the array has no queue",
        ),
    ],
)
def test_what_is_wrong_is_said(queue: Any, call: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        call(X, queue)


def test_native_functions_check_that_arrays_hold_their_tensors() -> None:
    problem = clpool.Problem(1, 2, (6, 6), 2, 2)
    y = numpy.empty_like(Y)
    clpool.native.forward(problem, X, y, reference=True)
    assert same_bits(y, Y)
    with pytest.raises(ValueError, match="x holds 144 bytes from its first element on; its tensor has 288"):
        clpool.native.forward(problem, X[:, :1], y)
    with pytest.raises(ValueError, match="y or dy holds 4 bytes"):
        clpool.native.forward(problem, X, y[::-1, ::-1, ::-1, ::-1])
    y.flags.writeable = False
    with pytest.raises(ValueError, match="y or dy is a read-only array"):
        clpool.native.forward(problem, X, y)
    with pytest.raises(ValueError, match="not aligned"):
        clpool.native.forward(problem, numpy.frombuffer(b"\0" * 289, "u1")[1:].view("f4"), Y)
    with pytest.raises(TypeError, match="x is a list"):
        clpool.native.forward(problem, [], Y)


def test_native_functions_check_that_what_is_written_lies_alone() -> None:
    problem = clpool.Problem(1, 2, (6, 6), 1, 1)
    whole = numpy.zeros((1, 3, 6, 6), numpy.float32)
    with pytest.raises(ValueError, match="y overlaps x"):
        clpool.native.forward(problem, whole[:, :2], whole[:, 1:])
    with pytest.raises(ValueError, match="mask overlaps x"):
        clpool.native.forward(problem, whole[:, :2], numpy.empty((1, 2, 6, 6), "f4"), whole.view("u1")[:, 1:])
    with pytest.raises(ValueError, match="dx overlaps dy"):
        clpool.avg_pool2d_backward(whole[:, :2], (1, 2, 6, 6), 1, out=whole[:, 1:])
    # Parts of one array that lie between each other do not overlap.
    clpool.max_pool2d(whole[:, ::2], 1, out=numpy.concatenate([whole, whole], 1)[:, 1::3])
    clpool.max_pool2d(whole[:, :1], 1, out=whole[:, 1:2])


def test_functions_have_names_and_signatures_of_their_own() -> None:
    assert clpool.max_pool2d.__name__ == "max_pool2d"
    names = list(inspect.signature(clpool.max_pool2d).parameters)
    # PyTorch's order.
    assert names[:7] == ["input", "kernel_size", "stride", "padding", "dilation", "ceil_mode", "return_indices"]
    names = list(inspect.signature(clpool.avg_pool3d_backward).parameters)
    assert names[:4] == ["grad_output", "input", "kernel_size", "stride"]
    functions = {name: value for name, value in vars(clpool.functional).items() if "_pool" in name or "_unpool" in name}
    assert len(functions) == 36
    for name, function in functions.items():
        assert function.__name__ == name and function.__doc__
        assert name in clpool.__all__ and getattr(clpool, name) is function
