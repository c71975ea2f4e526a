"""Names with holes, compared with what they can stand for."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from needful.effects.names import (
    Given,
    Hole,
    Known,
    Name,
    Scope,
    literal,
    matches,
    may_be_same,
    may_match,
    names,
    resolve,
    same,
    show,
    value_of,
)
from needful.expressions import parse_condition
from needful.source import Span
from needful.workflow.model import Text, Variable

X, Y = Hole("github.sha"), Hole("inputs.x")
MINE, THEIRS = Hole("steps.a.outputs.b", "build"), Hole("steps.a.outputs.b", "test")
SUBSTITUTES = ("", "a", "b", "ab", "-")


def text(value: str) -> Text:
    return Text(value, Span(0, 0))


def scope(*legs: tuple[tuple[str, str], ...], **env: str) -> Scope:
    return Scope("build", legs=legs, env={name.lower(): text(value) for name, value in env.items()})


# --- what a text stands for ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("", (), id="nothing"),
        pytest.param("plain", ("plain",), id="a literal"),
        pytest.param("a-${{ 'b' }}-c", ("a-b-c",), id="a literal in an expression"),
        pytest.param("a-${{ '' }}", ("a-",), id="an empty literal in an expression"),
        pytest.param("a-${{  github.sha  }}", ("a-", Hole("github.sha")), id="the same in every job"),
        pytest.param("${{ github.job }}", (Hole("github.job", "build"),), id="github.job differs between jobs"),
        pytest.param("${{ github.JOB }}", (Hole("github.JOB", "build"),), id="in whatever case"),
        pytest.param("${{ github }}", (Hole("github", "build"),), id="the whole github context differs"),
        pytest.param("${{ github.run_id }}${{ github.sha }}", (Hole("github.run_id"), X), id="two holes"),
        pytest.param("${{ inputs.x }}", (Y,), id="an input of the workflow"),
        pytest.param("${{ steps.a.outputs.b }}", (MINE,), id="of one job only"),
        pytest.param("${{ hashFiles('*') }}", (Hole("hashFiles('*')", "build"),), id="a function"),
        pytest.param("${{ 1 }}", (Hole("1"),), id="a number"),
        pytest.param("${{ env.NAME }}", ("known",), id="a variable"),
        pytest.param("${{ env.ALIAS }}", ("known",), id="a variable by another"),
        pytest.param("${{ env.OTHER }}", (Hole("env.OTHER", "build"),), id="a variable set on the way"),
        pytest.param("${{ env.LOOP }}", (Hole("env.LOOP", "build"),), id="a variable that names itself"),
        pytest.param("${{ env.NAME }}-${{ env.NAME }}", ("known-known",), id="neighbours are joined"),
        pytest.param("${{ runner.os }}", (Hole("runner.os", "build"),), id="an unknown runner"),
        pytest.param("${{ matrix.os }}", (Hole("matrix.os", "build"),), id="an unknown matrix"),
        pytest.param("${{ github.a }}" * 9, (Hole("${{ github.a }}" * 9, "build"),), id="too many expressions"),
    ],
)
def test_a_text_stands_for(written: str, expected: Name) -> None:
    here = scope(NAME="known", ALIAS="${{ env.NAME }}", LOOP="${{ env.LOOP }}")
    assert names(text(written), here) == (expected,)


def test_a_text_has_a_name_for_each_leg_that_makes_it_different() -> None:
    here = scope((("os", "linux"), ("py", "3.12")), (("os", "linux"), ("py", "3.13")), (("os", "macos"),))
    assert names(text("x-${{ matrix.OS }}"), here) == (("x-linux",), ("x-macos",))
    assert names(text("${{ matrix.py }}"), here) == (("3.12",), ("3.13",), (Hole("matrix.py", "build"),))
    assert names(text("plain"), here) == (("plain",),)


def test_a_variable_may_differ_between_legs() -> None:
    here = scope((("os", "linux"),), (("os", "macos"),), NAME="x-${{ matrix.os }}")
    assert names(text("${{ env.NAME }}"), here) == (("x-linux",), ("x-macos",))


def test_variables_of_a_step_hide_those_of_its_job() -> None:
    here = scope(NAME="job", OTHER="other")
    inner = here.with_env((Variable("Name", text("step")),))
    assert resolve(text("${{ env.NAME }}-${{ env.OTHER }}"), inner) == ("step-other",)
    assert here.with_env(()) is here


def test_inputs_of_a_local_action_are_what_its_caller_gave() -> None:
    outer = scope((("os", "linux"),))
    inner = Scope("build", inputs={"os": Given(text("on-${{ matrix.os }}"), outer), "kind": Known(("debug",))})
    assert resolve(text("${{ inputs.os }}-${{ inputs.kind }}"), inner, outer.legs[0]) == ("on-linux-debug",)
    assert resolve(text("${{ inputs.unknown }}"), inner) == (Hole("inputs.unknown", "build"),)


def test_runner_os_is_known_where_the_labels_tell() -> None:
    assert resolve(text("${{ runner.os }}"), Scope("build", runner="Linux")) == ("Linux",)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [("inputs.kind", ("debug",)), ("inputs.other", None), ("github.sha == 'x'", None)],
)
def test_value_of_a_chain(condition: str, expected: Name | None) -> None:
    sole = parse_condition(condition).sole
    assert sole is not None
    assert value_of(sole.tree, Scope("build", inputs={"kind": Known(("debug",))})) == expected


def test_names_are_shown_as_they_were_written() -> None:
    assert show(("a-", X, "-b")) == "a-${{ github.sha }}-b"


# --- comparing -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b", "certainly", "perhaps"),
    [
        pytest.param(("a",), ("a",), True, True, id="equal"),
        pytest.param(("a",), ("A",), False, True, id="another case"),
        pytest.param(("a",), ("b",), False, False, id="different"),
        pytest.param(("a-", X), ("a-", X), True, True, id="the same hole of the run"),
        pytest.param(("a-", X), ("a-", Y), False, True, id="other holes"),
        pytest.param(("a-", MINE), ("a-", THEIRS), False, True, id="holes of two jobs"),
        pytest.param(("a-", MINE), ("a-", MINE), False, True, id="a hole of one job is not even sure of itself"),
        pytest.param(("a-", X), ("b-", X), False, False, id="other beginnings"),
        pytest.param((X, "-a"), (X, "-b"), False, False, id="other ends"),
        pytest.param((X, "-a"), ("b-", Y), False, True, id="an end and a beginning"),
        pytest.param(("a-", X), ("a-linux",), False, True, id="a literal that fits"),
        pytest.param(("a-", X), ("b-linux",), False, False, id="a literal that does not"),
        pytest.param(("a", X, "a"), ("a",), False, False, id="one letter is not two"),
        pytest.param((X, "-", Y, "-c"), ("a-b-c",), False, True, id="several holes"),
        pytest.param((X, "-", Y, "-c"), ("a-c",), False, False, id="too short for the holes"),
        pytest.param((), (), True, True, id="empty"),
        pytest.param((), (X,), False, True, id="empty and anything"),
    ],
)
def test_comparing_names(a: Name, b: Name, certainly: bool, perhaps: bool) -> None:
    assert (same(a, b), same(b, a)) == (certainly, certainly)
    assert (may_be_same(a, b), may_be_same(b, a)) == (perhaps, perhaps)


@pytest.mark.parametrize(
    ("pattern", "candidate", "certainly", "perhaps"),
    [
        pytest.param(("*",), ("a",), True, True, id="everything"),
        pytest.param(("a-*",), ("a-b",), True, True, id="star"),
        pytest.param(("a-*",), ("b-a",), False, False, id="star, another beginning"),
        pytest.param(("a-?",), ("a-b",), True, True, id="question mark"),
        pytest.param(("a-?",), ("a-", X), False, True, id="a hole may be empty, so a question mark is not sure"),
        pytest.param(("a-*",), ("a-", MINE), True, True, id="star takes whatever the hole is"),
        pytest.param(("a-", X, "-*"), ("a-", X, "-b"), True, True, id="the same hole on both sides"),
        pytest.param(("a-", MINE, "-*"), ("a-", MINE, "-b"), False, True, id="a hole of one job"),
        pytest.param(("a-", X), ("a-", Y), False, True, id="holes that may agree"),
        pytest.param(("a-{b,c}",), ("a-b",), False, True, id="alternatives"),
        pytest.param(("a-{b,c}",), ("b-b",), False, False, id="alternatives, another beginning"),
        pytest.param(("a-[bc]-d",), ("a-x-y",), False, True, id="past a class anything may come"),
        pytest.param(("!a",), ("b",), False, True, id="negation"),
        pytest.param(("a\\-b",), ("a-b",), False, True, id="an escaped character"),
        pytest.param(("a+b",), ("a+b",), True, True, id="a plus alone is no glob"),
        pytest.param(("plain",), ("plain",), True, True, id="no glob at all"),
    ],
)
def test_globs(pattern: Name, candidate: Name, certainly: bool, perhaps: bool) -> None:
    assert matches(pattern, candidate) == certainly
    assert may_match(pattern, candidate) == perhaps


def test_hostile_names_are_compared_at_once() -> None:
    many: Name = tuple(part for _ in range(40) for part in ("a", X))
    assert not may_be_same((*many, "b"), literal("a" * 400))
    assert not may_match(("*a" * 40 + "b",), literal("a" * 400))
    assert not matches(("*a" * 40 + "b",), literal("a" * 400))


# --- against every substitution --------------------------------------------------------------------------------------

_LITERALS = st.text("ab-", min_size=1, max_size=3)
_HOLES = st.sampled_from([X, Y, MINE, THEIRS])
NAMES = st.lists(st.one_of(_LITERALS, _HOLES), max_size=4).map(lambda parts: joined(tuple(parts)))
GLOBS = st.lists(st.one_of(st.text("ab-*?", min_size=1, max_size=3), _HOLES), max_size=3).map(
    lambda parts: joined(tuple(parts))
)


def joined(parts: Name) -> Name:
    found: list[str | Hole] = []
    for part in parts:
        if isinstance(part, str) and found and isinstance(found[-1], str):
            found[-1] += part
        else:
            found.append(part)
    return tuple(found)


def substitutions(*of: Name) -> list[dict[Hole, str]]:
    """All ways to fill the holes. One without owner has one value wherever it stands, and so have those of a job."""
    holes = list(dict.fromkeys(part for name in of for part in name if isinstance(part, Hole)))
    return [dict(zip(holes, values, strict=True)) for values in product(SUBSTITUTES, repeat=len(holes))]


def filled(name: Name, values: dict[Hole, str]) -> str:
    return "".join(part if isinstance(part, str) else values[part] for part in name)


def glob_matches(pattern: str, candidate: str) -> bool:
    if not pattern:
        return not candidate
    if pattern[0] == "*":
        return any(glob_matches(pattern[1:], candidate[cut:]) for cut in range(len(candidate) + 1))
    return bool(candidate) and pattern[0] in ("?", candidate[0]) and glob_matches(pattern[1:], candidate[1:])


@given(NAMES, NAMES)
@example(("a", X, "b"), ("a", MINE, "b", X, "b"))
def test_names_compare_as_all_they_can_stand_for(a: Name, b: Name) -> None:
    ways = substitutions(a, b)
    equal = [filled(a, values) == filled(b, values) for values in ways]
    if any(equal):
        assert may_be_same(a, b)
    if same(a, b):
        assert all(equal)
        assert may_be_same(a, b)
    assert may_be_same(a, b) == may_be_same(b, a)


@given(GLOBS, NAMES)
@example(("?*",), (X,))
def test_globs_match_as_all_they_can_stand_for(pattern: Name, candidate: Name) -> None:
    ways = substitutions(pattern, candidate)
    hits = [glob_matches(filled(pattern, values), filled(candidate, values)) for values in ways]
    if any(hits):
        assert may_match(pattern, candidate)
    if matches(pattern, candidate):
        assert all(hits)
        assert may_match(pattern, candidate)
