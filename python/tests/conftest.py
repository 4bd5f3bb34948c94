# SPDX-License-Identifier: Apache-2.0
"""The device of the tests: CLPOOL_TEST_DEVICE is part of a platform's name. Its absence is a failure, not a skip."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pyopencl
import pytest

# No test touches the user's programs on disk.
os.environ["CLPOOL_CACHE"] = "0"

SOURCE = Path(__file__).resolve().parents[2]
# For tests that look at all that a program prints; what other packages warn of is not ours.
PYTHON = [sys.executable, "-W", "ignore"]


@pytest.fixture(scope="session")
def context() -> Any:
    wanted = os.environ.get("CLPOOL_TEST_DEVICE", "Portable Computing Language")
    for platform in pyopencl.get_platforms():
        if wanted in platform.name and platform.get_devices():
            return pyopencl.Context(platform.get_devices()[:1])
    raise RuntimeError(f"no platform of OpenCL here has a device and {wanted!r} in its name")


@pytest.fixture
def queue(context: Any) -> Any:
    return pyopencl.CommandQueue(context)


@pytest.fixture
def unordered_queue(context: Any) -> Any:
    return pyopencl.CommandQueue(
        context, properties=pyopencl.command_queue_properties.OUT_OF_ORDER_EXEC_MODE_ENABLE
    )


@pytest.fixture(params=["host", "device", "upload"])
def place(request: pytest.FixtureRequest, queue: Any) -> Place:
    return Place(request.param, queue)


class Place:
    """Where a test runs a function: on the host, on the device, or on the device over copies."""

    def __init__(self, kind: str, queue: Any) -> None:
        self.kind = kind
        self.queue = queue
        self.options = {"queue": queue} if kind == "upload" else {}

    def needs(self, dtype: str) -> None:
        """Skips the test where the device does not have a dtype."""
        if dtype == "float64" and self.kind != "host" and "cl_khr_fp64" not in self.queue.device.extensions:
            pytest.skip("the device has no cl_khr_fp64")

    def put(self, array: Any) -> Any:
        import pyopencl.array

        return pyopencl.array.to_device(self.queue, array) if self.kind == "device" else array

    def get(self, array: Any) -> Any:
        return array.get() if self.kind == "device" else array

    def run(self, function: Any, *arguments: Any, **options: Any) -> Any:
        """Calls a function, with NumPy arrays in and out."""
        import numpy

        def put(value: Any) -> Any:
            return self.put(value) if isinstance(value, numpy.ndarray) else value

        result = function(
            *map(put, arguments), **{name: put(value) for name, value in options.items()}, **self.options
        )
        return tuple(map(self.get, result)) if isinstance(result, tuple) else self.get(result)
