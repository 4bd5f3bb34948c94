#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""check_blocks.py PROJECT ENTRIES: each block of the pages below is run by a test, or BLOCKS says why it is not; and
each command of clpool that a page names in a sentence is one. Needs clpool on PATH, and a device of OpenCL. ENTRIES is
a file that has the names of ctest's entries.

What takes minutes, and tells a machine's speed, is not measured here: it goes through the same parser as ever, up to
where a device is opened, which is one that no machine has.
"""

import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

NOWHERE = "a device that no machine has"


class Wrong(Exception):
    pass


def run(command: list[str], **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})


def parse_clpool(line: str) -> None:
    """A command of clpool without files to read: its flags, and what suites and cases they name, are right."""
    done = run([*shlex.split(line, comments=True), "--device", NOWHERE])
    if done.returncode != 3 or f"--device '{NOWHERE}' names no device" not in done.stderr:
        raise Wrong(f"'{line}' is not a command: {done.stderr.strip()}")


def parse_peers(project: Path, line: str) -> None:
    """ci/peers looks at the number of threads last."""
    done = run([str(project / line.split()[0]), *shlex.split(line)[1:], "--threads", "none"])
    if "--threads is 'none'" not in done.stderr:
        raise Wrong(f"'{line}' is not a command: {done.stderr.strip()}")


def parse(project: Path, lines: list[str]) -> None:
    for line in lines:
        if line.startswith("ci/peers "):
            parse_peers(project, line)
        else:
            parse_clpool(line)


def read_tuning(project: Path, lines: list[str]) -> None:
    """An engine reads the file, made to be for its device; a damaged one would be an error."""
    text = "".join(re.sub(r"^(platform|device|driver) .*", r"\1 *", line) + "\n" for line in lines)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tuning.txt")
        file.write_text(text)
        picture = [str(project / "examples/data/chelsea.png"), "-o", str(Path(folder, "small.png")), "--kernel", "4"]
        done = run(["clpool", "image", *picture], CLPOOL_TUNING=str(file), CLPOOL_DEVICE="")
    if done.returncode != 0 or done.stderr:  # a device whose engine fails is left out, with a note
        raise Wrong(f"the tuning file is none: {done.stderr.strip()}")


Check = Callable[[Path, list[str]], None]

# Page, how the block begins; what is done with it here, or the entry of ctest that runs it, or why it is not run.
BLOCKS: list[tuple[str, str, Check | str]] = [
    ("README.md", "git clone ", "not run: it installs packages; ci/fresh runs it word for word in a fresh Debian"),
    ("README.md", "ci/test", "not run: it runs this test; ci/fresh runs it word for word"),
    ("README.md", "clpool_problem problem = ", "docs.coming_from"),
    ("README.md", "cmake -S . -B build", "not run: the build at hand was made so; install.prefix installs it"),
    ("README.md", "CLPOOL_LIBRARY=$PWD/build/libclpool.so pip install", "python.tests"),
    ("README.md", "clpool devices ", "docs.coming_from"),
    ("docs/performance.md", "ci/peers --rounds 2 ", parse),
    ("docs/performance.md", "clpool bench --suite unet3d ", parse),
    ("docs/performance.md", "clpool bench --fused ", parse),
    ("docs/tuning.md", "clpool tune --suite all ", parse),
    ("docs/tuning.md", "clpool tune --quick --suite all ", parse),
    ("docs/tuning.md", "clpool tune --quick --suite spp ", parse),
    ("docs/tuning.md", "clpool tuning 1", read_tuning),
]


def blocks_of(page: Path) -> list[list[str]]:
    texts = re.findall(r"^```[a-z]*\n(.*?)^```$", page.read_text(), flags=re.M | re.S)
    return [text.splitlines() for text in texts]


def check_block(project: Path, entries: set[str], page: str, lines: list[str]) -> str:
    """Whether the block was checked here, by another entry, or not at all."""
    rows = [what for name, beginning, what in BLOCKS if name == page and lines and lines[0].startswith(beginning)]
    if len(rows) != 1:
        raise Wrong(f"{page}: {len(rows)} rows of BLOCKS are for the block that begins: {lines[:1]}")
    what = rows[0]
    if not isinstance(what, str):
        what(project, lines)
        return "checked"
    if what.startswith("not run: "):
        print(f"{page}: {lines[0]}: {what}")
        return "not run"
    if what not in entries:
        raise Wrong(f"ctest has no {what}")
    return "run by others"


def check_sentences(project: Path) -> int:
    """Commands of clpool in sentences that read no file."""
    count = 0
    for page in [project / "README.md", *sorted((project / "docs").glob("*.md"))]:
        text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.M | re.S)
        for line in re.findall(r"`(clpool (?:bench|compare|tune) --[^`…]*)`", text):
            parse_clpool(line)
            count += 1
    return count


def main() -> int:
    project, entries = Path(sys.argv[1]), set(Path(sys.argv[2]).read_text().split())
    counts = {"checked": 0, "run by others": 0, "not run": 0}
    try:
        for page in dict.fromkeys(name for name, _, _ in BLOCKS):
            for lines in blocks_of(project / page):
                counts[check_block(project, entries, page, lines)] += 1
        if sum(counts.values()) != len(BLOCKS):
            raise Wrong(f"there are {sum(counts.values())} blocks, and {len(BLOCKS)} rows of BLOCKS")
        sentences = check_sentences(project)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    told = ", ".join(f"{what} {count}" for what, count in counts.items())
    print(f"commands: {told}, in sentences {sentences}")
    return 0


sys.exit(main())
