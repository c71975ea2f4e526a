"""New text reads back as what was meant, under YAML 1.1 and 1.2, in any place."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from needful.document.nodes import Plain, Style
from needful.document.parse import parse
from needful.document.render import entry_lines, flow_text, item_lines, scalar_text
from needful.document.semantics import same
from needful.document.style import FileStyle
from needful.source import Source

_CHARACTERS = st.characters(exclude_categories=["Cs"])
_TEXTS = st.text(_CHARACTERS, max_size=12) | st.text(" #:-'\"\\\n\t[]{},&*!|>%@`?=~<é1oOnNyY.", max_size=8)
_SCALARS = _TEXTS | st.integers() | st.floats() | st.booleans() | st.none()
_ODD = [
    "on",
    "yes",
    "No",
    "y",
    "1.10",
    "0o7",
    "017",
    "1:30",
    "1_000",
    "0x_f",
    "2020-01-01",
    "=",
    "<<",
    "~",
    "null",
    ".5",
    "1e3",
    "-",
    "?",
    ":",
    "-a:",
    "@a",
    "`a",
    "%a",
    "!a",
    "*a",
    "&a",
]
_EVEN = ["a", "a-b", "a:b", "-a", "?a", ":a", "${{x}}", "a#b", "v1.10", "1.2.3", "a'b", "./x/**"]
VALUES: st.SearchStrategy[Plain] = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3), max_leaves=6
)
STYLES = st.builds(
    FileStyle,
    indent=st.integers(1, 4),
    offset=st.integers(0, 4),
    dash=st.integers(2, 4),
    quote=st.sampled_from([Style.SINGLE, Style.DOUBLE]),
    padded=st.booleans(),
    spaced=st.booleans(),
    flow_lists=st.dictionaries(st.sampled_from(["k", "a"]), st.booleans()),
)


def read(text: str) -> Plain:
    return parse(Source("a.yml", text)).plain


@given(value=VALUES, style=STYLES)
def test_values_read_back_below_a_key(value: Plain, style: FileStyle) -> None:
    assert same(read("\n".join(entry_lines("k", value, 0, style)) + "\n"), {"k": value})


@given(value=VALUES, style=STYLES, alone=st.booleans())
def test_values_read_back_behind_a_dash(value: Plain, style: FileStyle, alone: bool) -> None:
    assert same(read("\n".join(item_lines(value, 0, style.dash, style, alone=alone)) + "\n"), [value])


@given(value=VALUES, style=STYLES)
def test_values_read_back_between_brackets(value: Plain, style: FileStyle) -> None:
    assert same(read(f"[{flow_text(value, style)}]"), [value])


@given(text=_TEXTS, flow=st.booleans(), style=STYLES)
def test_texts_are_texts_to_readers_of_yaml_1_1_too(text: str, flow: bool, style: FileStyle) -> None:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    written = scalar_text(text, style, flow=flow)
    assert reader.load(f"[{written}]\n" if flow else f"k: {written}\n") == ([text] if flow else {"k": text})


@pytest.mark.parametrize("text", _ODD)
def test_texts_that_some_read_as_something_else_are_quoted(text: str) -> None:
    assert scalar_text(text, FileStyle(), flow=False) == f"'{text}'"


@pytest.mark.parametrize("text", _EVEN)
def test_texts_that_all_read_alike_stay_plain(text: str) -> None:
    assert scalar_text(text, FileStyle(), flow=False) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (12, "12"),
        (1.5, "1.5"),
        (float("inf"), ".inf"),
        (float("-inf"), "-.inf"),
        (float("nan"), ".nan"),
    ],
)
def test_values_that_are_no_text(value: Plain, text: str) -> None:
    assert scalar_text(value, FileStyle(), flow=False) == text


def test_long_lists_of_names_take_a_line_each() -> None:
    names: list[Plain] = [f"a-rather-long-name-{number}" for number in range(9)]
    lines = partial(entry_lines, "needs", names, 4)
    assert len(lines(FileStyle())) == 10
    assert len(lines(FileStyle(flow_lists={"needs": True}))) == 1
