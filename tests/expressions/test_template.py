"""Texts with expressions in them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from needful.expressions import Expression, ExpressionError, Template, parse_condition, parse_template


def shape(template: Template) -> list[str | tuple[str]]:
    """Literal parts as they are, expressions as one-tuples of their source."""
    return [part if isinstance(part, str) else (part.source,) for part in template.parts]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("plain", ["plain"]),
        ("{{ go }} $ {{", ["{{ go }} $ {{"]),
        ("${{ github.ref }}", [("github.ref",)]),
        ("a ${{github.ref}} b", ["a ", ("github.ref",), " b"]),
        ("${{ github.a }}${{ env.b }}", [("github.a",), ("env.b",)]),
        ("${{ format('}}') }}", [("format('}}')",)]),
        ("${{ format('a''}}') }} }}", [("format('a''}}')",), " }}"]),
        ("${{ github.a }}}", [("github.a",), "}"]),
        ("${{\n  github.a\n}}", [("github.a",)]),
        ("${{ '${{' }}", [("'${{'",)]),
    ],
)
def test_cutting(text: str, parts: list[str | tuple[str]]) -> None:
    assert shape(parse_template(text)) == parts


@pytest.mark.parametrize("text", ["a ${{  github.ref }}", "${{env.a}} ${{\n\n github.ref}}", "é😀 ${{ github.ref }}"])
def test_start_is_where_the_source_stands(text: str) -> None:
    for expression in parse_template(text).expressions:
        assert text[expression.start :].startswith(expression.source)


def test_static_text() -> None:
    template = parse_template("plain")
    assert template.is_static
    assert template.literal == "plain"
    assert template.sole is None
    assert parse_template("").literal == ""


def test_dynamic_text() -> None:
    template = parse_template("a ${{ github.ref }}")
    assert not template.is_static
    assert template.literal is None
    assert template.sole is None
    assert isinstance(parse_template("${{ github.ref }}").sole, Expression)


@pytest.mark.parametrize(
    ("text", "message", "offset"),
    [
        ("a ${{ github.ref", "`${{` without its `}}`", 2),
        ("${{ github.ref }", "`${{` without its `}}`", 0),
        ("${{ 'a }}", "`${{` without its `}}`", 0),
        ("a ${{ }}", "nothing stands between `${{` and `}}`", 2),
        ("a ${{  github.ref ! }}", "unexpected `!`", 18),
        ("${{ env.a }} ${{ b }}", "unknown name `b`: no context is called that", 17),
    ],
)
def test_broken_text(text: str, message: str, offset: int) -> None:
    with pytest.raises(ExpressionError) as raised:
        parse_template(text)
    assert (raised.value.message, raised.value.offset) == (message, offset)


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_condition_is_static(text: str) -> None:
    assert parse_condition(text) == Template(())


def test_a_condition_needs_no_braces() -> None:
    bare, braced = parse_condition("  always()\n").sole, parse_condition("${{ always() }}").sole
    assert bare is not None
    assert braced is not None
    assert bare.tree == braced.tree
    assert (bare.start, braced.start) == (2, 4)


@pytest.mark.parametrize("text", ["${{ always() }} && ${{ github.ref }}", "${{ false }}\n", "!${{ false }}"])
def test_a_condition_of_several_parts_is_a_text(text: str) -> None:
    template = parse_condition(text)
    assert template.sole is None
    assert not template.is_static


def test_a_quoted_condition_is_read_as_the_text_it_holds() -> None:
    condition = parse_condition("${{ 'always()' }}").sole
    assert condition is not None
    assert condition.status_functions == {"always"}
    assert condition.start == 5


@pytest.mark.parametrize("text", ["success(", "github.ref == ${{ github.a", "refs/heads/main"])
def test_broken_condition(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse_condition(text)


@pytest.mark.parametrize(
    ("text", "loads"),
    [
        pytest.param("echo", False, id="static text"),
        pytest.param("${{ github.event.action }}", False, id="chain"),
        pytest.param("${{ !github.ref }}", True, id="everything else"),
    ],
)
def test_lark_is_loaded_when_it_is_needed(text: str, loads: bool) -> None:
    program = (
        "import sys; from needful.expressions import parse_template; parse_template(sys.argv[1]);"
        "sys.exit('lark' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program, text], check=False).returncode == loads
