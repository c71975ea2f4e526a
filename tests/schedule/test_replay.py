"""Runs under another graph: what keeps its time, what is drawn, and what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.history.matching import Matcher
from needful.history.model import JobRecord, RunRecord, StepRecord
from needful.schedule.estimates import Basis
from needful.schedule.load import Limits, Origin
from needful.schedule.replay import Assumptions, Replay, baseline, replay
from needful.schedule.rework import Machine
from schedule.made import BEGUN, STEPS, matcher, record, run, step, workflow

CHAIN = {"lint": [], "build": ["lint"], "test": ["build"]}
GREEN = run(record("lint", 2, 30), record("build", 33, 60), record("test", 61, 90))


def replayed(before: Matcher, after: Matcher, *runs: RunRecord, assumptions: Assumptions | None = None) -> Replay:
    return replay(baseline(before, runs, assumptions or Assumptions()), after)


def spans(found: Replay, number: int = 0) -> dict[str, tuple[float, float]]:
    trace = found.runs[number].after
    return {leg.name: (trace.start[n], trace.end[n]) for n, leg in enumerate(trace.legs) if trace.ran[n]}


def test_fewer_edges() -> None:
    found = replayed(workflow(CHAIN), workflow({**CHAIN, "build": []}), GREEN)
    assert spans(found) == {"lint": (2, 30), "build": (3, 30), "test": (31, 60)}
    assert found.runs[0].before.makespan == 90
    assert (found.bases, found.unknown) == ((), ())


def test_limits_hold_in_the_replay() -> None:
    flat = workflow(dict.fromkeys(CHAIN, ()))
    one = replayed(workflow(CHAIN), flat, GREEN, assumptions=Assumptions(Limits(1)))
    assert one.runs[0].after.makespan == 1 + 29 + 28 + 27  # `test` asks first


def test_a_job_that_a_failure_kept_from_running_takes_what_it_takes_elsewhere() -> None:
    red = run(
        record("lint", 2, 10, "failure"),
        record("build", 10, 10, "skipped"),
        record("test", 10, 10, "skipped"),
        number=2,
        conclusion="failure",
    )
    found = replayed(workflow(CHAIN), workflow({**CHAIN, "build": []}), GREEN, red)
    assert found.runs[1].before.makespan == 10
    assert spans(found, 1) == {"lint": (2, 10), "build": (3, 30), "test": (31, 60)}
    assert [basis.origin for basis in found.bases] == [Origin.REPLAYED, Origin.REPLAYED]
    assert found.bases[0].what == "`build` where something before it failed"


def test_a_job_that_never_ran_is_not_known() -> None:
    red = run(record("lint", 2, 10, "failure"), conclusion="failure")
    assert replayed(workflow(CHAIN), workflow(CHAIN), red).unknown == (
        "`build`, which never ran",
        "`test`, which never ran",
    )


def test_a_leg_that_moves_to_a_job_of_its_own_keeps_its_time() -> None:
    def side(legs: str, more: str, needs: str) -> Matcher:
        return matcher(
            f"  build:\n    name: build ${{{{ matrix.n }}}}\n    strategy: {{matrix: {{n: [{legs}]}}}}\n{STEPS}"
            f"{more}  test:\n    needs: [{needs}]\n{STEPS}"
        )

    slow = f"  slow:\n    name: build ${{{{ matrix.n }}}}\n    strategy: {{matrix: {{n: [2]}}}}\n{STEPS}"
    one = run(record("build 1", 2, 20), record("build 2", 2, 100), record("test", 103, 110))
    found = replayed(side("1, 2", "", "build"), side("1", slow, "build"), one)
    assert spans(found) == {"build 1": (2, 20), "build 2": (2, 100), "test": (23, 30)}
    assert (found.bases, found.unknown) == ((), ())


SERIAL = "[{name: lint, run: lint}, {name: types, run: types}, {name: test, run: test}]"
BESIDE = "[{parallel: [{name: lint, run: lint}, {name: types, run: types}]}, {name: test, run: test}]"


def one_job(steps: str) -> Matcher:
    return matcher(f"  job:\n    runs-on: ubuntu-latest\n    steps: {steps}\n")


def stepped(*results: str) -> RunRecord:
    names = ("lint", "types", "test")
    steps = [step(1, "Set up job", 1, 3)]
    at = 4.0  # a second that no step accounts for
    for number, (name, result, took) in enumerate(zip(names, results, (10, 20, 30), strict=True), 2):
        end = at if result == "skipped" else at + took
        steps.append(step(number, name, at, end, result))
        at = end
    steps.append(step(9, "Complete job", at, at))
    bad = "failure" in results
    job = record("job", 1, at + 2, "failure" if bad else "success", steps=tuple(steps))
    return run(job, conclusion="failure" if bad else "success")


@pytest.mark.parametrize(("contention", "seconds"), [(0.0, 55), (0.5, 55), (0.75, 60), (1.0, 65)])
def test_steps_that_are_put_beside_each_other(contention: float, seconds: float) -> None:
    """2 to set up, 10 and 20, 30, and the 3 that no step accounts for."""
    found = replayed(
        one_job(SERIAL),
        one_job(BESIDE),
        stepped("success", "success", "success"),
        assumptions=Assumptions(machine=Machine(contention=contention)),
    )
    assert found.runs[0].before.makespan == 66
    assert found.runs[0].after.makespan == pytest.approx(1 + seconds)
    assert [basis.what for basis in found.bases] == ["steps at once"]


def test_contention_is_assumed_where_nobody_says_it() -> None:
    sides = one_job(SERIAL), one_job(BESIDE)
    found = [
        replayed(*sides, stepped(*["success"] * 3), assumptions=Assumptions(seed=seed, machine=Machine(public)))
        for public in (True, False)
        for seed in range(10)
    ]
    ends = [one.runs[0].after.makespan for one in found]
    assert all(56 <= end <= 66 for end in ends)
    assert max(ends[:10]) > 56
    assert sum(ends[:10]) <= sum(ends[10:])  # two processors instead of four
    assert {basis.origin for one in found for basis in one.bases} == {Origin.ASSUMED}


def test_what_stood_behind_a_failure_and_now_stands_beside_it_runs() -> None:
    runs = stepped("failure", "skipped", "skipped"), stepped("success", "success", "success")
    found = replayed(one_job(SERIAL), one_job(BESIDE), *runs, assumptions=Assumptions(machine=Machine(contention=0)))
    assert [one.before.makespan for one in found.runs] == [16, 66]
    assert [one.after.makespan for one in found.runs] == [26, 56]
    assert Basis("types", Origin.REPLAYED, "the same step in other runs", 1) in found.bases


def test_without_recorded_steps_a_job_stays_as_it_is_and_that_is_said() -> None:
    found = replayed(one_job(SERIAL), one_job(BESIDE), run(record("job", 1, 50)))
    assert found.runs[0].after.makespan == 50
    assert found.unknown == ("the steps of `job`, of which no times are recorded",)


NEW = f"  old:\n{STEPS}  new:\n    needs: old\n" + STEPS.replace("run: make", "{uses: actions/checkout@v7}, {run: %s}")


def test_a_new_job_takes_known_steps_and_published_times() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Run make", 1, 31))
    one = run(record("old", 0, 31, steps=steps))
    found = replayed(matcher(f"  old:\n{STEPS}"), matcher(NEW % "make"), one)
    start, end = spans(found)["new"]
    assert start == 31 + 0  # waits as the other job of this repository did
    assert 30 <= end - start <= 30 + 19 + 3
    origins = {basis.what: basis.origin for basis in found.bases}
    assert origins == {
        "Set up job": Origin.ASSUMED,
        "Complete job": Origin.ASSUMED,
        "actions/checkout@v7": Origin.ASSUMED,
        "make": Origin.REPLAYED,
        "waiting for a runner (linux)": Origin.REPLAYED,
    }
    assert found.unknown == ()
    again = replayed(matcher(f"  old:\n{STEPS}"), matcher(NEW % "make"), one)
    assert again.runs == found.runs


PARTS = """\
  job:
    needs: job-parts
    if: always()
    runs-on: ubuntu-latest
    steps: [{if: needs.job-parts.result != 'success', run: exit 1}]
  job-parts:
    runs-on: ubuntu-latest
    strategy: {matrix: {part: [1, 2, 3]}}
    steps: [{run: 'npm test -- --shard=${{ matrix.part }}/3'}]
"""


def test_parts_of_tests_take_about_their_share_and_the_gate_nothing() -> None:
    steps = (step(1, "Set up job", 0, 2), step(2, "Run npm test", 2, 302), step(3, "Complete job", 302, 302))
    found = replayed(one_job("[{run: npm test}]"), matcher(PARTS), run(record("job", 0, 302, steps=steps)))
    times = {name: end - start for name, (start, end) in spans(found).items()}
    assert times.pop("job") == 2
    assert len(times) == 3
    assert len(set(times.values())) == 3
    assert all(75 <= seconds <= 125 + 25 for seconds in times.values())
    assert any("3 parts" in basis.source and basis.origin is Origin.ASSUMED for basis in found.bases)
    assert found.unknown == ()
    other = matcher(PARTS.replace("npm test --", "npx jest"))
    assert replayed(one_job("[{run: npm test}]"), other, run(record("job", 0, 302, steps=steps))).unknown


def test_a_job_takes_over_the_steps_of_another_with_their_times() -> None:
    first = (step(1, "Set up job", 0, 2), step(2, "Run make a", 2, 12), step(3, "Complete job", 12, 13))
    second = (step(1, "Set up job", 0, 3), step(2, "Run make b", 3, 8), step(3, "Complete job", 8, 9))
    one = "    runs-on: ubuntu-latest\n    steps: [%s]\n"
    before = matcher("  a:\n" + one % "{run: make a}" + "  b:\n" + one % "{run: make b}")
    after = matcher("  a:\n" + one % "{run: make a}, {run: make b}")
    found = replayed(before, after, run(record("a", 0, 13, steps=first), record("b", 0, 9, steps=second)))
    assert spans(found) == {"a": (0, 18)}
    assert found.unknown == ()


def test_a_command_that_nobody_ran_has_no_duration() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Run make", 1, 31))
    found = replayed(matcher(f"  old:\n{STEPS}"), matcher(NEW % "other"), run(record("old", 0, 31, steps=steps)))
    assert found.unknown == ("`new`: other",)


def test_a_changed_job_that_did_not_run_is_that_of_a_run_in_which_it_did() -> None:
    head = "  lint:\n" + STEPS + "  job:\n    needs: lint\n    runs-on: ubuntu-latest\n    steps: "
    before, after = matcher(f"{head}{SERIAL}\n"), matcher(f"{head.replace('    needs: lint', '')}{BESIDE}\n")
    done = run(record("lint", 0, 5), replace(stepped(*["success"] * 3).jobs[0], started=BEGUN + 6))
    failed = run(record("lint", 0, 5, "failure"), record("job", 5, 5, "skipped"), number=2, conclusion="failure")
    not_asked = run(record("lint", 0, 5), record("job", 5, 5, "skipped"), number=3)
    free = Assumptions(machine=Machine(contention=0))
    found = replayed(before, after, done, failed, not_asked, assumptions=free)
    ran = [dict(zip((leg.name for leg in one.after.legs), one.after.ran, strict=True)) for one in found.runs]
    assert ran == [{"lint": True, "job": True}, {"lint": True, "job": True}, {"lint": True, "job": False}]
    assert spans(found, 1)["job"] == spans(found, 0)["job"]


def test_a_new_use_of_an_action_takes_what_its_other_uses_take() -> None:
    steps = (step(1, "Set up job", 0, 1), step(2, "Run somebody/tool@v1", 1, 31))
    old = "  old:\n" + STEPS.replace("run: make", "{uses: somebody/tool@v1}")
    new = "  new:\n" + STEPS.replace("run: make", "{uses: somebody/tool@v1, with: {x: y}}")
    found = replayed(matcher(old), matcher(old + new), run(record("old", 0, 31, steps=steps)))
    assert (
        Basis("somebody/tool@v1", Origin.REPLAYED, "other uses of somebody/tool in this repository", 1) in found.bases
    )
    assert found.unknown == ()


def test_a_job_that_is_gone_takes_nothing() -> None:
    found = replayed(workflow(CHAIN), workflow({"lint": [], "build": ["lint"]}), GREEN)
    assert spans(found) == {"lint": (2, 30), "build": (33, 60)}


def test_another_action_in_the_place_of_one_takes_its_time() -> None:
    """The same action with other inputs is no other work."""
    before = one_job("[{uses: actions/setup-node@v7}, {run: make}]")
    after = one_job("[{uses: actions/setup-node@v7, with: {cache: npm}}, {run: make}]")
    steps = (step(1, "Set up job", 0, 1), step(2, "Run actions/setup-node@v7", 1, 6), step(3, "Run make", 6, 31))
    found = replayed(before, after, run(record("job", 0, 31, steps=steps)))
    assert (found.runs[0].after.makespan, found.unknown) == (31, ())
    assert [(basis.what, basis.origin) for basis in found.bases] == [("actions/setup-node", Origin.ASSUMED)]


def test_a_leg_that_a_matrix_gains_takes_what_its_siblings_take() -> None:
    def side(legs: str) -> Matcher:
        return matcher(f"  m:\n    strategy: {{matrix: {{n: [{legs}]}}}}\n{STEPS}")

    steps = (step(1, "Set up job", 0, 1), step(2, "Run make", 1, 31))
    found = replayed(side("1"), side("1, 2"), run(record("m (1)", 0, 32, steps=steps)))
    assert spans(found)["m (1)"] == (0, 32)
    assert 30 <= spans(found)["m (2)"][1] <= 33
    cut = (record("m (1)", 0, 32, "failure", steps=steps), record("m (2)", 32, 32, "cancelled"))
    was = replayed(side("1, 2"), side("2, 1"), run(*cut, conclusion="failure"))
    assert spans(was) == {"m (1)": (0, 32)}  # it never started, and that was no gap in the record


def test_the_usual_waiting_is_that_of_the_other_runs() -> None:
    runs = [run(record("lint", wait, wait + 100), number=number) for number, wait in enumerate((0, 10, 40, 20, 300))]
    side = workflow({"lint": []})
    assert [one.typical for one in replayed(side, side, *runs).runs] == [130, 130, 115, 125, 115]
    assert [one.typical for one in replayed(side, side, *runs[:2]).runs] == [110, 100]
    assert [one.typical for one in replayed(side, side, runs[4]).runs] == [103]  # the published median


@st.composite
def wild_runs(draw: st.DrawFn) -> RunRecord:
    """A run as nobody would record it."""
    times = st.one_of(st.none(), st.integers(-50, 400).map(lambda second: BEGUN + second))
    results = st.sampled_from(("success", "failure", "cancelled", "skipped", "timed_out", "neutral", ""))
    jobs = []
    for number in range(draw(st.integers(0, 6))):
        name = draw(st.sampled_from(("lint", "build", "test", "more (1)", "more (2)", "else")))
        steps = tuple(
            StepRecord(
                place, draw(st.sampled_from(("Run make", "Set up job", "x"))), draw(results), draw(times), draw(times)
            )
            for place in range(draw(st.integers(0, 3)))
        )
        jobs.append(
            JobRecord(
                number, name, draw(results), (), draw(times), draw(times), draw(times), steps, draw(st.booleans())
            )
        )
    return replace(run(*jobs[:0], conclusion=draw(results)), id=draw(st.integers(1, 3)), jobs=tuple(jobs))


MORE = f"  more:\n    strategy: {{matrix: {{n: [1, 2]}}}}\n    needs: lint\n{STEPS}"
WILD = matcher("".join(f"  {name}:\n{STEPS}" for name in ("lint", "build", "test")) + MORE)
OTHER = matcher(
    f"  lint:\n{STEPS}  build:\n    needs: new\n    if: always()\n{STEPS}"
    + f"  new:\n    concurrency: x\n{STEPS}".replace("run: make", "{parallel: [{run: a}, {run: make}]}, {run: b}")
    + MORE.replace("    needs: lint\n", "    concurrency: x\n").replace(
        "run: make", "{run: make, background: true}, {run: c}"
    )
)


@given(st.lists(wild_runs(), max_size=4), st.sampled_from((None, 1, 2)))
def test_no_record_breaks_a_replay(runs: list[RunRecord], limit: int | None) -> None:
    found = replayed(WILD, OTHER, *runs, assumptions=Assumptions(Limits(limit)))
    assert len(found.runs) + sum(count for _, count in found.unfit) == len(runs)
    for one in found.runs:
        assert 0 <= one.before.makespan < 10_000
        assert 0 <= one.after.makespan < 10_000
        assert sorted(one.after.ended) == list(range(len(one.after.legs)))  # nothing waits for ever
    again = replayed(WILD, OTHER, *runs, assumptions=Assumptions(Limits(limit)))
    assert again == found
