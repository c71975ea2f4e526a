"""Findings that say the same are told once, with the names of all, and nothing else is put together."""

from __future__ import annotations

from dataclasses import replace

from needful.commands.checkboxes import BEGIN, END, boxes
from needful.dependence.model import Evidence
from needful.dependence.obligations import Obligation
from needful.planning.plan import Change, Held, Plan
from needful.report.alike import alike
from needful.report.pull_request import Origin, body
from needful.report.terminal import Look
from needful.report.text import plan_text
from needful.rules.api import Proposal, Tier
from report import samples

LOOK = Look(width=200)


def dropped(consumer: str, producer: str, *, line: int = 7, shown: str = "nothing reaches `{}`") -> Proposal:
    return replace(
        samples.proposal(
            title=f"`{consumer}` need not wait for `{producer}`",
            because=f"`{consumer}` reads nothing of `{producer}`",
            cost=f"when `{producer}` fails, `{consumer}` runs",
            seen=(Evidence(samples.CI, line, f"`{consumer}` waits for `{producer}`"),),
        ),
        subject=(consumer, producer),
        certificate=(Obligation("order", shown.format(consumer)),),
    )


def changes(*proposals: Proposal) -> tuple[Change, ...]:
    return tuple(samples.change(one) for one in proposals)


GRID = changes(*(dropped(consumer, producer) for consumer in ("unit", "docs") for producer in ("lint", "types")))


def test_each_of_these_that_waits_for_each_of_those_is_one() -> None:
    (group,) = alike(GRID)
    title = group.told(group.first.proposal.title)
    assert title == "`unit` / `docs` need not wait for `lint` / `types`"
    assert group.ids == tuple(change.id for change in GRID)


def test_what_waits_for_other_jobs_is_told_apart() -> None:
    groups = alike(changes(dropped("unit", "lint"), dropped("unit", "types"), dropped("docs", "lint")))
    assert [len(group.findings) for group in groups] == [2, 1]


def test_what_is_said_otherwise_is_told_apart() -> None:
    odd = replace(dropped("docs", "lint"), because="`docs` is odd")
    sure = replace(dropped("docs", "lint"), tier=Tier.SAFE)
    unsure = replace(dropped("docs", "lint"), certificate=(Obligation("order", "", "nobody knows"),))
    for other in (odd, sure, unsure):
        assert len(alike(changes(dropped("unit", "lint"), other))) == 2


def test_changes_that_gain_something_else_are_told_apart() -> None:
    one, other = found = changes(dropped("unit", "lint"), dropped("docs", "lint"))
    assert len(alike(found, {one.id: "saves 1m", other.id: "saves 2m"})) == 2
    assert len(alike(found, {one.id: "saves 1m", other.id: "saves 1m"})) == 1


def test_a_name_in_another_word_is_not_taken_for_it() -> None:
    # `lint` is also what the other one runs
    one = replace(dropped("unit", "lint"), because="`unit` runs `lint`, and nothing of `lint`")
    other = replace(dropped("unit", "types"), because="`unit` runs `lint`, and nothing of `types`")
    assert len(alike(changes(one, other))) == 2


def test_only_so_many_are_told_as_one() -> None:
    found = changes(*(dropped(f"job{number}", "lint") for number in range(30)))
    assert [len(group.findings) for group in alike(found)] == [24, 6]


def test_what_stays_for_the_same_reason_is_one() -> None:
    found = [Held(one.id, one.proposal, 7, f"`{one.proposal.subject[0]}` may deploy") for one in GRID]
    (group,) = alike(found)
    assert group.told(group.first.reason) == "`unit` / `docs` may deploy"
    found[0] = replace(found[0], reason="somebody said so")
    # what waits for both is told apart by the reason of one of them
    assert sorted(len(group.findings) for group in alike(found)) == [1, 1, 2]


def test_places_and_proofs_stand_once() -> None:
    found = changes(
        dropped("unit", "lint", line=7, shown="`{}` decides the same in 52 courses of events"),
        dropped("docs", "lint", line=9, shown="`{}` decides the same in 70 courses of events"),
    )
    text = plan_text([Plan(".", (samples.file(changes=found),))], LOOK)
    assert text.count("    why ") == 1
    assert "    seen      ci.yml:7, ci.yml:9 `unit` / `docs` waits for `lint`\n" in text
    assert "    proved    `unit` / `docs` decides the same in 52 to 70 courses of events\n" in text
    assert all(change.id in text for change in found)


def test_what_is_told_of_a_job_is_not_told_again_of_another_in_another_file() -> None:
    one, other = (
        samples.file(changes=changes(dropped(job, "lint", shown="`{}` stays")), path=f".github/workflows/{job}.yml")
        for job in ("unit", "docs")
    )
    text = plan_text([Plan(".", (one, other))], LOOK)
    assert "    why       `unit` reads nothing of `lint`\n" in text
    assert f"    why       as for {one.changes[0].id}\n" in text
    assert text.count("    cost ") == text.count("    proved ") == 1


def test_every_change_keeps_its_box_and_long_lists_are_folded() -> None:
    text = body(samples.file(changes=GRID), Origin())
    assert text.count("need not wait for") == 2  # the table and the proof
    assert boxes(text) == dict.fromkeys((change.id for change in GRID), True)
    many = changes(*(dropped(f"job{number}", "lint") for number in range(12)))
    text = body(samples.file(changes=many), Origin())
    assert "<summary>A box for each change (12)</summary>" in text
    assert boxes(text) == dict.fromkeys((change.id for change in many), True)
    assert text.startswith(BEGIN)
    assert text.endswith(END)


def test_a_finding_about_the_whole_workflow_stays_alone() -> None:
    whole = replace(samples.proposal(), subject=())
    assert len(alike(changes(whole, whole))) == 1  # the same id is the same finding
    assert alike(()) == ()
