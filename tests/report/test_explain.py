"""Explanations of hostile and odd workflows: every line is safe to print, and fits where it can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from textwrap import indent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.report.explain import explain_text
from needful.report.explain_json import explain_json
from needful.report.explanation import Explained, answered, explain
from needful.report.terminal import Look, Role
from needful.workflow.repository import Repository

CI = ".github/workflows/ci.yml"
EVIL = r'"\e[31mred\x9b2J\u202egnp.exe ::error::x ##[add-mask]y ` \u200b"'
HOSTILE = f"""\
on: push
permissions: {{contents: read}}
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: {{{EVIL}: x}}
    steps:
      - uses: actions/checkout@v7
      - uses: actions/upload-artifact@v7
        with: {{name: {EVIL}}}
  second:
    needs: first
    runs-on: {EVIL}
    steps:
      - uses: {EVIL}
      - uses: actions/download-artifact@v8
        with: {{name: {EVIL}}}
  third:
    # ::error::above
    needs: second
    runs-on: ubuntu-latest
    steps:
      - run: |
          make {"very " * 40}long
  fourth:
    needs: third   # [::error::]
    runs-on: ubuntu-latest
    steps: [{{uses: actions/checkout@v7}}, {{run: "x\\u001b[2J\\u200b"}}]
"""
EVERYTHING = (
    "",
    "first",
    "second",
    "third",
    "first->second",
    "second->third",
    "first->fourth",
    "third->fourth",
    "drop-false-needs:ci.yml:fourth:third",
    "drop-false-needs:ci.yml:third:second",
)


FILES = {CI: b"on: push\njobs: {a: {runs-on: x, steps: []}, b: {needs: a, runs-on: x, steps: []}}\n"}
SMALL = Repository(".", FILES.get, [CI])


def asked(about: str, text: str = HOSTILE, root: str = ".") -> Explained:
    repository = Repository(root, {CI: text.encode()}.get, [CI])
    return answered(root, about, [explain(repository, CI, about)], (), ())


def lines(text: str) -> Iterator[str]:
    """The lines of a report whose words can be wrapped, and in which nothing had to be disarmed."""
    for line in text.splitlines():
        if "# #" not in line and max(map(len, line.split()), default=0) <= 24:
            yield line


@pytest.mark.parametrize("about", EVERYTHING)
def test_hostile_names_are_shown_not_obeyed(about: str) -> None:
    found = asked(about)
    assert found.unanswered == ()
    for width in (20, 60, 100):
        text = explain_text(found, Look(width))
        text.encode()
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\ufeff]", text)
        assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)
    assert json.loads(explain_json(found))["repositories"][0]["explanations"]
    assert explain_json(found).isascii()


@pytest.mark.parametrize("about", EVERYTHING)
@pytest.mark.parametrize("width", [44, 60, 100])
def test_lines_are_as_wide_as_asked(about: str, width: int) -> None:
    assert max(map(len, lines(explain_text(asked(about), Look(width))))) <= width


def test_long_lines_of_a_diff_are_cut() -> None:
    text = explain_text(asked("drop-false-needs:ci.yml:fourth:third"), Look(60))
    diff = text[text.index("    @@") :].splitlines()
    assert max(map(len, diff)) == 60
    assert f"    {' ' * 11}make {'very ' * 40}"[:59] + "…" in diff
    assert "    -    needs: third   # [: :error::]" not in text
    assert "    -    needs: third   # [::error::]" in text


def test_colour_is_added_around_whole_pieces_only() -> None:
    def paint(text: str, role: Role) -> str:
        return f"<{role}>{text}</>"

    for about in EVERYTHING:
        found = asked(about)
        painted = explain_text(found, Look(60, paint))
        assert "<heading>.github/workflows/ci.yml</>\n" in painted
        assert re.sub(r"<(heading|title|label|good|bad|dim)>|</>", "", painted) == explain_text(found, Look(60))
    assert "    <bad>-    needs: third   # [::error::]</>\n" in explain_text(
        asked("drop-false-needs:ci.yml:fourth:third"), Look(60, paint)
    )


def test_paths_are_those_the_user_would_type() -> None:
    text = explain_text(asked("second", root="../shop"), Look())
    assert text.startswith("../shop/.github/workflows/ci.yml\n")
    assert " ci.yml:15 " in text


def test_what_was_seen_in_another_file_has_its_path() -> None:
    listener = (
        "on: {workflow_run: {workflows: [.github/workflows/ci.yml]}}\njobs: {a: {runs-on: x, steps: [{run: x}]}}\n"
    )
    simple = "on: push\npermissions: {contents: read}\njobs:\n" + indent(
        "a: {runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: a}]}\n"
        "b: {needs: a, runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: b}]}\n",
        "  ",
    )
    other = ".github/workflows/after.yml"
    files = {CI: simple.encode(), other: listener.encode()}
    repository = Repository("shop", files.get, list(files))
    found = answered("shop", "a->b", [explain(repository, CI, "a->b")], (), ())
    text = explain_text(found, Look())
    assert f"{other} starts when this workflow ends and may look at its jobs (shop/{other}:1)" in " ".join(text.split())


@given(st.text("abAB->→.: \n\t'\"", max_size=12) | st.text(max_size=40))
def test_whatever_is_asked_gets_an_answer(about: str) -> None:
    found = answered(".", about, [explain(SMALL, CI, about)], (), ())
    assert len(found.explanations) + len(found.unanswered) == 1
    assert explain_text(found, Look()).endswith("\n") == bool(found.explanations)
    for problem in found.unanswered:
        assert problem.message
        assert problem.hint


def test_long_questions_take_no_longer_than_others() -> None:
    jobs = "".join(f"  {'j' * 150}{number}: {{runs-on: x, steps: []}}\n" for number in range(300))
    found = asked("j" * 100_000, f"on: push\njobs:\n{jobs}")
    (problem,) = found.unanswered
    assert "and 280 more" in problem.hint
