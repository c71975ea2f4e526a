"""Command lines as words, and texts with places to fill in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from effects.project.opened import Texts, name_of
from needful.effects.names import Hole, Name, joined, show
from needful.effects.project.bodies import quoted, shortened, spaced, split, together, with_arguments
from needful.effects.project.paths import nearest
from needful.effects.project.reading import line_of, lines_of, parse_jsonc
from needful.effects.shell.model import Script


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a 'b c' d", ["a", "b c", "d"]),
        ("a<x>b <y>", ["a<x>b", "<y>"]),
        ("'a <x>'", ["a <x>"]),
        ("", []),
        ("''", [""]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert split(name_of(text)) == tuple(name_of(word) if word else () for word in expected)


@pytest.mark.parametrize("text", ["a 'b", "a \ue000", "a\ue001b", "x" * 70_000])
def test_texts_that_are_no_words(text: str) -> None:
    assert split(text) is None


NAMES = st.lists(
    st.one_of(st.text(alphabet="ab '\"$\\\n;", min_size=1, max_size=6), st.builds(Hole, st.sampled_from("xy"))),
    max_size=4,
).map(lambda parts: joined((part,) for part in parts))


@given(st.lists(NAMES, max_size=4))
def test_what_is_quoted_is_the_same_words_again(words: list[Name]) -> None:
    assert split(spaced(words)) == tuple(words)
    assert split(with_arguments("run", words)) == (("run",), *words)
    assert all(split(quoted(word)) == (word,) for word in words)


def test_long_commands_are_shortened_for_people() -> None:
    assert shortened("a\n  b") == "a b"
    assert len(shortened("a " * 100)) == 80


def test_no_scripts_are_one_without_commands() -> None:
    assert together(()) == (1, Script())


def test_a_file_far_above_is_not_looked_for() -> None:
    deep = "/".join(["a"] * 40)
    assert nearest(Texts({"x": "", f"{deep}/y": ""}), deep, ("x",)) is None
    assert nearest(Texts({"x": "", "a/b/c": ""}), "a/b", ("y", "x")) == "x"


def test_lines() -> None:
    text = '{\n "a": 1,\n "b": {\n  "a" : 2}}'
    assert [line_of(text, keys) for keys in (["a"], ["b", "a"], ["b", "c"], ["c"], [""])] == [2, 4, 3, 1, 1]
    assert list(lines_of("far away\nx\na b\na c d\n", ["a c d", "a c e", "far away", "far", "none"], 2)) == [
        4,
        4,
        1,
        2,
        2,
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": "//b", /* c */ "d": [1, 2,], // e\n}', {"a": "//b", "d": [1, 2]}),
        ('{"a": ",]"}', {"a": ",]"}),
        ('["\\"// a"]', ['"// a']),
        ("/* open", None),
        ('"open', None),
    ],
)
def test_json_with_comments(text: str, expected: object) -> None:
    assert parse_jsonc(text) == expected


def test_holes_are_shown_as_expressions() -> None:
    assert show(name_of("a<x>")) == "a${{ x }}"
