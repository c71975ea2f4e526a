"""Text to tree: what the nodes are, when two texts are the same expression, and what is said of broken ones."""

from __future__ import annotations

import math

import pytest
from hypothesis import given

from expressions.made import text_of, trees
from needful.expressions import (
    Binary,
    Call,
    Context,
    ExpressionError,
    Index,
    Literal,
    Logical,
    Node,
    Not,
    Property,
    Star,
    number_of,
    parse_condition,
)
from needful.expressions.parser import parse_expression

GITHUB = Context("github")
REF = Property(GITHUB, "ref")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("null", Literal(None)),
        ("true", Literal(True)),
        ("false", Literal(False)),
        ("-1.5e1", Literal(-15.0)),
        ("0x1F", Literal(31.0)),
        ("Infinity", Literal(math.inf)),
        ("'it''s'", Literal("it's")),
        ("github.ref", REF),
        ("github['a b']", Property(GITHUB, "a b")),
        ("github[0]", Index(GITHUB, Literal(0.0))),
        ("github[github.ref]", Index(GITHUB, REF)),
        ("github.*.ref", Property(Star(GITHUB), "ref")),
        ("github[*]", Star(GITHUB)),
        ("success()", Call("success", ())),
        ("contains(github, 'a')", Call("contains", (GITHUB, Literal("a")))),
        ("fromJSON('{}').ref", Property(Call("fromjson", (Literal("{}"),)), "ref")),
        ("!github.ref", Not(REF)),
        ("1 == 2", Binary("==", Literal(1.0), Literal(2.0))),
        ("1 < 2 == 3", Binary("==", Binary("<", Literal(1.0), Literal(2.0)), Literal(3.0))),
        ("1 == 2 == 3", Binary("==", Binary("==", Literal(1.0), Literal(2.0)), Literal(3.0))),
        ("!1 > 2", Binary(">", Not(Literal(1.0)), Literal(2.0))),
        ("1 || 2 || 3", Logical("||", (Literal(1.0), Literal(2.0), Literal(3.0)))),
        ("1 || 2 && 3", Logical("||", (Literal(1.0), Logical("&&", (Literal(2.0), Literal(3.0)))))),
        ("(1 || 2) && 3", Logical("&&", (Logical("||", (Literal(1.0), Literal(2.0))), Literal(3.0)))),
        ("case(true, 1, 2)", Call("case", (Literal(True), Literal(1.0), Literal(2.0)))),
    ],
)
def test_tree(text: str, tree: Node) -> None:
    assert parse_expression(text) == tree


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("github.ref", "GitHub['REF']", id="names compare without case, an index is a property"),
        pytest.param("toJSON(needs)", "ToJson( Needs )", id="functions compare without case"),
        pytest.param("(github.ref)", "github.ref", id="parentheses leave no trace"),
        pytest.param("1.0", "0x1", id="numbers by value"),
        pytest.param("NaN", "NaN", id="not a number is itself here"),
        pytest.param("needs.*.result", "needs[*]['result']", id="stars"),
    ],
)
def test_same_expression(one: str, other: str) -> None:
    first, second = parse_condition(one).sole, parse_condition(other).sole
    assert first is not None
    assert second is not None
    assert first.tree == second.tree
    assert hash(first.tree) == hash(second.tree)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("true", "1"),
        ("null", "0"),
        ("'1'", "1"),
        ("'a'", "'A'"),
        ("NaN", "0"),
        ("github.a && (github.b && github.c)", "github.a && github.b && github.c"),
        ("github.a", "env.a"),
    ],
)
def test_different_expressions(one: str, other: str) -> None:
    assert parse_expression(one) != parse_expression(other)


def test_a_literal_is_no_plain_value() -> None:
    assert Literal("a") != "a"


@given(tree=trees)
def test_printed_trees_are_read_back(tree: Node) -> None:
    assert parse_expression(text_of(tree)) == tree


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("github.ref ==", "the expression ends too early", 13),
        ("github.ref == == 1", "unexpected `==`", 14),
        ("github.ref)", "unexpected `)`", 10),
        ("true false", "unexpected `false`", 5),
        ("github.ref = 'x'", "unexpected `=`", 11),
        ("github.ref == 'x", "a text that is not closed", 14),
        ('github.ref == "x"', 'unexpected `"x"`', 14),
        ("github.ref ==\u00a01", "unexpected character U+00A0", 13),
        ("1 == @" + "y" * 40, "unexpected `@" + "y" * 29 + "…`", 5),
        ("1 == 1-2", "`1-2` is not a number", 5),
        ("success() && githbu.ref", "unknown name `githbu`: no context is called that", 13),
        ("!fromYAML('a')", "unknown function `fromYAML`", 1),
        ("1 && contains('a')", "`contains` cannot take 1 argument", 5),
        ("toJSON(1, 2)", "`toJSON` cannot take 2 arguments", 0),
        ("case(true, 1, false, 2)", "`case` cannot take 4 arguments", 0),
        ("(" * 60 + "1" + ")" * 60, "an expression nested deeper than 50 levels", 0),
        ("'" + "x" * 21_000 + "'", "an expression of more than 21,000 characters", 0),
    ],
)
def test_what_is_wrong_and_where(text: str, message: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_expression(text)
    assert (raised.value.message, raised.value.offset) == (message, offset)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(" || ".join(["github.a.b.c"] * 60), id="many chains"),
        pytest.param(" && ".join(["contains(github.a, '!.(') && !github.x"] * 40), id="many calls"),
        pytest.param("github.x" + "[github.a[0][github.b.c]][*]" * 15, id="many indices"),
        pytest.param(" == ".join(["(1.5 < .5 || true && false)"] * 60), id="many groups"),
    ],
)
def test_long_is_not_deep(text: str) -> None:
    assert isinstance(parse_expression(text), Binary | Logical | Star)


@pytest.mark.parametrize("text", ["1", "+1", "-.5", "1.", "1e3", "0x10", "0o10", "0b10", "Infinity", "-Infinity"])
def test_numbers_of_github(text: str) -> None:
    assert isinstance(number_of(text), float)


@pytest.mark.parametrize("text", ["", ".", "1-2", "0x", "1_000", "-0x1", "inf", "nan", "1e", "1,5", " 1"])
def test_no_numbers(text: str) -> None:
    assert number_of(text) is None


def test_a_number_beyond_all_is_infinite() -> None:
    assert number_of("0x" + "f" * 400) == math.inf
