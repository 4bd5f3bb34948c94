# SPDX-License-Identifier: Apache-2.0
"""PyTorch's results, through functions with PyTorch's arguments."""

from __future__ import annotations

import json
import os
from typing import Any

import numpy
import pytest
from conftest import SOURCE, Place
from oracle import same_bits

import clpool

DATA = SOURCE / "tests" / "golden" / "data"
CASES = json.loads((DATA / "cases.json").read_text())["cases"]
# Each case compiles kernels of its own on a device; `clpool verify` runs all of them there.
ON_DEVICE = CASES if os.environ.get("CLPOOL_TEST_LONG") else CASES[::8]


def arguments(case: dict[str, Any]) -> list[Any]:
    """PyTorch's, by position."""
    if case["mode"].startswith("adaptive"):
        return [case["output_size"]]
    windows = [case["kernel"], case["stride"]]
    if case["mode"] == "max":
        return [*windows, case["padding"], case["dilation"], case["ceil_mode"]]
    if case["mode"] == "avg":
        divisor = case["count_include_pad"], case["divisor_override"]
        return [*windows, case["padding"], case["ceil_mode"], *divisor]
    return [case["p"], *windows, case["ceil_mode"]]


def name_of(case: dict[str, Any]) -> str:
    return str(case["name"])


def load(case: dict[str, Any], what: str) -> Any:
    return numpy.load(DATA / f"{case['name']}-{what}.npy")


def close(a: Any, b: Any) -> bool:
    return a.shape == b.shape and bool(numpy.allclose(a, b, rtol=1e-5, atol=1e-6, equal_nan=True))


def run_case(case: dict[str, Any], place: Place) -> None:
    name = {"max": "max_pool", "avg": "avg_pool", "lp": "lp_pool"}.get(case["mode"], case["mode"] + "_pool")
    name += f"{case['spatial']}d"
    forward, backward = getattr(clpool, name), getattr(clpool, name + "_backward")
    x, dy, dx = load(case, "x"), load(case, "dy"), load(case, "dx")
    if "max" in case["mode"]:
        y, indices = place.run(forward, x, *arguments(case), return_indices=True)
        assert same_bits(y, load(case, "y"))
        assert same_bits(indices, load(case, "idx"))
        windows = [] if "adaptive" in case["mode"] else arguments(case)
        assert same_bits(place.run(backward, dy, x.shape, *windows, indices=indices), dx)
        assert same_bits(place.run(backward, dy, x, *windows), dx)
    elif case["mode"] == "lp":
        y = place.run(forward, x, *arguments(case))
        assert close(y, load(case, "y"))
        assert close(place.run(backward, dy, x, y, *arguments(case)), dx)
    else:
        windows = [] if "adaptive" in case["mode"] else arguments(case)
        assert close(place.run(forward, x, *arguments(case)), load(case, "y"))
        assert close(place.run(backward, dy, x.shape, *windows), dx)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_host_gives_pytorchs_results(case: dict[str, Any]) -> None:
    run_case(case, Place("host", None))


@pytest.mark.parametrize("case", ON_DEVICE, ids=name_of)
def test_device_gives_pytorchs_results(case: dict[str, Any], queue: Any) -> None:
    run_case(case, Place("device", queue))
