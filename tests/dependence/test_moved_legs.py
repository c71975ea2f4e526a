"""Legs of a matrix in a job of their own: what is proved, what is not, and that nobody notices."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import assume, event, example, given
from hypothesis import strategies as st

from dependence.interpreter import jobs_of, play
from dependence.made import HEAD, situation
from needful.dependence import proof, proof_jobs
from needful.dependence.matrix_cuts import cuts, halves
from needful.dependence.matrix_parts import noticed
from needful.dependence.parts import Part
from needful.dependence.proof import prove
from needful.document.nodes import Plain
from needful.document.operations import RemoveItem
from needful.document.parse import parse
from needful.document.semantics import apply, rebase
from needful.source import Source
from needful.workflow.matrix import combinations

UPLOAD = "{uses: actions/upload-artifact@v7, with: {name: 'out-${{ matrix.a }}', path: out}}"
STEPS = f"steps: [{{uses: actions/checkout@v7}}, {{run: make}}, {UPLOAD}]"
READ = "{uses: actions/download-artifact@v8, with: {name: out-x}}"
TEST = f"runs-on: ubuntu-latest, steps: [{{uses: actions/checkout@v7}}, {READ}, {{run: make test}}]"
BEFORE = f"""\
  build: {{runs-on: ubuntu-latest, strategy: {{fail-fast: false, matrix: {{a: [x, y]}}}}, {STEPS}}}
  test: {{needs: build, {TEST}}}
"""
AFTER = f"""\
  build: {{runs-on: ubuntu-latest, strategy: {{fail-fast: false, matrix: {{a: [x]}}}}, {STEPS}}}
  build-y: {{name: build, runs-on: ubuntu-latest, strategy: {{fail-fast: false, matrix: {{a: [y]}}}}, {STEPS}}}
  test: {{needs: build, {TEST}}}
"""
LEGS = frozenset({Part.NEEDS, Part.JOBS})


def missing(before: str, after: str) -> dict[str, str]:
    """What is not shown, with the reason."""
    found = prove(situation(before), situation(after), None, LEGS)
    return {each.what: each.why_not for each in found if not each.shown}


def test_legs_that_nobody_uses_may_move() -> None:
    assert missing(BEFORE, AFTER) == {}


@pytest.mark.parametrize(
    ("old", "new", "what", "reason"),
    [
        ("{name: build, ", "{", proof_jobs.EACH_LEG, "`build` has legs that would be called otherwise"),
        ("{name: build, ", "{name: Build, ", proof_jobs.EACH_LEG, "`build` has legs that would be called otherwise"),
        ("{a: [y]}", "{a: [z]}", proof_jobs.EACH_LEG, "`build` has other legs than before"),
        ("{a: [y]}", "{a: [x, y]}", proof_jobs.EACH_LEG, "`build` has other legs than before"),
        ("{a: [x]}", "{b: [x]}", proof_jobs.EACH_LEG, "`build` has other legs than before"),
        ("build-y: {name: build,", "build-y: {name: build, needs: test,", proof.ADDED, "`build-y` reads nothing of"),
        ("  build-y: {", "  build-y: {env: {A: b}, ", proof.KEPT, "`build-y` has another `env`"),
        ("  build-y: {", "  build-y: {timeout-minutes: 5, ", proof.KEPT, "`build-y` has another `timeout-minutes`"),
        ("out-x", "out-y", proof.WORK, "`test` has other steps than before"),
        ("  build-y:", "  test-y:", "", ""),
    ],
)
def test_a_change_beside_it_is_seen(old: str, new: str, what: str, reason: str) -> None:
    assert old in AFTER
    found = missing(BEFORE, AFTER.replace(old, new, 1))
    assert what in found if what else not found
    assert not what or found[what].startswith(reason)


def test_other_strategies_are_seen() -> None:
    after = AFTER.replace("fail-fast: false, matrix: {a: [y]}", "matrix: {a: [y]}")
    assert missing(BEFORE, after)[proof_jobs.EACH_LEG] == "`build` has another `strategy`"
    renamed = AFTER.replace("  build: {", "  build: {name: Build, ")
    assert missing(BEFORE, renamed)[proof_jobs.EACH_LEG] == "`build` is called otherwise"


def test_jobs_that_did_not_come_of_others_are_seen() -> None:
    lines = AFTER.splitlines(keepends=True)
    for after in (lines[1] + lines[0] + lines[2], lines[0] + lines[1], "  new: {" + TEST + "}\n" + AFTER):
        found = missing(BEFORE, after)
        assert found[proof_jobs.EACH_LEG]
        assert found[proof.KEPT] == "there are other jobs than before"
        assert found[proof.ORDER] == "there are other jobs than before"
    named = prove(situation(BEFORE), situation(AFTER), None)
    assert "there are other jobs than before" in {each.why_not for each in named if each.what == proof.KEPT}


def test_a_job_that_uses_the_legs_has_to_wait_for_them() -> None:
    before, after = (text.replace("out-x", "out-y") for text in (BEFORE, AFTER))
    assert missing(before, after) == {proof.ORDER: "`test` reads the artifact `out-y` of `build-y`"}
    assert missing(before, after.replace("needs: build", "needs: [build, build-y]")) == {}


def test_a_gate_has_to_wait_for_them() -> None:
    ship = "  ship: {needs: test, environment: live, runs-on: ubuntu-latest, steps: [{run: ./ship}]}\n"
    assert proof.GATES in missing(BEFORE + ship, AFTER + ship)
    assert missing(BEFORE + ship, AFTER + ship.replace("needs: test", "needs: [test, build-y]")) == {}


def test_what_only_costs_is_named() -> None:
    before, after = (
        text.replace("fail-fast: false, ", "").replace("{run: make}", "{uses: Swatinem/rust-cache@v2}, {run: make}")
        for text in (BEFORE, AFTER)
    )
    assert missing(before, after) == {
        proof_jobs.TOGETHER: "a leg of `build` that fails no longer cancels those of the other job",
        proof_jobs.BY_ID: "the cache of swatinem/rust-cache goes by the id of the job",
    }
    shared = "rust-cache@v2, with: {shared-key: all}}"
    assert proof_jobs.BY_ID not in missing(*(text.replace("rust-cache@v2}", shared) for text in (before, after)))


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ("concurrency: one", "belongs to a concurrency group"),
        ("environment: live", "belongs to an environment"),
        ("env: {A: '${{ github.job }}'}", "asks which job it is, or how many legs there are"),
        ("env: {A: '${{ toJSON(github) }}'}", "asks which job it is, or how many legs there are"),
        ("env: {A: '${{ strategy.job-index }}'}", "asks which job it is, or how many legs there are"),
        ("env: {A: $GITHUB_JOB}", "asks for its own id"),
        ("env: {A: '${{ github.sha }}'}", ""),
    ],
)
def test_what_ties_legs_together(keys: str, reason: str) -> None:
    found = missing(
        *(
            text.replace("runs-on: ubuntu-latest, strategy", f"{keys}, runs-on: ubuntu-latest, strategy")
            for text in (BEFORE, AFTER)
        )
    )
    assert found.get(proof_jobs.BY_ITSELF, "") == (f"`build` {reason}" if reason else "")


def test_a_limit_ties_legs_together() -> None:
    found = missing(*(text.replace("matrix:", "max-parallel: 1, matrix:") for text in (BEFORE, AFTER)))
    assert found[proof_jobs.BY_ITSELF] == "`build` runs only some of its legs at once"


# --- who would notice ------------------------------------------------------------------------------------------------

FAILED, CANCELLED, SKIPPED, SUCCEEDED = (
    f"contains(needs.*.result, '{result}')" for result in ("failure", "cancelled", "skipped", "success")
)
GREEN = "{uses: re-actors/alls-green@v1, with: {jobs: '${{ toJSON(needs) }}'%s}}"


@pytest.mark.parametrize(
    ("step", "seen"),
    [
        pytest.param(f'{{if: "{FAILED}", run: exit 1}}', False, id="failure"),
        pytest.param(f'{{if: "{FAILED} || {CANCELLED}", run: exit 1}}', False, id="failure or cancellation"),
        pytest.param(f'{{if: "${{{{ !{FAILED} && !{CANCELLED} }}}}", run: make}}', False, id="neither"),
        pytest.param(f'{{if: "{SKIPPED}", run: exit 1}}', False, id="skip"),
        pytest.param(f"{{if: \"{FAILED} && needs.test.result == 'success'\", run: exit 1}}", False, id="and another"),
        pytest.param(f'{{if: "{CANCELLED}", run: exit 1}}', True, id="cancellation alone"),
        pytest.param(f'{{if: "{FAILED} && {CANCELLED}", run: exit 1}}', True, id="failure and cancellation"),
        pytest.param(f'{{if: "!{FAILED} || !{CANCELLED}", run: exit 1}}', True, id="not both"),
        pytest.param(f'{{if: "{SUCCEEDED}", run: exit 1}}', True, id="success"),
        pytest.param("{run: 'echo ${{ join(needs.*.result) }}'}", True, id="all of them"),
        pytest.param("{run: 'echo ${{ toJSON(needs) }}'}", True, id="the whole context"),
        pytest.param("{run: 'echo ${{ needs[github.ref].result }}'}", True, id="one that nobody knows"),
        pytest.param("{run: 'echo ${{ join(needs.*.outputs.a) }}'}", True, id="outputs"),
        pytest.param("{run: 'echo ${{ needs.build.result }}'}", True, id="by its id"),
        pytest.param(GREEN % "", False, id="alls-green"),
        pytest.param(GREEN % ", allowed-skips: test", False, id="alls-green, another may be skipped"),
        pytest.param(GREEN % ", allowed-skips: 'test, Build'", True, id="alls-green, it may be skipped"),
        pytest.param(GREEN % ", allowed-failures: '${{ vars.A }}'", True, id="alls-green, nobody knows which may fail"),
        pytest.param("{uses: re-actors/alls-green@v1, with: {jobs: '${{ toJSON(needs.test) }}'}}", False, id="another"),
    ],
)
def test_who_would_notice(step: str, seen: bool) -> None:
    end = f"  end: {{if: always(), needs: [build, test], runs-on: ubuntu-latest, steps: [{step}]}}\n"
    assert (noticed(situation(HEAD + BEFORE + end), "build") is not None) == seen


@pytest.mark.parametrize(
    ("value", "seen"), [("jobs.build.outputs.a", True), ("jobs.test.outputs.a", False), ("jobs", True)]
)
def test_callers_would_notice(value: str, seen: bool) -> None:
    port = f"{{outputs: {{a: {{value: '${{{{ {value} }}}}'}}}}}}"
    head = HEAD.replace("on: push", f"on: {{workflow_call: {port}}}")
    assert (noticed(situation(head + BEFORE), "build") is not None) == seen


RESULTS = ("success", "failure", "cancelled", "skipped")
_WORST = ("failure", "cancelled", "success", "skipped")


def _one_of(first: str, second: str) -> str:
    """The result that GitHub gives a job whose legs end so."""
    return min(first, second, key=_WORST.index)


_ATOMS = st.sampled_from([FAILED, CANCELLED, SKIPPED, SUCCEEDED, "needs.test.result == 'success'", "always()"])
_CONDITIONS = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        inner.map(lambda part: f"!({part})" if "==" in part or " " in part.replace(", ", "") else f"!{part}"),
        st.tuples(inner, st.sampled_from(["&&", "||"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        st.tuples(_ATOMS, st.sampled_from(["&&", "||"]), _ATOMS).map(" ".join),
    ),
    max_leaves=4,
)


@given(_CONDITIONS)
@example(f"({CANCELLED} || !({FAILED} || {CANCELLED}))")
def test_whoever_does_not_notice_decides_alike_in_every_run(condition: str) -> None:
    """The interpreter of the tests is asked for every way in which the legs and the other job can end."""
    job = f'end: {{if: always(), needs: [%s], runs-on: x, steps: [{{if: "${{{{ {condition} }}}}", run: exit 1}}]}}\n'
    whole = situation(BEFORE + "  " + job % "build, test")
    told = noticed(whole, "build") is None
    event(f"unnoticed: {told}")
    assume(told)
    plain = "{if: always(), runs-on: x, steps: []}"
    before = jobs_of(f"jobs:\n  build: {plain}\n  test: {plain}\n  " + job % "build, test")
    after = jobs_of(f"jobs:\n  build: {plain}\n  build-y: {plain}\n  test: {plain}\n  " + job % "build, build-y, test")
    for first, second, other in product(RESULTS, RESULTS, RESULTS[:3]):
        if "skipped" in (first, second) and first != second:
            continue  # they have one `if`, and the same jobs before them
        ends = {"test": other, "end": "success"}
        was = play(before, {**ends, "build": _one_of(first, second)}, "push")
        now = play(after, {**ends, "build": first, "build-y": second}, "push")
        assert was.results["end"] == now.results["end"], (condition, first, second, other)


# --- matrices in two -------------------------------------------------------------------------------------------------

_VALUES = st.lists(st.sampled_from(["x", "y", "z", 1, "1.0", True]), min_size=1, max_size=3)
_ENTRY = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.sampled_from(["x", "y", 1, "new"]), min_size=1, max_size=3
)
_MATRICES = st.fixed_dictionaries(
    {},
    optional={
        "a": _VALUES,
        "b": _VALUES,
        "include": st.lists(_ENTRY, min_size=1, max_size=3),
        "exclude": st.lists(_ENTRY, min_size=1, max_size=2),
    },
)


@given(_MATRICES, st.randoms(use_true_random=False))
def test_both_halves_have_all_legs_and_are_what_the_places_say(matrix: dict[str, Plain], chance: st.DataObject) -> None:
    whole = combinations(matrix)
    rank = {leg.values: chance.random() for leg in whole or ()}  # type: ignore[attr-defined]
    found = list(cuts(matrix, lambda leg: rank[leg]))
    event(f"cuts: {min(len(found), 3)}")
    for cut in found:
        assert whole is not None
        assert sorted([*cut.kept, *cut.moved]) == sorted(whole)
        parts = [_written(matrix, places) for places in (cut.gone, cut.left)]
        assert halves(matrix, parts)
        assert [combinations(part) for part in parts] == [cut.kept, cut.moved]


def _written(matrix: dict[str, Plain], places: tuple[tuple[str | int, ...], ...]) -> dict[str, Plain]:
    """A matrix as the writer leaves it, whose operations go one past the other."""
    done: list[RemoveItem] = []
    plain: Plain = {"m": matrix, "n": 1}
    for place in places:
        operation: object = RemoveItem(("m", *place))
        for earlier in done:
            operation = rebase(operation, earlier)  # type: ignore[arg-type]
        assert isinstance(operation, RemoveItem)
        plain = apply(operation, plain)
        done.append(operation)
    assert isinstance(plain, dict)
    found = plain["m"]
    assert isinstance(found, dict)
    return found


def _matrix(text: str) -> dict[str, Plain]:
    plain = parse(Source("m.yml", text)).plain
    assert isinstance(plain, dict)
    return plain


@pytest.mark.parametrize(
    ("matrix", "values"),
    [
        ("a: [x, y, z]", [("z",), ("z", "y")]),
        ("a: [x]", []),
        ("a: [x, X]", []),
        ("a: [[x], [y]]", []),
        ("a: [x, y]\nb: [1]", [("y",)]),
        ("include: [{a: x, b: long}, {a: y, b: other}]", [("y",)]),
        ("include: [{a: x}, {a: x}]", [()]),
        ("a: [x, y]\ninclude: [{b: 1}]", [("y",)]),
        ("a: [x, y]\ninclude: [{a: z}]", [("y",)]),
        ("a: [x, y]\ninclude: [{a: x, b: [1]}]", []),
        ("a: {b: c}", []),
        ("include: [{a: x}, {a: y}, {a: z}]", [("z",), ()]),
    ],
)
def test_where_a_matrix_can_be_cut(matrix: str, values: list[tuple[str, ...]]) -> None:
    found = list(
        cuts(_matrix(matrix), lambda leg: float("".join(value for _, value in leg) > "x") + len(str(leg)) / 99)
    )
    assert len(found) == len(values)
    ranked = list(cuts(_matrix(matrix), lambda leg: max((ord(value[0]) for _, value in leg), default=0)))
    assert [cut.values for cut in ranked] == values
