"""Spans, values, and what is not read."""

from __future__ import annotations

import math

import pytest

from needful.document import parse as parsing
from needful.document.nodes import Mapping, Plain, Scalar, Style, find, scalar_value
from needful.document.parse import MAX_NODES, Document, parse
from needful.errors import UserError
from needful.source import Source, Span


@pytest.fixture(params=["compiled", "pure"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "pure":
        monkeypatch.setattr(parsing, "CParser", None)


def document(text: str) -> Document:
    return parse(Source("a.yml", text))


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        pytest.param("a: b # c\n", ("a",), "b", id="plain"),
        pytest.param("a: &x b\n", ("a",), "&x b", id="anchor"),
        pytest.param("a:\n  b: 1\n\n# c\nd: 1\n", ("a",), "b: 1", id="block mapping"),
        pytest.param("a:\n- b\n\nd: 1\n", ("a",), "- b", id="block list"),
        pytest.param("a: [ b ] # c\n", ("a",), "[ b ]", id="flow list"),
        pytest.param("a: |\n  x\n\n\nb: 1\n", ("a",), "|\n  x", id="literal"),
        pytest.param("a: |\n  x\n     \n \nb: 1\n", ("a",), "|\n  x\n     ", id="literal with spaces that count"),
        pytest.param("a: >- # c\n  x\n", ("a",), ">- # c\n  x", id="folded"),
        pytest.param("a: |+\n  x\n\nb: 1\n", ("a",), "|+\n  x\n", id="literal that keeps blank lines"),
        pytest.param("a: |+\r\n  x\r\n\r\nb: 1\r\n", ("a",), "|+\r\n  x\r\n", id="the same with CRLF"),
        pytest.param("a: |+\n  x", ("a",), "|+\n  x", id="the same at the end of the file"),
        pytest.param("a: |\n\n\nb: 1\n", ("a",), "|", id="empty literal"),
        pytest.param("a:  # c\nb: 1\n", ("a",), "", id="nothing"),
        pytest.param("a: [b, c: , d]\n", ("a", 1, "c"), "", id="nothing between brackets"),
        pytest.param("a: &x 1\nb: *x\n", ("b",), "*x", id="alias"),
        pytest.param("a:\n  b: &x\n", ("a",), "b: &x", id="anchor at the end"),
    ],
)
def test_spans(text: str, path: tuple[str | int, ...], expected: str) -> None:
    node = document(text).find(path)
    assert node is not None
    assert text[slice(*node.span)] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("---\na: 1\n...\n", {"a": 1}),
        ("{a: {b: &x [1, ~]}, c: *x}", {"a": {"b": [1, None]}, "c": [1, None]}),
        ("? \n", {"": None}),
        ("a: ! 'x'\n", {"a": "x"}),
        ("a: what?\nb?: 1\n", {"a": "what?", "b?": 1}),
    ],
)
def test_values(text: str, value: Plain) -> None:
    if text == "? \n":
        with pytest.raises(UserError, match=r"'\?'"):
            document(text)
        return
    assert document(text).plain == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("False", False),
        ("~", None),
        ("on", "on"),
        ("12", 12),
        ("-1", -1),
        ("0o17", 15),
        ("0x1F", 31),
        ("1.10", 1.1),
        ("1e3", 1000.0),
        ("1_000", "1_000"),
        ("-.Inf", -math.inf),
        ("-.nan", "-.nan"),
        ("9" * 5000, "9" * 5000),
    ],
)
def test_scalars_mean_what_yaml_1_2_says(text: str, value: Plain) -> None:
    read = scalar_value(Scalar(Span(0, 0), text))
    assert (type(read), read) == (type(value), value)
    assert scalar_value(Scalar(Span(0, 0), text, Style.SINGLE)) == text


def test_not_a_number_is_a_number() -> None:
    assert math.isnan(scalar_value(Scalar(Span(0, 0), ".NaN")))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("a: 1\na: 2\n", 2, "stands twice", id="duplicate key"),
        pytest.param("a: 1\n---\nb: 1\n", 2, "second YAML document", id="documents"),
        pytest.param("a: !!python/name:x y\n", 1, "YAML tag", id="tag on a scalar"),
        pytest.param("a: !x [1]\n", 1, "YAML tag", id="tag on a list"),
        pytest.param("\na: 'x\n", 3, "not valid YAML", id="unterminated quotes"),
        pytest.param("a: \x01\n", 1, "not valid YAML", id="control character"),
        pytest.param("a: b\u2028c\n", 1, r"U\+2028", id="other line break"),
        pytest.param("[" * 200, 1, "deeper than 100", id="nesting"),
        pytest.param("? [a]\n: b\n", 1, "as a key", id="list as a key"),
        pytest.param("a: &x 1\n*x : 2\n", 2, "alias as a key", id="alias as a key"),
        pytest.param("a: 1\n? b\n: c\n", 2, r"introduced by '\?'", id="explicit key"),
        pytest.param("{? b : c}\n", 1, r"introduced by '\?'", id="explicit key in braces"),
        pytest.param("a: *x\n", 1, "not defined|undefined alias", id="alias without anchor"),
        pytest.param("a: &x [*x]\n", 1, "stands inside itself|undefined alias", id="alias inside its anchor"),
    ],
)
def test_one_error_with_file_and_line(text: str, line: int, message: str) -> None:
    with pytest.raises(UserError, match=message) as caught:
        document(text)
    assert caught.value.path == "a.yml"
    assert caught.value.line == line


def test_the_number_of_values_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parsing, "MAX_NODES", 10)
    with pytest.raises(UserError, match=r"more than 10 values$"):
        document("[" + "a, " * 20 + "]")
    with pytest.raises(UserError, match=r"more than 10 values$"):
        document("k: [" + "a, " * 20 + "]")
    with pytest.raises(UserError, match="once its aliases are followed"):
        document("a: &a [x, x]\nb: [*a, *a, *a]\n")
    assert MAX_NODES == 100_000


def test_documents_are_looked_up_by_path() -> None:
    read = document("a: &x\n  - b: 1\nc: *x\n")
    assert read.find(("c", 0, "b")) == read.find(("a", 0, "b"))
    assert read.find(("c", 1)) is None
    assert read.find(("a", "b")) is None
    assert read.find(("a", 0, "b", "c")) is None
    assert read.find(("z",)) is None
    assert isinstance(read.root, Mapping)
    assert [read.line(entry) for entry in read.root.entries] == [1, 3]
    assert find(read.root, ()) is read.root
    assert read.root.get("z") is None


def test_what_aliases_share_is_built_once() -> None:
    value = document("a: &x {b: [1]}\nc: *x\n").plain
    assert isinstance(value, dict)
    assert value["a"] is value["c"]
