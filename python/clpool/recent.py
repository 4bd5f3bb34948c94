# SPDX-License-Identifier: Apache-2.0
"""Engines and plans that the pooling functions made and use again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from .engine import Engine
from .enums import Op
from .plan import Plan
from .problem import Problem

_T = TypeVar("_T")


class _Recent(Generic[_T]):
    """What was made for a key, for so many keys that were used last."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._made: OrderedDict[Hashable, _T] = OrderedDict()
        # One that its holder may take again: a collection of garbage may run code that pools.
        self._lock = threading.RLock()

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        # Without the lock, since this may compile for a second; what two threads make at once is the same.
        made = make()
        with self._lock:
            made = self._made.setdefault(key, made)
            old = [self._made.popitem(last=False) for _ in range(len(self._made) - self._size)]
        del old  # destroyed without the lock
        return made

    def clear(self) -> None:
        with self._lock:
            self._made, old = OrderedDict(), self._made
        del old


# An engine or plan keeps its context, so that its address stands for it alone while it is in here.
_engines: _Recent[Engine] = _Recent(16)
_plans: _Recent[Plan] = _Recent(512)


def engine_of(queue: Any) -> Engine:
    """The engine of a queue's context and device."""
    context, device = queue.context, queue.device
    return _engines.get((context.int_ptr, device.int_ptr), lambda: Engine(context, device))


def plan_of(queue: Any, problem: Problem, op: Op) -> Plan:
    """A plan for one operation on a queue's device."""
    key = (queue.context.int_ptr, queue.device.int_ptr, problem, op)
    return _plans.get(key, lambda: Plan(engine_of(queue), problem, operations=[op]))


def clear_cache() -> None:
    """Drops the engines and plans that the pooling functions keep, and with them their OpenCL contexts."""
    _plans.clear()
    _engines.clear()
