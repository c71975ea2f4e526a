"""Which recorded step is which step of the workflow."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.made import match, matcher
from history.recordings import job, step
from needful.effects.names import Hole, Name
from needful.history.model import StepRecord
from needful.history.step_matching import match_steps
from needful.workflow.model import Step


def told(step: Step) -> str:
    """A step by its place in the file."""
    return ".".join(map(str, step.path[3:]))


def matched(written: str, *names: str, env: str = "") -> tuple[list[tuple[str, str]], list[str]]:
    """Steps of the workflow by index with the names of their records; and the names of those left loose."""
    workflow = matcher(
        f"  test:\n    runs-on: x\n{env}    strategy: {{matrix: {{os: [linux]}}}}\n    steps:\n{written}"
    )
    records = [step(number, name, number, number + 1) for number, name in enumerate(("Set up job", *names), 1)]
    (found,) = match(workflow, job("test (linux)", steps=records)).jobs
    return [(told(one), record.name) for one, record in found.steps], [record.name for record in found.loose]


STEPS = """\
      - uses: actions/checkout@v5
      - uses: ./.github/actions/polish
      - uses: docker://alpine:3
      - run: |

          make all
          make more
      - name: On ${{ matrix.os }}
        run: make ${{ github.ref }}
      - run: make ${{ github.ref }} for ${{ matrix.os }}
      - name: |
          Two
          lines
        run: x
"""
NAMES = [
    "Run actions/checkout@v5",
    "Run ./.github/actions/polish",
    "Run alpine:3",
    "Run make all",
    "On linux",
    "Run make refs/heads/main for linux",
    "Two",
]


def test_names_and_default_names() -> None:
    found, loose = matched(STEPS, *NAMES, "Post Run actions/checkout@v5", "Complete job")
    assert found == [(str(index), name) for index, name in enumerate(NAMES)]
    assert loose == []


@pytest.mark.parametrize("name", ["Run /./.github/actions/polish", "Run .github/actions/polish"])
def test_local_actions_as_older_runners_name_them(name: str) -> None:
    assert matched("      - uses: ./.github/actions/polish\n", name) == ([("0", name)], [])


def test_a_name_that_could_not_be_evaluated_stands_as_it_is_written() -> None:
    name = "Run make ${{ steps.a.outputs.b }}"
    assert matched(f"      - run: {name.removeprefix('Run ')}\n", name) == ([("0", name)], [])


def test_variables_of_the_environment_may_be_set_by_earlier_steps() -> None:
    written = "      - run: make ${{ env.GOAL }}\n"
    env = "    env: {GOAL: all}\n"
    assert matched(written, "Run make none", env=env)[0] == [("0", "Run make none")]


def test_the_runners_own_steps_are_left_out() -> None:
    found = matched(
        "      - uses: x/y@v1\n      - run: make\n",
        *("Pull postgres:17", "Build x/y@v1", "Pre Run x/y@v1", "Run x/y@v1", "Run make"),
        *("Post Run x/y@v1", "Stop containers", "Complete job"),
    )
    assert found == ([("0", "Run x/y@v1"), ("1", "Run make")], [])


def test_steps_that_are_called_like_the_runners_are_found() -> None:
    written = "      - {name: Build it, run: x}\n      - {name: news, run: x}\n      - {name: Post news, run: x}\n"
    assert matched(written, "Build it", "news", "Post news", "Complete job")[0] == [
        ("0", "Build it"),
        ("1", "news"),
        ("2", "Post news"),
    ]


def test_steps_of_one_name_keep_their_order() -> None:
    written = "      - {name: a, run: x}\n      - {name: b, run: x}\n      - {name: a, run: y}\n"
    assert matched(written, "a", "b", "a")[0] == [("0", "a"), ("1", "b"), ("2", "a")]


def test_where_one_of_two_is_missing_neither_is_guessed() -> None:
    written = "      - {name: a, run: x}\n      - {name: a, run: y}\n      - {name: b, run: x}\n"
    assert matched(written, "a", "b") == ([("2", "b")], ["a"])


def test_steps_that_are_gone_or_new_leave_the_others() -> None:
    written = "      - {name: a, run: x}\n      - {name: new, run: x}\n      - {name: b, run: x}\n"
    assert matched(written, "a", "gone", "b") == ([("0", "a"), ("2", "b")], ["gone"])


def test_members_of_a_parallel_group_and_what_waits() -> None:
    written = """\
      - {id: server, run: npm start, background: true}
      - parallel:
          - {name: types, run: x}
          - {name: docs, run: y}
      - wait: server
      - {cancel: server, name: Stop it}
      - wait-all:
"""
    names = ["Run npm start", "types", "docs", "Parallel group", "Wait", "Stop it", "Wait for all"]
    found, loose = matched(written, *names)
    assert [place for place, _ in found] == ["0", "1.parallel.0", "1.parallel.1", "1", "2", "3", "4"]
    assert loose == []


def test_what_the_runner_adds_to_wait_for_the_rest_is_loose() -> None:
    assert matched("      - {run: a, background: true}\n", "Run a", "Wait for all background steps")[1] == [
        "Wait for all background steps"
    ]


def test_too_many_steps_are_not_compared() -> None:
    records = tuple(StepRecord(number, "a", "success") for number in range(1001))
    assert match_steps([(("a",),)] * 1000, records).pairs == ()


# --- against all alignments -----------------------------------------------------------------------------------------

_ALPHABET = "abc"
_STEP_NAMES: st.SearchStrategy[Name] = st.sampled_from([(letter,) for letter in _ALPHABET] + [(Hole("x"),)])


@given(st.lists(_STEP_NAMES, max_size=6), st.lists(st.sampled_from(_ALPHABET), max_size=6))
def test_a_pair_is_given_exactly_if_every_best_alignment_has_it(names: list[Name], letters: list[str]) -> None:
    records = tuple(StepRecord(number, letter, "success") for number, letter in enumerate(letters, 1))
    fitting = {
        (step, at)
        for step, name in enumerate(names)
        for at, letter in enumerate(letters)
        if isinstance(name[0], Hole) or name[0] == letter
    }
    best: list[set[tuple[int, int]]] = []
    for size in range(min(len(names), len(letters)), -1, -1):
        best = [
            set(zip(steps, places, strict=True))
            for steps in combinations(range(len(names)), size)
            for places in combinations(range(len(letters)), size)
            if set(zip(steps, places, strict=True)) <= fitting
        ]
        if best:
            break
    expected = set.intersection(*best) if best else set()
    assert set(match_steps([(name,) for name in names], records).pairs) == expected
