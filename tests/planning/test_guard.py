"""What is kept stays, whatever a rule would do to it; what the settings ignore is no finding."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from dependence.made import HEAD
from needful.config.settings import Ignore
from needful.document.operations import (
    AddKey,
    AddName,
    DropName,
    InsertItem,
    MoveItem,
    Operation,
    RemoveItem,
    RemoveKey,
    ReplaceValue,
    WrapItems,
)
from needful.document.parse import parse
from needful.errors import UserError
from needful.planning.guard import Guard, guard
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice
from needful.report.findings import findings
from needful.rules import RULES
from needful.rules.api import Proposal, Rule, Tier
from needful.source import Source, Span
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow
from rules.cases import CI, Case, cases, plan_files

CODE = "steps: [{uses: actions/checkout@v7}, {run: make}]"
KEEP = "# needful: keep — it is cheap"
CHAIN = f"""\
  lint:
    runs-on: ubuntu-latest
    {CODE}
  test:
    needs: lint
    runs-on: ubuntu-latest
    {CODE}
  docs:
    needs: [test]
    runs-on: ubuntu-latest
    {CODE}
"""
GATED = (
    CHAIN
    + f"""\
  ship:
    needs: test
    runs-on: ubuntu-latest
    environment: live
    {CODE}
"""
)


def plan(text: str, choice: Choice | None = None) -> FilePlan:
    return plan_files({CI: (HEAD + text).encode()}, choice)


def told(found: FilePlan) -> list[tuple[str, tuple[str, ...]]]:
    return [(kept.what, kept.prevents) for kept in found.kept]


TEST_LINT, DOCS_TEST = "drop-false-needs:ci.yml:test:lint", "drop-false-needs:ci.yml:docs:test"


@pytest.mark.parametrize("tier", list(Tier))
def test_an_edge_that_is_kept_is_not_proposed_in_any_tier(tier: Tier) -> None:
    found = plan(CHAIN.replace("needs: lint", f"needs: lint {KEEP}"), Choice(tier))
    assert TEST_LINT not in [one.id for one in findings(found)]
    assert told(found) == [("`test` waits for `lint`", (TEST_LINT,))]
    (kept,) = found.kept
    assert (kept.path, kept.reason) == (CI, "it is cheap")
    assert found.before.text.splitlines()[kept.line - 1].endswith(KEEP)


def test_not_even_by_name() -> None:
    text = CHAIN.replace("needs: lint", f"needs: lint {KEEP}")
    assert not plan(text, Choice(Tier.SAFE, wanted=frozenset({TEST_LINT}))).changes


def test_what_is_kept_and_in_nobodys_way_is_said_too() -> None:
    found = plan(CHAIN.replace("  lint:\n", f"  lint: {KEEP}\n"))
    assert len(found.changes) == 2
    assert told(found) == [("the job `lint`", ())]


def test_a_gate_is_not_moved_to_a_job_that_is_kept() -> None:
    """Dropping the edge of `test` would give `ship` an edge of its own to `lint`."""
    assert TEST_LINT in [change.id for change in plan(GATED).changes]
    for place in (f"  ship: {KEEP}\n", f"  {KEEP}\n  ship:\n"):
        found = plan(GATED.replace("  ship:\n", place))
        assert told(found) == [("the job `ship`", (TEST_LINT,))]
        assert TEST_LINT not in [change.id for change in found.changes]


def test_a_gate_may_move_to_a_job_of_which_an_edge_is_kept() -> None:
    text = GATED.replace("    needs: test\n", f"    needs:\n      - test {KEEP}\n")
    found = plan(text)
    assert TEST_LINT in [change.id for change in found.changes]
    assert f"    needs:\n      - test {KEEP}\n      - lint\n" in found.after.text


def test_the_line_of_needs_keeps_the_list_as_it_is() -> None:
    found = plan(GATED.replace("    needs: test\n", f"    needs: test {KEEP}\n"))
    assert told(found) == [("`ship` waits for `test`", (TEST_LINT,))]


def test_a_kept_edge_goes_on_meaning_what_it_meant() -> None:
    """`docs` guards nothing, so nobody would move a gate to it; but it is to wait for `test`, and so for `lint`."""
    found = plan(CHAIN.replace("needs: [test]", f"needs: [test] {KEEP}"))
    assert told(found) == [("`docs` waits for `test`", (TEST_LINT, DOCS_TEST))] or told(found) == [
        ("`docs` waits for `test`", (DOCS_TEST, TEST_LINT))
    ]
    assert not found.changed


def test_a_defect_of_a_job_that_is_kept_is_no_finding() -> None:
    text = CHAIN + f"  show: {KEEP}\n    runs-on: x\n    env: {{A: '${{{{ needs.docs.outputs.a }}}}'}}\n    {CODE}\n"
    found = plan(text, Choice(only=frozenset({"add-missing-needs"})))
    assert (found.changes, found.held) == ((), ())
    assert told(found) == [("the job `show`", ("add-missing-needs:ci.yml:show:docs",))]


def test_a_comment_that_says_nothing_stops_the_file() -> None:
    with pytest.raises(UserError, match="says nothing"):
        plan(CHAIN.replace("needs: lint", "needs: lint # needful: kep"))


# --- operations of any rule ------------------------------------------------------------------------------------------

STEPS = """\
  build:
    needs: []
    runs-on: x
    steps:
      - run: one
      - run: two # needful: keep
      - run: three
  test: # needful: keep
    needs: build
    runs-on: x
    steps: [{run: four}]
  docs:
    needs:
      - build # needful: keep
      - test
    runs-on: x
    steps: [{run: five}]
"""
BUILD, TEST, DOCS = (("jobs", job) for job in ("build", "test", "docs"))


def guarded() -> tuple[Workflow, Guard]:
    workflow = read_workflow(parse(Source("ci.yml", HEAD + STEPS)), CI)
    return workflow, guard(workflow, ())


def proposal(*operations: Operation) -> Proposal:
    return Proposal("any", Tier.SAFE, (), Span(0, 0), "", "", (), operations)


@pytest.mark.parametrize(
    ("operations", "stopped"),
    [
        ((ReplaceValue((*BUILD, "steps", 0, "run"), "1"),), ""),
        ((RemoveItem((*BUILD, "steps", 0)),), ""),
        ((InsertItem((*BUILD, "steps"), 0, {"run": "zero"}),), ""),
        ((MoveItem((*BUILD, "steps", 2), 0),), ""),
        ((WrapItems((*BUILD, "steps"), 2, 3, "parallel"),), ""),
        ((AddKey(BUILD, "timeout-minutes", 5),), ""),
        ((AddName((*DOCS, "needs"), "lint"),), ""),
        ((RemoveKey(("jobs", "nothing")),), ""),
        ((ReplaceValue((*BUILD, "steps", 1, "run"), "2"),), "step 2 of `build`"),
        ((AddKey((*BUILD, "steps", 1), "background", True),), "step 2 of `build`"),
        ((RemoveItem((*BUILD, "steps", 1)),), "step 2 of `build`"),
        ((WrapItems((*BUILD, "steps"), 0, 2, "parallel"),), "step 2 of `build`"),
        ((RemoveItem((*BUILD, "steps", 0)), RemoveItem((*BUILD, "steps", 1))), "step 2 of `build`"),
        ((RemoveKey(BUILD),), "step 2 of `build`"),
        ((AddKey(TEST, "timeout-minutes", 5),), "the job `test`"),
        ((AddName((*TEST, "needs"), "docs"),), "the job `test`"),
        ((RemoveKey(TEST),), "the job `test`"),
        ((ReplaceValue((*TEST, "steps", 0, "run"), "4"),), "the job `test`"),
        ((DropName((*DOCS, "needs"), "build"),), "`docs` waits for `build`"),
        ((DropName((*DOCS, "needs"), "test"),), "`docs` waits for `build`"),
        ((RemoveKey((*DOCS, "needs")),), "`docs` waits for `build`"),
    ],
)
def test_whatever_the_operation(operations: tuple[Operation, ...], stopped: str) -> None:
    workflow, guard = guarded()
    stop = guard.stop(workflow.document, proposal(*operations))
    assert getattr(stop, "what", "") == stopped


def test_a_line_of_needs_that_would_go_is_missed() -> None:
    text = HEAD + STEPS.replace("    needs: build\n", f"    needs: build {KEEP}\n").replace(
        "  test: # needful: keep", "  test:"
    )
    workflow = read_workflow(parse(Source("ci.yml", text)), CI)
    stop = guard(workflow, ()).stop(workflow.document, proposal(RemoveKey((*TEST, "needs"))))
    assert getattr(stop, "what", "") == "`test` waits for `build`"


def test_jobs_that_wait_for_each_other_are_no_trouble() -> None:
    text = HEAD + STEPS.replace("needs: []", "needs: docs")
    workflow = read_workflow(parse(Source("ci.yml", text)), CI)
    change = proposal(AddKey(BUILD, "timeout-minutes", 5))
    assert guard(workflow, ()).stop(workflow.document, change) is None


# --- what the settings ignore ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ignore", "left", "what"),
    [
        (Ignore("drop-false-needs"), [], "`drop-false-needs` is ignored"),
        (Ignore("drop-false-needs", "TEST"), [DOCS_TEST], "`drop-false-needs` is ignored for `TEST`"),
        (
            Ignore("drop-false-needs", "docs", "c*.yml"),
            [TEST_LINT],
            "`drop-false-needs` is ignored for `docs` in `c*.yml`",
        ),
        (Ignore("drop-false-needs", workflow="other.yml"), [DOCS_TEST, TEST_LINT], ""),
        (Ignore("add-missing-needs"), [DOCS_TEST, TEST_LINT], ""),
    ],
)
def test_what_is_ignored(ignore: Ignore, left: list[str], what: str) -> None:
    found = plan(CHAIN, Choice(ignore=(replace(ignore, because="we know", line=7),)))
    assert [change.id for change in found.changes] == left
    assert found.held == ()
    assert [(kept.what, kept.path, kept.line, kept.reason) for kept in found.kept] == (
        [(what, "", 7, "we know")] if what else []
    )


def test_what_is_asked_for_by_name_is_not_ignored() -> None:
    found = plan(CHAIN, Choice(ignore=(Ignore("drop-false-needs"),), wanted=frozenset({TEST_LINT})))
    assert [change.id for change in found.changes] == [TEST_LINT]


def test_a_gate_that_would_move_to_an_ignored_job_stays() -> None:
    found = plan(GATED, Choice(ignore=(Ignore("drop-false-needs", "ship"),)))
    assert [kept.prevents for kept in found.kept] == [(TEST_LINT,)]


# --- every rule ------------------------------------------------------------------------------------------------------


def acting(rule: Rule) -> Case:
    """A case in which a rule acts or says something, whose jobs have lines of their own."""
    acts = (case for case in cases(rule.id) if case.acts or case.advice)
    return next(case for case in acts if re.search(r"(?m)^jobs:\n  \w+:$", case.before.decode()))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_to_pass(rule: Rule) -> None:
    """What a rule would do to a workflow, it does not do where all jobs are kept, or the settings ignore the rule."""
    case = acting(rule)
    choice = case.choice()
    free = plan_files({**case.files, CI: case.before}, choice, case.history)
    found = free.changes or free.held
    assert found
    paths = [operation.path for one in found for operation in one.proposal.operations]
    if all(path[:1] == ("jobs",) for path in paths):
        head, jobs = case.before.decode().split("jobs:\n", 1)
        kept_jobs = re.sub(r"(?m)^  ([\w-]+:)$", rf"  \1 {KEEP}", jobs)
        kept = plan_files({**case.files, CI: f"{head}jobs:\n{kept_jobs}".encode()}, choice, case.history)
    else:
        kept = plan_files({**case.files, CI: case.before}, replace(choice, ignore=(Ignore(rule.id),)), case.history)
    assert not kept.changed
    assert not kept.held
    assert {change for one in kept.kept for change in one.prevents} >= {one.id for one in found[:1]}
