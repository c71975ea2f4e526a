"""The order of changes, what is held back and why, and what counts as our defect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dependence.made import HEAD, analysis
from needful.dependence import proof
from needful.dependence.analysis import Analysis, Wants
from needful.dependence.parts import Part
from needful.dependence.proof_same import LOCK_FILE
from needful.document.operations import AddKey, Operation, ReplaceValue
from needful.errors import Defect, UserError
from needful.planning import planner
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice, plan_file
from needful.rules import RULES, Proposal, Rule, Subject, Tier, drop_false_needs
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
    assert ids(found) == ["drop-false-needs:ci.yml:docs:test", "drop-false-needs:ci.yml:test:lint"]
    first, second = found.changes
    assert (first.before, first.after, second.after) == (found.before.text, second.before, found.after.text)
    assert [change.line for change in found.changes] == [10, 6], "lines of the text that the user has"
    assert found.changed
    assert not plan(found.after.text).changed


def test_defects_are_mended_first() -> None:
    text = CHAIN + f"  more: {{runs-on: ubuntu-latest, env: {{A: '${{{{ needs.docs.outputs.a }}}}'}}, {CODE}}}\n"
    assert ids(plan(text))[0] == "add-missing-needs:ci.yml:more:docs"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(), [rule.id for rule in RULES if not rule.on_request]),
        (Choice(skip=frozenset(rule.id for rule in RULES) - {"add-missing-needs"}), ["add-missing-needs"]),
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


def test_a_rule_that_never_has_enough_is_our_defect(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that wants the same thing whatever the text says."""

    def again(known: Analysis, subject: Subject) -> Proposal | None:
        proposal = RULES[1].propose(known, subject)
        return proposal and replace(proposal, subject=("always", "the same"))

    monkeypatch.setattr(planner, "RULES", (replace(RULES[1], propose=again),))
    with pytest.raises(Defect, match="proposed again"):
        plan(CHAIN)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_subject_that_is_gone_calls_for_nothing(rule: Rule) -> None:
    assert rule.propose(analysis(CHAIN), ("lint", "docs")) is None


# --- proof -----------------------------------------------------------------------------------------------------------

COUNTED = (
    CHAIN
    + """\
  required:
    needs: [test, docs]
    if: always()
    runs-on: ubuntu-latest
    steps: [{run: "test '${{ join(needs.*.result) }}' = 'success,success'"}]
"""
)


def test_what_is_not_proved_is_left_for_review() -> None:
    """The rule finds nothing against it; the proof sees that a check would always fail."""
    found = plan(COUNTED)
    (held,) = (one for one in found.held if one.id == "drop-false-needs:ci.yml:test:lint")
    assert held.proposal.tier is Tier.REVIEW
    assert held.reason == f"tier review: {held.proposal.because}"
    assert held.proposal.because == (
        "in a run in which nothing fails, `required` sees other results, and may judge otherwise"
    )
    assert [each.what for each in held.proposal.certificate if not each.shown] == [proof.JUDGEMENT]
    assert held.id not in ids(found)


def test_what_is_not_proved_is_made_when_it_is_asked_for() -> None:
    found = plan(COUNTED, Choice(Tier.REVIEW))
    (change,) = (one for one in found.changes if one.id == "drop-false-needs:ci.yml:test:lint")
    assert change.proposal.tier is Tier.REVIEW
    assert {each.what: bool(each.shown) for each in change.proposal.certificate}[proof.JUDGEMENT] is False


def test_what_a_rule_doubts_is_not_called_shown() -> None:
    (change,) = plan(CHAIN.replace("needs: test", "needs: test # saves money"), Choice(Tier.REVIEW)).changes[:1]
    (doubt,) = (each for each in change.proposal.certificate if not each.shown)
    assert doubt.why_not == "a comment says why the edge is there: “saves money”"


def test_a_cost_that_is_named_is_accepted() -> None:
    text = f"""\
  a: {{outputs: {{x: y}}, runs-on: ubuntu-latest, {CODE}}}
  b: {{if: needs.a.outputs.x == 'y', runs-on: ubuntu-latest, {CODE}}}
"""
    (change,) = plan(text).changes
    assert change.proposal.tier is Tier.TRADE
    assert change.proposal.cost.startswith("an `if` of `b` has been reading an empty value")
    assert [each.what for each in change.proposal.certificate if not each.shown] == [proof.QUIET]
    deploys = text + "  c: {needs: b, environment: live, runs-on: ubuntu-latest, steps: [{run: ./ship}]}\n"
    (held,) = plan(deploys).held
    assert held.reason == "tier review: in a run in which nothing fails, `c` runs, and did not before"


LOCK = "workflows: {.github/workflows/ci.yml: [actions/checkout@v7]}\n"


@pytest.mark.parametrize(
    ("lock", "made"),
    [(None, True), (LOCK.encode(), True), (b"workflows: [", False), (b"\xff", False)],
    ids=["none", "listed", "broken", "no text"],
)
def test_a_lock_file_has_to_be_readable(lock: bytes | None, made: bool) -> None:
    files = {CI: (HEAD + CHAIN).encode(), **({LOCK_FILE: lock} if lock is not None else {})}
    names = tuple(sorted(path.rsplit("/", 1)[-1] for path in files))
    found = plan_file(Repository(".", files.get, [CI], lambda _: names), CI, Choice())
    assert found.changed == made
    if not made:
        assert "actions.lock cannot be read" in found.held[0].reason


# --- other things than `needs` ---------------------------------------------------------------------------------------

SET_UP = "uses: actions/setup-node@v7"


def keeps(part: Part, operation: Operation) -> Rule:
    """A rule that wants a cache in `lint` as long as it has none."""

    def propose(known: Analysis, subject: Subject) -> Proposal | None:
        job = known.situation.job("lint")
        if job.steps[1].input("cache") is not None:
            return None
        at = job.steps[1].span
        return Proposal("keep", Tier.SAFE, subject, at, "", "", (), (operation,), parts=frozenset({part}))

    return Rule("keep", Tier.SAFE, "0", "", lambda _: [("lint",)], propose)


CACHING = f"""\
  lint:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - {SET_UP}
      - run: make
  test:
    needs: lint
    runs-on: ubuntu-latest
    {CODE}
"""
INPUT = AddKey(("jobs", "lint", "steps", 1), "with", {"cache": "npm"})


def test_places_stay_those_of_the_users_text_when_the_workflow_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planner, "RULES", (keeps(Part.CACHES, INPUT), *RULES))
    found = plan_files({CI: (HEAD + CACHING).encode(), "package-lock.json": b"{}"})
    assert ids(found) == ["keep:ci.yml:lint", "drop-false-needs:ci.yml:test:lint"]
    text = (HEAD + CACHING).splitlines()
    assert [text[change.line - 1].strip() for change in found.changes] == [f"- {SET_UP}", "needs: lint"]
    assert found.changes[0].after.count("with:") == 1
    assert found.changes[1].before == found.changes[0].after
    (seen, *_) = found.changes[1].proposal.evidence
    assert text[seen.line - 1].strip() == "needs: lint"


@pytest.mark.parametrize(
    "operation",
    [
        AddKey(("jobs", "lint"), "timeout-minutes", 5),
        ReplaceValue(("jobs", "lint", "steps", 2, "run"), "made"),
        AddKey((), "env", {"A": "b"}),
    ],
)
def test_what_a_proposal_does_not_mean_to_change_is_not_proved(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "RULES", (keeps(Part.CACHES, operation),))
    (held,) = plan(CACHING).held
    assert held.proposal.tier is Tier.REVIEW
    assert held.reason.startswith("tier review: ")


@pytest.mark.parametrize("changing", [keeps(Part.CACHES, INPUT), drop_false_needs.RULE], ids=lambda rule: rule.id)
def test_rules_know_what_is_wanted_whatever_was_changed_before(changing: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Wants] = []

    def note(analysis: Analysis) -> tuple[Subject, ...]:
        seen.append(analysis.wants)
        return ()

    monkeypatch.setattr(planner, "RULES", (Rule("note", Tier.SAFE, "0", "", note, lambda *_: None), changing))
    wants = Wants("cost", frozenset({"test"}))
    files = {CI: (HEAD + CACHING).encode(), "package-lock.json": b"{}"}
    assert plan_files(files, Choice(wants=wants)).changes
    assert seen == [wants, wants]


def test_what_github_would_refuse_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = AddKey(("jobs", "lint", "steps", 1), "with", {"cache": "${{ oh no"})
    monkeypatch.setattr(planner, "RULES", (keeps(Part.CACHES, broken),))
    (held,) = plan(CACHING).held
    assert held.reason.startswith("GitHub would refuse the workflow: broken expression")


# --- rounds ----------------------------------------------------------------------------------------------------------


def test_places_are_those_of_the_text_that_the_user_has() -> None:
    """The first change takes a line away; what is still found lies where the user sees it."""
    text = (
        HEAD
        + f"""\
  lint: {{runs-on: ubuntu-latest, {CODE}}}
  docs:
    needs: lint
    runs-on: ubuntu-latest
    {CODE}
  box:
    runs-on: self-hosted
    {CODE}
  test:
    needs: [lint, box]
    runs-on: ubuntu-latest
    {CODE}
"""
    )
    found = plan(text)
    (held,) = found.held
    assert text.splitlines()[held.line - 1] == "    needs: [lint, box]"
    assert {text.splitlines()[evidence.line - 1] for evidence in held.proposal.evidence} == {
        "    needs: [lint, box]",
        f"    {CODE}",
    }


def test_what_one_change_brings_about_is_found_in_the_next_round() -> None:
    """`docs` needs the artifact of `build`, and gets an edge of its own only when that to `test` goes."""
    upload = "{uses: actions/upload-artifact@v7, with: {name: out, path: out}}"
    download = "{uses: actions/download-artifact@v8, with: {name: out}}"
    text = f"""\
  build: {{runs-on: ubuntu-latest, steps: [{{uses: actions/checkout@v7}}, {upload}]}}
  test: {{needs: build, runs-on: ubuntu-latest, {CODE}}}
  docs: {{needs: test, runs-on: ubuntu-latest, steps: [{{uses: actions/checkout@v7}}, {download}]}}
"""
    found = plan(text)
    assert ids(found) == ["drop-false-needs:ci.yml:test:build", "drop-false-needs:ci.yml:docs:test"]
    assert "  docs: {needs: build, runs-on" in found.after.text, "no list stays where there was none"
    assert not plan(found.after.text).changed


def test_many_proposals_are_no_trouble() -> None:
    """Every edge of a complete graph is offered; the plan has as many changes, and takes as many steps."""
    names = [f"j{number}" for number in range(16)]
    text = "".join(
        f"  {name}:\n    needs: [{', '.join(names[:number])}]\n    runs-on: self-hosted\n    {CODE}\n"
        for number, name in enumerate(names)
        if number
    )
    text = f"  j0:\n    runs-on: self-hosted\n    {CODE}\n" + text
    found = plan(text, Choice(Tier.REVIEW))
    assert len(found.changes) == 16 * 15 / 2
    assert "needs" not in found.after.text
