"""What a comment asks for, and what in it is no command at all."""

from __future__ import annotations

from html.parser import HTMLParser

import cmarkgfm  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.commands.grammar import MAX_COMMANDS, MAX_COMMENT, MAX_IDS, MAX_REASON, VERBS, is_id, parse_comment, spell
from needful.commands.model import (
    Apply,
    Command,
    Drop,
    Edge,
    Explain,
    Help,
    IgnoreRule,
    KeepEdge,
    Malformed,
    Measure,
    Rebase,
    ShowPlan,
    Undo,
)

ID, OTHER = "drop-false-needs:ci.yml:test:lint", "add-missing-needs:CI_2.yaml:a:b"
EDGE = Edge("lint", "test")


# --- what is understood ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/needful", Help()),
        ("/needful help", Help()),
        ("/NEEDFUL Plan", ShowPlan()),
        ("   /needful\tmeasure  ", Measure()),
        ("/needful rebase", Rebase()),
        ("/needful undo", Undo()),
        (f"/needful apply {ID}", Apply((ID,))),
        (f"/needful apply `{ID}`, {OTHER} {ID}", Apply((ID, OTHER))),
        (f"/needful drop {ID}", Drop((ID,))),
        (f"/needful drop {ID} {OTHER} BECAUSE  we  *like*\tit", Drop((ID, OTHER), "we *like* it")),
        (f"/needful drop {ID} because because", Drop((ID,), "because")),
        (f"/needful explain {ID}", Explain(ID)),
        ("/needful explain lint->test", Explain(EDGE)),
        ("/needful explain lint --> test", Explain(EDGE)),
        ("/needful explain lint=>test", Explain(EDGE)),
        ("/needful explain `lint` → `test`", Explain(EDGE)),
        ("/needful explain lint..test", Explain(EDGE)),
        ("/needful keep lint->test because @team said <b>so</b>", KeepEdge(EDGE, "@team said <b>so</b>")),
        ("/needful keep _a--->b-c because \x07x\u202e", KeepEdge(Edge("_a-", "b-c"), "x")),
        ("/needful ignore Drop-False-Needs", IgnoreRule("drop-false-needs")),
        ("/needful ignore `drop-false-needs` `E2E`", IgnoreRule("drop-false-needs", "E2E")),
    ],
)
def test_commands(line: str, expected: Command) -> None:
    assert parse_comment(line) == (expected,)


def test_several_stand_on_a_line_each_among_other_lines() -> None:
    text = f"\r\n/needful drop {ID}\r\nThank you!\r\n\r\n# More\r\n/needful plan\r\nand /needful undo\r\n"
    assert parse_comment(text) == (Drop((ID,)), ShowPlan())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thanks!",
        "please /needful undo",
        "Thanks!\n/needful undo",
        "/needfulness",
        "/needful-undo",
        "> /needful undo",
        "> quoted\n/needful undo",
        "    /needful undo",
        "\t/needful undo",
        "```\n/needful undo\n```",
        "~~~\n/needful undo",
        "`/needful undo`",
        "<!-- /needful undo -->",
        "- /needful undo",
        "# /needful undo",
        "\\/needful undo",
    ],
)
def test_what_does_not_start_with_a_command_is_none(text: str) -> None:
    assert parse_comment(text) == ()


@pytest.mark.parametrize(
    "hidden",
    [
        "> /needful undo",
        "> quoted\n/needful undo",
        ">> - quoted\n/needful undo",
        "```\n/needful undo\n```",
        "```sh\n~~~\n/needful undo\n```",
        "````\n```\n/needful undo\n````",
        "   ~~~\n/needful undo\n   ~~~",
        "- ```\n  /needful undo\n  ```",
        "- item\n\n      /needful undo",
        "1. /needful undo",
        "- item\n/needful undo",
        "    /needful undo",
        "\t/needful undo",
        "<!--\n/needful undo\n-->",
        "<!-- x\n\n/needful undo\n\n-->",
        "<pre>\n/needful undo\n\n/needful undo</pre>",
        "<details>\n/needful undo\n</details>",
        "a | b\n--|--\n/needful undo | x",
        "[/needful]: undo",
        "[link]:\n/needful",
        "text /needful undo",
        "```\n/needful undo",
    ],
)
def test_code_quotes_lists_tables_and_html_hold_no_commands(hidden: str) -> None:
    for newline in ("\n", "\r\n", "\r"):
        assert parse_comment(f"/needful plan\n\n{hidden}".replace("\n", newline)) == (ShowPlan(),)


# --- what is not -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("/needful fix", "there is no such command"),
        ("/needful: plan", "there is no such command"),
        ("/needful plan please", "nothing follows this command"),
        ("/needful apply", "the id of a change follows"),
        ("/needful drop because x", "the id of a change follows"),
        (f"/needful drop {ID} because", "no reason follows `because`"),
        (f"/needful drop {ID} because \u200b", "no reason follows `because`"),
        (f"/needful drop {ID} because {'x' * (MAX_REASON + 1)}", f"the reason has more than {MAX_REASON} characters"),
        ("/needful apply lint", "this is no id of a change; ids look like `drop-false-needs:ci.yml:test:lint`"),
        ("/needful apply a:../b", "this is no id"),
        ("/needful apply a:..:b", "this is no id"),
        ("/needful apply a:.", "this is no id"),
        ("/needful apply a:b$(x)", "this is no id"),
        ("/needful apply a:b:", "this is no id"),
        ("/needful apply a:é", "this is no id"),
        (f"/needful apply a:{'b' * 200}", "this is no id"),
        ("/needful apply " + " ".join(f"a:{number}" for number in range(MAX_IDS + 1)), f"more than {MAX_IDS} ids"),
        ("/needful explain", "an id or an edge such as `lint->test` is to be explained"),
        ("/needful explain lint", "an id or an edge"),
        ("/needful explain a->b->c", "an id or an edge"),
        ("/needful explain a->" + "b" * 500, "an id or an edge"),
        ("/needful keep lint->test", "the reason is missing: `because …`"),
        ("/needful keep because x", "an edge such as `lint->test` is to be kept"),
        (f"/needful keep {ID} because x", "an edge such as `lint->test` is to be kept"),
        ("/needful ignore", "a rule follows, and at most one job"),
        ("/needful ignore a b c", "a rule follows, and at most one job"),
        ("/needful ignore ../a", "this is no name of a rule"),
        ("/needful ignore " + "a" * 201, "this is no name of a rule"),
        ("/needful ignore a ../b", "this is no id of a job"),
        ("/needful ignore a " + "b" * 201, "this is no id of a job"),
    ],
)
def test_a_line_that_is_not_understood_undoes_the_comment(line: str, problem: str) -> None:
    found = parse_comment(f"/needful plan\n{line}\n/needful undo")
    assert isinstance(found, Malformed)
    assert found.text == line.strip()
    assert found.problem.startswith(problem)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("/needful plan\n" + "x" * MAX_COMMENT, "the comment has more than 10,000 characters"),
        ("/needful plan\n" * (MAX_COMMANDS + 1), "more than 20 commands in one comment"),
        ("/needful plan | x\n--|--\n", "a command stands in a table"),
        ("/needful drop a:b because `x\n/needful undo` y", "a command stands in a table, or in code"),
        ("/needful drop a:b because <!-- x\n/needful undo --> y", "a command stands in a table, or in code"),
        (f"/needful plan\n\nsee `x\n/needful drop {ID}\n`\n", "a command stands in a table, or in code"),
        ("/needful plan [x](<y>\n'/\n/needful undo\n')", "a command stands in a table, or in code"),
    ],
)
def test_a_comment_that_is_unclear_as_a_whole(text: str, problem: str) -> None:
    found = parse_comment(text)
    assert isinstance(found, Malformed)
    assert found.text == ""
    assert found.problem.startswith(problem)


def test_ids_cannot_lead_anywhere() -> None:
    assert is_id(ID)
    assert not any(map(is_id, ("", "a", "a:", ":a", "a:b/c", "a:b\\c", "a:..", "..:a", "a:b\n", "a: b", "~:a", "a:$b")))


# --- properties ------------------------------------------------------------------------------------------------------

WORDS = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,8}", fullmatch=True)
IDS = st.lists(WORDS, min_size=2, max_size=5).map(":".join)
SOME_IDS = st.lists(IDS, min_size=1, max_size=4, unique=True).map(tuple)
JOBS = st.from_regex(r"[A-Za-z_]([A-Za-z0-9_-]{0,8}[A-Za-z0-9_])?", fullmatch=True)
EDGES = st.builds(Edge, JOBS, JOBS)
REASONS = (
    st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=80)
    .map(lambda text: " ".join("".join(char for char in text if char.isprintable()).split()))
    .filter(bool)
)
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.sampled_from((Help(), ShowPlan(), Measure(), Rebase(), Undo())),
    st.builds(Apply, SOME_IDS),
    st.builds(Drop, SOME_IDS, st.one_of(st.just(""), REASONS)),
    st.builds(Explain, st.one_of(IDS, EDGES)),
    st.builds(KeepEdge, EDGES, REASONS),
    st.builds(IgnoreRule, st.from_regex(r"[a-z][a-z0-9-]{0,8}", fullmatch=True), st.one_of(st.just(""), JOBS)),
)


@given(st.lists(COMMANDS, min_size=1, max_size=4), st.sampled_from(("\n\n", "\r\n\r\n", "\n\nThanks!\n\n")))
def test_what_is_spelt_is_understood(commands: list[Command], between: str) -> None:
    assert parse_comment(between.join(map(spell, commands))) == tuple(commands)


PIECES = st.sampled_from(
    (
        *(
            "/needful undo",
            "/needful drop a:b",
            "/needful",
            "/needful x",
            "text",
            "",
            " ",
            "  ",
            "    ",
            "\t",
            "> ",
            ">",
        ),
        *(
            "```",
            "~~~",
            "`",
            "- ",
            "1. ",
            "* ",
            "+",
            "<!--",
            "-->",
            "<pre>",
            "</pre>",
            "<div>",
            "</div>",
            "<b ",
            "|",
            "--|--",
        ),
        *(
            "---",
            "===",
            "# ",
            "[a]: ",
            "[a](",
            ")",
            "\\",
            "'",
            '"',
            "&lt;",
            "![",
            "<",
            ">",
            "**",
            "_",
            "\0",
            "\x0b",
            "\u2028",
        ),
    )
)
LINES = st.lists(st.lists(PIECES, max_size=4).map("".join), max_size=9)


@given(st.one_of(st.text(max_size=60), LINES.map("\n".join), LINES.map("\r".join)))
def test_the_parser_never_fails(text: str) -> None:
    for comment in (text, f"/needful plan\n{text}", f"/needful {text}"):
        found = parse_comment(comment)
        assert isinstance(found, Malformed) or all(parse_comment(spell(command)) == (command,) for command in found)


class _Shown(HTMLParser):
    """The text of a rendered comment that is neither code nor quoted nor in a list or a table."""

    hiding = frozenset(("blockquote", "pre", "code", "li", "table"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag not in ("br", "hr", "img", "input"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self.hiding & set(self.open):
            self.text += data


@given(LINES)
def test_githubs_own_markdown_shows_every_command_as_plain_text(lines: list[str]) -> None:
    """Each line asks for another id; what is done must be text that people see as text."""
    numbered = [line.replace("/needful drop a:b", f"/needful drop a:n{number}") for number, line in enumerate(lines)]
    comment = "/needful plan\n" + "\n".join(line.replace("/needful undo", "") for line in numbered)
    found = parse_comment(comment)
    if isinstance(found, Malformed):
        return
    shown = _Shown()
    shown.feed(cmarkgfm.github_flavored_markdown_to_html(comment))
    for command in found:
        if isinstance(command, Drop):
            assert f"/needful drop {command.ids[0]}" in shown.text


def test_every_verb_is_documented_in_order() -> None:
    assert all(verb.usage.split()[0] == name and verb.does for name, verb in VERBS.items())
