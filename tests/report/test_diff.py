"""Diffs are judged by git: applied to the old file, they must give the new one, byte for byte."""

from __future__ import annotations

import random
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.report.diff import painted_diff, plan_diff, unified_diff
from needful.report.terminal import Look
from report import samples

LINES = [f"line {number}\n" for number in range(40)]
LONG = "".join(LINES)


def git_apply(folder: Path, path: str, before: bytes, diff: str) -> bytes:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(before)
    if not (folder / ".git").exists():
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
    done = subprocess.run(
        ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"],
        cwd=folder,
        input=diff.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return file.read_bytes()


CASES = {
    "middle": (LONG, LONG.replace("line 20\n", "")),
    "two-hunks": (LONG, LONG.replace("line 2\n", "LINE\nLINE\n").replace("line 30\n", "")),
    "first-line": (LONG, LONG.replace("line 0\n", "new\n")),
    "last-line": (LONG, LONG.replace("line 39\n", "new\n")),
    "crlf": (LONG.replace("\n", "\r\n"), LONG.replace("\n", "\r\n").replace("line 20\r\n", "x\r\ny\r\n")),
    "mixed-breaks": ("a\r\nb\nc\rd\n", "a\r\nB\nc\rd\n"),
    "lone-returns": ("a\rb\rc", "a\rc"),
    "bom": ("\ufeffa\nb\n", "\ufeffA\nb\n"),
    "no-final-newline-untouched": (LONG + "end", LONG.replace("line 37\n", "") + "end"),
    "no-final-newline-changed": ("a\nb", "a\nc"),
    "final-newline-gained": ("a\nb", "a\nb\n"),
    "final-newline-lost": ("a\nb\n", "a\nb"),
    "emptied": ("a\n", ""),
    "from-nothing": ("", "a\n"),
    "form-feed-and-separators": ("a\x0cb\u2028c\x85d\nx\n", "a\x0cb\u2028c\x85d\ny\n"),
    "repeated-lines": ("- x\n" * 30, "- x\n" * 31),
    "non-ascii": ("größe: 1\n", "größe: 2\n"),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_git_makes_the_new_file_of_the_old(tmp_path: Path, before: str, after: str) -> None:
    diff = unified_diff("w/ci.yml", before, after)
    assert git_apply(tmp_path, "w/ci.yml", before.encode(), diff) == after.encode()


@pytest.mark.parametrize("path", ["a b.yml", 'q"uo\\te.yml', "größe.yml", "tab\there.yml", "a b/c d.yml", "\udc80.yml"])
def test_awkward_paths(tmp_path: Path, path: str) -> None:
    assert git_apply(tmp_path, path, b"a\nb\n", unified_diff(path, "a\nb\n", "a\nc\n")) == b"a\nc\n"


def test_small_random_changes(tmp_path: Path) -> None:
    dice = random.Random(2)
    for _ in range(25):
        lines = [dice.choice(["a\n", "b\n", "c\r\n"]) for _ in range(dice.randrange(40))]
        other = [line for line in lines if dice.random() > 0.1]
        other.insert(dice.randrange(len(other) + 1), "new\n")
        before, after = "".join(lines), "".join(other)
        assert git_apply(tmp_path, "x.yml", before.encode(), unified_diff("x.yml", before, after)) == after.encode()


TEXT = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "d\r", "\n"]), max_size=30).map("".join)


@given(TEXT, TEXT)
def test_a_diff_holds_what_goes_and_what_comes(before: str, after: str) -> None:
    """Read back line by line: without its context, a diff is the difference of the two files."""
    lines = unified_diff("x.yml", before, after).replace("\\ No newline at end of file\n", "").split("\n")[3:]
    gone = Counter(line[1:] for line in lines if line.startswith("-"))
    come = Counter(line[1:] for line in lines if line.startswith("+"))
    old, new = (Counter(text.split("\n")) for text in (before, after))
    old.subtract(gone)
    new.subtract(come)
    assert all(old[line] == new[line] for line in {*old, *new} - {""})


def test_a_large_file_with_a_change_at_each_end_is_quick() -> None:
    lines = [f"# {number if number % 3 else ''}\n" for number in range(30_000)]
    diff = unified_diff("x.yml", "".join(lines), "".join(["a\n", *lines[1:-1], "z\n"]))
    assert diff.count("@@ -") == 2


def test_only_changed_files_are_in_a_plans_diff() -> None:
    assert plan_diff(samples.QUIET) == ""
    diff = plan_diff(samples.BUSY, "shop/")
    assert diff.startswith(
        "diff --git a/shop/.github/workflows/ci.yml b/shop/.github/workflows/ci.yml\n"
        "--- a/shop/.github/workflows/ci.yml\n"
        "+++ b/shop/.github/workflows/ci.yml\n"
        "@@ -4,6 +4,5 @@ "[:-1]
    )
    assert diff.count("diff --git") == 1


def test_on_a_terminal_colour_and_no_surprises() -> None:
    diff = unified_diff("x.yml", "a\tb\x7f\r\nsame\n", "\u202ec\r\nsame")
    painted = painted_diff(diff, Look(100, lambda text, role: f"<{role}>{text}"))
    assert painted.splitlines()[4:] == [
        "<bad>-a      b\\x7f",
        "<bad>-same",
        "<good>+\\u202ec",
        "<good>+same",
        "<dim>\\ No newline at end of file",
    ]
