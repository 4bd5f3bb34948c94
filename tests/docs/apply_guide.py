#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""apply_guide.py PAGE PROJECT: does to a copy of the project what docs/strategies.md tells a reader to do.

A block of C begins with a comment: /* FILE */ is a new file, and /* FILE, above TEXT */ goes above the first line that
begins with TEXT. A block of sh runs in the project's folder and must change something there.
"""

import re
import subprocess
import sys
from pathlib import Path


def insert(file: Path, text: str, above: str) -> None:
    lines = file.read_text().splitlines(keepends=True)
    # The last #endif is the header's own.
    order = reversed(range(len(lines))) if above == "#endif" else range(len(lines))
    at = next((i for i in order if lines[i].strip().startswith(above)), None)
    if at is None:
        sys.exit(f"{file}: no line begins with {above}")
    file.write_text("".join(lines[:at]) + text + "".join(lines[at:]))


def apply(page: Path, project: Path) -> int:
    blocks = re.findall(r"^```(c|sh)\n(.*?)^```$", page.read_text(), flags=re.M | re.S)
    for kind, text in blocks:
        if kind == "sh":
            before = (project / "CMakeLists.txt").read_text()
            subprocess.run(["bash", "-euc", text], cwd=project, check=True)
            if (project / "CMakeLists.txt").read_text() == before:
                sys.exit(f"{page}: a command changes nothing: {text}")
            continue
        head, _, rest = text.partition("\n")
        where = re.fullmatch(r"/\* (\S+?)(?:, above +(.+))? \*/", head)
        if where is None:
            sys.exit(f"{page}: a block does not say where it belongs: {head}")
        file = project / where.group(1)
        if where.group(2):
            insert(file, rest, where.group(2))
        elif file.exists():
            sys.exit(f"{page}: {file} is there already")
        else:
            file.write_text(rest)
    return len(blocks)


print(f"applied {apply(Path(sys.argv[1]), Path(sys.argv[2]))} blocks")
