from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from needful.commands.checkboxes import BEGIN, END
from needful.forge.marks import NO_MEMORY, Remembered, remembered, same, title_digest, withdrawn, woven
from needful.report.pull_request import MAX_BODY

STATE = Remembered(("0123456789abcdef0123",), title_digest("T"))
pieces = st.lists(
    st.sampled_from([BEGIN, END, "text", "\n", "\r\n", "<!-- needful:state {} -->", "<!--", "-->", "é"]), max_size=12
)
texts = pieces.map("".join)


@given(texts, texts)
def test_what_is_ours_comes_and_goes_and_theirs_stays(theirs: str, ours: str) -> None:
    once = woven(theirs, lambda _: ours, STATE)
    assert remembered(once) == STATE
    twice = woven(once, lambda _: "Other.", STATE)
    # written again, nothing piles up, and everything around is as it was
    assert woven(twice, lambda _: ours, STATE) == once
    assert woven(once, lambda _: ours, STATE) == once
    before, _, after = once.partition(f'{BEGIN}\n<!-- needful:state {{"changes"')
    assert twice.startswith(before)
    assert after


@given(st.text(st.characters(exclude_characters="\r"), max_size=300))
def test_people_lose_nothing(theirs: str) -> None:
    body = woven(theirs, lambda _: "Ours.", STATE)
    assert theirs.rstrip() in body
    assert woven(f"{body}\nPS", lambda _: "New.", STATE).endswith("\nPS")


def test_the_markers_may_come_with_the_text() -> None:
    assert woven("", lambda _: f"{BEGIN}\nOurs.\n{END}", STATE) == woven("", lambda _: "Ours.", STATE)


def test_it_fits_whatever_people_wrote() -> None:
    theirs = "x" * 60_000
    body = woven(theirs, lambda _: "line\n" * 30_000, STATE)
    assert len(body) <= MAX_BODY
    assert body.startswith(theirs)
    assert "does not fit" in body
    assert body.endswith(END)
    assert remembered(body) == STATE


def test_a_broken_memory_is_none() -> None:
    assert remembered("") is None
    assert remembered("no part of ours") is None
    deep = '{"a": ' * 5000 + "}" * 5000
    for state in (deep, "{", "[]", '{"changes": 1, "title": ""}', '{"changes": [1], "title": ""}', '{"title": ""}'):
        assert remembered(f"{BEGIN}\n<!-- needful:state {state} -->\n{END}") is None
    assert remembered(f"<!-- needful:state {{}} -->\n{BEGIN}\n{END}") is None


def test_a_withdrawal_is_remembered() -> None:
    body = woven("Theirs.", lambda _: "Ours.", STATE)
    assert remembered(withdrawn(body, NO_MEMORY)) == Remembered(STATE.changes, STATE.title, withdrawn=True)
    assert withdrawn("Theirs.", NO_MEMORY) == "Theirs."
    # and forgotten when something is proposed again
    assert remembered(woven(withdrawn(body, NO_MEMORY), lambda _: "Ours.", STATE)) == STATE


def test_line_ends_of_the_editor_do_not_count() -> None:
    assert same("a\r\nb\r\n", "a\nb")
    assert not same("a\nb", "a\n\nb")
