"""What expressions are worth where some of what they read is open."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

import pytest
from hypothesis import given

from expressions.made import trees
from needful.dependence.proof_values import Beyond, Needed, Unknown, is_true, key_of, value_of
from needful.expressions import Node
from needful.expressions.parser import parse_expression


@dataclass
class Seen:
    """What a job `j` sees that needs `a`, which succeeded, `b`, which failed, and `c`, which was skipped."""

    yes: frozenset[str] = frozenset()
    unread: frozenset[str] = frozenset()
    asked: list[Hashable] = field(default_factory=list)
    job: str = "j"
    needs: tuple[str, ...] = ("a", "b", "c")

    def holds(self, question: Hashable) -> bool:
        self.asked.append(question)
        return any(word in str(question) for word in self.yes)

    def status(self, name: str) -> bool:
        return name == "always"

    def ended(self, job: str, outcome: str) -> bool:
        return {"a": "success", "b": "failure", "c": "skipped"}[job] == outcome

    def result_key(self, job: str) -> Hashable:
        return f"result of {job}"

    def outputs_key(self, job: str) -> Hashable | None:
        return None if job == "c" else "ran"

    def need_key(self, job: str) -> Hashable:
        return f"all of {job}"


def truth(text: str, *yes: str) -> bool:
    seen = Seen(frozenset(yes))
    return is_true(value_of(parse_expression(text), seen), seen)


@pytest.mark.parametrize(
    "text",
    [
        *("true", "1", "'x'", "!false", "!null", "!''", "!0", "!NaN", "true && 'x'", "null || 'x'", "!(1 && 0)"),
        *("'a' == 'A'", "null == ''", "null == 0", "false == 0", "true == 1", "'1' == 1", "' 1 ' == 1", "'' == 0"),
        *("'a' != 'b'", "'x' != 1", "NaN != NaN", "1 == 1.0", "null == null", "'' == false"),
        *("contains('Hello', 'ELL')", "!contains('Hello', 'x')", "always()", "!success()", "!failure()"),
        *("needs.a.result == 'success'", "'SUCCESS' == needs.A.result", "needs.b.result != 'success'"),
        *("needs.a.result != 'neutral'", "needs.a.result != needs.b.result", "needs.a.result == needs['a'].result"),
        *("needs.c.result == 'skipped'", "needs.a.result", "needs.a", "needs", "needs.*.result", "needs.a.outputs"),
        *("contains(needs.*.result, 'failure')", "!contains(needs.*.result, 'cancelled')"),
        *("!contains(needs.*.result, 'neutral')", "!needs.d", "!needs.d.result", "needs.d.result == ''"),
        *("needs.c.outputs.x == ''", "!needs.c.outputs.x", "!needs.d.outputs.x.y", "!(null).x"),
    ],
)
def test_what_is_settled(text: str) -> None:
    seen = Seen()
    assert is_true(value_of(parse_expression(text), seen), seen)
    assert not seen.asked


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("github.event_name == 'push'", "push"),
        ("github.event_name", "event_name"),
        ("inputs.fast", "fast"),
        ("needs.a.outputs.x", "ran"),
        ("needs.a.outputs.x == 'y'", "ran"),
        ("fromJSON(needs.a.outputs.x).y", "fromjson"),
        ("startsWith(github.ref, 'refs/tags/')", "startswith"),
        ("1 < 2", "<"),
        ("needs.*.outputs.x", "x"),
        ("github.event.*.x", "each"),
        ("github.event.commits[0]", "index"),
        ("needs.*.result == 'x'", "result of a"),
        ("contains(github.event.x, 'y')", "contains"),
        ("contains(needs.*.result, github.event.x)", "contains"),
        ("join(needs.*.result)", "result of b"),
        ("toJSON(needs) == 'x'", "all of c"),
        ("toJSON(needs.a) == 'x'", "all of a"),
        ("toJSON(needs.a.outputs) == 'x'", "all of a"),
        ("needs[matrix.x].result", "index"),
        ("needs.a.other", "other"),
    ],
)
def test_what_is_open_is_asked_once_and_stands_for_itself(text: str, word: str) -> None:
    assert truth(text, word)
    assert not truth(text)
    assert truth(f"!({text})")
    same = f"({text}) == ({text})"
    assert truth(same, word) or "<" in word


def test_an_unequal_question_is_the_equal_one_denied() -> None:
    seen = Seen(frozenset({"push"}))
    for text in ("github.event_name == 'push'", "github.event_name != 'PUSH'", "'Push' == github.event_name"):
        value_of(parse_expression(text), seen)
    assert len(set(seen.asked)) == 1


@pytest.mark.parametrize(
    ("text", "shared"),
    [
        ("github.ref", True),
        ("inputs.x", True),
        ("vars.x", True),
        ("startsWith(github.ref, 'x')", True),
        ("github.job", False),
        ("github", False),
        ("matrix.x", False),
        ("env.x", False),
        ("steps.x.outputs.y", False),
        ("hashFiles('x')", False),
    ],
)
def test_only_what_is_the_same_throughout_a_run_is_shared_by_jobs(text: str, shared: bool) -> None:
    keys = {key_of(value_of(parse_expression(text), seen), seen) for seen in (Seen(job="j"), Seen(job="k"))}
    assert len(keys) == (1 if shared else 2)


def test_what_only_one_side_can_read_is_left_open() -> None:
    seen = Seen(unread=frozenset({"d", "a"}))
    assert value_of(parse_expression("needs.d.outputs.x"), seen) == Unknown(
        ("property", ("property", ("need", "d"), "outputs"), "x")
    )
    assert value_of(parse_expression("needs.a"), seen) == Unknown(("need", "a"))
    assert value_of(parse_expression("needs.b"), seen) == Needed("need", ("b",))


@pytest.mark.parametrize("text", ["success(needs.a)", "failure('x')"])
def test_what_is_not_documented_is_not_guessed(text: str) -> None:
    with pytest.raises(Beyond, match="not documented"):
        truth(text)


def test_keys_of_values_tell_types_apart() -> None:
    seen = Seen()
    keys = [key_of(value, seen) for value in (1.0, "1", True, "1.0", None, "", False, 0.0)]
    assert len(set(keys)) == len(keys)


@given(trees)
def test_any_expression_is_worth_something_or_given_up(tree: Node) -> None:
    seen = Seen()
    try:
        value = value_of(tree, seen)
    except Beyond:
        return
    assert key_of(value, seen) == key_of(value_of(tree, seen), seen)
    assert is_true(value, seen) in (True, False)
