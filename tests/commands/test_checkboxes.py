"""Ticks in the text of a pull request."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.commands.checkboxes import BEGIN, END, boxes, ticked
from needful.commands.model import Apply, Drop
from needful.report.pull_request import Origin, body
from report import samples

ONE, TWO = "drop-false-needs:ci.yml:test:lint", "drop-false-needs:ci.yml:docs:test"


def text(one: str = "x", two: str = " ", *, newline: str = "\n") -> str:
    ours = f"{BEGIN}\nWhat changes\n\n- [{one}] `{ONE}`\n- [{two}] `{TWO}`\n\n{END}"
    return f"Mine\n- [x] `a:b`\n{ours}\n- [x] `c:d`\n".replace("\n", newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_only_ours_count(newline: str) -> None:
    assert boxes(text(newline=newline)) == {ONE: True, TWO: False}


@pytest.mark.parametrize(
    "body",
    [
        "",
        f"- [x] `{ONE}`",
        f"{BEGIN}\n- [x] `{ONE}`",
        f"{END}\n- [x] `{ONE}`\n{BEGIN}",
        f"{BEGIN}\n- [x] `{ONE}`\n{BEGIN}\n{END}",
        f"{BEGIN}\n- [x] {ONE}\n- [y] `{ONE}`\n- [x] `no-id`\n- [x] `a:../b`\n> - [x] `{ONE}`\n{END}",
        f"{BEGIN}\n- [x] `{ONE}`\n- [ ] `{ONE}`\n{END}",
        f"{BEGIN}\n- [x] `{ONE}`\n{END}" + "x" * 300_000,
    ],
    ids=["empty", "no markers", "no end", "reversed", "reopened", "malformed", "twice", "endless"],
)
def test_what_is_no_box_of_ours(body: str) -> None:
    assert boxes(body) == {}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (text(), text(), ()),
        (text("x"), text("X"), ()),
        (text("x"), text(" "), (Drop((ONE,), "unticked in the pull request"),)),
        (text(two=" "), text(two="x"), (Apply((TWO,)),)),
        (text("x", " "), text(" ", "x"), (Apply((TWO,)), Drop((ONE,), "unticked in the pull request"))),
        (text("x", "x"), text(" ", " "), (Drop((ONE, TWO), "unticked in the pull request"),)),
        (text(), text().replace(f"- [x] `{ONE}`\n", ""), ()),
        (text().replace(f"- [x] `{ONE}`\n", ""), text(" "), ()),
        ("", text(), ()),
        (text(), "", ()),
    ],
)
def test_what_an_edit_asks_for(before: str, after: str, expected: tuple[object, ...]) -> None:
    assert ticked(before, after) == expected


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_fine(one: str, other: str) -> None:
    marked = f"{BEGIN}{one}\n- [x] `{ONE}`\n{END}"
    assert ticked(one, other) == ()
    assert set(boxes(marked)) <= {ONE}


def test_the_boxes_are_those_that_the_body_has() -> None:
    found = boxes(body(samples.file(changes=(samples.change(),)), Origin()))
    assert found == {samples.change().id: True}
