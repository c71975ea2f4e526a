"""Which recorded job is which leg of the workflow."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from history.made import match, matcher, recorded, shown
from history.recordings import job, step
from needful.history.matching import Matcher, missed
from needful.history.reading import read_runs
from needful.workflow.repository import Repository

RUN = "runs-on: ubuntu-latest, steps: [{run: make}]"


def skipped(name: str) -> dict[str, object]:
    return job(name, 5, 5, conclusion="skipped")


def test_names_and_ids() -> None:
    workflow = matcher(f"  lint: {{{RUN}}}\n  test: {{name: Run the tests, {RUN}}}\n")
    assert shown(match(workflow, "lint", "Run the tests")) == {"lint": "lint (name)", "Run the tests": "test (name)"}


def test_a_name_that_is_not_there_is_left_alone() -> None:
    found = match(matcher(f"  lint: {{{RUN}}}\n"), "lint", "Lint", "style")
    assert shown(found) == {"lint": "lint (name)", "Lint": "-", "style": "-"}
    assert found.share == pytest.approx(1 / 3)


def test_a_matrix_names_its_legs() -> None:
    workflow = matcher(
        f"""\
  test:
    strategy:
      matrix:
        os: [ubuntu, macos]
        python: [3.10, '3.11']
        tool: [{{name: gcc, flags: [-O2, -g]}}]
        empty: ['']
        include:
          - {{os: ubuntu, extra: seen}}
          - {{os: windows, python: 3.9, late: true}}
    {RUN.replace(", ", chr(10) + "    ", 1)}
"""
    )
    assert {name for leg in workflow.legs if not leg.whole for name in leg.exact} == {
        "test (ubuntu, 3.1, gcc, -O2, -g)",
        "test (ubuntu, 3.11, gcc, -O2, -g)",
        "test (macos, 3.1, gcc, -O2, -g)",
        "test (macos, 3.11, gcc, -O2, -g)",
        "test (windows, 3.9, true)",
    }
    assert shown(match(workflow, "test (windows, 3.9, true)")) == {
        "test (windows, 3.9, true)": "test os=windows python=3.9 late=true (name)"
    }


def test_a_name_with_an_expression_stands_alone() -> None:
    name = "Test on ${{ matrix.os }}"
    workflow = matcher(f"  test: {{name: '{name}', strategy: {{matrix: {{os: [a, b]}}}}, {RUN}}}\n")
    assert shown(match(workflow, "Test on a", "Test on b", "Test on c", "Test on a (a)")) == {
        "Test on a": "test os=a (name)",
        "Test on b": "test os=b (name)",
        "Test on c": "-",
        "Test on a (a)": "-",
    }


def test_a_name_is_cut_as_github_cuts_it() -> None:
    long = "x" * 120
    workflow = matcher(f"  test: {{strategy: {{matrix: {{v: [{long}, y]}}}}, {RUN}}}\n")
    cut = f"test ({long}"[:97] + "..."
    assert shown(match(workflow, cut)) == {cut: f"test v={long} (name)"}


def test_a_job_that_is_skipped_shows_its_name_as_written() -> None:
    workflow = matcher(
        f"  ship: {{name: 'Ship ${{{{matrix.os}}}}', strategy: {{matrix: {{os: [a, b]}}}}, {RUN}}}\n"
        f"  test: {{strategy: {{matrix: {{os: [a, b]}}}}, {RUN}}}\n"
        "  call: {uses: ./.github/workflows/inner.yml}\n",
        inner=f"on: workflow_call\njobs:\n  deep: {{strategy: {{matrix: {{v: [1, 2]}}}}, {RUN}}}\n",
    )
    found = match(workflow, skipped("Ship ${{ matrix.os }}"), skipped("test"), skipped("call"))
    assert shown(found) == {
        "Ship ${{ matrix.os }}": "ship whole (name)",
        "test": "test whole (name)",
        "call": "call whole (name)",
    }
    assert shown(match(workflow, skipped("call / deep"))) == {"call / deep": "call/deep whole (name)"}


def test_a_job_that_ran_without_its_matrix_is_not_the_job_of_today() -> None:
    workflow = matcher(f"  test: {{strategy: {{matrix: {{os: [a, b]}}}}, {RUN}}}\n")
    assert shown(match(workflow, "test")) == {"test": "-"}


INNER = f"""\
on:
  workflow_call:
    inputs: {{target: {{type: string, default: all}}}}
jobs:
  build: {{name: 'Build ${{{{ inputs.target }}}}', {RUN}}}
  test: {{strategy: {{matrix: {{v: [1, 2]}}}}, {RUN}}}
"""


def test_jobs_of_called_workflows_stand_behind_their_callers() -> None:
    workflow = matcher(
        """\
  arm:
    name: For ${{ matrix.board }}
    strategy: {matrix: {board: [pi, nano]}}
    uses: ./.github/workflows/inner.yml
    with: {target: '${{ matrix.board }}'}
  plain: {uses: ./.github/workflows/inner.yml}
""",
        inner=INNER,
    )
    found = match(workflow, "For pi / Build pi", "For nano / Build nano", "For pi / test (2)", "plain / Build all")
    assert shown(found) == {
        "For pi / Build pi": "arm/build (name)",
        "For nano / Build nano": "arm/build (name)",
        "For pi / test (2)": "arm/test v=2 (name)",
        "plain / Build all": "plain/build (name)",
    }
    assert [one.record.name for one in found.of("ARM")] == [
        "For pi / Build pi",
        "For nano / Build nano",
        "For pi / test (2)",
    ]


def test_workflows_call_each_other_several_levels_deep() -> None:
    workflow = matcher(
        "  outer: {uses: ./.github/workflows/middle.yml}\n",
        middle="on: workflow_call\njobs:\n  middle: {uses: ./.github/workflows/inner.yml}\n",
        inner=INNER,
    )
    assert shown(match(workflow, "outer / middle / test (1)")) == {
        "outer / middle / test (1)": "outer/middle/test v=1 (name)"
    }


def test_workflows_that_call_themselves_come_to_an_end() -> None:
    loop = (
        "on: workflow_call\njobs:\n  again: {strategy: {matrix: {v: [1, 2, 3]}}, uses: ./.github/workflows/loop.yml}\n"
    )
    assert len(matcher("  start: {uses: ./.github/workflows/loop.yml}\n", loop=loop).legs) == 5000


def test_a_workflow_that_is_elsewhere_has_any_number_of_jobs() -> None:
    workflow = matcher("  ship: {name: Ship it, uses: harbour/shared/.github/workflows/ship.yml@v1}\n")
    assert shown(match(workflow, "Ship it / build", "Ship it / push (arm)", "Ship it")) == {
        "Ship it / build": "ship (pattern)",
        "Ship it / push (arm)": "ship (pattern)",
        "Ship it": "-",
    }


def test_a_matrix_made_at_run_time_has_any_number_of_legs() -> None:
    workflow = matcher(
        f"  plan: {{{RUN}}}\n"
        f"  test: {{needs: plan, strategy: {{matrix: '${{{{ fromJSON(needs.plan.outputs.m) }}}}'}}, {RUN}}}\n"
        f"  part: {{name: 'Part ${{{{ matrix.n }}}} of it', {RUN},\n"
        "    strategy: {matrix: '${{ fromJSON(vars.X) }}'}}\n"
    )
    assert shown(match(workflow, "plan", "test (1, a)", "test (2, b)", "Part 3 of it", "tests (1)")) == {
        "plan": "plan (name)",
        "test (1, a)": "test (pattern)",
        "test (2, b)": "test (pattern)",
        "Part 3 of it": "part (pattern)",
        "tests (1)": "-",
    }


def test_labels_tell_legs_of_one_name_apart() -> None:
    workflow = matcher(
        "  a: {name: Build, runs-on: ubuntu-latest, steps: [{run: make}]}\n"
        "  b: {name: Build, runs-on: [self-hosted, ARM], steps: [{run: make}]}\n"
    )
    arm, linux = (job("Build", labels=labels) for labels in (["self-hosted", "arm"], ["ubuntu-latest"]))
    found = match(workflow, arm, linux)
    assert [(one.leg.jobs, one.how.value) for one in found.jobs] == [(("b",), "labels"), (("a",), "labels")]


def test_jobs_of_one_name_that_nothing_tells_apart_are_ambiguous() -> None:
    workflow = matcher(f"  a: {{name: Build, {RUN}}}\n  b: {{name: Build, {RUN}}}\n  c: {{{RUN}}}\n")
    found = match(workflow, "Build", "Build", "c")
    assert ([one.leg.jobs for one in found.jobs], len(found.ambiguous)) == ([("c",)], 2)


def test_legs_of_one_name_are_taken_in_their_order_if_all_are_there() -> None:
    workflow = matcher(
        f"  test: {{name: 'Test ${{{{ matrix.a }}}}', strategy: {{matrix: {{a: [x], b: [1, 2]}}}}, {RUN}}}\n"
    )
    found = match(workflow, "Test x", "Test x")
    assert [(dict(one.leg.values)["b"], one.how.value) for one in found.jobs] == [("1", "order"), ("2", "order")]
    assert {one.record.labels for one in found.jobs} == {("ubuntu-24.04",)}  # the runner has changed since
    assert len(match(workflow, "Test x").ambiguous) == 1
    assert len(match(workflow, "Test x", "Test x", "Test x").ambiguous) == 3


def test_one_name_twice_for_one_job_is_ambiguous() -> None:
    assert len(match(matcher(f"  a: {{{RUN}}}\n"), "a", "a").ambiguous) == 2


def test_what_fits_one_leg_alone_leaves_the_others() -> None:
    workflow = matcher(
        f"  a: {{name: 'Build ${{{{ vars.A }}}} now', {RUN}}}\n  b: {{name: 'Build ${{{{ vars.B }}}}', {RUN}}}\n"
    )
    assert shown(match(workflow, "Build x now", "Build y")) == {
        "Build x now": "a (pattern)",
        "Build y": "b (pattern)",
    }
    assert shown(match(workflow, "Build x now")) == {"Build x now": "?"}
    assert shown(match(workflow, "Build x", "Build y")) == {"Build x": "?", "Build y": "?"}


def test_unknown_names_of_one_matrix_are_told_apart_by_labels_or_order() -> None:
    workflow = matcher(
        "  a: {name: 'Build ${{ vars.A }}', strategy: {matrix: {os: [linux, mac]}}, runs-on: '${{ matrix.os }}', "
        "steps: [{run: make}]}\n"
    )
    both = match(workflow, job("Build 1", labels=["mac"]), job("Build 2", labels=["linux"]))
    assert [dict(one.leg.values)["os"] for one in both.jobs] == ["mac", "linux"]
    bracketed = match(workflow, job("Build 1 (linux)", labels=[]), job("Build 1 (mac)", labels=[]))
    assert [dict(one.leg.values)["os"] for one in bracketed.jobs] == ["linux", "mac"]


def test_a_name_that_is_only_an_expression_needs_its_steps_to_agree() -> None:
    workflow = matcher(
        "  any: {name: '${{ matrix.name }}', strategy: {matrix: '${{ fromJSON(vars.M) }}'}, runs-on: x, "
        "steps: [{uses: actions/checkout@v5}, {name: Polish, run: make}]}\n"
        f"  lint: {{{RUN}}}\n"
    )
    steps = [step(1, "Set up job", 0, 1), step(2, "Run actions/checkout@v5", 1, 2), step(3, "Polish", 2, 9)]
    found = match(workflow, job("brass", steps=steps), job("old job", steps=steps[:1]), "lint")
    assert shown(found) == {"brass": "any (nameless)", "old job": "-", "lint": "lint (name)"}


def test_what_was_missed_is_counted_by_name() -> None:
    workflow = matcher(f"  lint: {{{RUN}}}\n  a: {{name: B, {RUN}}}\n  b: {{name: B, {RUN}}}\n")
    found = missed([match(workflow, "lint", "x", "B", "B"), match(workflow, "lint", "x", "c")])
    assert (found.jobs, found.matched) == (7, 2)
    assert found.unmatched == (("x", 2), ("c", 1))
    assert found.ambiguous == (("B", 2),)


def test_runs_that_look_alike_are_matched_alike() -> None:
    workflow = matcher(f"  lint: {{{RUN}}}\n")
    first, second = recorded(job("lint")), recorded(job("lint", 9, 70))
    assert workflow.match(first).jobs[0].record is first.jobs[0]
    assert workflow.match(second).jobs[0].record is second.jobs[0]


def test_a_run_without_jobs_misses_nothing() -> None:
    (run,) = read_runs([("x", json.dumps([{"id": 1, "event": "push"}]).encode())]).runs
    assert matcher(f"  lint: {{{RUN}}}\n").match(run).share == 1


# --- recordings from public repositories ----------------------------------------------------------------------------


def of_file(path: str, file: Path) -> Matcher:
    data = file.read_bytes()
    repository = Repository(".", lambda asked: data if asked == path else None, [path])
    workflow = repository.workflow(path)
    assert workflow is not None
    return Matcher(workflow, repository)


def test_every_job_and_step_of_a_recorded_run_is_found(shared: Path) -> None:
    folder = shared / "timing-data" / "otel-cicd-action"
    found = read_runs([("all", (folder / "all_history.json").read_bytes())])
    workflow = of_file(".github/workflows/main.yml", folder / "biome_main.yml@f9ff72d3.yml")
    (run,) = (run for run in found.runs if run.id == 12541749172)
    matched = workflow.match(run)
    assert matched.share == 1
    assert [(len(one.steps), one.loose) for one in matched.jobs if len(one.steps) != len(one.leg.job.steps)] == []


def test_the_jobs_of_a_recorded_run_with_named_legs_are_found(shared: Path) -> None:
    folder = shared / "timing-data"
    lines = gzip.decompress((folder / "normalised" / "pytables_wheels.jsonl.gz").read_bytes()).splitlines()
    workflow = of_file("wheels.yml", folder / "ghalogs-example" / "wheels.yml@a2033260.yml")
    found = match(workflow, *(json.loads(line)["job"] for line in lines))
    # the name of one comes from the name of its log file, where GitHub put a number behind it
    assert [record.name for record in found.unmatched] == ["Build source distribution (1)"]
    assert len(found.jobs) == 17
