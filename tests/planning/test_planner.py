"""The order of changes, what is held back and why, and what counts as our defect."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from dependence.made import HEAD
from needful.dependence.analysis import Analysis
from needful.errors import Defect, UserError
from needful.planning import planner
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice, plan_file
from needful.rules import RULES, Proposal, Rule, Tier
from needful.workflow.repository import Repository
from rules.cases import CI, plan_files

CODE = "steps: [{uses: actions/checkout@v7}, {run: make}]"
CHAIN = f"""\
  lint: {{runs-on: ubuntu-latest, {CODE}}}
  test:
    needs: lint
    runs-on: ubuntu-latest
    {CODE}
  docs:
    needs: test
    runs-on: ubuntu-latest
    {CODE}
"""


def plan(text: str, choice: Choice | None = None) -> FilePlan:
    return plan_files({CI: (text if "jobs:" in text else HEAD + text).encode()}, choice)


def ids(found: FilePlan) -> list[str]:
    return [change.id for change in found.changes]


def test_every_change_starts_where_the_last_one_ended() -> None:
    found = plan(CHAIN)
    assert ids(found) == ["drop-false-needs:ci.yml:test:lint", "drop-false-needs:ci.yml:docs:test"]
    first, second = found.changes
    assert (first.before, first.after, second.after) == (found.before.text, second.before, found.after.text)
    assert [change.line for change in found.changes] == [6, 10], "lines of the text that the user has"
    assert found.changed
    assert not plan(found.after.text).changed


def test_defects_are_mended_first() -> None:
    text = CHAIN + f"  more: {{runs-on: ubuntu-latest, env: {{A: '${{{{ needs.docs.outputs.a }}}}'}}, {CODE}}}\n"
    assert ids(plan(text))[0] == "add-missing-needs:ci.yml:more:docs"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), ["add-missing-needs", "drop-false-needs"]),
        (Choice(skip=frozenset({"drop-false-needs"})), ["add-missing-needs"]),
        (Choice(only=frozenset({"drop-implied-needs"})), ["drop-implied-needs"]),
        (Choice(only=frozenset({"drop-implied-needs"}), skip=frozenset({"drop-implied-needs"})), []),
    ],
)
def test_choice_of_rules(choice: Choice, expected: list[str]) -> None:
    assert [rule.id for rule in choice.rules()] == expected


def test_a_tier_that_was_not_asked_for_is_held() -> None:
    found = plan(CHAIN, Choice(Tier.SAFE))
    assert not found.changes
    assert not found.changed
    assert [(held.id, held.line) for held in found.held] == [
        ("drop-false-needs:ci.yml:test:lint", 6),
        ("drop-false-needs:ci.yml:docs:test", 10),
    ]
    assert found.held[0].reason.startswith("tier trade: ")


def test_what_stands_in_the_way_is_the_reason() -> None:
    (held,) = plan(HEAD + f"  lint: {{needs: gone, runs-on: ubuntu-latest, {CODE}}}\n").held
    assert held.reason == "GitHub refuses the whole workflow"


def test_an_edit_that_is_refused_leaves_the_file_alone() -> None:
    shared = CHAIN.replace("needs: lint", "needs: &before lint")
    text = shared + f"  more:\n    needs: *before\n    runs-on: self-hosted\n    {CODE}\n"
    found = plan(text)
    assert "drop-false-needs:ci.yml:test:lint" not in ids(found)
    (held,) = (item for item in found.held if item.id == "drop-false-needs:ci.yml:test:lint")
    assert "alias" in held.reason or "anchor" in held.reason


@pytest.mark.parametrize("needs", ["[lint, lint]", "[lint, LINT]", "[lint, docs, lint]"])
def test_a_need_that_is_there_twice_is_no_trouble(needs: str) -> None:
    text = f"""\
  lint: {{runs-on: ubuntu-latest, {CODE}}}
  docs: {{runs-on: ubuntu-latest, {CODE}}}
  test:
    needs: {needs}
    runs-on: ubuntu-latest
    {CODE}
"""
    for choice in (Choice(), Choice(only=frozenset({"drop-implied-needs"}))):
        found = plan(text, choice)
        assert not plan(found.after.text, choice).changed


def test_a_file_that_is_not_there_is_the_users_mistake() -> None:
    with pytest.raises(UserError, match="no such workflow"):
        plan_file(Repository(".", lambda _: None), CI, Choice())


def _rule(rule: Rule, check: object) -> tuple[Rule, ...]:
    return (replace(rule, check=check),)  # type: ignore[arg-type]


def _again(analysis: Analysis) -> Iterator[Proposal]:
    """A rule that wants the same thing whatever the text says."""
    for proposal in RULES[1].check(analysis):
        yield replace(proposal, subject=("always", "the same"))


def test_a_rule_that_never_has_enough_is_our_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "RULES", _rule(RULES[1], _again))
    with pytest.raises(Defect, match="proposed again"):
        plan(CHAIN)
