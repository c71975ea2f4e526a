"""A rewritten document in the places of the text it came from."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from needful.document.nodes import Scalar
from needful.document.operations import AddKey, CopyKey, DropName, InsertItem, RemoveKey, ReplaceValue
from needful.document.parse import Document, parse
from needful.document.relocate import relocated
from needful.document.style import walk
from needful.document.writer import rewrite
from needful.source import Edit, Source, Span, origins, splice

TEXT = """\
jobs:
  a:
    needs: [x, y]
    runs-on: &os ubuntu-latest
    steps:
      - run: make
  b:
    runs-on: *os
    steps:
      - run: test
"""


def document(text: str = TEXT) -> Document:
    return parse(Source("ci.yml", text))


def test_what_stands_in_both_texts_has_the_place_that_it_had() -> None:
    before = document()
    steps = ("jobs", "a", "steps")
    written = rewrite(
        before,
        [
            InsertItem(steps, 0, {"uses": "actions/checkout@v7", "with": {"lfs": True}}),
            DropName(("jobs", "a", "needs"), "x"),
            AddKey(("jobs", "a"), "timeout-minutes", 5),
            ReplaceValue((*steps, 0, "run"), "make all"),
        ],
    )
    found = relocated(written.document, before.source, written.edits)
    assert found.plain == written.document.plain
    assert found.source is before.source
    kept = found.find(("jobs", "b", "steps", 0, "run"))
    assert kept == before.find(("jobs", "b", "steps", 0, "run"))
    new = found.find((*steps, 0, "uses"))
    assert new is not None
    assert before.source.line(new.span.start) in (5, 6), "where it was put"
    changed = found.find((*steps, 1, "run"))
    assert changed is not None
    assert before.source.line(changed.span.start) == 6


def test_what_aliases_share_is_still_shared() -> None:
    before = document()
    written = rewrite(before, [RemoveKey(("jobs", "a", "needs"))])
    found = relocated(written.document, before.source, written.edits)
    assert found.find(("jobs", "b", "runs-on")) == before.find(("jobs", "b", "runs-on"))


def test_a_copy_has_the_places_of_what_was_copied() -> None:
    before = document()
    steps = ("jobs", "more", "steps")
    copied = CopyKey(("jobs", "b"), "more")
    written = rewrite(before, [copied, InsertItem(steps, 0, {"run": "first"}), DropName(("jobs", "a", "needs"), "x")])
    found = relocated(written.document, before.source, written.edits)
    assert found.find((*steps, 1)) == before.find(("jobs", "b", "steps", 0)) == found.find(("jobs", "b", "steps", 0))
    for _, _, node in walk(found.root):
        assert node.span.start <= node.span.end


def test_without_edits_nothing_moves() -> None:
    before = document()
    assert relocated(before, before.source, ()) == before


@given(st.text("ab\n", max_size=30), st.data())
def test_every_character_that_stays_is_found_where_it_was(text: str, data: st.DataObject) -> None:
    marked = "".join(chr(0x4E00 + index) for index in range(len(text)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    edits = [
        Edit(Span(start, end), data.draw(st.text("xy", max_size=4)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    after = splice(marked, edits)
    origin = origins(edits)
    for offset, character in enumerate(after):
        if character not in "xy":
            assert marked[origin(offset)] == character
        else:
            assert any(edit.span.start == origin(offset) for edit in edits)
    assert all(origin(a) <= origin(b) for a, b in zip(range(len(after)), range(1, len(after) + 1), strict=True))


def test_places_of_a_whole_tree_are_in_order() -> None:
    before = document()
    written = rewrite(before, [InsertItem(("jobs", "b", "steps"), 1, {"run": "more"})])
    found = relocated(written.document, before.source, written.edits)
    for _, _, node in walk(found.root):
        assert node.span.start <= node.span.end <= len(TEXT) or not isinstance(node, Scalar)
