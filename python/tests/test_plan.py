# SPDX-License-Identifier: Apache-2.0
"""Engines and plans: queries, events, order, and who outlives whom."""

from __future__ import annotations

import gc
import subprocess
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import pyopencl
import pyopencl.array
import pytest
from conftest import PYTHON
from oracle import Windows, max_pool, max_pool_backward, max_unpool, same_bits

import clpool
from clpool import Activation, At, ChosenBy, Engine, Flags, MaskForm, Op, Plan, Problem, Status, Tensor, Tuning

PROBLEM = Problem(2, 3, (9, 8), kernel=3, stride=2, pad_lo=1, pad_hi=1)
WINDOWS = Windows((9, 8), (3, 3), (2, 2), (1, 1), (1, 1))
MF = pyopencl.mem_flags


@pytest.fixture(scope="module")
def engine(context: Any) -> Engine:
    return Engine(context)


@pytest.fixture(scope="module")
def plan(engine: Engine) -> Plan:
    return Plan(engine, PROBLEM)


def values(seed: int = 0) -> Any:
    return numpy.random.default_rng(seed).standard_normal((2, 3, 9, 8)).astype(numpy.float32)


def read(queue: Any, buffer: Any, like: Any, wait_for: Any = None) -> Any:
    result = numpy.empty_like(like)
    pyopencl.enqueue_copy(queue, result, buffer, wait_for=wait_for)
    return result


def test_queries(engine: Engine, plan: Plan) -> None:
    assert plan.problem == PROBLEM
    for op in Op:
        name, reason = plan.strategy(op)
        assert name in clpool.strategy_names(op) and reason
        assert plan.settings(op).split(":")[0] == name
        assert plan.workspace_bytes(op) == 0
        assert isinstance(plan.chosen_by(op), ChosenBy)
    built, loaded = engine.program_counts
    assert built >= 1 and loaded == 0
    assert engine.tuning_head and isinstance(engine.build_log, str) and isinstance(engine.tuning_path, str)


def test_options(engine: Engine) -> None:
    plan = Plan(engine, PROBLEM, forward_strategy="generic:group=64", index_bits=64, operations=[Op.FORWARD])
    assert plan.settings(Op.FORWARD) == "generic:group=64"
    assert plan.chosen_by(Op.FORWARD) == ChosenBy.CHOSEN_BY_OPTION
    assert 64 in plan.parameters(Op.FORWARD)["group"]
    with pytest.raises(clpool.Error, match="CLPOOL_UNSUPPORTED"):
        plan.strategy(Op.BACKWARD)
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_ARGUMENT.*nonesuch"):
        Plan(engine, PROBLEM, forward_strategy="nonesuch")


def test_values_pass_through_expressions(context: Any, queue: Any, engine: Engine) -> None:
    x = values()
    p = numpy.array([[2, -1, 0.5], [0.25, 1, -3]], numpy.float32)
    loaded = x * p[0].reshape(3, 1, 1) + p[1].reshape(3, 1, 1)
    expected = numpy.maximum(max_pool(loaded, WINDOWS)[0], 0)
    buffers = [pyopencl.Buffer(context, MF.READ_WRITE | MF.COPY_HOST_PTR, hostbuf=data) for data in (x, p, expected)]
    plan = Plan(
        engine,
        PROBLEM,
        load_expression="x * p0 + p1",
        activation=Activation.RELU,
        parameters=buffers[1],
        parameter_count=2,
    )
    done = plan.enqueue_forward(buffers[0], buffers[2], None, queue)
    assert same_bits(read(queue, buffers[2], expected, [done]), expected)
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_ARGUMENT.*load_expression has ';'"):
        Plan(engine, PROBLEM, load_expression="x; x")


def test_an_engines_files_are_where_they_are_said_to_be(context: Any, tmp_path: Path) -> None:
    engine = Engine(context, cache_folder=tmp_path / "programs", tuning=Tuning.TUNING_OFF)
    assert engine.tuning_path.startswith(str(tmp_path))
    Plan(engine, PROBLEM, operations=[Op.FORWARD])
    del engine
    gc.collect()
    assert list((tmp_path / "programs").iterdir())
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_ARGUMENT.*nonesuch"):
        Engine(context, tuning_file=tmp_path / "nonesuch")


def test_forward_and_backward_on_a_queue_out_of_order(context: Any, unordered_queue: Any, plan: Plan) -> None:
    """Everything waits for a user event, and then for what it needs alone."""
    x = values()
    y, winner = max_pool(x, WINDOWS)
    queue, start = unordered_queue, pyopencl.UserEvent(context)
    buffers = {
        name: pyopencl.Buffer(context, MF.READ_WRITE, size)
        for name, size in (("x", x.nbytes), ("y", y.nbytes), ("mask", y.size), ("dx", x.nbytes), ("back", x.nbytes))
    }
    copied = pyopencl.enqueue_copy(queue, buffers["x"], x, is_blocking=False, wait_for=[start])
    pooled = plan.enqueue_forward(buffers["x"], buffers["y"], buffers["mask"], queue, [copied])
    routed = plan.enqueue_backward(buffers["y"], buffers["mask"], buffers["dx"], queue, [pooled])
    added = plan.enqueue_backward_recompute(
        buffers["x"], buffers["y"], buffers["dx"], queue, [routed], Flags.ACCUMULATE
    )
    unpooled = plan.enqueue_unpool(buffers["y"], buffers["mask"], buffers["back"], None, queue, [pooled])
    queue.flush()
    complete = pyopencl.command_execution_status.COMPLETE
    assert all(event.command_execution_status != complete for event in (pooled, routed, added, unpooled))
    start.set_status(complete)
    dx = max_pool_backward(y, winner, x.shape)
    assert same_bits(read(queue, buffers["y"], y, [pooled]), y)
    assert same_bits(read(queue, buffers["dx"], x, [added]), dx + dx)
    back = read(queue, buffers["back"], x, [unpooled])
    assert same_bits(back, max_unpool(y, winner, x.shape))
    assert isinstance(added, pyopencl.Event) and added.command_queue == queue


def test_masks_are_converted_and_checked_on_the_device(context: Any, queue: Any, plan: Plan) -> None:
    x = values()
    y, winner = max_pool(x, WINDOWS)
    to = pyopencl.array.empty(queue, y.shape, numpy.float32)
    mask = pyopencl.array.empty(queue, y.shape, numpy.uint8)
    indices = pyopencl.array.empty(queue, y.shape, numpy.int64)
    count = pyopencl.array.empty(queue, 1, numpy.uint64)
    plan.enqueue_forward(pyopencl.array.to_device(queue, x), to, mask, queue)
    plan.enqueue_convert_mask(mask, MaskForm.MASK_WINDOW, indices, MaskForm.MASK_PLANE_I64, queue)
    assert same_bits(indices.get(), winner)
    mask[0, 0, 0, 0] = 200
    plan.enqueue_check_mask(mask, count, queue).wait()
    assert count.get()[0] == 1
    host_mask = mask.get()
    plane = clpool.native.mask_to_plane(PROBLEM, host_mask)
    assert plane[0] == -1 and (plane[1:] == winner.reshape(-1)[1:]).all()
    converted = numpy.empty(y.shape, numpy.int32)
    clpool.native.convert_mask(PROBLEM, host_mask, MaskForm.MASK_WINDOW, converted, MaskForm.MASK_PLANE_I32)
    assert (converted.reshape(-1) == plane).all()


def test_offsets_count_elements(context: Any, queue: Any, plan: Plan) -> None:
    x = values()
    whole = numpy.concatenate([numpy.zeros(5, numpy.float32), x.reshape(-1)])
    buffer = pyopencl.Buffer(context, MF.READ_ONLY | MF.COPY_HOST_PTR, hostbuf=whole)
    y, _ = max_pool(x, WINDOWS)
    to = pyopencl.array.zeros(queue, y.size + 7, numpy.float32)
    plan.enqueue_forward(At(buffer, 5), to[7:], None, queue).wait()
    assert same_bits(to.get()[7:].reshape(y.shape), y)


def test_bad_buffers_are_refused_before_anything_runs(context: Any, queue: Any, plan: Plan) -> None:
    x = pyopencl.Buffer(context, MF.READ_WRITE, PROBLEM.bytes(Tensor.X))
    short = pyopencl.Buffer(context, MF.READ_WRITE, 4)
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_BUFFER: a buffer does not fit its tensor: y") as caught:
        plan.enqueue_forward(x, short, None, queue)
    assert caught.value.status == Status.INVALID_BUFFER
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_BUFFER"):
        plan.enqueue_forward(x, None, None, queue)
    with pytest.raises(TypeError, match="a ndarray is no OpenCL buffer"):
        plan.enqueue_forward(values(), x, None, queue)
    misplaced = pyopencl.array.Array(queue, (2, 3, 9, 8), numpy.float32, data=x, offset=2)
    with pytest.raises(ValueError, match="starts 2 bytes into its buffer"):
        plan.enqueue_forward(misplaced, short, None, queue)
    other = pyopencl.Context(context.devices)
    foreign = pyopencl.Buffer(other, MF.READ_WRITE, PROBLEM.bytes(Tensor.Y))
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_BUFFER.*context"):
        plan.enqueue_forward(x, foreign, None, queue)
    with pytest.raises(clpool.Error, match="CLPOOL_INVALID_ARGUMENT"):
        plan.enqueue_forward(x, short, None, pyopencl.CommandQueue(other))


def test_an_opencl_error_keeps_its_code_and_name(
    monkeypatch: pytest.MonkeyPatch, context: Any, queue: Any, plan: Plan
) -> None:
    """No call fails here by itself, so the library's answers are made up."""
    for name, answer in (("enqueue_forward", 41), ("error_detail", b"clFlush failed"), ("error_cl_code", -38)):
        monkeypatch.setattr(clpool.library.lib, f"clpool_{name}", lambda *_, answer=answer: answer)
    with pytest.raises(clpool.Error) as caught:
        plan.enqueue_forward(None, None, None, queue)
    error = caught.value
    assert (error.status, error.cl_code, error.cl_name) == (Status.OPENCL_ERROR, -38, "CL_INVALID_MEM_OBJECT")
    assert str(error) == f"CLPOOL_OPENCL_ERROR: {error.sentence}: clFlush failed (CL_INVALID_MEM_OBJECT, -38)"


def test_a_plan_outlives_its_engine_and_buffers_their_names(context: Any, queue: Any) -> None:
    engine = Engine(context)
    plan = Plan(engine, replace(PROBLEM, channels=1), operations=[Op.FORWARD])
    engines_end = engine._destroy
    del engine
    gc.collect()
    assert not engines_end.alive
    x = values()[:, :1].copy()
    y, _ = max_pool(x, WINDOWS)
    start = pyopencl.UserEvent(context)
    result = pyopencl.Buffer(context, MF.READ_WRITE, y.nbytes)
    pooled = plan.enqueue_forward(
        pyopencl.Buffer(context, MF.READ_ONLY | MF.COPY_HOST_PTR, hostbuf=x), result, None, queue, [start]
    )
    plans_end = plan._destroy
    del plan
    gc.collect()
    assert not plans_end.alive
    start.set_status(pyopencl.command_execution_status.COMPLETE)
    assert same_bits(read(queue, result, y, [pooled]), y)


def references(kept: Any, info: Any) -> int:
    return int(kept.get_info(info.REFERENCE_COUNT))


def test_nothing_is_retained_for_good(context: Any) -> None:
    if "Portable Computing Language" not in context.devices[0].platform.name:
        pytest.skip("the driver may keep references of its own, in ways that are known of PoCL alone")
    own = pyopencl.Context(context.devices)
    before = references(own, pyopencl.context_info)
    queue = pyopencl.CommandQueue(own)
    x = pyopencl.array.to_device(queue, values())
    y = clpool.max_pool2d(x, 3, 2, 1)
    event = y.events[0]
    shared = clpool.from_dlpack(clpool.to_dlpack(x), queue)
    # PoCL keeps the last event of a queue and of a buffer.
    for array in (y, x):
        pyopencl.enqueue_fill_buffer(queue, array.base_data, numpy.float32(0), 0, array.nbytes)
    queue.finish()
    assert references(x.base_data, pyopencl.mem_info) == 2
    del shared
    gc.collect()
    assert references(x.base_data, pyopencl.mem_info) == 1
    assert references(event, pyopencl.event_info) == 1
    del x, y, event, queue, array
    clpool.clear_cache()
    gc.collect()
    assert references(own, pyopencl.context_info) == before


def test_a_plan_is_shared_by_threads(context: Any, plan: Plan) -> None:
    wrong: list[Any] = []

    def work(seed: int) -> None:
        queue = pyopencl.CommandQueue(context)
        x = values(seed)
        y, winner = max_pool(x, WINDOWS)
        for _ in range(10):
            to = pyopencl.array.zeros(queue, y.shape, numpy.float32)
            mask = pyopencl.array.zeros(queue, y.shape, numpy.uint8)
            plan.enqueue_forward(pyopencl.array.to_device(queue, x), to, mask, queue)
            a, indices = clpool.max_pool2d(pyopencl.array.to_device(queue, x), 3, 2, 1, return_indices=True)
            if not (same_bits(to.get(), y) and same_bits(a.get(), y) and same_bits(indices.get(), winner)):
                wrong.append(seed)
            # Errors are a thread's own.
            try:
                replace(PROBLEM, stride=(seed + 1, 0)).check()
            except clpool.Error as error:
                if "stride[1] is 0" not in error.detail:
                    wrong.append(error)
            try:
                replace(PROBLEM, kernel=(100 + seed, 1)).check()
            except clpool.Error as error:
                if str(100 + seed) not in error.detail:
                    wrong.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("order", ["del plan, engine", "del engine, plan", "pass", "clpool.clear_cache()"])
def test_the_interpreter_may_end_with_everything_alive(order: str) -> None:
    program = f"""
import clpool, numpy, pyopencl, pyopencl.array
context = pyopencl.Context([p for p in pyopencl.get_platforms() if p.get_devices()][0].get_devices()[:1])
queue = pyopencl.CommandQueue(context)
engine = clpool.Engine(context)
plan = clpool.Plan(engine, clpool.Problem(1, 1, (4, 4), 2, 2), operations=[clpool.Op.FORWARD])
x = pyopencl.array.to_device(queue, numpy.ones((1, 1, 4, 4), "f4"))
y = clpool.max_pool2d(x, 2)
capsule = clpool.to_dlpack(y)
taken = clpool.from_dlpack(clpool.to_dlpack(x), queue)
{order}
print(y.get().sum(), "done")
"""
    ended = subprocess.run([*PYTHON, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "4.0 done\n", "")
