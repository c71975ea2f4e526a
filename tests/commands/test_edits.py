"""What commands write: one comment, one entry of the settings, and not another byte."""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from dependence.made import HEAD
from document.texts import workflow as made_up
from needful.commands.edits import ignore_rule, keep_edge
from needful.commands.model import Edge, IgnoreRule, KeepEdge
from needful.config.reader import PATH, read_settings
from needful.document.parse import parse
from needful.errors import Refusal, UserError
from needful.planning.planner import Choice
from needful.rules.api import Tier
from needful.source import Source
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow
from planning.test_guard import CHAIN
from rules.cases import CI, plan_files
from settings_docs import KNOWN

WHY = "needful: keep — it is cheap"
JOBS = """\
on: push
jobs:
  a: {runs-on: x, steps: [{run: a}]}
  b: {runs-on: x, steps: [{run: a}]}
  c:
    needs: a
    runs-on: x
    steps: [{run: a}]
"""


def read(text: str) -> Workflow:
    return read_workflow(parse(Source("ci.yml", text)), "ci.yml")


def kept(
    text: str, producer: str = "a", consumer: str = "c", because: str = "it is cheap"
) -> tuple[str, tuple[str, ...]]:
    found = keep_edge(read(text), KeepEdge(Edge(producer, consumer), because))
    return found.document.source.text, found.what


# --- keep ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("needs: a", f"needs: a  # {WHY}", "`c` waits for `a`"),
        ("needs: [a]", f"needs: [a]  # {WHY}", "`c` waits for `a`"),
        ("needs: [b, a]", f"needs: [b, a]  # {WHY}", "`c` waits for `b` and `a`"),
        ("needs: a # first", f"# {WHY}\n    needs: a # first", "`c` waits for `a`"),
        ("needs:\n      - b\n      - A", f"needs:\n      - b\n      - A  # {WHY}", "`c` waits for `A`"),
        ("needs:\n    - a # x\n    - b", f"needs:\n    # {WHY}\n    - a # x\n    - b", "`c` waits for `a`"),
        ("needs: [b,\n      a]", f"needs: [b,\n      a]  # {WHY}", "`c` waits for `a`"),
    ],
)
def test_the_comment_stands_at_the_edge(before: str, after: str, what: str) -> None:
    text = JOBS.replace("needs: a", before)
    assert kept(text) == (text.replace(before, after), (what,))
    crlf = text.replace("\n", "\r\n")
    assert kept(crlf)[0] == text.replace(before, after).replace("\n", "\r\n")


@pytest.mark.parametrize(
    "text",
    [
        JOBS.replace("needs: a", "needs: a # needful: keep"),
        JOBS.replace("needs: a", "needs:\n      - a # needful: keep\n      - b"),
        JOBS.replace("  c:\n", "  c: # needful: keep\n"),
    ],
)
def test_what_is_kept_is_not_kept_again(text: str) -> None:
    assert kept(text) == (text, ())


def test_another_edge_of_the_job_may_be_kept_already() -> None:
    text = JOBS.replace("needs: a", "needs:\n      - a\n      - b # needful: keep")
    assert kept(text) == (text.replace("- a\n", f"- a # {WHY}\n"), ("`c` waits for `a`",))


@pytest.mark.parametrize(
    ("producer", "consumer", "reason"),
    [
        ("a", "z", "there is no job `z`"),
        ("b", "c", "`c` does not wait for `b`"),
        ("c", "a", "`a` does not wait for `c`"),
    ],
)
def test_there_must_be_such_an_edge(producer: str, consumer: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        kept(JOBS, producer, consumer)


def test_where_no_comment_can_stand_it_is_refused() -> None:
    with pytest.raises(Refusal, match="inside brackets"):
        kept(
            JOBS.replace(
                "c:\n    needs: a\n    runs-on: x\n    steps: [{run: a}]", "c: {needs: a, runs-on: x, steps: []}"
            )
        )
    with pytest.raises(Refusal, match="about something else"):
        kept(JOBS.replace("needs: a", "needs: [b,\n      a]"), "b")
    with pytest.raises(Refusal, match="several lines"):
        kept(JOBS, because="a\nneeds: b")


def test_what_was_kept_is_not_proposed_any_more() -> None:
    text = HEAD + CHAIN
    assert plan_files({CI: text.encode()}, Choice(Tier.REVIEW)).changes
    for producer, consumer in (("lint", "test"), ("test", "docs")):
        text = kept(text, producer, consumer)[0]
    found = plan_files({CI: text.encode()}, Choice(Tier.REVIEW))
    assert (found.changes, found.held) == ((), ())
    assert len(found.kept) == 2


@given(st.integers(0, 2**32), st.integers(2, 4), st.sampled_from(("it is cheap", "a: b # c", "- 'x' {y} — z")))
def test_a_comment_is_all_that_is_written(seed: int, jobs: int, because: str) -> None:
    try:
        workflow = read(made_up(seed, jobs))
    except UserError:
        return
    for job in workflow.jobs:
        for need in job.needs:
            command = KeepEdge(Edge(need.on, job.id), because)
            try:
                found = keep_edge(workflow, command)
            except (Refusal, UserError) as problem:
                event(f"refused: {problem}"[:60])
                continue
            event("written")
            before, after = workflow.document.source.text, found.document.source.text
            assert after.count(f"needful: keep — {because}") == 1
            at = after.index(f"# needful: keep — {because}")
            rest = after[at + len(f"# needful: keep — {because}") :]
            start = len(after[:at].rstrip(" "))
            own_line = after[:start].endswith(("\n", "\r")) or not start
            newline = workflow.document.source.newline
            assert before == after[:start] + (rest.removeprefix(newline) if own_line else rest)
            assert keep_edge(read(after), command) == (parse(Source("ci.yml", after)), ())


# --- ignore ----------------------------------------------------------------------------------------------------------

RULE, OTHER = "drop-false-needs", "add-missing-needs"
ENTRY = f"- rule: {RULE}\n    job: e2e\n    workflow: ci.yml\n"


def ignored(text: str, job: str = "", rule: str = RULE) -> str:
    return ignore_rule(Source(PATH, text), IgnoreRule(rule, job), "ci.yml", KNOWN).text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"rules:\n  {RULE}: false\n"),
        ("# ours", f"# ours\nrules:\n  {RULE}: false\n"),
        ("# ours\r\n", f"# ours\r\nrules:\r\n  {RULE}: false\r\n"),
        ("tier: safe # yes\n", f"tier: safe # yes\nrules:\n  {RULE}: false\n"),
        ("rules:\n", f"rules:\n  {RULE}: false\n"),
        ("rules: {}\n", f"rules:\n  {RULE}: false\n"),
        (f"rules: {{{OTHER}: off}} # x\n", f"rules: {{{OTHER}: off, {RULE}: false}} # x\n"),
        (f"rules:\n    {RULE}: on # x\n", f"rules:\n    {RULE}: false # x\n"),
        (f"rules: {{{RULE}: off}}\n", f"rules: {{{RULE}: off}}\n"),
    ],
)
def test_a_rule_is_switched_off(before: str, after: str) -> None:
    assert ignored(before) == after
    assert ignored(after) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"ignore:\n  {ENTRY}"),
        ("tier: safe\n", f"tier: safe\nignore:\n  {ENTRY}"),
        ("ignore:\n", f"ignore:\n  {ENTRY}"),
        ("ignore: []\n", f"ignore:\n  {ENTRY}"),
        (f"ignore:\n  # why\n  - rule: {OTHER}\n", f"ignore:\n  # why\n  - rule: {OTHER}\n  {ENTRY}"),
        (f"ignore: [{{rule: {RULE}, job: E2E}}]\n", f"ignore: [{{rule: {RULE}, job: E2E}}]\n"),
        (f"ignore:\n  - rule: {RULE}\n    workflow: c*\n", f"ignore:\n  - rule: {RULE}\n    workflow: c*\n"),
        (f"rules: {{{RULE}: off}}\n", f"rules: {{{RULE}: off}}\n"),
        (
            f"ignore:\n  - rule: {RULE}\n    job: e2e\n    workflow: other.yml\n",
            f"ignore:\n  - rule: {RULE}\n    job: e2e\n    workflow: other.yml\n  {ENTRY}",
        ),
    ],
)
def test_a_rule_is_ignored_for_a_job(before: str, after: str) -> None:
    assert ignored(before, "e2e") == after
    assert ignored(after, "e2e") == after


def test_settings_that_are_wrong_are_not_written() -> None:
    with pytest.raises(UserError, match="there is no setting `teir`"):
        ignored("teir: safe\n")


def test_a_rule_must_exist() -> None:
    with pytest.raises(UserError, match="there is no rule `x`") as error:
        ignored("", rule="x")
    assert RULE in error.value.hint


def test_what_the_settings_would_not_say_is_refused() -> None:
    """A name with a bracket means something else as a glob."""
    with pytest.raises(Refusal, match="would not say it"):
        ignore_rule(Source(PATH, ""), IgnoreRule(RULE, "e2e"), "ci[1].yml", KNOWN)
    with pytest.raises(Refusal, match="holds an anchor"):
        ignored("ignore: &none []\npull-requests: {labels: *none}\n", "e2e")


@given(
    st.sampled_from(
        ("", "# c\n", "tier: safe\n", "rules:\n  add-missing-needs: on # x\n", "ignore:\n- {rule: add-missing-needs}\n")
    ),
    st.sampled_from(("\n", "\r\n", "\r")),
    st.booleans(),
    st.lists(st.tuples(st.sampled_from(tuple(KNOWN)), st.sampled_from(("", "a", "b"))), max_size=6),
)
def test_one_after_the_other(start: str, newline: str, bom: bool, wanted: list[tuple[str, str]]) -> None:
    newline = newline if start else "\n"
    source = Source(PATH, start.replace("\n", newline), bom)
    for rule, job in wanted:
        written = ignore_rule(source, IgnoreRule(rule, job), "ci.yml", KNOWN)
        lines, new = source.text.split(newline), written.text.split(newline)
        assert [line for line in lines if line and line not in new] in ([], ["  add-missing-needs: on # x"])
        source = written
    assert newline == "\n" or "\n" not in source.text.replace(newline, "")
    settings, wrong = read_settings(PATH, source.to_bytes(), KNOWN)
    assert wrong == ()
    for rule, job in wanted:
        assert rule in settings.rules.off or any(one.covers(rule, "ci.yml", job or "x") for one in settings.ignore)
