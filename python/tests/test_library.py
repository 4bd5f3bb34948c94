# SPDX-License-Identifier: Apache-2.0
"""Where the shared library is looked for, and what is said when it is not there, or is another's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import clpool

PACKAGE = Path(clpool.__file__).parent


def import_alone(tmp_path: Path, library: str | None, program: str = "import clpool") -> Any:
    """Imports a copy of the package that lies in no source tree."""
    copy = tmp_path / "clpool"
    if not copy.exists():
        shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("lib", "__pycache__"))
    environment = {name: value for name, value in os.environ.items() if name not in ("CLPOOL_LIBRARY", "PYTHONPATH")}
    if library is not None:
        environment["CLPOOL_LIBRARY"] = library
    return subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )


def library() -> str:
    return os.path.abspath(clpool.library_path)


def test_a_library_that_is_nowhere(tmp_path: Path) -> None:
    ended = import_alone(tmp_path, None)
    assert ended.returncode != 0
    assert "the shared library of clpool was not found; build it, or name it in CLPOOL_LIBRARY" in ended.stderr
    assert f"bundled with the package: {tmp_path}/clpool/lib/libclpool.so is not there" in ended.stderr
    assert "the system's loader: libclpool.so.0.1: " in ended.stderr


def test_the_environment_names_it_and_nothing_else_counts(tmp_path: Path) -> None:
    program = "import clpool; print(clpool.library_path, clpool.library_version())"
    ended = import_alone(tmp_path, library(), program)
    assert ended.stdout == f"{library()} {clpool.__version__}\n", ended.stderr
    ended = import_alone(tmp_path, str(tmp_path / "nonesuch.so"))
    assert f"CLPOOL_LIBRARY in the environment: {tmp_path}/nonesuch.so is not there" in ended.stderr
    assert "system's loader" not in ended.stderr


def test_one_bundled_with_the_package(tmp_path: Path) -> None:
    import_alone(tmp_path, None)
    (tmp_path / "clpool" / "lib").mkdir()
    shutil.copy(library(), tmp_path / "clpool" / "lib" / "libclpool.so")
    ended = import_alone(tmp_path, None, "import clpool; print(clpool.library_path)")
    assert ended.stdout == f"{tmp_path}/clpool/lib/libclpool.so\n", ended.stderr


def build(tmp_path: Path, source: str) -> str:
    made = tmp_path / "other.so"
    command = [os.environ.get("CC", "cc"), "-shared", "-fPIC", "-x", "c", "-", "-o", str(made)]
    subprocess.run(command, input=source, text=True, check=True)
    return str(made)


def test_another_library_or_version_is_refused(tmp_path: Path) -> None:
    other = build(tmp_path, "int unrelated;")
    assert f"{other} is not clpool: it has no clpool_version()" in import_alone(tmp_path, other).stderr
    newer = build(tmp_path, "int clpool_version(void) { return 200; }")
    assert f"{newer} is clpool 0.2; this package is for 0.1" in import_alone(tmp_path, newer).stderr
    older = build(tmp_path, "int clpool_version(void) { return 100; }")
    assert f"{older} is an older clpool than this package" in import_alone(tmp_path, older).stderr


def test_numpy_alone_is_enough_on_the_host(tmp_path: Path) -> None:
    program = """
import sys
sys.modules["pyopencl"] = None
import clpool, numpy
print(clpool.max_pool2d(numpy.ones((1, 4, 4), "f4"), 2).sum())
"""
    ended = import_alone(tmp_path, library(), program)
    assert ended.stdout == "4.0\n", ended.stderr
