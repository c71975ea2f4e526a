"""What an expression reads and calls, and the parts of a condition."""

from __future__ import annotations

import pytest

from needful.expressions import Access, accesses, conjuncts, disjuncts, functions, parse_condition, parse_template


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("needs.build.outputs.x", [("needs", "build", "outputs", "x")]),
        ("Needs.Build.Outputs.X", [("needs", "Build", "Outputs", "X")]),
        ("needs['build']['outputs'].x", [("needs", "build", "outputs", "x")]),
        ("toJSON(needs)", [("needs",)]),
        ("needs.*.result", [("needs", "*", "result")]),
        ("contains(needs[*].result, 'failure')", [("needs", "*", "result")]),
        ("needs[matrix.job].result", [("needs", None, "result"), ("matrix", "job")]),
        ("needs[format('{0}', matrix.job)].result", [("needs", None, "result"), ("matrix", "job")]),
        ("github[env.a][env.b]", [("github", None, None), ("env", "a"), ("env", "b")]),
        ("github.event.commits[0].id", [("github", "event", "commits", "0", "id")]),
        ("github[0.5]", [("github", None)]),
        ("github[true]", [("github", None)]),
        ("fromJSON(needs.a.outputs.m)[matrix.x].y", [("needs", "a", "outputs", "m"), ("matrix", "x")]),
        ("(needs.a || needs.b).outputs.x", [("needs", "a"), ("needs", "b")]),
        ("(github).ref", [("github", "ref")]),
        ("github.ref == 'a' || github.ref == 'b'", [("github", "ref")]),
        ("!(github.a < env.b) && vars.c", [("github", "a"), ("env", "b"), ("vars", "c")]),
        ("'github.ref'", []),
        ("true", []),
    ],
)
def test_accesses(text: str, reads: list[Access]) -> None:
    assert list(accesses(parse_condition(text))) == reads


def test_accesses_of_a_text_with_several_expressions() -> None:
    template = parse_template("${{ github.b }}-${{ github.a }}-${{ github.b }}")
    assert accesses(template) == (("github", "b"), ("github", "a"))


@pytest.mark.parametrize(
    ("text", "calls", "asks"),
    [
        ("Always() && toJSON(needs)", {"always", "tojson"}, {"always"}),
        ("!cancelled() && (success() || failure())", {"cancelled", "success", "failure"}, None),
        ("github[format('{0}', hashFiles('a'))].*", {"format", "hashfiles"}, set()),
        ("'always()' == github.always", set(), set()),
        ("fromJSON(env.x).success", {"fromjson"}, set()),
    ],
)
def test_functions(text: str, calls: set[str], asks: set[str] | None) -> None:
    template = parse_condition(text)
    assert functions(template) == calls
    assert template.sole is not None
    assert template.sole.status_functions == (calls if asks is None else asks)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("github.a", ["github.a"]),
        ("github.a && github.b", ["github.a", "github.b"]),
        ("github.a && (github.b && (github.c || env.d))", ["github.a", "github.b", "github.c || env.d"]),
        ("github.a || github.b", ["github.a || github.b"]),
    ],
)
def test_conjuncts(text: str, parts: list[str]) -> None:
    whole = parse_condition(text).sole
    assert whole is not None
    assert [*conjuncts(whole.tree)] == [sole.tree for part in parts if (sole := parse_condition(part).sole)]


def test_disjuncts() -> None:
    whole = parse_condition("github.a || (github.b || github.c && env.d)").sole
    assert whole is not None
    parts = [parse_condition(text).sole for text in ("github.a", "github.b", "github.c && env.d")]
    assert [*disjuncts(whole.tree)] == [part.tree for part in parts if part]
