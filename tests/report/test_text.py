"""What a maintainer reads."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from needful.dependence.model import Evidence
from needful.document.operations import AddName
from needful.errors import UserError
from needful.planning.plan import Failure, Held, Plan
from needful.report.terminal import Look, Role, clean, disarmed, hang, shown_path
from needful.report.text import (
    brief_text,
    check_summary_text,
    error_text,
    failure_text,
    findings_text,
    plan_text,
    settings_text,
    summary_text,
)
from needful.rules.api import Tier
from report import samples

LOOK = Look()


def test_a_change_says_what_why_and_on_what_evidence() -> None:
    text = plan_text([Plan(".", (samples.file(changes=(samples.change(),)),))], LOOK)
    assert text == (
        ".github/workflows/ci.yml\n"
        "\n"
        "  `test` need not wait for `lint`\n"
        "    id        drop-false-needs:ci.yml:test:lint (trade)\n"
        "    why       `test` reads no output, artifact or result of `lint`\n"
        "    seen      ci.yml:7 `needs: [lint]`\n"
        "              ci.yml:9 runs `make test`\n"
        "    cost      `test` also runs when `lint` fails\n"
        "    proved    nothing irreversible follows `lint`\n"
        "    not shown `make test` does not read what `make lint` writes: nobody looked into the Makefile\n"
        "\n"
    )


def test_what_stays_comes_after_what_changes_with_the_way_to_get_it() -> None:
    text = plan_text([samples.BUSY], LOOK)
    assert text.index("(trade)") < text.index("Found, not applied") < text.index("(review)")
    assert "  Found, not applied; `--include review` applies what is marked (review)\n" in text


@pytest.mark.parametrize(
    ("held", "included"),
    [
        pytest.param(samples.held(), Tier.REVIEW, id="tier-was-included"),
        pytest.param(samples.held(samples.proposal(tier=Tier.REVIEW, held="a cycle")), Tier.TRADE, id="no-edit-exists"),
    ],
)
def test_where_there_is_no_way_the_reason_stands(held: Held, included: Tier) -> None:
    text = plan_text([Plan(".", (samples.file(held=(held,)),), included=included)], LOOK)
    assert f"    stays     {held.reason}\n" in text
    assert "--include" not in text


def test_gates_that_move_are_named() -> None:
    also = (AddName(("jobs", "deploy", "needs"), "lint"), AddName(("jobs", "test", "needs"), "lint"))
    text = plan_text([Plan(".", (samples.file(changes=(samples.change(samples.proposal(also=also)),)),))], LOOK)
    assert re.findall(r"    also      (.*)", text) == ["`deploy` now waits for `lint` by an edge of its own"]


PROOF = "nothing irreversible follows `lint`"


def test_a_proof_is_said_once() -> None:
    bare = replace(samples.proposal(cost=""), certificate=())
    other = samples.proposal(because="`test` is odd")
    changes = (samples.change(), samples.change(other), samples.change(bare), samples.change(other))
    text = plan_text([Plan(".", (samples.file(changes=changes),))], LOOK)
    assert re.findall(r"    proved    (.*)", text) == [PROOF, "as above"]
    assert text.count("    cost ") == 2


def test_what_is_the_same_in_another_file_is_told_once() -> None:
    docs = ".github/workflows/docs.yml"
    found = samples.change()
    seen = samples.proposal(seen=(Evidence(docs, 7, "`needs: [lint]`"),))
    other = replace(samples.change(seen), id="drop-false-needs:docs.yml:test:lint")
    files = samples.file(changes=(found,)), samples.file(changes=(other,), path=docs)
    first, second = plan_text([Plan(".", files)], LOOK).split(f"{docs}\n")
    assert f"    proved    {PROOF}\n" in first
    assert re.findall("^    (id|why|seen|cost|proved) +(.*)", second, re.MULTILINE) == [
        ("id", "drop-false-needs:docs.yml:test:lint (trade)"),
        ("why", f"as for {found.id}"),
        ("seen", "docs.yml:7 `needs: [lint]`"),
    ]


def test_files_in_which_nothing_was_found_are_not_listed() -> None:
    assert plan_text([samples.QUIET], LOOK) == ""
    assert "docs.yml" not in plan_text([samples.BUSY], LOOK)


def test_paths_are_those_the_user_would_type() -> None:
    found = samples.proposal(seen=(Evidence("setup/action.yml", 3, "uploads `dist`"),))
    text = plan_text([Plan("../shop", (samples.file(changes=(samples.change(found),)),))], LOOK)
    assert text.startswith("../shop/.github/workflows/ci.yml\n")
    assert "../shop/setup/action.yml:3 uploads `dist`" in text
    assert shown_path("shop/", "a.yml") == "shop/a.yml"
    assert shown_path("shop", "/abs/a.yml") == "/abs/a.yml"


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_are_as_wide_as_asked_and_lose_no_word(width: int) -> None:
    because = "so that " * 60 + "end"
    plan = Plan(".", (samples.file(changes=(samples.change(samples.proposal(because=because)),)),))
    lines = plan_text([plan], Look(width)).splitlines()
    why = [line for line in lines if "so that" in line]
    assert max(map(len, why)) <= width
    assert " ".join(" ".join(why).split()) == f"why {because}"


def test_a_very_narrow_terminal_still_gets_text() -> None:
    assert list(hang(Look(5), "why  ", "one two three four five six seven")) == [
        "why  one two three four five",
        "     six seven",
    ]


def test_summaries() -> None:
    assert summary_text([samples.QUIET], LOOK) == "Nothing to change in 1 workflow.\n"
    assert summary_text([samples.BUSY], LOOK) == (
        "1 change to make in 1 of 2 workflows. 1 more found, not applied.\n"
        "`needful apply` makes the changes, `needful apply --diff` shows them.\n"
    )
    assert summary_text([samples.BUSY], LOOK, done=True).startswith("1 change made in 1 of 2 workflows.")
    assert summary_text([samples.TROUBLED], LOOK) == (
        "Nothing to change in 1 workflow. 1 more found, not applied. 1 could not be read. "
        "1 left alone because of an internal error.\n"
    )


def test_findings_are_opened_like_a_compilers() -> None:
    by_hand = samples.held(samples.proposal(title="`a` reads `b`", held="a cycle would arise"), "a cycle would arise")
    plan = Plan("shop", (samples.file(changes=(samples.change(),), held=(by_hand, samples.held())),))
    text = findings_text([plan], LOOK)
    assert re.findall(r"^shop/.*", text, re.MULTILINE) == [
        "shop/.github/workflows/ci.yml:7: `test` need not wait for `lint`",
        "shop/.github/workflows/ci.yml:7: `a` reads `b`",
        "shop/.github/workflows/ci.yml:7: `test` need not wait for `lint`",
    ]
    assert "    to mend   needful apply --only drop-false-needs\n" in text
    assert "    to mend   needful apply --only drop-false-needs --include review\n" in text
    assert "    to mend   by hand: a cycle would arise\n" in text
    assert check_summary_text([plan], LOOK) == "3 missing needs in 1 workflow.\n"
    assert check_summary_text([samples.QUIET], LOOK) == "No missing needs in 1 workflow.\n"


def test_brief_lines_name_place_title_and_id() -> None:
    line = ".github/workflows/ci.yml:7: `test` need not wait for `lint` [drop-false-needs:ci.yml:test:lint]\n"
    assert brief_text([samples.BUSY], LOOK) == line
    assert brief_text([samples.BUSY], LOOK, held=True) == line * 2


def test_errors_say_where_and_what_to_do() -> None:
    assert error_text(UserError("no YAML", path="a.yml", line=3, hint="mend it"), LOOK) == (
        "error: a.yml:3: no YAML\n  mend it\n"
    )
    assert error_text(UserError("no rule"), LOOK) == "error: no rule\n"
    assert failure_text("shop", Failure("a.yml", "broke"), LOOK) == "internal error: shop/a.yml: broke\n"


def test_colour_is_added_around_whole_pieces_only() -> None:
    def paint(text: str, role: Role) -> str:
        return f"<{role}>{text}</>"

    painted = plan_text([samples.BUSY], Look(60, paint))
    assert "  <title>`test` need not wait for `lint`</>\n" in painted
    assert re.sub(r"<\w+>|</>", "", painted) == plan_text([samples.BUSY], Look(60))


HOSTILE = "\x1b[31mred\x9b2J \u202egnp.exe \udc80 \r\n::error::x ##[add-mask]y \ufeff"


def test_hostile_names_are_shown_not_obeyed() -> None:
    plan = Plan(".", (samples.file(changes=(samples.change(samples.proposal(title=HOSTILE, because=HOSTILE * 9)),)),))
    for text in (
        plan_text([plan], Look(40)),
        brief_text([plan], LOOK),
        findings_text([plan], LOOK),
        error_text(UserError(HOSTILE, path=HOSTILE, hint=HOSTILE), LOOK),
    ):
        text.encode()
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufeff]", text)
        assert "\\x1b[31mred\\x9b2J" in text
        assert not re.search(r"^\s*::|##\[", text, re.MULTILINE)


def test_ordinary_text_is_left_alone() -> None:
    assert clean("Größe  of\n `a::b` → 日本語 👩‍💻") == "Größe of `a::b` → 日本語 👩‍💻"
    assert disarmed("a::b:: # [x]") == "a::b:: # [x]"
    assert clean("\U000e0041") == "\\U000e0041"


def test_what_is_kept_is_shown_with_place_reason_and_what_it_prevents() -> None:
    text = plan_text([samples.KEPT], LOOK)
    assert text.startswith(
        ".github/workflows/ci.yml\n\n  Kept, because somebody said so\n\n  `test` waits for `lint`\n"
    )
    assert "    said      ci.yml:7 it is cheap\n    prevents  drop-false-needs:ci.yml:test:lint\n" in text
    assert "              other:ci.yml\n" in text
    assert "  `drop-false-needs` is ignored for `docs`\n    said      .github/needful.yml:3\n" in text
    assert "2 not proposed, as asked." in summary_text([samples.KEPT], LOOK)


def test_which_settings_are_followed_is_said_safely() -> None:
    hostile = replace(samples.KEPT, settings="a\n::error::b", left_out=tuple(f"w\x1b{n}.yml" for n in range(5)))
    said = settings_text([samples.KEPT, hostile, samples.QUIET])
    assert said == (
        ".github/needful.yml is followed and leaves out old.yml; --no-config does without it.\n"
        "a ::error::b is followed and leaves out w\\x1b0.yml, w\\x1b1.yml, w\\x1b2.yml and 2 more; "
        "--no-config does without it.\n"
    )
