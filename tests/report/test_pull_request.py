"""The pull request as a person reads it, and as GitHub takes it: under its limits, with nothing that breaks out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from needful.commands.checkboxes import BEGIN, END, boxes
from needful.planning.plan import Change, FilePlan, Held, Kept
from needful.planning.worth import Pricing, Worth
from needful.report.checks import Checks
from needful.report.commits import commit_message
from needful.report.pull_request import MAX_BODY, Origin, body, plan_markdown, title
from needful.rules.api import Tier
from needful.schedule.structure import NoPrediction, Structure
from needful.source import Source
from report.samples import AFTER, BEFORE, CI, proposal

ORIGIN = Origin("https://github.example/tide/watch/blob/abc123")
GITHUB = MarkdownIt("commonmark").enable("table")


def plan(*changes: Change, held: tuple[Held, ...] = ()) -> FilePlan:
    return FilePlan(CI, Source(CI, BEFORE), Source(CI, AFTER), changes, held)


def change(number: int = 0, **parts: str) -> Change:
    made = replace(proposal(), **parts)  # type: ignore[arg-type]
    return Change(f"drop-false-needs:ci.yml:test{number or ''}:lint", made, 7, BEFORE, AFTER)


def held(number: int = 0) -> Held:
    offered = proposal(tier=Tier.REVIEW, title="`docs` need not wait for `lint`")
    return Held(f"drop-false-needs:ci.yml:docs{number or ''}:lint", offered, 9, "nobody knows `mystery`")


def test_the_first_lines_say_what_changes_why_and_at_which_cost() -> None:
    text = body(plan(change()), ORIGIN)
    assert text.startswith(f"{BEGIN}\n**1 change in `{CI}`, in a commit of its own.**\n\n### What changes\n")
    assert "| `test` need not wait for `lint` | `test` reads no output, artifact or result of `lint`. " in text
    assert "[`ci.yml:7`](https://github.example/tide/watch/blob/abc123/.github/workflows/ci.yml#L7)" in text
    assert "<br>Cost: `test` also runs when `lint` fails. | trade |" in text
    assert "- [x] `drop-false-needs:ci.yml:test:lint`" in text
    assert text.endswith(END)


def test_both_graphs_mark_what_differs() -> None:
    text = body(plan(change()), ORIGIN)
    before, after = re.findall("```mermaid\n(.*?)\n```", text, re.DOTALL)
    assert before.splitlines() == [
        "graph LR",
        '  j0["lint"]',
        '  j1["test"]',
        "  j0 --> j1",
        "  linkStyle 0 stroke:#d1242f,stroke-width:3px",
    ]
    assert after.splitlines() == ["graph LR", '  j0["lint"]', '  j1["test"]']


def test_what_is_not_applied_is_said_with_the_way_to_have_it() -> None:
    text = body(plan(change(), held=(held(),)), ORIGIN)
    assert "Found, not applied (1)" in text
    assert "Nobody knows `mystery`." in text
    assert "comment `/needful apply` with its id" in text
    assert "Found" not in body(plan(change()), ORIGIN)


def test_what_is_kept_is_said_with_who_says_so() -> None:
    kept = (
        Kept(CI, 3, "`a` waits for `b`", "<b>@team</b> | `x", ("drop-false-needs:ci.yml:a:b",)),
        Kept("", 4, "`drop-false-needs` is ignored for `c`", ""),
    )
    text = body(replace(plan(change()), kept=kept), ORIGIN)
    assert "<details><summary>Kept, because somebody said so (2)</summary>" in text
    assert "| `a` waits for `b` | [`ci.yml:3`](" in text
    assert "| `drop-false-needs:ci.yml:a:b` |" in text
    assert "| `drop-false-needs` is ignored for `c` | the settings |  |" in text
    assert "@team" not in GITHUB.render(text)
    assert "<b>" not in text
    many = replace(plan(change()), kept=kept * 2_000)
    assert len(body(many, ORIGIN)) <= MAX_BODY


def test_the_proof_says_what_was_shown_and_what_was_not() -> None:
    text = body(plan(change()), ORIGIN)
    assert "- gates stay: nothing irreversible follows `lint`" in text
    assert "- **Not shown:** `make test` does not read what `make lint` writes: nobody looked into the Makefile" in text


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (None, "Every check keeps its name."),
        (Checks("main", ("test (3.12)",)), "`main` asks for `test (3.12)`."),
        (Checks("main"), "`main` asks for no check."),
        (Checks("main", unknown="the token may not read it"), "is not known: the token may not read it."),
    ],
)
def test_the_names_of_checks_stay(checks: Checks | None, words: str) -> None:
    assert words in body(plan(change()), ORIGIN, checks)


@pytest.mark.parametrize("number", [50, 400, 3000])
def test_a_plan_of_any_size_fits(number: int) -> None:
    many = tuple(change(one + 1) for one in range(number))
    text = body(plan(*many, held=tuple(held(one + 1) for one in range(number))), ORIGIN)
    assert len(text) <= MAX_BODY
    assert text.startswith(BEGIN)
    assert text.endswith(END)
    assert text.count("<details>") == text.count("</details>")
    assert "`drop-false-needs:ci.yml:test1:lint`" in text, "the changes matter most"
    if number > 1000:
        assert f"… and {number - 10} more" in text or " more." in text


def test_nothing_of_a_workflow_breaks_out() -> None:
    evil = "x --> <script>alert(1)</script> @everyone | `y` #1 ```\n</details>"
    text = body(plan(change(title=evil, because=evil, cost=evil)), ORIGIN)
    rendered = GITHUB.render(text)
    assert "<script" not in rendered
    assert "@everyone" not in rendered
    assert text.count("</details>") == 2
    assert len(re.findall("<td", rendered)) == 3


def test_a_title_says_whether_only_needs_change() -> None:
    odd = replace(change(1), proposal=replace(proposal(), because="`test` is odd"))
    assert title(plan(change(), odd)) == "ci.yml: jobs wait only for what they need"


def test_a_title_says_what_changes_where_one_thing_does() -> None:
    assert title(plan(change())) == "ci.yml: `test` need not wait for `lint`"
    assert title(plan(change(title="`a` " * 60))) == "ci.yml: jobs wait only for what they need"


def test_a_commit_says_what_why_at_which_cost_and_the_proof() -> None:
    assert commit_message((change(),)) == (
        "`test` need not wait for `lint`\n\n"
        "`test` reads no output, artifact or result of `lint`.\n\n"
        "Cost: `test` also runs when `lint` fails\n\n"
        "Shown:\n- nothing irreversible follows `lint`\n\n"
        "Needful-Change: drop-false-needs:ci.yml:test:lint\n"
    )


def test_a_subject_is_short() -> None:
    subject = commit_message((change(title="`a` " * 60),)).splitlines()[0]
    assert len(subject) == 72
    assert subject.endswith("…")


def test_without_an_address_places_are_named_without_links() -> None:
    assert "`ci.yml:7`" in body(plan(change()), Origin())
    assert "](" not in body(plan(change()), Origin())


def test_what_somebody_dropped_has_an_empty_box_and_the_words() -> None:
    out = replace(held(), reason="dropped by alice: flaky")
    text = body(plan(change(), held=(out, held(2))), ORIGIN, dropped={out.id: "dropped by alice: @team says <b>no</b>"})
    assert boxes(text) == {change().id: True, out.id: False}
    assert "tick it to have it back" in text
    assert "Found, not applied (1)" in text
    assert "@team" not in text
    assert "<b>" not in text


def test_what_was_dropped_and_is_not_found_any_more_is_still_said() -> None:
    words = {"drop-false-needs:ci.yml:old:lint": "dropped by alice: @team"}
    text = body(plan(change()), ORIGIN, dropped=words)
    assert "Taken out earlier, and not found any more: `drop-false-needs:ci.yml:old:lint` (dropped by alice: " in text
    assert boxes(text) == {change().id: True}
    assert "@team" not in text
    assert "not found any more" in body(plan(), ORIGIN, dropped=words)


def test_what_is_proved_alike_is_proved_once() -> None:
    text = body(plan(change(1), change(2, title="`docs` need not wait")), ORIGIN)
    assert text.count("- gates stay: nothing irreversible follows `lint`") == 1
    assert "<br>**`docs` need not wait**" in text


def test_graphs_that_are_the_same_are_not_drawn() -> None:
    same = replace(plan(change()), after=Source(CI, BEFORE))
    assert "mermaid" not in body(same, ORIGIN)


def test_a_plan_to_be_read_has_no_boxes_and_claims_no_commits() -> None:
    text = plan_markdown(plan(change(), held=(held(),)), ORIGIN)
    assert boxes(f"{BEGIN}\n{text}\n{END}") == {}
    assert text.startswith(f"**1 change in `{CI}`.**")
    assert "commit of its own" not in text
    assert plan_markdown(plan(), ORIGIN) == f"**Nothing to change in `{CI}`.**"


def test_gains_stand_beside_the_changes_and_the_others_below() -> None:
    gain = Structure(("lint", "test"), ("test",))
    priced = Pricing(gain, NoPrediction("no run", "none"), None, (Worth(change(1).id, 90.0, 90.0),))
    text = body(replace(plan(change(1), change(2)), pricing=priced), ORIGIN)
    table, _, rest = text.partition("<details>")
    assert "| saves 1m 30s | trade |" in table
    assert rest.startswith("<summary>Also 1 change whose use is another than the time of a run</summary>")
    assert "No times are claimed: no run." in text
