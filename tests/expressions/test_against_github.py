"""GitHub's own parser and ours accept the same texts and see the same trees in them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from expressions.github import Ask, tree_of
from expressions.made import heaps, text_of, trees
from needful.document.nodes import Plain
from needful.document.parse import parse
from needful.errors import UserError
from needful.expressions import Call, ExpressionError, Literal, Logical, Node, Template, parse_condition, parse_template
from needful.expressions.parser import parse_expression
from needful.source import Source

pytestmark = [pytest.mark.judged, pytest.mark.slow]

_ASKED_ONCE = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def ours(text: str) -> Node | None:
    try:
        return parse_expression(text)
    except ExpressionError:
        return None


def theirs(ask: Ask, text: str) -> Node | None:
    said = ask("expression", text)
    return None if "error" in said else tree_of(said["tree"])


ACCEPTED = (
    *r"""
null
true
false
NaN
Infinity
-Infinity
+Infinity
0
-0
+1
1.
.5
-.5e-3
1e5
1E+5
0x1F
0XfF
0o17
0O7
0b101
1e999
007
'a'
''
''''
'it''s ''so'''
'}}'
'${{'
github
GITHUB
GitHub.Ref
github . ref
github.ref-name
github._x-
github.true
github.null.NaN
github['ref']
github[ 'ref' ]
github['a b']['c''d']
github[0]
github[-1]
github[github.x]
github.*
github.*.x
github[*]
github[ * ].x
github.*[0]
(github)
((github)).ref
(github.x || env).y
fromJSON('{}').x
fromJSON('[]')[0]
toJSON(needs)
!true
!!true
!(true)
! true
!github.x == 1
1 == 2 == 3
1 < 2 > 3
1 == 2 < 3
1<2==3>=4
true && false || null
true || false && null
(true || false) && null
true && (false && null)
true||false||null
contains('a','b')
CONTAINS ( 'a' , 'b' )
format('a')
format('{0}', 1, 2, 3,)
case(true, 1, 2)
case(true,1,false,2,3)
always()
success( )
Failure()
cancelled()
hashFiles('a', 'b')
join(github.x)
startsWith('a', 'b')
endsWith('a', 'b')
1
success('job')
needs.a-b.outputs.c_d
env.X != '' && env.X
-1 < +1
""".splitlines()[1:],
    "'\n'",
    "\ttrue\r\n",
    "true\n&& false",
    "!" * 48 + "true",
    "(" * 49 + "1" + ")" * 49,
    "github" + ".x" * 49,
    " || ".join(["github.a.b.c"] * 60),
    " && ".join(["contains(github.a, 'b') && !github.x"] * 40),
    "github.x" + "[github.a[0][github.b.c]]" * 20,
    "'" + "x" * 20_998 + "'",
)
REFUSED = (
    *r"""
()
true false
'a
'a'b
a
github.
.ref
github..ref
github.'x'
github.0
github[]
github[
github]
github[0
github(
github)
(github
'a'.b
'a'[0]
1[0]
true.x
null[0]
github.x()
()()
foo()
foo(1)
foo.bar
True
NULL
nan
infinity
undefined
insert
1-2
1+1
1 + 1
- 1
+
-
.
1.2.3
1_000
0xG
0o8
0b2
-0x1
1e
e1
--1
-NaN
=
1 = 1
===
1 === 1
&
true & false
true | false
&&
true &&
|| true
!
true ! false
1 ==
== 1
1 == == 2
$x
${{ true }}
}}
"a"
`a`
a ? b : c
contains()
contains('a')
contains('a','b','c')
contains('a' 'b')
contains(,)
contains('a',,'b')
case()
case(true, 1)
case(true, 1, false, 2)
always(1)
cancelled(1)
hashFiles()
toJSON()
toJSON(1, 2)
join()
join(1,2,3)
format()
*
github*
github.*x
github.**
1 * 2
[0]
github.é
é
true;
a,b
true,
github.x y
""".splitlines()[1:],
    "",
    "true\xa0",
    "\x0c",
    "github\x00",
    "!" * 60 + "true",
    "(" * 60 + "1" + ")" * 60,
    "github" + ".x" * 60,
    "github" + "[0]" * 60,
    "github[" * 60 + "0" + "]" * 60,
    "case(true, 1, " * 60 + "1" + ")" * 60,
    "(true && true || " * 30 + "1" + ")" * 30,
    "'" + "x" * 21_000 + "'",
)


@pytest.mark.parametrize("text", ACCEPTED, ids=lambda text: repr(text[:40]))
def test_tricky_expressions_mean_the_same(ask_github: Ask, text: str) -> None:
    said = ask_github("expression", text)
    assert "error" not in said
    assert parse_expression(text) == tree_of(said["tree"])


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: repr(text[:40]))
def test_both_refuse(ask_github: Ask, text: str) -> None:
    if text:  # their parser answers an empty text with no tree at all
        assert "error" in ask_github("expression", text)
    with pytest.raises(ExpressionError):
        parse_expression(text)


@pytest.mark.parametrize(
    "levels",
    [
        pytest.param(lambda n: "!" * n + "true", id="not"),
        pytest.param(lambda n: "(" * n + "1" + ")" * n, id="groups"),
        pytest.param(lambda n: "github" + ".x" * n, id="properties"),
        pytest.param(lambda n: "github" + "[0]" * n, id="indices"),
        pytest.param(lambda n: "github" + "[*]" * n, id="stars"),
        pytest.param(lambda n: "github[" * n + "0" + "]" * n, id="nested indices"),
        pytest.param(lambda n: "format('(.!', " * n + "1.5" + ")" * n, id="arguments"),
        pytest.param(lambda n: "(true && " * n + "1" + ")" * n, id="and"),
        pytest.param(lambda n: "(1 == 1 || 0 < 1 && " * n + "1" + ")" * n, id="or and"),
        pytest.param(lambda n: "(!github.a.b && !github.a.b || " * n + "1" + ")" * n, id="mixed"),
        pytest.param(lambda n: "github" + "[github.a || github.b && !github.c[0]].x" * n, id="long chain"),
    ],
)
def test_both_stop_at_the_same_depth(ask_github: Ask, levels: object) -> None:
    assert callable(levels)
    for n in range(10, 56):
        text = levels(n)
        assert ours(text) == theirs(ask_github, text), n


@settings(suppress_health_check=_ASKED_ONCE)
@given(tree=trees)
def test_made_expressions_mean_the_same(ask_github: Ask, tree: Node) -> None:
    text = text_of(tree)
    assert parse_expression(text) == theirs(ask_github, text) == tree


@settings(suppress_health_check=_ASKED_ONCE, max_examples=600)
@given(text=heaps)
def test_heaps_of_tokens_are_judged_alike(ask_github: Ask, text: str) -> None:
    if text.strip(" \t\r\n"):
        assert ours(text) == theirs(ask_github, text)


def sources(template: Template) -> list[str]:
    if template.sole and isinstance(template.sole.tree, Literal) and isinstance(template.sole.tree.value, str):
        return []  # GitHub takes `${{ 'text' }}` for the plain text
    return [expression.source for expression in template.expressions]


TEMPLATES = (
    "",
    "plain",
    "{{ x }}",
    "$ {{ x }}",
    "}}",
    "${{ github.ref }}",
    "${{github.ref}}",
    "a${{ github.a }}b${{ env.b }}",
    "${{ format('}}') }}",
    "${{ format('a''}}') }} }}",
    "${{ github.a }}}",
    "${{ github['}'] }}",
    "$${{ github.a }}",
    "${{\n github.a \n}}",
    "${{ github.a }}${{ github.b }}",
    "${{ github.a }}\n",
    " ${{ github.a }}",
    "${{",
    "${{ }}",
    "${{}}",
    "a ${{ github.a",
    "${{ github.a }",
    "${{ 'a }}",
    "${{ github.a }} ${{",
    "${{ ${{ 1 }} }}",
    "${{ x }}",
    "${{ github.a }} ${{ x }}",
    "${{ github. }}",
    "${{ } }}",
    "${{ github.a } }}",
    "\ufeff${{ github.a }}",
    "${{ \xa0github.a\u3000 }}",
    "${{ \x1cgithub.a }}",
    "${{ 'a' }}",
    "${{ 'a' }} ",
)


@pytest.mark.parametrize("text", TEMPLATES, ids=repr)
def test_texts_are_cut_alike(ask_github: Ask, text: str) -> None:
    said = ask_github("template", text)
    if "error" in said:
        with pytest.raises(ExpressionError):
            parse_template(text)
    else:
        assert sources(parse_template(text)) == said["expressions"]


CONDITIONS = (
    "",
    "   ",
    "true",
    "github.ref == 'x'",
    "success()",
    "always() && github.x",
    "${{ always() }}",
    "${{ github.x }}",
    "${{ 'false' }}",
    "${{ 'always()' }}",
    "${{ 'x' }}",
    "${{ '' }}",
    "${{ !cancelled() }}",
    "github.x == '${{'",
    "${{ github.a",
    "x",
    "!",
    "  github.a\n",
    "!${{ github.a }}x",
    "failure() || cancelled()",
    "'always()'",
)


def with_success(template: Template) -> Node:
    """The condition as GitHub runs it: with `success() &&` where no status is asked for."""
    if template.is_static:
        return Call("success", ())
    assert template.sole is not None
    tree = template.sole.tree
    return tree if template.sole.status_functions else Logical("&&", (Call("success", ()), tree))


@pytest.mark.parametrize("text", CONDITIONS, ids=repr)
def test_conditions_mean_the_same(ask_github: Ask, text: str) -> None:
    assert_same_condition(ask_github, text)


def assert_same_condition(ask_github: Ask, text: str) -> None:
    said = ask_github("condition", text)
    try:
        template = parse_condition(text)
    except ExpressionError:
        assert "error" in said, text
        return
    assert "error" not in said, text
    if template.sole or template.is_static:
        assert with_success(template) == tree_of(said["tree"]), text
    else:  # several parts: GitHub formats a text
        assert any(node[1] == "format" for node in _calls(said["tree"])), text


def _calls(said: list[object]) -> Iterator[list[object]]:
    if said[0] == "call":
        yield said
    for part in said:
        if isinstance(part, list):
            yield from _calls(part)


def test_every_expression_of_real_workflows_means_the_same(ask_github: Ask, shared: Path) -> None:
    texts: set[str] = set()
    conditions: set[str] = set()
    for file in sorted((shared / "corpus").rglob("*.y*ml")):
        if file.parent.name == "workflows" or file.stem == "action":
            try:
                document = parse(Source.from_bytes(str(file), file.read_bytes()))
            except UserError:
                continue
            _collect(document.plain, texts, conditions)
    expressions: set[str] = set()
    for text in sorted(texts):
        said = ask_github("template", text)
        assert "error" not in said, text
        assert sources(parse_template(text)) == said["expressions"]
        expressions.update(said["expressions"])
    for text in sorted(conditions):
        assert_same_condition(ask_github, text)
    for source in sorted(expressions):
        assert parse_expression(source) == theirs(ask_github, source)
    sys.stdout.write(f"{len(texts)} texts, {len(conditions)} conditions, {len(expressions)} expressions\n")
    assert len(expressions) > 1000


def _collect(value: Plain, texts: set[str], conditions: set[str], *, condition: bool = False) -> None:
    if isinstance(value, str) and condition:
        conditions.add(value)
    elif isinstance(value, str) and "${{" in value:
        texts.add(value)
    elif isinstance(value, list):
        for item in value:
            _collect(item, texts, conditions)
    elif isinstance(value, dict):
        for key, below in value.items():
            is_condition = key == "if" and any(word in value for word in ("run", "uses", "steps"))
            _collect(below, texts, conditions, condition=is_condition)
