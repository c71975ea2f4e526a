"""Which jobs run in which course of events, and where two workflows turn out differently."""

from __future__ import annotations

import pytest

from dependence.made import situation
from needful.dependence import outcomes
from needful.dependence.outcomes import Course, Play, Steps, courses
from needful.dependence.proof_runs import Matter, Played, play
from needful.dependence.proof_stage import Stage
from needful.dependence.proof_values import Beyond

CODE = "runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: make}]"
UPLOAD = "{uses: actions/upload-artifact@v7, with: {name: dist, path: dist}}"
DOWNLOAD = "{uses: actions/download-artifact@v8, with: {name: dist}}"


def jobs(*keys: str) -> str:
    """Jobs `a`, `b`, `c` … with these keys, and code to work on where they say nothing else."""
    return "".join(
        f"  {name}: {{{f'{key}, ' if key else ''}{'' if 'runs-on' in key or 'uses' in key else CODE}}}\n"
        for name, key in zip("abcdefgh", keys, strict=False)
    ).replace(", }", "}")


IDIOM = "!cancelled() && needs.b.result == 'success'"


def runs(text: str, wanted: str) -> set[tuple[bool, ...]]:
    """In all courses of events: whether each of these jobs runs."""
    stage = Stage(situation(text), frozenset(), frozenset(), {})
    return {tuple(one.runs(job) for job in wanted) for course in courses() for one in [Play(stage, course, Steps())]}


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        pytest.param(jobs("", "needs: a"), "ab", {(True, True), (True, False)}, id="success is the rule"),
        pytest.param(
            jobs("if: github.ref == 'x'", "needs: a"),
            "ab",
            {(True, True), (True, False), (False, False)},
            id="a skip spreads",
        ),
        pytest.param(
            jobs("if: false", "needs: a, if: always()", "needs: b"),
            "abc",
            {(False, True, False)},
            id="beyond who always runs",
        ),
        pytest.param(
            jobs("if: false", "needs: a, if: always()", f'needs: b, if: "{IDIOM}"'),
            "bc",
            {(True, True), (True, False)},
            id="the idiom against it",
        ),
        pytest.param(jobs("", "needs: a, if: failure()"), "b", {(True,), (False,)}, id="failure"),
        pytest.param(jobs("if: false", "needs: a, if: failure()"), "b", {(False,)}, id="a skip is no failure"),
        pytest.param(
            jobs("", "needs: a", "needs: b, if: failure()"),
            "bc",
            {(True, True), (True, False), (False, True), (False, False)},
            id="failure of any ancestor",
        ),
        pytest.param(jobs("if: cancelled()"), "a", {(True,), (False,)}, id="cancelled"),
        pytest.param(jobs("if: success()", "needs: a, if: success() && true"), "a", {(True,)}, id="success by name"),
        pytest.param(jobs("if: ''", 'if: "${{ false }} "'), "ab", {(True, True)}, id="texts are true"),
        pytest.param(jobs('if: "${{ failure() }} or ${{ true }}"'), "a", {(True,)}, id="text with a function"),
        pytest.param(
            jobs("continue-on-error: true", "needs: a, if: needs.a.result == 'failure'", "needs: a, if: failure()"),
            "bc",
            {(True, False), (False, True), (False, False)},
            id="nobody knows what a tolerated failure counts for",
        ),
        pytest.param(
            jobs("continue-on-error: false", "needs: a, if: needs.a.result == 'failure'"),
            "b",
            {(False,)},
            id="a failure that is not tolerated",
        ),
        pytest.param(
            jobs("uses: ./.github/workflows/x.yml", "needs: a, if: always() && needs.a.result == 'skipped'"),
            "ab",
            {(True, True), (True, False)},
            id="a called workflow may skip all",
        ),
        pytest.param(
            jobs("outputs: {x: y}", "needs: a, if: needs.a.outputs.x == 'y'", "needs: a, if: needs.a.outputs.x == 'y'"),
            "bc",
            {(True, True), (False, False)},
            id="an output is one thing to all",
        ),
        pytest.param(
            jobs("if: github.ref == 'x'", "if: github.ref != 'x'", "if: github.ref == 'X'"),
            "abc",
            {(True, False, True), (False, True, False)},
            id="what is asked of the run",
        ),
    ],
)
def test_semantics_are_githubs(text: str, wanted: str, expected: set[tuple[bool, ...]]) -> None:
    assert runs(text, wanted) == expected


def test_in_a_quiet_course_nothing_fails_and_nobody_cancels() -> None:
    text = jobs("if: '!cancelled()'", "needs: a, if: failure()", "needs: a, if: github.ref == 'x'")
    stage = Stage(situation(text), frozenset(), frozenset(), {})
    found = set()
    for course in courses(quiet=True):
        one = Play(stage, course, Steps())
        found.add(tuple(one.runs(job) for job in "abc"))
        assert not course.trouble
    assert found == {(True, False, True), (True, False, False)}


def test_a_course_gives_one_answer_to_one_question() -> None:
    course = Course([False])
    assert [course.holds("x"), course.holds("x"), course.holds("y")] == [False, False, True]
    assert course.choices == [False, True]
    assert course.ends("a", (), "success", ("success", "failure"))
    assert not course.ends("a", (), "failure", ("success", "failure"))
    assert not course.ends("a", (), "neutral", ("success", "failure"))


def test_all_courses_are_those_of_a_tree() -> None:
    found = []
    for course in courses():
        first = course.holds("a")
        found.append((first, course.holds("b") if first else None))
    assert found == [(True, True), (True, False), (False, None)]


# --- comparisons -----------------------------------------------------------------------------------------------------


def played(before: str, after: str) -> Played:
    return play(situation(before), situation(after))


def found(before: str, after: str) -> dict[Matter, str]:
    result = played(before, after)
    assert not result.beyond
    return dict(result.found)


def test_the_minutes_of_a_job_without_consequence_are_no_difference() -> None:
    before = jobs("", "needs: a", "needs: b", "needs: [c, a], environment: live")
    result = played(before, before.replace("needs: a, ", ""))
    assert not result.found
    assert (result.lasting, result.judges, result.first) == (("d",), (), ())


def test_irreversible_work_that_no_longer_waits() -> None:
    before = jobs("", "needs: a", "needs: b, environment: live")
    text = "where `a` fails, `c` runs, and did not before"
    assert found(before, before.replace("needs: a, ", "")) == {Matter.LASTING: text}


def test_a_skip_that_does_not_spread_any_more() -> None:
    before = jobs("if: github.ref == 'x'", "needs: a")
    assert found(before, before.replace("needs: a, ", "")) == {
        Matter.QUIET: "in a run in which nothing fails, `b` runs, and did not before"
    }
    both = jobs("if: github.ref == 'x'", "if: github.ref == 'x', needs: a")
    assert not found(both, both.replace("needs: a, ", ""))


JUDGE = 'needs: [a, b], if: always(), env: {X: "%s"}'


@pytest.mark.parametrize(
    ("told", "differs"),
    [
        ("${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}", False),
        ("${{ contains(needs.*.result, 'failure') }}", True),  # of `b`, which runs now where `a` was cancelled
        ("${{ contains(needs.*.result, 'skipped') }}", True),
        ("${{ needs.a.result }}", False),
        ("${{ needs.b.result }}", True),
        ("${{ needs.b.result == 'failure' }}", True),
        ("${{ needs.a.result != 'success' || needs.b.result != 'success' }}", False),
        ("${{ toJSON(needs) }}", True),
        ("${{ join(needs.*.result) }}", True),
        ("${{ needs.a.outputs.x }}", False),
        ("${{ needs.b.outputs.x }}", True),
        ("${{ failure() && needs.a.result }}", False),
        ("${{ failure() && needs.b.result == 'success' }}", True),
    ],
)
def test_a_judge_is_told_the_same_whatever_fails(told: str, differs: bool) -> None:
    before = jobs("", "needs: a", JUDGE % told)
    result = found(before, before.replace("needs: a, ", ""))
    assert (Matter.JUDGEMENT in result) == differs
    if differs:
        assert result[Matter.JUDGEMENT].endswith("`c` sees other results, and may judge otherwise")
        assert result[Matter.JUDGEMENT].startswith(("where `a` fails", "where `a` is cancelled"))


def test_a_judge_that_waits_for_success_and_no_longer_for_all() -> None:
    before = jobs("", "needs: a", "needs: b, if: needs.b.result == 'success'")
    assert found(before, before.replace("needs: a, ", "")) == {
        Matter.JUDGEMENT: "where `a` fails, `c` runs, and did not before"
    }


def test_who_handles_failures_runs_otherwise() -> None:
    before = jobs("", "needs: a", "needs: b, if: failure()")
    assert found(before, before.replace("needs: a, ", "")) == {
        Matter.JUDGEMENT: "where `a` fails, `c` is skipped, and ran before"
    }


def test_a_judge_that_counts_sees_one_more_in_any_case() -> None:
    before = jobs("", "needs: a", 'needs: b, if: always(), env: {X: "${{ join(needs.*.result) }}"}')
    after = before.replace("needs: a, ", "").replace("needs: b", "needs: [a, b]")
    assert found(before, after)[Matter.JUDGEMENT] == (
        "in a run in which nothing fails, `c` sees other results, and may judge otherwise"
    )


def test_a_cancelled_run_is_said_to_be_one() -> None:
    before = jobs("", "needs: a", 'needs: [a, b], if: cancelled(), env: {X: "${{ needs.b.result }}"}')
    assert found(before, before.replace("needs: a, ", ""))[Matter.JUDGEMENT].startswith(
        "where the run is cancelled and "
    )


def test_a_job_that_waits_longer_is_held_up_by_what_fails() -> None:
    before = jobs(
        f"runs-on: ubuntu-latest, steps: [{UPLOAD}]",
        f"runs-on: ubuntu-latest, steps: [{DOWNLOAD}]",
        "needs: b, environment: live",
    )
    after = before.replace("b: {", "b: {needs: a, ")
    assert not found(before, after)


def test_a_job_that_waits_longer_is_not_skipped_without_a_failure() -> None:
    before = jobs("if: github.ref == 'x', outputs: {x: y}", 'env: {X: "${{ needs.a.outputs.x }}"}')
    assert found(before, before.replace("b: {", "b: {needs: a, ")) == {
        Matter.QUIET: "in a run in which nothing fails, `b` is skipped, and ran before"
    }


def test_a_job_without_its_artifact_fails_anyway() -> None:
    first = f"if: github.ref == 'x', runs-on: ubuntu-latest, steps: [{UPLOAD}]"
    before = jobs(first, f"runs-on: ubuntu-latest, steps: [{DOWNLOAD}]")
    assert not found(before, before.replace("b: {", "b: {needs: a, "))
    handled = before + jobs("", "", "needs: b, if: failure()").splitlines()[2] + "\n"
    reason = found(handled, handled.replace("b: {", "b: {needs: a, "))
    assert list(reason) == [Matter.JUDGEMENT]
    assert reason[Matter.JUDGEMENT].startswith("where `b` fails")
    assert reason[Matter.JUDGEMENT].endswith("`c` is skipped, and ran before")


@pytest.mark.parametrize(
    "reader",
    [
        "{uses: actions/download-artifact@v8, with: {pattern: d*}}",
        "{continue-on-error: true, uses: actions/download-artifact@v8, with: {name: dist}}",
        "{if: github.ref == 'y', uses: actions/download-artifact@v8, with: {name: dist}}",
        f"{{uses: acme/other@v1}}, {DOWNLOAD}",
    ],
)
def test_a_job_that_may_do_without_an_artifact_is_not_skipped(reader: str) -> None:
    first = f"if: github.ref == 'x', runs-on: ubuntu-latest, steps: [{UPLOAD}]"
    before = jobs(first, f"runs-on: ubuntu-latest, steps: [{reader}]")
    assert Matter.QUIET in found(before, before.replace("b: {", "b: {needs: a, "))


def test_a_condition_that_comes_to_life_is_said_once() -> None:
    before = jobs(
        "outputs: {x: y}", "if: needs.a.outputs.x == 'y'", JUDGE.replace("[a, b]", "b") % "${{ needs.b.result }}"
    )
    after = before.replace("b: {", "b: {needs: a, ")
    text = "in a run in which nothing fails, `b` runs, and did not before"
    assert found(before, after) == {Matter.QUIET: text}
    assert played(before, after).first == ("b",)
    lasting = before.replace("c: {", "c: {environment: live, ").replace("if: always(), ", "")
    woken = lasting.replace("b: {", "b: {needs: a, ")
    assert found(lasting, woken) == {Matter.QUIET: text, Matter.LASTING: text.replace("`b`", "`c`")}


@pytest.mark.parametrize(("environment", "differs"), [("environment: live, ", True), ("", False)])
def test_a_step_that_comes_to_life_may_do_lasting_work(environment: str, differs: bool) -> None:
    step = "{if: needs.a.outputs.x == 'y', run: ./ship}"
    before = jobs("outputs: {x: y}", f"{environment}runs-on: ubuntu-latest, steps: [{step}, {{run: make}}]")
    text = "a step of `b` has a condition that has been reading an empty value"
    assert found(before, before.replace("b: {", "b: {needs: a, ")) == ({Matter.LASTING: text} if differs else {})


def test_jobs_beside_the_change_may_end_as_they_like() -> None:
    """Thirty jobs with conditions of their own: what they do is asked for only as far as it matters."""
    many = [f"  u{number}: {{if: vars.u{number}, {CODE}}}\n" for number in range(30)]
    names = ", ".join(f"u{number}" for number in range(30))
    told = "${{ contains(needs.*.result, 'failure') || contains(needs.*.result, 'cancelled') }}"
    before = (
        jobs("", "needs: a")
        + "".join(many)
        + f'  all: {{needs: [a, b, {names}], if: always(), env: {{X: "{told}"}}, {CODE}}}\n'
    )
    result = played(before, before.replace("needs: a, ", ""))
    assert not result.found
    assert not result.beyond
    assert result.courses < 200


def test_what_a_job_beside_the_change_gives_is_asked_for_once() -> None:
    before = jobs("", "needs: a", "outputs: {x: y}", "needs: [a, b, c], if: always() && needs.c.outputs.x == 'y'")
    assert not found(before, before.replace("needs: a, ", ""))


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_too_many_courses_are_not_played(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcomes, "MAX_STEPS", 10)
    before = jobs("", "needs: a", "needs: [a, b], if: failure()")
    result = played(before, before.replace("needs: a, ", ""))
    assert result.beyond == "its runs can go in too many ways to play them all through"


def test_a_long_chain_of_deciders_is_no_trouble() -> None:
    chain = "  j0: {runs-on: x, steps: []}\n" + "".join(
        f"  j{number}: {{needs: j{number - 1}, if: \"always() && needs.j{number - 1}.result == 'success'\", {CODE}}}\n"
        for number in range(1, 60)
    )
    stage = Stage(situation(chain), frozenset(), frozenset(), {})
    assert Play(stage, Course(), Steps()).runs("j59")


def test_jobs_that_read_each_others_artifacts_round_in_a_circle_are_given_up() -> None:
    def job(name: str, needs: str, makes: str, reads: str) -> str:
        steps = f"[{DOWNLOAD.replace('dist', reads, 1)}, {UPLOAD.replace('dist', makes, 1)}]"
        return f"  {name}: {{{needs}runs-on: ubuntu-latest, steps: {steps}}}\n"

    before = job("a", "", "x", "y") + f"  b: {{needs: a, {CODE}}}\n" + job("c", "needs: b, ", "y0", "x0")
    before += job("d", "", "x0", "y0") + job("e", "needs: d, ", "y", "x")
    stage = Stage(situation(before), frozenset("abcde"), frozenset(), {})
    with pytest.raises(Beyond, match="hang together"):
        Play(stage, Course(), Steps()).ended("a", "success")


def test_undocumented_arguments_are_not_shown() -> None:
    before = jobs("", "needs: a", "needs: b, if: failure('a')")
    assert played(before, before.replace("needs: a, ", "")).beyond == "`failure` with arguments is not documented"
