"""Two jobs as one: what is proved, what is not, and that nobody can tell."""

from __future__ import annotations

import re

import pytest
from hypothesis import event, example, given
from hypothesis import strategies as st

from dependence.generated import outcomes, workflows
from dependence.interpreter import before, jobs_of, needs_of, play
from dependence.made import HEAD, analysis, situation
from needful.dependence import proof, proof_merge
from needful.dependence.merging import meetings, merge_of, merge_operations
from needful.dependence.parts import Part
from needful.dependence.proof import prove
from needful.document.writer import rewrite

CODE = "{uses: actions/checkout@v7}, {uses: actions/setup-python@v6}"
BEFORE = f"""\
  types: {{runs-on: ubuntu-latest, steps: [{CODE}, {{run: mypy src}}]}}
  style: {{runs-on: ubuntu-latest, steps: [{CODE}, {{id: look, run: ruff check}}]}}
  test: {{needs: [types, style], runs-on: ubuntu-latest, steps: [{CODE}, {{run: pytest}}]}}
"""
AFTER = f"""\
  types: {{runs-on: ubuntu-latest, steps: [{CODE}, {{run: mypy src}}, {{id: look, run: ruff check}}]}}
  test: {{needs: [types], runs-on: ubuntu-latest, steps: [{CODE}, {{run: pytest}}]}}
"""
MERGED = frozenset({Part.MERGE})


def missing(before: str, after: str, files: dict[str, str] | None = None) -> dict[str, str]:
    """What is not shown, with the reason."""
    found = prove(situation(before, files), situation(after, files), None, MERGED)
    return {each.what: each.why_not for each in found if not each.shown}


def test_two_checks_become_one_job() -> None:
    assert missing(BEFORE, AFTER) == {}


def test_a_chain_becomes_one_job() -> None:
    before = BEFORE.replace("style: {", "style: {needs: types, ").replace("[types, style]", "style")
    assert missing(before, AFTER) == {}
    end = "  end: {needs: test, if: failure(), runs-on: ubuntu-latest, steps: [{run: echo}]}\n"
    assert list(missing(before + end, AFTER + end)) == [proof_merge.UNASKED]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{id: look, run: ruff check}", "{id: look, run: ruff check --fix}"),
        (", {id: look, run: ruff check}", ""),
        ("{run: mypy src}, {id: look, run: ruff check}", "{id: look, run: ruff check}, {run: mypy src}"),
        ("{run: mypy src}", "{uses: actions/checkout@v7}, {run: mypy src}"),
        ("[types]", "[]"),
        ("  test: {needs: [types], ", "  test: {"),
        ("types: {runs-on", "types: {timeout-minutes: 5, runs-on"),
        ("types: {runs-on", "types: {permissions: write-all, runs-on"),
        ("{run: pytest}", "{run: pytest -x}"),
    ],
)
def test_what_is_no_merge_is_seen(old: str, new: str) -> None:
    assert old in AFTER
    assert {proof_merge.EACH_STEP, proof.KEPT, proof.WORK} & missing(BEFORE, AFTER.replace(old, new, 1)).keys()


def test_other_jobs_than_before_are_seen() -> None:
    assert proof_merge.EACH_STEP in missing(BEFORE, BEFORE)
    lines = AFTER.splitlines(keepends=True)
    assert proof_merge.EACH_STEP in missing(BEFORE, lines[1] + lines[0])
    assert proof_merge.EACH_STEP in missing(BEFORE, lines[0])
    assert proof_merge.EACH_STEP in missing(BEFORE, AFTER.replace("  test:", "  tests:"))


STYLE = "{id: look, run: ruff check}"


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("style: {runs-on", "style: {env: {A: b}, runs-on", proof_merge.EACH_STEP),
        ("style: {runs-on", "style: {if: github.ref, runs-on", proof_merge.EACH_STEP),
        ("style: {runs-on", "style: {outputs: {a: b}, runs-on", proof_merge.EACH_STEP),
        ("[types, style]", "types", proof_merge.EACH_STEP),
        (STYLE, "{id: look, run: ruff check, env: {A: '${{ secrets.A }}'}}", proof_merge.TRUSTED),
        (STYLE, "{id: look, run: mypy src}", proof_merge.UNDISTURBED),
        (STYLE, "{id: look, run: ./check}", proof_merge.UNDISTURBED),
        (STYLE, "{id: look, if: always(), run: ruff check}", proof_merge.NOTHING_LASTING),
        (STYLE, "{id: look, uses: actions/upload-artifact@v7, with: {name: a, path: a}}", proof_merge.NOTHING_LASTING),
        (STYLE, "{id: look, run: npm publish}", proof_merge.NOTHING_LASTING),
        (STYLE, "{id: look, run: ruff check, env: {A: '${{ github.job }}'}}", proof_merge.UNASKED),
        ("{run: pytest}", "{run: 'pytest ${{ needs.style.result }}'}", proof_merge.UNASKED),
        ("{run: mypy src}", "{id: look, run: mypy src}", proof_merge.UNDISTURBED),
        ("{run: mypy src}", "{run: echo A=1 >> $GITHUB_ENV}", proof_merge.UNDISTURBED),
    ],
)
def test_what_forbids_it(old: str, new: str, what: str) -> None:
    assert old in BEFORE
    text = BEFORE.replace(old, new, 1)
    found = missing(text, AFTER.replace(old, new, 1))
    assert what in found, found


def test_two_steps_cannot_have_one_id() -> None:
    steps = (("{run: mypy src}", "{id: look, run: echo a}"), (STYLE, "{id: look, run: echo b}"))
    before, after = BEFORE, AFTER
    for old, new in steps:
        before, after = before.replace(old, new), after.replace(old, new)
    seen = situation(before)
    merge = merge_of(seen, seen.job("types"), seen.job("style"))
    assert merge is not None
    assert "both have a step with the id `look`" in list(meetings(seen, merge))


def test_own_machines_and_watchers_forbid_it() -> None:
    found = missing(BEFORE.replace("ubuntu-latest", "self-hosted"), AFTER.replace("ubuntu-latest", "self-hosted"))
    assert proof_merge.UNDISTURBED in found
    other = "on: {workflow_run: {workflows: [CI], types: [completed]}}\njobs:\n" + BEFORE
    named = ["name: CI\n" + HEAD + text for text in (BEFORE, AFTER)]
    assert proof_merge.UNASKED in missing(named[0], named[1], {".github/workflows/other.yml": other})


# --- nobody can tell, judged by the interpreter of the tests ---------------------------------------------------------


def twinned(text: str, name: str, *, chain: bool) -> str:
    """A workflow in which a job has a twin that checks something else: beside it, or behind it alone."""
    text = text.replace("- run: make\n", "- run: mypy src\n")
    head, *jobs = re.split(r"(?m)^(?=  \w+:\n)", text.partition("jobs:\n")[2])
    found = []
    instead = "twin" if chain else f"{name}, twin"
    for each in [head, *jobs]:
        job = re.sub(rf"needs: {name}$", f"needs: [{instead}]", each, flags=re.MULTILINE)
        job = re.sub(rf"needs: \[(.*\b|){name}\b", lambda match: f"needs: [{match[1]}{instead}", job)
        found.append(job)
        if job.startswith(f"  {name}:\n"):
            own = job.replace(f"  {name}:\n", "  twin:\n").replace("- run: mypy src", "- run: ruff check")
            own = re.sub(r"    needs: .*\n", "", own) if chain else own
            found.append(own.replace("  twin:\n", f"  twin:\n    needs: {name}\n") if chain else own)
    return text.partition("jobs:\n")[0] + "jobs:\n" + "".join(found)


CHECKS = """\
on: [push, pull_request]
permissions: {contents: read}
jobs:
  j0:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: make
  j1:
    needs: j0
    if: always()
    runs-on: ubuntu-latest
    steps:
      - if: contains(needs.*.result, 'failure')
        run: exit 1
"""


@given(workflows(), st.integers(0, 10_000), st.booleans())
@example(CHECKS, 0, False)
@example(
    CHECKS.replace("    if: always()\n", "").replace(
        "if: contains(needs.*.result, 'failure')", "if: github.ref == 'x'"
    ),
    0,
    True,
)
def test_no_run_tells_one_job_from_two(text: str, seed: int, chain: bool) -> None:
    for name in jobs_of(text):
        whole = analysis(twinned(text, name, chain=chain))
        merge = merge_of(whole.situation, whole.situation.job(name), whole.situation.job("twin"))
        if merge is None:
            continue
        after = rewrite(whole.workflow.document, tuple(merge_operations(whole.situation, merge))).document.source.text
        unseen = missing(whole.workflow.document.source.text, after)
        event(f"chain: {merge.chain}; proved: {not unseen}")
        if not unseen:
            _compare(whole.workflow.document.source.text, after, name, seed, chain=merge.chain)


def _compare(before_text: str, after_text: str, name: str, seed: int, *, chain: bool) -> None:
    """Play both in every way in which the jobs can end."""
    old, new = jobs_of(before_text), jobs_of(after_text)
    others = old.keys() - {name, "twin"}
    assert all(before(new, job) - {name} == before(old, job) - {name, "twin"} for job in new)
    assert all("twin" not in needs_of(job) for job in new.values())
    for ends, trigger in outcomes(old, seed):
        was = play(old, ends, trigger)
        own = _worst([ends[name], *([] if chain and ends[name] != "success" else [ends["twin"]])])
        now = play(new, {**{job: ends[job] for job in others}, name: own}, trigger)
        assert now.results[name] == _worst([was.results[name], was.results["twin"]])
        assert {job: now.results[job] for job in others} == {job: was.results[job] for job in others}
        assert now.ran & others == was.ran & others


def _worst(ends: list[str]) -> str:
    """What two jobs come to as one: a failure before a stop, and that before success."""
    return min(ends, key=("failure", "cancelled", "success", "skipped").index)
