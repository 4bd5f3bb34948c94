# SPDX-License-Identifier: Apache-2.0
"""The package declares what the header does: enumerators, fields, prototypes, the sizes that C has for them, and the
version."""

from __future__ import annotations

import ctypes
import os
import re
import subprocess
from pathlib import Path

import pytest
from conftest import SOURCE
from header import differences

import clpool
from clpool import declarations, enums

HEADER = SOURCE / "include" / "clpool.h"


def test_declarations_are_the_headers() -> None:
    assert differences(HEADER.read_text()) == []


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("enum clpool_mode", "CLPOOL_LP = 2", "CLPOOL_LP = 3"),
        ("enum clpool_op", "CLPOOL_UNPOOL = 2", "CLPOOL_UNPOOL = 2, CLPOOL_CONVERT = 3"),
        ("enum None", "CLPOOL_ACCUMULATE = 1", "CLPOOL_ACCUMULATE = 2"),
        ("enum clpool_status", "X(CLPOOL_OUT_OF_MEMORY, 30,", "X(CLPOOL_OUT_OF_MEMORY, 31,"),
        ("struct clpool_problem", "unsigned rank; ", "size_t rank; "),
        ("struct clpool_problem", "size_t divisor; ", "size_t quotient; "),
        ("struct clpool_problem", "size_t batch; ", "size_t channels_; size_t batch; "),
        ("struct clpool_problem", "size_t x_stride[CLPOOL_MAX_RANK + 2]", "size_t x_stride[CLPOOL_MAX_RANK]"),
        ("struct clpool_problem", "unsigned p; ", "unsigned p; unsigned q;"),  # in the padding at the end
        ("struct clpool_buffer", "size_t offset;", "unsigned offset;"),
        ("function clpool_error_cl_code", "cl_int clpool_error_cl_code(void)", "cl_uint clpool_error_cl_code(void)"),
        ("function clpool_plan_destroy", "void clpool_plan_destroy(", "int clpool_plan_destroy("),
        ("function clpool_output_extent", "*problem, size_t *out)", "*problem, unsigned *out)"),
        ("function clpool_engine_destroy", "(clpool_engine *engine);", "(clpool_engine *engine, int wait);"),
        ("function clpool_new", "int clpool_version(void);", "int clpool_version(void); int clpool_new(void);"),
    ],
)
def test_a_planted_difference_is_caught(what: str, old: str, new: str) -> None:
    text = HEADER.read_text()
    assert old in text
    found = differences(text.replace(old, new, 1))
    assert [difference.split(":")[0] for difference in found] == [what]


def assertions() -> str:
    """C that compiles only if the layouts are those of ctypes."""
    lines = ['#include "clpool.h"', f"_Static_assert(CLPOOL_MAX_RANK == {enums.MAX_RANK}, \"rank\");"]
    for name, kind in declarations.STRUCTURES.items():
        lines.append(f'_Static_assert(sizeof({name}) == {ctypes.sizeof(kind)}, "{name}");')
        for field, _ in kind._fields_:  # type: ignore[misc]
            place = getattr(kind, field)
            lines.append(f'_Static_assert(offsetof({name}, {field}) == {place.offset}, "{name}.{field}");')
    for tag in enums.ENUMERATIONS:
        if tag is not None:
            lines.append(f'_Static_assert(sizeof({tag}) == {ctypes.sizeof(ctypes.c_int)}, "{tag}");')
    return "\n".join(lines) + "\n"


def compiles(text: str, folder: Path) -> bool:
    source = folder / "layout.c"
    source.write_text(text)
    command = [os.environ.get("CC", "cc"), "-std=c11", "-fsyntax-only", "-DCL_TARGET_OPENCL_VERSION=120"]
    return subprocess.run([*command, "-I", HEADER.parent, source], capture_output=True).returncode == 0


def test_layouts_are_those_of_c(tmp_path: Path) -> None:
    text = assertions()
    assert compiles(text, tmp_path)
    planted = re.sub(r"offsetof\(clpool_problem, p\) == (\d+)", r"offsetof(clpool_problem, p) == 1\1", text)
    assert planted != text and not compiles(planted, tmp_path)


def test_version_is_the_headers() -> None:
    numbers = re.findall(r"^#define CLPOOL_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)$", HEADER.read_text(), re.MULTILINE)
    assert clpool.__version__ == ".".join(numbers) == clpool.library_version()


def test_every_status_has_a_name_and_a_sentence() -> None:
    for status in clpool.Status:
        error = clpool.Error(status, "")
        assert error.name == f"CLPOOL_{status.name}" and error.sentence
