"""What people decided survives in the text of a pull request, whatever they wrote."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from needful.commands.checkboxes import BECAUSE
from needful.commands.model import Apply, Drop, Edge, IgnoreRule, KeepEdge
from needful.forge.decisions import Decision, dropped, fewer, ticked, wanted
from needful.forge.marks import MAX_STATE, Memory, Promise, Remembered, remembered, title_digest, woven

A, B = "drop-false-needs:ci.yml:test:lint", "drop-false-needs:ci.yml:docs:lint"
ids = st.lists(st.sampled_from([A, B, "cancel-superseded:ci.yml"]), min_size=1, max_size=3, unique=True).map(tuple)
reasons = st.text(min_size=1, max_size=40).filter(str.isprintable).map(lambda text: " ".join(text.split())).filter(bool)
names = st.sampled_from(["lint", "test", "build-all", "_x"])
edges = st.builds(Edge, names, names)
commands = st.one_of(
    st.builds(Apply, ids),
    st.builds(Drop, ids, st.just("") | reasons),
    st.builds(KeepEdge, edges, reasons),
    st.builds(IgnoreRule, st.just("drop-false-needs"), st.just("") | names),
)
decisions = st.lists(st.builds(Decision, commands, st.sampled_from(["", "alice"]), st.integers(0, 1 << 40)), max_size=8)


def body(memory: Memory, text: str = "Ours.") -> str:
    return woven("", lambda _: text, Remembered((), title_digest("T"), memory=memory))


@given(decisions.map(tuple), st.lists(st.integers(1, 1 << 40), max_size=5).map(tuple))
def test_what_was_decided_is_read_again(made: tuple[Decision, ...], handled: tuple[int, ...]) -> None:
    memory = Memory(made, handled, Promise(-0.25, 600.5, 30))
    state = remembered(body(memory))
    assert state is not None
    assert state.memory == memory


@given(decisions.map(tuple))
def test_leaving_out_old_ones_changes_nothing_that_counts(made: tuple[Decision, ...]) -> None:
    many = made * 12
    assert wanted(fewer(many)) == wanted(many)
    assert dropped(fewer(many)) == dropped(many)


def test_the_last_word_counts() -> None:
    made = (Decision(Drop((A, B), "no"), "alice", 1), Decision(Apply((A,)), "bob", 2))
    assert wanted(made) == {A}
    assert dropped(made) == {B: "dropped by alice: no"}
    assert wanted((*made, Decision(Drop((A,))))) == frozenset()
    assert dropped((Decision(Drop((A,))),)) == {A: "dropped"}


def test_old_decisions_go_first_where_there_is_no_room() -> None:
    many = tuple(Decision(Drop((f"rule:ci.yml:job{number}",), "x" * 290), "alice", number) for number in range(400))
    text = body(Memory(many))
    state = remembered(text)
    assert state is not None
    kept = state.memory.decisions
    assert kept == many[-len(kept) :]
    assert 20 < len(kept) < 50
    assert len(text) < MAX_STATE + 200


def test_what_somebody_edited_into_nonsense_is_left_out() -> None:
    good = body(Memory((Decision(Drop((A,)), "alice", 1),), (7,), Promise(-0.5, 60.0, 3)))
    assert remembered(good.replace("-0.5, 60.0", "-5, 60.0")).memory.promise is None  # type: ignore[union-attr]
    for other in ('["rm -rf /", "x", 1]', '["/needful help", "x", 1]', '["/needful drop", "x", 1]', "[1, 2]", '"x"'):
        text = good.replace(f'["/needful drop {A}", "alice", 1]', other)
        assert text != good
        state = remembered(text)
        assert state is not None
        assert state.memory == Memory((), (7,), Promise(-0.5, 60.0, 3))


def test_a_box_that_says_otherwise_is_a_decision() -> None:
    known = (Decision(Drop((B,), "no"), "alice", 1),)
    boxes = f"- [ ] `{A}`\n- [ ] `{B}`"
    assert ticked(known, body(Memory(known), boxes)) == (*known, Decision(Drop((A,), BECAUSE)))
    boxes = f"- [x] `{A}`\n- [x] `{B}`"
    assert ticked(known, body(Memory(known), boxes)) == (*known, Decision(Apply((B,))))
    boxes = f"- [x] `{A}`\n- [ ] `{B}`"
    assert ticked(known, body(Memory(known), boxes)) == known
