"""Another order of a matrix is proved where it has the same legs, and none looks at the others."""

from __future__ import annotations

import pytest

from dependence.made import situation
from needful.dependence.leg_order import APART, SAME_LEGS
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.proof import KEPT, prove

JOB = """\
  test:
    strategy:
      fail-fast: false
      matrix:
        part: [a, b]
        node: [22, 24]
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
      - run: make
"""
LISTS = "        part: [a, b]\n        node: [22, 24]\n"
AFTER = JOB.replace("[a, b]", "[b, a]")


def proved(before: str, after: str) -> dict[str, Obligation]:
    found = prove(situation(before), situation(after), None, frozenset({Part.LEGS}))
    return {each.what: each for each in found}


def test_another_order_of_the_same_legs_is_proved() -> None:
    found = proved(JOB, AFTER)
    assert all(each.shown for each in found.values())
    assert found[KEPT].shown == "only the order of a matrix differs, compared after writing"


@pytest.mark.parametrize(
    ("before", "after", "what", "reason"),
    [
        pytest.param(JOB, JOB.replace("[a, b]", "[a, c]"), KEPT, "`test` has another `strategy`", id="another leg"),
        pytest.param(JOB, JOB.replace("[a, b]", "[a]"), KEPT, "`test` has another `strategy`", id="a leg less"),
        pytest.param(JOB, AFTER.replace("false", "true"), KEPT, "`test` has another `strategy`", id="fail-fast"),
        pytest.param(
            JOB,
            JOB.replace(LISTS, "        node: [22, 24]\n        part: [a, b]\n"),
            SAME_LEGS,
            "`test` would have other legs",
            id="other names of the legs",
        ),
        pytest.param(
            JOB.replace("[a, b]", "[a, a]"),
            JOB.replace("[a, b]", "[a, a]").replace("[22, 24]", "[24, 22]"),
            SAME_LEGS,
            "`test` has legs that nobody can tell apart",
            id="legs that are alike",
        ),
        pytest.param(
            JOB.replace("[22, 24]", "${{ fromJSON(vars.NODES) }}"),
            AFTER.replace("[22, 24]", "${{ fromJSON(vars.NODES) }}"),
            SAME_LEGS,
            "`test` has legs that only the run knows",
            id="legs that only the run knows",
        ),
    ],
)
def test_anything_else_is_not(before: str, after: str, what: str, reason: str) -> None:
    assert proved(before, after)[what].why_not == reason


def test_what_include_adds_depends_on_its_order() -> None:
    first, second = "{part: a, port: 1}", "{part: a, more: 2}"
    before = JOB.replace("        node", f"        include: [{first}, {second}]\n        node")
    after = JOB.replace("        node", f"        include: [{second}, {first}]\n        node")
    assert proved(before, after)[SAME_LEGS].why_not


def test_a_matrix_of_include_alone_may_be_in_any_order() -> None:
    before = JOB.replace(LISTS, "        include: [{part: a}, {part: b}]\n")
    after = JOB.replace(LISTS, "        include: [{part: b}, {part: a}]\n")
    assert all(each.shown for each in proved(before, after).values())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("    runs-on", "    outputs: {a: b}\n    runs-on", "has outputs, of which those of the last leg stand"),
        ("run: make", "run: make ${{ strategy.job-index }}", "asks for the place of its legs"),
        ("run: make", "run: make ${{ toJSON(strategy) }}", "asks for the place of its legs"),
        ("    runs-on", "    environment: live\n    runs-on", "does something lasting, or may, perhaps in this order"),
        ("run: make", "run: npm publish", "does something lasting, or may, perhaps in this order"),
        ("    runs-on", "    name: Deploy\n    runs-on", "does something lasting, or may, perhaps in this order"),
        ("run: make", "run: ./x\n        env: {KEY: '${{ secrets.DEPLOY }}'}", "could do something lasting unseen: it"),
        ("ubuntu-latest", "[self-hosted]", "runs on a machine whose disk its legs share"),
        ("    runs-on", "    concurrency: db\n    runs-on", "has a concurrency group, in which its legs wait"),
        (
            "run: make",
            "uses: actions/upload-artifact@v7\n        with: {name: a, path: b, overwrite: true}",
            "has legs that replace each other's artifacts",
        ),
        (
            "run: make",
            "uses: actions/cache@v6\n        with: {path: build, key: build}",
            "has legs that share a cache, which the first of them fills",
        ),
    ],
)
def test_legs_that_may_look_at_each_other_stay_in_order(old: str, new: str, reason: str) -> None:
    before, after = (text.replace(old, new, 1) for text in (JOB, AFTER))
    assert proved(before, after)[APART].why_not.startswith(f"`test` {reason}")


@pytest.mark.parametrize(
    "step",
    [
        "run: make ${{ strategy.fail-fast }}",
        "uses: actions/cache@v6\n        with: {path: build, key: 'build-${{ matrix.part }}'}",
        "uses: actions/cache@v6\n        with: {path: ~/.npm, key: npm}",
        "uses: actions/upload-artifact@v7\n        with: {name: '${{ matrix.part }}', path: b}",
    ],
)
def test_legs_that_do_not_may_start_in_any_order(step: str) -> None:
    before, after = (text.replace("run: make", step, 1) for text in (JOB, AFTER))
    assert proved(before, after)[APART].shown
