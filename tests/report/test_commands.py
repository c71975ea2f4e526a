"""The answer to a comment that was not understood, as GitHub shows it."""

from __future__ import annotations

import re

import cmarkgfm  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.commands.grammar import VERBS, parse_comment
from needful.commands.model import Malformed
from needful.report.commands import commands_markdown, malformed_markdown


def shown(markdown: str) -> str:
    html: str = cmarkgfm.github_flavored_markdown_to_html(markdown)
    return html


def test_every_command_is_listed() -> None:
    html = shown(commands_markdown())
    assert html.count("<tr>") == len(VERBS) + 1
    assert "<code>/needful drop ID… [because …]</code>" in html
    assert "<code>/needful explain ID | JOB-&gt;JOB</code>" in html


def test_the_line_at_fault_is_shown() -> None:
    found = parse_comment("/needful plan\n/needful fix it")
    assert isinstance(found, Malformed)
    answer = malformed_markdown(found)
    assert answer.startswith("Nothing was done. `/needful fix it`: there is no such command.\n\n| command |")


HOSTILE = (
    "@team",
    "`",
    "``",
    "<img src=x onerror=y>",
    "![a](//b)",
    "[a](b)",
    "#1",
    "|",
    "\\",
    "-->",
    "::error::",
    " ",
    "x",
)


@given(st.one_of(st.text(max_size=300), st.lists(st.sampled_from(HOSTILE), max_size=9).map("".join)))
def test_nothing_that_a_person_wrote_is_live(text: str) -> None:
    html = shown(malformed_markdown(Malformed(f"/needful {text}", "there is no such command")))
    plain = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    calm = shown(malformed_markdown(Malformed("/needful", "there is no such command")))
    assert plain == re.sub(r"<code>.*?</code>", "", calm, flags=re.DOTALL)


@pytest.mark.parametrize("text", ["", "x" * 5_000])
def test_it_stays_short(text: str) -> None:
    assert len(malformed_markdown(Malformed(text, "no"))) < 3_000
