"""What `if`s ask for, compared with every value that they can ask about."""

from __future__ import annotations

from itertools import product
from typing import TypeAlias

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dependence.made import files_of
from needful.dependence import conditions
from needful.dependence.graph import needs_graph
from needful.expressions import number_of
from needful.source import Span
from needful.workflow.model import Text

Value: TypeAlias = str | float | bool | None
Tree: TypeAlias = tuple[object, ...]

WORLD: dict[str, tuple[Value, ...]] = {
    "github.event_name": ("push", "schedule", ""),
    "inputs.n": ("1", "1.0", 1.0, 0.0, None, "a", ""),
    "inputs.flag": (True, False, None),
}
_LITERALS = {
    "github.event_name": ("'push'", "'PUSH'", "'schedule'", "''"),
    "inputs.n": ("'1'", "'1.0'", "1", "''", "'a'", "'0'"),
}
_LITERALS["inputs.flag"] = ("true", "false", "'true'", "null")


def numeric(value: Value) -> float:
    if isinstance(value, str):
        found = number_of(value.strip()) if value.strip() else 0.0
        return float("nan") if found is None else found
    return float(value or 0)


def equal(a: Value, b: Value) -> bool:
    if isinstance(a, str) and isinstance(b, str):
        return a.lower() == b.lower()
    return (a is None and b is None) or numeric(a) == numeric(b)


def written(tree: Tree) -> str:
    match tree:
        case ("read", chain):
            return str(chain)
        case ("compare", chain, operator, literal, flipped):
            return f"{literal} {operator} {chain}" if flipped else f"{chain} {operator} {literal}"
        case ("starts", chain, literal):
            return f"startsWith({chain}, {literal})"
        case ("not", inner):
            return f"!({written(inner)})"  # type: ignore[arg-type]
    return "(" + f" {tree[0]} ".join(written(part) for part in tree[1:]) + ")"  # type: ignore[arg-type]


def holds(tree: Tree, world: dict[str, Value]) -> bool:
    match tree:
        case ("read", str(chain)):
            return world[chain] not in (False, None, "", 0.0)
        case ("compare", str(chain), operator, str(literal), _):
            return equal(world[chain], value_of(literal)) == (operator == "==")
        case ("starts", str(chain), str(literal)):
            return shown(world[chain]).lower().startswith(str(value_of(literal)).lower())
        case ("not", inner):
            return not holds(inner, world)  # type: ignore[arg-type]
    parts = (holds(part, world) for part in tree[1:])  # type: ignore[arg-type]
    return all(parts) if tree[0] == "&&" else any(parts)


def value_of(literal: str) -> Value:
    return literal[1:-1] if literal[0] == "'" else {"true": True, "false": False, "null": None, "1": 1.0}[literal]


def shown(value: Value) -> str:
    match value:
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
    return value or ""


@st.composite
def _atoms(draw: st.DrawFn) -> Tree:
    chain = draw(st.sampled_from(sorted(WORLD)))
    literal = draw(st.sampled_from(_LITERALS[chain]))
    made: list[Tree] = [
        ("compare", chain, draw(st.sampled_from(("==", "!="))), literal, draw(st.booleans())),
        ("read", chain),
    ]
    if literal[0] == "'":
        made.append(("starts", chain, literal))
    return draw(st.sampled_from(made))


TREES = st.recursive(
    _atoms(),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.tuples(st.sampled_from(("&&", "||")), inner, inner),
    ),
    max_leaves=4,
)
WORLDS = [dict(zip(WORLD, values, strict=True)) for values in product(*WORLD.values())]


def text(condition: str) -> Text:
    return Text(condition, Span(0, 0), condition=True)


@given(TREES, TREES)
@example(("compare", "inputs.n", "==", "'1'", False), ("compare", "inputs.n", "==", "'1.0'", False))
@example(("compare", "inputs.n", "==", "'0'", False), ("compare", "inputs.n", "==", "''", False))
@example(("compare", "inputs.n", "==", "'1.0'", False), ("starts", "inputs.n", "'1'"))
def test_conditions_that_exclude_each_other_never_hold_together(a: Tree, b: Tree) -> None:
    both = [conditions.of_text(text(written(tree))) for tree in (a, b)]
    if conditions.exclusive(*both):
        assert not any(holds(a, world) and holds(b, world) for world in WORLDS)
    assert conditions.exclusive(*both) == conditions.exclusive(*reversed(both))


@given(TREES, TREES)
def test_an_implied_condition_holds_whenever_what_is_known_holds(a: Tree, b: Tree) -> None:
    workflow, _ = files_of(f"  job:\n    runs-on: x\n    if: ${{{{ {written(b)} }}}}\n")
    if conditions.implied(conditions.of_text(text(written(a))), workflow.jobs[0]):
        assert all(holds(b, world) for world in WORLDS if holds(a, world))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        pytest.param("github.ref == 'a'", "github.ref == 'b'", True, id="two values"),
        pytest.param("github.ref == 'a'", "'A' == github.ref", False, id="case does not count"),
        pytest.param("github.ref == 'a'", "!(github.ref == 'a')", True, id="a negated comparison"),
        pytest.param("!(github.ref != 'a')", "github.ref != 'a'", True, id="a comparison negated twice"),
        pytest.param("inputs.x", "!inputs.x", True, id="a flag and its opposite"),
        pytest.param("!(!inputs.x)", "!inputs.x", True, id="negated twice"),
        pytest.param("github.ref == 'a' || github.ref == 'b'", "github.ref == 'c'", True, id="all options of a choice"),
        pytest.param("github.ref == 'a' || inputs.x", "github.ref == 'c'", False, id="one option of a choice"),
        pytest.param("github.ref == 'refs/heads/x'", "startsWith(github.ref, 'refs/tags/')", True, id="a prefix"),
        pytest.param("github.ref == 'refs/tags/x'", "startsWith(github.ref, 'REFS/tags/')", False, id="its prefix"),
        pytest.param("github.ref == 'a'", "startsWith(github.ref, inputs.x)", False, id="an unknown prefix"),
        pytest.param("github.ref == 'a'", "endsWith(github.ref, 'b')", False, id="another function"),
        pytest.param("github.ref == inputs.x", "github.ref == 'a'", False, id="no literal"),
        pytest.param("inputs.n == 1", "inputs.n == 2", True, id="two numbers"),
        pytest.param("inputs.n == 1", "inputs.n == '2'", False, id="a number and a text"),
        pytest.param("github.job == 'a'", "github.job == 'b'", False, id="the job's own name"),
        pytest.param("github[inputs.x] == 'a'", "github[inputs.x] == 'b'", False, id="a computed key"),
        pytest.param("matrix.x == 'a'", "matrix.x == 'b'", False, id="a matrix"),
        pytest.param("hashFiles('x') == 'a'", "hashFiles('x') == 'b'", False, id="files"),
        pytest.param("always()", "failure()", False, id="status functions"),
        pytest.param("${{ inputs.x }} && a", "!inputs.x", False, id="a text that is always true"),
    ],
)
def test_exclusive(a: str, b: str, expected: bool) -> None:
    assert conditions.exclusive(*(conditions.of_text(text(each)) for each in (a, b))) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", set()),
        ("github.ref == 'a'", set()),
        ("success()", set()),
        ("success() && github.ref == 'a'", set()),
        ("!success()", {"success"}),
        ("success() || github.ref == 'a'", {"success"}),
        ("success('a')", {"success"}),
        ("failure()", {"failure"}),
        ("!cancelled() && !failure()", {"cancelled", "failure"}),
        ("ALWAYS()", {"always"}),
        ("${{ success() }} && ${{ inputs.x }}", {"success"}),
        ("${{ 'true' }}", set()),
    ],
)
def test_status_functions(condition: str, expected: set[str]) -> None:
    workflow, _ = files_of(f'  job: {{runs-on: x, if: "{condition}"}}\n')
    assert conditions.status_functions(workflow.jobs[0]) == expected


def test_what_is_known_when_jobs_run() -> None:
    workflow, _ = files_of(
        "  a: {runs-on: x, if: inputs.a}\n"
        "  b: {runs-on: x, needs: a, if: inputs.b && true}\n"
        "  c: {runs-on: x, needs: b, if: always() && inputs.c}\n"
        "  d: {runs-on: x, needs: c, if: needs.b.outputs.x == 'y'}\n"
        "  e: {runs-on: x, needs: c, if: needs.c.outputs.x == 'y'}\n"
    )
    known = conditions.of_jobs(workflow, needs_graph(workflow))
    assert [len(known[job]) for job in "abcde"] == [1, 2, 1, 1, 2]
    assert known["c"] == known["d"], "`d` does not have what it reads"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("inputs.a", True),
        ("inputs.a && true", True),
        ("success() && inputs.a", True),
        ("success()", True),
        ("inputs.b", False),
        ("inputs.a && inputs.b", False),
        ("always()", False),
        ("needs.gone.outputs.x", False),
        ("${{ inputs.a }} and more", False),
    ],
)
def test_implied(condition: str, expected: bool) -> None:
    workflow, _ = files_of(f'  a: {{runs-on: x}}\n  job: {{runs-on: x, if: "{condition}"}}\n')
    known = conditions.of_text(text("inputs.a && needs.gone.outputs.x"))
    assert conditions.implied(known, workflow.jobs[1]) == expected
    assert conditions.implied(known, workflow.jobs[0]), "no condition"


def test_conditions_of_steps_on_the_way_join() -> None:
    assert len(conditions.joined(conditions.of_text(text("inputs.a")), [text("inputs.b && steps.x.outputs.y")])) == 2
    assert conditions.of_text(None) == frozenset()
