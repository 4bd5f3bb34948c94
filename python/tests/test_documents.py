# SPDX-License-Identifier: Apache-2.0
"""The example and the README's Python run as they stand."""

from __future__ import annotations

import re
import subprocess

from conftest import PYTHON, SOURCE

EXAMPLE = SOURCE / "python" / "examples" / "pooling.py"


def test_the_example_runs() -> None:
    ended = subprocess.run([*PYTHON, str(EXAMPLE)], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "the gradient went to the winners:\n [[0. 0. 0. 0. 0. 0.]\n [0. 1. 0. 1. 0. 1.]" in ended.stdout
    assert ended.stdout.splitlines()[-1].startswith("CLPOOL_INVALID_PROBLEM: ")


def test_the_readmes_python_runs() -> None:
    blocks = re.findall(r"```python\n(.*?)```", (SOURCE / "python" / "README.md").read_text(), re.DOTALL)
    assert len(blocks) == 3
    program = "\n".join(blocks) + "\nqueue.finish()\n"
    ended = subprocess.run([*PYTHON, "-c", program], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stderr) == (0, "")
