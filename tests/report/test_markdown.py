"""Nothing breaks out of the Markdown: what people read is what was put in, judged by a CommonMark renderer."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from needful.report.markdown import code, fenced, folded, link, plain, table
from needful.report.terminal import clean

GITHUB = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HOSTILE = st.text(alphabet=st.sampled_from("`*_[]()<>#@!|~$\\&:/-+=.1aw \n\r\té\u200b"), max_size=40)


def words(rendered: str) -> str:
    """What is read of rendered text, without the spaces that nobody sees."""
    return " ".join(html.unescape(re.sub("<[^>]*>", "", rendered)).replace("\u200b", "").split())


def tags(rendered: str) -> set[str]:
    return set(re.findall("</?([a-z0-9]+)", rendered))


@given(HOSTILE.filter(lambda text: "`" not in text))
def test_plain_text_is_read_as_it_is(text: str) -> None:
    rendered = GITHUB.render(f"x {plain(text)} x")
    assert tags(rendered) <= {"p"}
    assert words(rendered) == " ".join(f"x {clean(text)} x".split())


@given(HOSTILE)
def test_plain_text_at_the_start_of_a_line_is_no_list_heading_or_html(text: str) -> None:
    assert tags(GITHUB.render(plain(text))) <= {"p", "code"}


@given(HOSTILE)
def test_a_code_span_holds_everything(text: str) -> None:
    rendered = GITHUB.render(f"x {code(text)} x")
    assert tags(rendered) == {"p", "code"}
    assert html.unescape(re.sub("<[^>]*>", "", rendered)).split() == ["x", *clean(text).split(), "x"]


@given(HOSTILE, HOSTILE)
def test_a_table_keeps_its_cells(first: str, second: str) -> None:
    rendered = GITHUB.render(table(("a", ">b"), [(plain(first), code(second))]))
    assert len(re.findall("<td", rendered)) == 2
    assert tags(rendered) <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


@given(HOSTILE)
def test_a_block_of_code_ends_where_it_should(text: str) -> None:
    rendered = GITHUB.render(fenced("diff", text.replace("\r", "")) + "\n\nend\n")
    assert rendered.endswith("</code></pre>\n<p>end</p>\n")
    assert tags(rendered) == {"pre", "code", "p"}


@given(HOSTILE)
def test_a_folded_section_has_one_summary(text: str) -> None:
    rendered = folded(text, "body")
    assert re.fullmatch(r"<details><summary>[^<>]*</summary>\n\nbody\n\n</details>", rendered)


@pytest.mark.parametrize("text", ["@octocat", "#12", "GH-12", "http://a.example", "www.a.example", "a/b#12", "@a/team"])
def test_github_sees_no_mention_reference_or_link(text: str) -> None:
    seen = html.unescape(words(GITHUB.render(plain(text)).replace("\u200b", "\0")))
    assert not re.search(r"@\w|#\d|GH-\d|://|www\.", seen)


def test_code_between_backticks_is_code() -> None:
    assert GITHUB.render(plain("`a_b` waits for `c*d*`")) == ("<p><code>a_b</code> waits for <code>c*d*</code></p>\n")


def test_a_link_needs_an_address() -> None:
    assert link("`x`", "") == "`x`"
    assert link("`x`", "https://a.example/b") == "[`x`](https://a.example/b)"
