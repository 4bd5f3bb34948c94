# SPDX-License-Identifier: Apache-2.0
"""A plan: a problem made ready for a device. Its methods enqueue work."""

from __future__ import annotations

import ctypes
import weakref
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from .buffers import buffer, enqueue
from .declarations import CPlanOptions
from .engine import Engine
from .enums import Activation, ChosenBy, Flags, MaskForm, Op, ParameterScope, Status
from .errors import Error, check, encode, read_text, text
from .library import lib
from .problem import Problem


class Plan:
    """clpool_plan of a problem on an engine. Immutable; may be used by several threads at once; outlives its engine.

    The tensors of the enqueue methods are pyopencl buffers, At(buffer, offset in elements), or pyopencl arrays, which
    stand for where they begin: shape, dtype and strides are the problem's to say. The methods wait for `wait_for` and
    for nothing else, never block, and return a pyopencl.Event. Buffers may be dropped while work on them goes on."""

    def __init__(
        self,
        engine: Engine,
        problem: Problem,
        *,
        forward_strategy: str | None = None,
        backward_strategy: str | None = None,
        unpool_strategy: str | None = None,
        index_bits: int = 0,
        operations: Iterable[Op] = (),
        load_expression: str | None = None,
        store_expression: str | None = None,
        activation: Activation = Activation.NO_ACTIVATION,
        parameters: Any = None,
        parameter_count: int = 0,
        parameter_scope: ParameterScope = ParameterScope.PER_CHANNEL,
    ) -> None:
        options = CPlanOptions(
            struct_size=ctypes.sizeof(CPlanOptions),
            forward_strategy=encode(forward_strategy),
            backward_strategy=encode(backward_strategy),
            unpool_strategy=encode(unpool_strategy),
            index_bits=index_bits,
            operations=sum({1 << Op(op) for op in operations}),
            load_expression=encode(load_expression),
            store_expression=encode(store_expression),
            activation=Activation(activation),
            parameter_count=parameter_count,
            parameter_scope=ParameterScope(parameter_scope),
            parameters=buffer(parameters),
        )
        handle = ctypes.c_void_p()
        try:
            check(
                lib.clpool_plan_create(
                    engine.handle, problem.as_c, ctypes.byref(options), ctypes.byref(handle)
                )
            )
        except Error as error:
            if error.status == Status.BUILD_FAILED:
                error.build_log = engine.build_log
            raise
        self.handle = handle
        self._destroy = weakref.finalize(self, lib.clpool_plan_destroy, handle.value)

    @property
    def problem(self) -> Problem:
        """The problem that the plan was made for."""
        return Problem.from_c(lib.clpool_plan_problem(self.handle).contents)

    def strategy(self, op: Op) -> tuple[str, str]:
        """The strategy that runs for an operation, and in a phrase why."""
        name, reason = ctypes.c_char_p(), ctypes.c_char_p()
        check(lib.clpool_plan_strategy(self.handle, Op(op), ctypes.byref(name), ctypes.byref(reason)))
        return text(name.value), text(reason.value)

    def recompute_strategy(self) -> tuple[str, str]:
        """The same of backward from x."""
        name, reason = ctypes.c_char_p(), ctypes.c_char_p()
        check(lib.clpool_plan_recompute_strategy(self.handle, ctypes.byref(name), ctypes.byref(reason)))
        return text(name.value), text(reason.value)

    def settings(self, op: Op) -> str:
        """The strategy with the values of its parameters: what forward_strategy and its like take."""
        settings = ctypes.c_char_p()
        check(lib.clpool_plan_settings(self.handle, Op(op), ctypes.byref(settings)))
        return text(settings.value)

    def parameters(self, op: Op) -> dict[str, list[int]]:
        """The parameters of the strategy, and the values that each may have, the default first."""
        parameters = {}
        for index in count():
            name, number = ctypes.c_char_p(), ctypes.c_size_t()
            values = ctypes.POINTER(ctypes.c_uint)()
            check(
                lib.clpool_plan_parameter(
                    self.handle, Op(op), index, ctypes.byref(name), ctypes.byref(values), ctypes.byref(number)
                )
            )
            if name.value is None:
                break
            parameters[text(name.value)] = values[: number.value]
        return parameters

    def chosen_by(self, op: Op) -> ChosenBy:
        """What chose the strategy."""
        by = ctypes.c_int()
        check(lib.clpool_plan_chosen_by(self.handle, Op(op), ctypes.byref(by)))
        return ChosenBy(by.value)

    def workspace_bytes(self, op: Op) -> int:
        """Bytes of scratch memory that an operation needs from the caller."""
        size = ctypes.c_size_t()
        check(lib.clpool_plan_workspace_bytes(self.handle, Op(op), ctypes.byref(size)))
        return size.value

    def enqueue_forward(
        self, x: Any, y: Any, mask: Any, queue: Any, wait_for: Iterable[Any] | None = None
    ) -> Any:
        """y = pool(x), and the mask of the winners unless mask is None."""
        return self._enqueue(lib.clpool_enqueue_forward, (x, y, mask), (), queue, wait_for)

    def enqueue_backward(
        self,
        dy: Any,
        mask: Any,
        dx: Any,
        queue: Any,
        wait_for: Iterable[Any] | None = None,
        flags: Flags | int = 0,
    ) -> Any:
        """dx from dy and, for maximum, the mask."""
        return self._enqueue(lib.clpool_enqueue_backward, (dy, mask, dx), (int(flags),), queue, wait_for)

    def enqueue_backward_recompute(
        self,
        x: Any,
        dy: Any,
        dx: Any,
        queue: Any,
        wait_for: Iterable[Any] | None = None,
        flags: Flags | int = 0,
    ) -> Any:
        """dx of maximum from dy and x, with no mask kept."""
        function = lib.clpool_enqueue_backward_recompute
        return self._enqueue(function, (x, dy, dx), (int(flags),), queue, wait_for)

    def enqueue_backward_lp(
        self,
        x: Any,
        y: Any,
        dy: Any,
        dx: Any,
        queue: Any,
        wait_for: Iterable[Any] | None = None,
        flags: Flags | int = 0,
    ) -> Any:
        """dx of Lp from dy, x and forward's y."""
        function = lib.clpool_enqueue_backward_lp
        return self._enqueue(function, (x, y, dy, dx), (int(flags),), queue, wait_for)

    def enqueue_unpool(
        self,
        y: Any,
        mask: Any,
        x: Any,
        dropped: Any,
        queue: Any,
        wait_for: Iterable[Any] | None = None,
    ) -> Any:
        """x from y and the mask; the number of dropped values is added to the cl_uint of `dropped`, unless None."""
        return self._enqueue(lib.clpool_enqueue_unpool, (y, mask, x, dropped), (), queue, wait_for)

    def enqueue_unpool_backward(
        self, dx: Any, mask: Any, dy: Any, queue: Any, wait_for: Iterable[Any] | None = None
    ) -> Any:
        """dy, each element of which is the one of dx that the mask names."""
        return self._enqueue(lib.clpool_enqueue_unpool_backward, (dx, mask, dy), (), queue, wait_for)

    def enqueue_convert_mask(
        self,
        from_: Any,
        from_form: MaskForm,
        to: Any,
        to_form: MaskForm,
        queue: Any,
        wait_for: Iterable[Any] | None = None,
    ) -> Any:
        """A mask from one form to another."""
        arguments = [self.handle, buffer(from_), MaskForm(from_form), buffer(to), MaskForm(to_form)]
        return enqueue(lib.clpool_enqueue_convert_mask, arguments, queue, wait_for)

    def enqueue_check_mask(self, mask: Any, number: Any, queue: Any, wait_for: Iterable[Any] | None = None) -> Any:
        """How many values of a mask name no tap, into the cl_ulong of `number`."""
        return self._enqueue(lib.clpool_enqueue_check_mask, (mask, number), (), queue, wait_for)

    def _enqueue(
        self,
        function: Any,
        tensors: tuple[Any, ...],
        flags: tuple[int, ...],
        queue: Any,
        wait_for: Iterable[Any] | None,
    ) -> Any:
        return enqueue(function, [self.handle, *map(buffer, tensors), *flags], queue, wait_for)

    def __repr__(self) -> str:
        return f"<clpool.Plan for {self.problem}>"


def strategy_names(op: Op) -> list[str]:
    """The strategies of an operation, in the order in which the library tries them."""

    def names() -> Iterator[str]:
        for index in count():
            name = lib.clpool_strategy_name(Op(op), index)
            if name is None:
                return
            yield text(name)

    return list(names())


def tuning_rule(problem: Problem, op: Op, settings: str | None, seconds: float) -> str:
    """The line of a tuning file that says: for problems like this one, `settings` is the fastest for the operation."""
    return read_text(lib.clpool_tuning_rule, problem.as_c, Op(op), encode(settings), seconds)
