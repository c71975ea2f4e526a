"""Every case in fixtures/rules, compared as bytes and run twice."""

from __future__ import annotations

import difflib
import pkgutil

import pytest

from needful import rules
from needful.planning.plan import FilePlan
from needful.rules import RULES
from needful.source import Span
from needful.workflow.model import Workflow
from needful.workflow.repository import Repository
from rules.cases import CASES, CI, Case, advice, cases

CASE = pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in cases()])


@CASE
def test_result_is_that_of_the_case(case: Case) -> None:
    assert case.plan().after.to_bytes().decode() == case.after.decode()


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in cases() if case.advice])
def test_advice_is_that_of_the_case(case: Case) -> None:
    assert advice(case.plan()) == case.advice


@CASE
def test_second_run_changes_nothing(case: Case) -> None:
    assert not case.plan(case.after).changes


@CASE
def test_changed_lines_of_jobs_are_those_that_the_plan_names(case: Case) -> None:
    plan = case.plan()
    named = {job.lower() for change in plan.changes for job in _touched(change.proposal.operations)}
    repository = Repository(".", {CI: plan.before.to_bytes()}.get)
    before = repository.workflow(CI)
    assert before is not None
    for line in _changed_lines(plan):
        assert _jobs_at(before, line) <= named, f"line {line} lies outside the jobs that the plan names"


@CASE
def test_change_lies_at_the_edge_it_is_about(case: Case) -> None:
    for change in case.plan().changes:
        text = change.proposal.subject[0].lower()
        assert change.line >= 1
        assert any(text in line.lower() for line in change.before.splitlines()[: change.line + 1])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_shown_acting_and_staying_silent(rule: rules.Rule) -> None:
    assert {case.acts or bool(case.advice) for case in cases(rule.id)} == {True, False}


def test_every_case_belongs_to_a_rule() -> None:
    assert {case.rule for case in cases()} == {rule.id for rule in RULES}
    assert {folder.name for folder in CASES.iterdir()} == {rule.id for rule in RULES}


def test_every_rule_module_is_registered() -> None:
    modules = {module.name for module in pkgutil.iter_modules(rules.__path__)} - {"api", "edges"}
    assert {rule.id.replace("-", "_") for rule in RULES} == modules
    assert [rule.propose.__module__ for rule in RULES] == [
        f"needful.rules.{rule.id.replace('-', '_')}" for rule in RULES
    ]


def _touched(operations: tuple[object, ...]) -> list[str]:
    paths = [operation.path for operation in operations if hasattr(operation, "path")]
    return [str(path[1]) for path in paths if path[:1] == ("jobs",)]


def _changed_lines(plan: FilePlan) -> list[int]:
    old, new = plan.before.text.splitlines(keepends=True), plan.after.text.splitlines(keepends=True)
    return [
        line + 1
        for tag, start, stop, *_ in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
        if tag != "equal"
        for line in range(start, stop)
    ]


def _jobs_at(workflow: Workflow, line: int) -> set[str]:
    last = {job.id.lower(): workflow.line(Span(max(job.span.end - 1, 0), 0)) for job in workflow.jobs}
    return {job.id.lower() for job in workflow.jobs if workflow.line(job.key_span) <= line <= last[job.id.lower()]}
