"""Where what is opened in a text of a shell is closed again."""

from __future__ import annotations

import pytest

from needful.effects.shell.texts import closing, without_escapes


@pytest.mark.parametrize(
    "text",
    [
        "$(a)",
        "$(a $(b) (c))",
        "$(a ')' b)",
        '$(a ")" b)',
        '$(a "$(b ")" c)" d)',
        "$(a \\) b)",
        "${a}",
        "${a:-${b}}",
        "${a:-(}",
        "${a:-'}'}",
        "$[1 + ${a}]",
        "`a`",
        "`a \\` b`",
        "<(a)",
        ">(a (b))",
        '$(a "\'" b)',
    ],
)
def test_what_is_opened_is_closed_at_the_end(text: str) -> None:
    code = f"x{text}) }} ] ` \" '".encode()
    assert closing(code, 1, len(code)) == 1 + len(text)


@pytest.mark.parametrize("text", ["$(a", "$(a 'b)", '$(a "b)', "${a:-$(b}", "`a", "`a\\`", "$(a \\)", "$["])
def test_what_stays_open_has_no_end(text: str) -> None:
    assert closing(text.encode(), 0, len(text)) is None


def test_nothing_is_closed_behind_the_end() -> None:
    assert closing(b"$(a)", 0, 3) is None
    assert closing(b"`a`", 0, 2) is None


def test_escapes_of_texts_like_those_of_c() -> None:
    assert without_escapes(r"a\n\t\e\\\'\"\?\x41\u20ac\101\z\udfff") == "a\n\t\x1b\\'\"?A€A\\z\ufffd"
