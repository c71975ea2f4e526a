"""Hostile files: one error (or a reading) in bounded time and memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest

MIB = 1 << 20


def filled(part: str) -> str:
    return (part * (MIB // len(part.encode())))[:MIB]


def bomb() -> str:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    return "\n".join(lines)


FILES: dict[str, Callable[[], str | bytes]] = {
    "ten megabytes": lambda: b"a: b\n" * 2_000_000,
    "alias bomb": bomb,
    "nesting by brackets": lambda: filled("["),
    "nesting by braces": lambda: filled("{a: "),
    "nesting by lines": lambda: "".join(" " * depth + "a:\n" for depth in range(1_400)),
    "nesting by dashes": lambda: "- " * 10_000,
    "items": lambda: filled("- a\n"),
    "items in brackets": lambda: "[" + filled("a, ")[:-2],
    "keys": lambda: "".join(f"k{number}: v\n" for number in range(80_000)),
    "one key, again and again": lambda: filled("a: b\n"),
    "documents": lambda: filled("---\na\n"),
    "anchors with aliases": lambda: filled("&a *a\n"),
    "anchors in a list": lambda: filled("- &a a\n- *a\n"),
    "tags": lambda: filled("!a "),
    "directives": lambda: filled("%a b\n"),
    "unterminated quotes": lambda: "a: '" + filled("x\n")[:-10],
    "comments": lambda: filled("# a comment\n"),
    "a long value": lambda: "a: " + filled("x")[:-10],
    "a long key": lambda: filled("x")[:-10] + ": a",
    "a long number": lambda: "a: " + filled("9")[:-10],
    "blank lines": lambda: filled("\n"),
    "carriage returns": lambda: filled("\r"),
    "tabs": lambda: filled("\t"),
    "a text of blank lines": lambda: "a: |\n" + filled("   \n")[:-10],
    "colons": lambda: filled(": "),
    "question marks": lambda: filled("? a\n"),
    "NUL": lambda: b"a: \0",
    "not UTF-8": lambda: b"a: \xff\xfe",
}

PROGRAM = """
import re, resource, sys, time
from pathlib import Path
from needful.document.parse import parse
from needful.errors import UserError
from needful.source import Source
data = sys.stdin.buffer.read()
began = time.perf_counter()
try:
    parse(Source.from_bytes("evil.yml", data)).plain
    said = "read"
except UserError as error:
    said = str(error)
assert time.perf_counter() - began < 8, "too slow"  # 2 s on a machine that is not busy
if sys.platform == "linux":  # a new process is charged with the pages of the one that started it, but not here
    memory = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
else:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(memory, said)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with `resource`")
@pytest.mark.parametrize("name", FILES)
def test_hostile_files_end_soon_and_small(name: str) -> None:
    made = FILES[name]()
    data = made if isinstance(made, bytes) else made.encode()
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=data, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    kibibytes, said = done.stdout.decode().split(" ", 1)
    assert int(kibibytes) < 300 * 1024
    assert said.startswith(("read", "evil.yml:"))
    assert said.count("\n") == 1
