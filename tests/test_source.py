"""Bytes to text and back, positions, splicing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.errors import Defect, UserError
from needful.source import MAX_BYTES, Edit, Position, Source, Span, splice

TEXTS = st.text(st.sampled_from("ab\r\n é"), max_size=20)


@given(data=st.text().map(lambda text: text.replace("\0", "")), bom=st.booleans())
def test_bytes_come_back(data: str, bom: bool) -> None:
    written = (("\ufeff" if bom else "") + data).encode()
    assert Source.from_bytes("a.yml", written).to_bytes() == written


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"a\nb\0", 2, "binary"),
        (b"a\n\n\xff", 3, "not UTF-8"),
        (b"a" * (MAX_BYTES + 1), None, "1,048,577 bytes"),
    ],
)
def test_what_is_no_text_is_the_users_error(data: bytes, line: int | None, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        Source.from_bytes("a.yml", data)
    assert caught.value.line == line
    assert str(caught.value).startswith("a.yml:")


@given(text=TEXTS, data=st.data())
def test_positions_and_lines_agree(text: str, data: st.DataObject) -> None:
    source = Source("a", text)
    offset = data.draw(st.integers(0, len(text)))
    position = source.position(offset)
    breaks = [
        match.end()
        for match in re.finditer(
            r"\r\n|\r|\n", text[:offset] if text[offset - 1 : offset + 1] != "\r\n" else text[: offset - 1]
        )
    ]
    assert position == Position(len(breaks) + 1, offset - (breaks[-1] if breaks else 0) + 1)
    assert source.line(offset) == position.line
    assert source.line_start(offset) == offset - position.column + 1
    assert source.line_start(offset) <= offset <= source.next_line(offset)
    assert offset <= source.line_end(offset) <= len(text)
    assert not re.search(r"[\r\n]", text[offset : source.line_end(offset)])


def test_a_line_ends_before_its_break() -> None:
    source = Source("a", "ab\r\ncd\ref")
    assert [source.line_end(offset) for offset in (0, 5, 8)] == [2, 6, 9]
    assert [source.next_line(offset) for offset in (0, 5, 8)] == [4, 7, 9]


@pytest.mark.parametrize(
    ("text", "newline"), [("", "\n"), ("a\nb\n", "\n"), ("a\r\nb\r\nc\n", "\r\n"), ("a\rb\rc\n", "\r"), ("a", "\n")]
)
def test_newline_is_that_of_most_lines(text: str, newline: str) -> None:
    assert Source("a", text).newline == newline


def test_another_text_keeps_path_and_byte_order_mark() -> None:
    assert Source("a", "x", bom=True).with_text("y") == Source("a", "y", bom=True)


@given(text=TEXTS, data=st.data())
def test_splice_keeps_what_lies_outside(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edits = [Edit(Span(start, end), data.draw(TEXTS)) for start, end in zip(cuts[::2], cuts[1::2], strict=False)]
    expected, at = "", 0
    for edit in edits:
        expected += text[at : edit.span.start] + edit.text
        at = edit.span.end
    assert (
        splice(text, data.draw(st.permutations(edits)) if len({edit.span for edit in edits}) == len(edits) else edits)
        == expected + text[at:]
    )


def test_insertions_at_one_place_keep_their_order() -> None:
    assert splice("ab", [Edit(Span(1, 1), "x"), Edit(Span(1, 1), "y"), Edit(Span(0, 1), "")]) == "xyb"


@pytest.mark.parametrize(
    "edits",
    [
        [Edit(Span(0, 2), ""), Edit(Span(1, 3), "")],
        [Edit(Span(2, 9), "")],
        [Edit(Span(2, 1), "")],
    ],
)
def test_edits_that_overlap_or_leave_the_text_are_a_defect(edits: list[Edit]) -> None:
    with pytest.raises(Defect):
        splice("abc", edits)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (UserError("bad"), "bad"),
        (UserError("bad", path="a.yml"), "a.yml: bad"),
        (UserError("bad", path="a.yml", line=3, hint="mend it"), "a.yml:3: bad (mend it)"),
    ],
)
def test_errors_say_where(error: UserError, text: str) -> None:
    assert str(error) == text
