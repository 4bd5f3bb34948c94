#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_pages.py PAGE...: runs every block of some pages of docs/, in the current folder.

```sh       runs in bash, and stops at the first failure; clpool, cc and pkg-config are those of PATH
```python   runs, after those before it on the page, in one interpreter
```c        with a first line /* NAME.c */ is written to that file, for the commands below it; without, it is compiled
            as a part of a function that has the names of pages.h
```text     behind a block of sh or python, with nothing between, is what that prints; elsewhere it is a picture

Links to files must lead to one, and those to a heading to one of that page. CC is the compiler, CFLAGS what it needs.
"""

import contextlib
import io
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent


class Wrong(Exception):
    pass


class Block:
    def __init__(self, kind: str, line: int) -> None:
        self.kind = kind
        self.line = line
        self.lines: list[str] = []
        self.output_of: "Block | None" = None

    @property
    def text(self) -> str:
        return "".join(line + "\n" for line in self.lines)


def read_blocks(page: Path) -> list[Block]:
    blocks: list[Block] = []
    current: Block | None = None
    last: Block | None = None  # the one with nothing but empty lines behind it
    for number, line in enumerate(page.read_text().splitlines(), 1):
        if current is not None:
            if line == "```":
                last, current = current, None
            else:
                current.lines.append(line)
        elif line.startswith("```"):
            current = Block(line[3:], number)
            if current.kind not in ("sh", "c", "python", "text"):
                raise Wrong(f"line {number}: a block is sh, c, python or text, not '{current.kind}'")
            if current.kind == "text" and last is not None and last.kind in ("sh", "python"):
                current.output_of = last
            blocks.append(current)
        elif line.strip():
            last = None
    if current is not None:
        raise Wrong(f"line {current.line}: the block has no end")
    return blocks


def run_shell(block: Block) -> str:
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", block.text], capture_output=True, text=True)
    if done.returncode != 0:
        raise Wrong(f"line {block.line}: exit status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def run_python(block: Block, names: dict[str, object]) -> str:
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(block.text, f"line {block.line}", "exec"), names)
    except Exception as error:  # whatever a page may raise
        raise Wrong(f"line {block.line}: {type(error).__name__}: {error}") from error
    return printed.getvalue()


def compile_part(page: Path, block: Block) -> None:
    source = "\n".join(
        ['#include "docs/pages.h"', "PART_BEGIN", f'#line {block.line + 1} "{page}"', block.text, "PART_END", ""]
    )
    flags = shlex.split(os.environ.get("CFLAGS", ""))
    command = [os.environ.get("CC", "cc"), "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", f"-I{TESTS}"]
    done = subprocess.run(
        [*command, *flags, "-fsyntax-only", "-xc", "-"], input=source, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise Wrong(f"line {block.line}: does not compile: {done.stderr.strip()}")


def check_links(page: Path) -> int:
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
    count = 0
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, heading = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        if not file.exists():
            raise Wrong(f"a link leads nowhere: {target}")
        headings = re.findall(r"^#+ (.+)$", file.read_text(), flags=re.M) if heading else []
        anchors = [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings]
        if heading and heading not in anchors:
            raise Wrong(f"a link leads to no heading: {target}")
        count += 1
    return count


def check(page: Path) -> str:
    names: dict[str, object] = {"__name__": "__main__"}
    outputs: dict[int, str] = {}
    counts = {"sh": 0, "python": 0, "c": 0, "text": 0}
    for block in read_blocks(page):
        counts[block.kind] += 1
        if block.kind == "sh":
            outputs[block.line] = run_shell(block)
        elif block.kind == "python":
            outputs[block.line] = run_python(block, names)
        elif block.kind == "c":
            named = re.fullmatch(r"/\* ([a-z]+\.c) \*/", block.lines[0]) if block.lines else None
            if named:
                Path(named.group(1)).write_text(block.text)
            else:
                compile_part(page, block)
        elif block.output_of is not None and outputs[block.output_of.line] != block.text:
            raise Wrong(f"line {block.line}: what is printed is\n{outputs[block.output_of.line]}")
    links = check_links(page)
    return ", ".join(f"{kind} {count}" for kind, count in counts.items()) + f", links {links}"


def main() -> int:
    for name in sys.argv[1:]:
        page = Path(name)
        try:
            print(f"{page.name}: blocks of {check(page)}")
        except Wrong as wrong:
            print(f"{name}: {wrong}", file=sys.stderr)
            return 1
    return 0


sys.exit(main())
