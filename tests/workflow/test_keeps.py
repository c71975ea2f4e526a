"""`# needful: keep`: what it is about, and what is said where that is unclear."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.document.parse import parse
from needful.errors import UserError
from needful.source import Source
from needful.workflow.keeps import keeps
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow

KEEP = "# needful: keep — why"
WORKFLOW = """\
on: push  #1
jobs:  #2
  #3
  lint:  #4
    runs-on: x  #5
    #6
    steps:  #7
      #8
      - run: a  #9
        env:  #10
          #11
          A: b  #12
      -  #13
        name: two
        run: |  #14
          make
      - parallel:
          - run: p  #15
          - {run: q}  #16
  test:
    #17
    needs: lint  #18
    runs-on: x
    steps: [{run: c}, {run: d}]  #19
  docs:
    needs:  #20
      #21
      - lint  #22
      - test  #23
    runs-on: x
    steps:
      - run: e
      #24
  ship: {needs: [lint, test], runs-on: x, steps: [{run: f}]}  #25
  last:
    needs: [lint,  #26
      test,  #27
      docs  #28
    ]  #29
    runs-on: x
    steps: [{run: g}]
#30
"""


def workflow(text: str) -> Workflow:
    return read_workflow(parse(Source("ci.yml", text)), "ci.yml")


def at(number: int) -> str:
    """The workflow with the comment at one of the numbered places."""
    lines = [line.replace(f"#{number}", KEEP) if line.endswith(f"#{number}") else line for line in WORKFLOW.split("\n")]
    assert "\n".join(lines) != WORKFLOW
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (3, ["the job `lint`"]),
        (4, ["the job `lint`"]),
        (5, ["the job `lint`"]),
        (6, ["the job `lint`"]),
        (7, ["the job `lint`"]),
        (8, ["step 1 of `lint`"]),
        (9, ["step 1 of `lint`"]),
        (10, ["step 1 of `lint`"]),
        (11, ["step 1 of `lint`"]),
        (12, ["step 1 of `lint`"]),
        (13, ["the step “two” of `lint`"]),
        (14, ["the step “two” of `lint`"]),
        (15, ["step 4 of `lint`"]),
        (16, ["step 5 of `lint`"]),
        (17, ["`test` waits for `lint`"]),
        (18, ["`test` waits for `lint`"]),
        (19, ["step 1 of `test`", "step 2 of `test`"]),
        (20, ["`docs` waits for `lint` and `test`"]),
        (21, ["`docs` waits for `lint`"]),
        (22, ["`docs` waits for `lint`"]),
        (23, ["`docs` waits for `test`"]),
        (25, ["the job `ship`"]),
        (26, ["`last` waits for `lint` and `test` and `docs`"]),
        (27, ["`last` waits for `test`"]),
        (28, ["`last` waits for `docs`"]),
        (29, ["`last` waits for `lint` and `test` and `docs`"]),
    ],
)
def test_what_a_comment_is_about(number: int, expected: list[str]) -> None:
    found = keeps(workflow(at(number)))
    assert [keep.what for keep in found] == expected
    assert {keep.reason for keep in found} == {"why"}
    for newline in ("\r\n", "\r"):
        assert [keep.what for keep in keeps(workflow(at(number).replace("\n", newline)))] == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "stands at nothing that can be kept"),
        (2, "stands at nothing that can be kept"),
        (24, "on a line of its own with nothing directly below"),
        (30, "on a line of its own with nothing directly below"),
    ],
)
def test_a_comment_at_nothing_is_an_error(number: int, expected: str) -> None:
    text = at(number)
    with pytest.raises(UserError, match=expected) as error:
        keeps(workflow(text))
    assert error.value.path == "ci.yml"
    assert KEEP in text.splitlines()[(error.value.line or 0) - 1]
    assert error.value.column == text.splitlines()[(error.value.line or 0) - 1].index("#") + 1
    assert "write `# needful: keep — why`" in error.value.hint


def test_a_blank_line_parts_a_comment_from_what_is_below() -> None:
    with pytest.raises(UserError, match="nothing directly below"):
        keeps(workflow(WORKFLOW.replace("  #3\n", f"  {KEEP}\n\n")))


def test_other_comments_may_stand_between() -> None:
    (keep,) = keeps(workflow(WORKFLOW.replace("  #3\n", f"  {KEEP}\n  # the linter\n  #\n")))
    assert keep.what == "the job `lint`"


def test_what_is_shared_is_kept_wherever_it_is_used() -> None:
    text = f"""\
on: push
jobs:
  a: {{runs-on: x, steps: [{{run: a}}]}}
  b:
    needs: &first a {KEEP}
    runs-on: x
    steps: &steps
      - run: b {KEEP}
  c:
    needs: *first
    runs-on: x
    steps: *steps
"""
    found = [keep.what for keep in keeps(workflow(text))]
    assert found == ["`b` waits for `a`", "`c` waits for `a`", "step 1 of `b`", "step 1 of `c`"]


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("# needful: keep", ""),
        ("#needful:keep", ""),
        ("# needful: keep — it is cheap", "it is cheap"),
        ("# needful: keep – it is cheap", "it is cheap"),
        ("# needful: keep - it is cheap", "it is cheap"),
        ("# needful: keep -- it is cheap", "it is cheap"),
        ("# needful: keep—it is cheap", "it is cheap"),
        ("# needful: keep: it is cheap", "it is cheap"),
        ("# needful: keep it is cheap", "it is cheap"),
        ("# needful: keep -", ""),
        ("## Needful : KEEP — well-known: #4", "well-known: #4"),
    ],
)
def test_how_a_reason_may_be_written(comment: str, reason: str) -> None:
    (keep,) = keeps(workflow(WORKFLOW.replace("#18", comment)))
    assert keep.reason == reason


@pytest.mark.parametrize(
    "comment",
    ["# needful: kep — why", "# needful:", "# needful: ignore", "# needful keep — why", "# needful: keep-alive"],
)
def test_what_is_meant_for_us_and_says_nothing_is_an_error(comment: str) -> None:
    with pytest.raises(UserError, match="a comment for Needful that says nothing to it") as error:
        keeps(workflow(WORKFLOW.replace("#18", comment)))
    assert (error.value.line, error.value.column) == (22, 18)


@pytest.mark.parametrize(
    "comment", ["# Needful: proposes faster workflows", "# needful things", "# it is needful: keep", "# keep", "#"]
)
def test_prose_is_prose(comment: str) -> None:
    assert keeps(workflow(WORKFLOW.replace("#18", comment))) == ()


def test_text_is_no_comment() -> None:
    text = WORKFLOW.replace("          make", f"          make {KEEP}\n          {KEEP}").replace(
        "b  #12", f"'b {KEEP}'"
    )
    assert keeps(workflow(text)) == ()


@given(st.integers(1, 30), st.text(alphabet=" \t:-–—keepalivnul#é", max_size=20))
def test_any_comment_is_understood_or_refused(number: int, rest: str) -> None:
    text = at(number).replace(KEEP, f"# needful: {rest}")
    try:
        found = keeps(workflow(text))
    except UserError:
        return
    assert found
    assert rest.lstrip(" \t").startswith("keep")
