# SPDX-License-Identifier: Apache-2.0
"""Problems as values, and what the library says of them."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pytest

import clpool
from clpool import AutoPad, DivisorRule, DType, Layout, MaskForm, Mode, Op, Problem, Rounding, Status, Tensor, Windows

VGG = Problem(2, 3, (8, 9), kernel=2, stride=2)


def test_one_number_stands_for_every_axis() -> None:
    assert VGG == Problem(2, 3, (8, 9), kernel=(2, 2), stride=(2,), dilation=[1, 1])
    assert VGG.rank == 2 and hash(VGG) == hash(replace(VGG))


def test_sizes() -> None:
    assert VGG.output_extent == (4, 4)
    assert VGG.elements(Tensor.X) == 2 * 3 * 8 * 9
    assert VGG.bytes(Tensor.Y) == 4 * 2 * 3 * 4 * 4
    assert VGG.mask_element_bytes == 1
    assert replace(VGG, mask_form=MaskForm.MASK_PLANE_I64).mask_element_bytes == 8


@pytest.mark.parametrize(
    "problem",
    [
        VGG,
        Problem(0, 1, (5,), kernel=3, pad_lo=1, pad_hi=2, rounding=Rounding.CEIL, dtype=DType.I8),
        Problem(1, 1, (4, 5, 6), windows=Windows.ADAPTIVE, out=(2, 2, 3), mode=Mode.AVERAGE),
        Problem(1, 2, (9, 9), kernel=3, mode=Mode.AVERAGE, divisor_rule=DivisorRule.FIXED_DIVISOR, divisor=7),
        Problem(1, 2, (9, 9), kernel=3, mode=Mode.LP, p=3, x_stride=(200, 100, 11, 1), layout=Layout.CHANNELS_LAST),
    ],
)
def test_to_c_and_back(problem: Problem) -> None:
    problem.check()
    assert Problem.from_c(problem.as_c) == problem
    assert pickle.loads(pickle.dumps(problem)) == problem


def test_auto_pad() -> None:
    padded = replace(VGG, kernel=4, rounding=Rounding.CEIL).with_auto_pad(AutoPad.SAME_UPPER)
    assert (padded.pad_lo, padded.pad_hi, padded.rounding) == ((1, 1), (1, 2), Rounding.FLOOR)


@pytest.mark.parametrize(
    ("problem", "status", "detail"),
    [
        (replace(VGG, stride=(2, 0)), Status.INVALID_PROBLEM, r"stride\[1\] is 0"),
        (replace(VGG, kernel=(2, 30)), Status.INVALID_PROBLEM, r"30"),
        (Problem(1, 1, (4, 4, 4, 4), kernel=1), Status.INVALID_PROBLEM, "rank is 4"),
        (Problem(1, 1, (), kernel=()), Status.INVALID_PROBLEM, "rank is 0"),
        (replace(VGG, in_=(2**40, 2**40)), Status.INVALID_PROBLEM, r"1099511627776"),
    ],
)
def test_an_invalid_problem_is_refused_in_the_librarys_words(problem: Problem, status: Status, detail: str) -> None:
    with pytest.raises(clpool.Error, match=detail) as caught:
        problem.check()
    error = caught.value
    assert error.status == status and error.cl_code == 0 and error.cl_name == ""
    assert str(error) == f"{error.name}: {error.sentence}: {error.detail}"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("fields", "kind", "sentence"),
    [
        ({"kernel": (2, -1)}, ValueError, r"kernel\[1\] is -1; it must be from 0 to"),
        ({"kernel": (2, 2, 2)}, ValueError, "kernel has 3 numbers; it must have 1 or 2"),
        ({"batch": 2**64}, ValueError, "batch is 18446744073709551616"),
        ({"p": -1}, ValueError, "p is -1"),
        ({"x_stride": (1, 2)}, ValueError, "x_stride has 2 numbers; it must have none or 4"),
        ({"kernel": 1.5}, TypeError, "float"),
        ({"mode": 9}, ValueError, "9 is not a valid Mode"),
    ],
)
def test_what_no_structure_of_c_holds_is_refused(fields: Any, kind: type[Exception], sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        replace(VGG, **fields)


def test_a_size_of_a_mask_that_there_is_not() -> None:
    with pytest.raises(clpool.Error, match="CLPOOL_UNSUPPORTED"):
        replace(VGG, mode=Mode.AVERAGE).bytes(Tensor.MASK)


def test_strategies_and_rules_have_names() -> None:
    for op in Op:
        assert clpool.strategy_names(op)[-1] == "generic"
    rule = clpool.tuning_rule(VGG, Op.FORWARD, "generic:group=64", 0.5)
    assert "generic:group=64" in rule
