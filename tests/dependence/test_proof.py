"""What a rewrite has to keep: shown where it is kept, and said by name where it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dependence.made import situation
from needful.dependence import proof
from needful.dependence.obligations import Obligation
from needful.dependence.proof import prove

CODE = "runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: make}]"
CHAIN = f"""\
  lint: {{{CODE}}}
  test: {{needs: lint, {CODE}}}
  deploy: {{needs: test, environment: live, runs-on: ubuntu-latest, steps: [{{run: ./ship}}]}}
"""
DROPPED = CHAIN.replace("needs: lint, ", "")
MOVED = DROPPED.replace("needs: test", "needs: [test, lint]")
UPLOAD = "{uses: actions/upload-artifact@v7, with: {name: dist, path: dist}}"
DOWNLOAD = "{uses: actions/download-artifact@v8, with: {name: dist}}"


def proved(
    before: str, after: str, lock: str | None = None, files: dict[str, str] | None = None
) -> dict[str, Obligation]:
    return {each.what: each for each in prove(situation(before, files), situation(after, files), lock)}


def missing(before: str, after: str, lock: str | None = None) -> dict[str, str]:
    """What is not shown, with the reason."""
    return {what: each.why_not for what, each in proved(before, after, lock).items() if not each.shown}


def test_a_moved_gate_is_proved_in_every_point() -> None:
    found = proved(CHAIN, MOVED)
    assert {what: each.shown for what, each in found.items()} == {
        proof.ORDER: "nothing of `lint` reaches `test`",
        proof.UNSEEN: "no token, secret or disk could carry anything unseen",
        proof.GATES: "`deploy` still waits for all that came before",
        proof.QUIET: "when nothing fails, the same jobs run",
        proof.LASTING: "`deploy` runs in the same cases",
        proof.JUDGEMENT: "no job behind decides by outcomes",
        proof.KEPT: "only `needs` differs, compared after writing",
        proof.WORK: "only `needs` differs, compared after writing",
    }
    assert not any(each.why_not for each in found.values())


UNSEEN = "runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {uses: acme/unknown@v1}]"


def test_a_lost_gate_is_not() -> None:
    assert missing(CHAIN, DROPPED) == {
        proof.GATES: "`deploy` does irreversible work, and would no longer wait for `lint`",
        proof.LASTING: "where `lint` fails, `deploy` runs, and did not before",
    }


def test_nothing_changed_is_proved_in_one_breath() -> None:
    shown = [each.shown for each in prove(situation(CHAIN), situation(CHAIN), None)]
    assert list(dict.fromkeys(shown)) == [
        "every job waits for all that it waited for",
        "when nothing fails, the same jobs run",
        "no job behind guards anything or decides by outcomes",
        "only `needs` differs, compared after writing",
    ]


MANY = "".join(f"  j{number}: {{{CODE}}}\n" for number in range(5)) + "  end: {needs: [%s], " + CODE + "}\n"


def test_of_many_jobs_some_are_named() -> None:
    found = proved(MANY % "j0, j1, j2, j3, j4", MANY % "j4")
    assert found[proof.ORDER].shown == "nothing of `j0`, `j1`, `j2` and 1 more reaches `end`"
    assert found[proof.GATES].shown == "no job behind guards anything or decides by outcomes"


# --- producers and consumers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        pytest.param(
            f"runs-on: ubuntu-latest, steps: [{UPLOAD}]",
            f"runs-on: ubuntu-latest, steps: [{{uses: actions/checkout@v7}}, {DOWNLOAD}]",
            "`b` reads the artifact `dist` of `a`",
            id="artifact",
        ),
        pytest.param(
            f"outputs: {{x: y}}, {CODE}",
            f"env: {{X: '${{{{ needs.a.outputs.x }}}}'}}, {CODE}",
            "`b` reads `needs.a`, which holds only what it needs itself",
            id="needs context",
        ),
        pytest.param(
            f"concurrency: one, {CODE}",
            f"concurrency: one, {CODE}",
            "`a` and `b` may share a concurrency group",
            id="concurrency group",
        ),
        pytest.param(
            "runs-on: ubuntu-latest, steps: [{run: npm publish}]",
            CODE,
            "`a` changes something outside the run that later jobs may count on",
            id="work outside",
        ),
    ],
)
def test_what_links_two_jobs_keeps_them_in_order(first: str, second: str, reason: str) -> None:
    before = f"  a: {{{first}}}\n  b: {{needs: a, {second}}}\n"
    assert missing(before, before.replace("needs: a, ", ""))[proof.ORDER] == reason


def test_what_may_be_linked_unseen_is_said() -> None:
    before = f"  a: {{permissions: {{issues: write}}, {UNSEEN}}}\n  b: {{needs: a, {CODE}}}\n"
    reason = missing(before, before.replace("needs: a, ", ""))
    assert list(reason) == [proof.UNSEEN]
    assert reason[proof.UNSEEN].startswith("`a` could leave something behind")


def test_who_always_runs_may_look_at_jobs_unseen() -> None:
    logs = "if: always(), runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}, {run: ./who-reports}]"
    before = f"  a: {{{CODE}}}\n  logs: {{needs: a, {logs}}}\n"
    found = proved(before, before.replace("needs: a, ", ""))
    assert found[proof.UNSEEN].why_not.startswith("`logs` may look at jobs that it no longer waits for: runs `./who")


def test_who_listens_may_look_at_jobs() -> None:
    files = {
        ".github/workflows/other.yml": "on: {workflow_run: {workflows: [CI]}}\njobs: {x: {runs-on: x, steps: []}}\n"
    }
    top = "name: CI\non: push\npermissions: {}\njobs:\n"
    pair = f"  a: {{{CODE}}}\n  b: {{needs: a, {CODE}}}\n"
    found = proved(top + pair, top + pair.replace("needs: a, ", ""), files=files)
    assert found[proof.UNSEEN].why_not == (
        ".github/workflows/other.yml starts when this workflow ends and may look at its jobs"
    )


@pytest.mark.parametrize(("port", "seen"), [("b", True), ("a", False)])
def test_callers_see_outputs_of_jobs_that_now_run_in_more_cases(port: str, seen: bool) -> None:
    top = (
        f"on: {{workflow_call: {{outputs: {{x: {{value: '${{{{ jobs.{port}.outputs.x }}}}'}}, y: {{value: z}}}}}}}}\n"
        "permissions: {}\njobs:\n"
    )
    pair = f"  a: {{{CODE}}}\n  b: {{needs: a, {CODE}}}\n"
    reason = missing(top + pair, top + pair.replace("needs: a, ", ""))
    assert reason == (
        {proof.UNSEEN: "the callers of this workflow see what `b` gives, which now runs in more cases"} if seen else {}
    )


# --- gates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("job", "guard"),
    [
        ("environment: live, runs-on: ubuntu-latest, steps: [{uses: actions/checkout@v7}]", "does irreversible work"),
        ("runs-on: ubuntu-latest, steps: [{run: npm publish}]", "does irreversible work"),
        (f"permissions: {{contents: write}}, {UNSEEN}", "could do irreversible work"),
        (f"name: Publish, {UNSEEN}", "could do irreversible work"),
        (f"if: needs.b.result == 'success', {CODE}", "collects results"),
        (f"env: {{X: '${{{{ toJSON(needs) }}}}'}}, {CODE}", "collects results"),
        ("runs-on: ubuntu-latest, steps: [{run: echo done}]", "works on no code and only reports"),
    ],
)
def test_a_gate_waits_for_all_that_it_waited_for(job: str, guard: str) -> None:
    before = f"  a: {{{CODE}}}\n  b: {{needs: a, {CODE}}}\n  gate: {{needs: b, {job}}}\n"
    after = before.replace("needs: a, ", "")
    assert missing(before, after)[proof.GATES] == f"`gate` {guard}, and would no longer wait for `a`"
    assert proof.GATES not in missing(before, after.replace("needs: b", "needs: [b, a]"))


def test_several_gates_are_named() -> None:
    gates = "".join(f"  {name}: {{needs: b, runs-on: ubuntu-latest, steps: [{{run: echo}}]}}\n" for name in "cd")
    before = f"  a: {{{CODE}}}\n  b: {{needs: a, {CODE}}}\n{gates}"
    after = before.replace("needs: a, ", "").replace("needs: b", "needs: [b, a]")
    assert proved(before, after)[proof.GATES].shown == "`c` and `d` still wait for all that came before"


def test_a_judge_that_guards_nothing_is_told_from_nobody() -> None:
    before = f"  a: {{{CODE}}}\n  b: {{needs: a, {CODE}}}\n  logs: {{needs: b, if: always(), {CODE}}}\n"
    found = proved(before, before.replace("needs: a, ", ""))
    assert found[proof.GATES].shown == "no job behind guards anything"
    assert found[proof.JUDGEMENT].shown == "`logs` decides the same, played in 1 course of events"


def test_an_approval_is_a_gate_too() -> None:
    before = f"  ask: {{environment: live, {CODE}}}\n  test: {{needs: ask, {CODE}}}\n"
    reason = missing(before, before.replace("needs: ask, ", ""))[proof.GATES]
    assert reason == "`test` would no longer wait for the approval that `ask` may need"


def test_who_decides_what_may_run_is_a_gate_too() -> None:
    before = f"  approve: {{{CODE}}}\n  test: {{needs: approve, {CODE}}}\n"
    reason = missing(before, before.replace("needs: approve, ", ""))[proof.GATES]
    assert reason == "`approve` is named for a guard: a rule to keep"


# --- what waits longer -----------------------------------------------------------------------------------------------


def test_an_added_edge_must_carry_something() -> None:
    before = f"  a: {{{CODE}}}\n  b: {{{CODE}}}\n"
    after = before.replace("b: {", "b: {needs: a, ")
    assert missing(before, after) == {proof.ADDED: "`b` reads nothing of `a`"}


def test_an_added_edge_along_what_is_read_is_proved() -> None:
    before = (
        f"  a: {{runs-on: ubuntu-latest, steps: [{UPLOAD}]}}\n"
        f"  b: {{runs-on: ubuntu-latest, steps: [{DOWNLOAD}, {{run: npm publish}}]}}\n"
        f"  c: {{outputs: {{x: y}}, {CODE}}}\n"
        f"  d: {{env: {{X: '${{{{ needs.c.outputs.x }}}}'}}, {CODE}}}\n"
    )
    after = before.replace("b: {", "b: {needs: a, ").replace("d: {", "d: {needs: c, ")
    found = proved(before, after)
    assert all(each.shown for each in found.values())
    assert found[proof.ADDED].shown == "`b` reads what `a` gives and `d` reads what `c` gives"
    assert found[proof.LASTING].shown == (
        "`b` runs in the same cases, unless what it now waits for fails, but for what could not be read before"
    )


@pytest.mark.parametrize("cyclic", ["before", "after"])
def test_a_cycle_is_no_order(cyclic: str) -> None:
    round_trip = f"  a: {{needs: b, {CODE}}}\n  b: {{needs: a, {CODE}}}\n"
    chain = round_trip.replace("needs: b, ", "")
    pair = (round_trip, chain) if cyclic == "before" else (chain, round_trip)
    assert missing(*pair) == {proof.ORDER: "`a` waits for itself"}


# --- what stays as it is ---------------------------------------------------------------------------------------------

TOP = "on: push\npermissions: {contents: read}\njobs:\n"
WHOLE = TOP + "  a: {runs-on: x, steps: [{run: make}, {uses: actions/checkout@v7}]}\n"


@pytest.mark.parametrize(
    ("old", "new", "what", "reason"),
    [
        ("contents: read", "contents: write", proof.KEPT, "the workflow has another `permissions`"),
        ("on: push", "on: push\nenv: {A: b}", proof.KEPT, "the workflow has another `env`"),
        ("runs-on: x", "runs-on: y", proof.KEPT, "`a` has another `runs-on`"),
        ("{runs-on: x", "{if: true, runs-on: x", proof.KEPT, "`a` has another `if`"),
        ("{runs-on: x", "{name: b, runs-on: x", proof.KEPT, "`a` has another `name`"),
        ("{runs-on: x", "{timeout-minutes: 1, runs-on: x", proof.KEPT, "`a` has another `timeout-minutes`"),
        ("run: make", "run: made", proof.WORK, "`a` has other steps than before"),
        (", {uses: actions/checkout@v7}", "", proof.WORK, "`a` has other steps than before"),
        ("{run: make}", "{run: make}, {run: make}", proof.WORK, "`a` has other steps than before"),
    ],
)
def test_all_but_needs_stays(old: str, new: str, what: str, reason: str) -> None:
    assert missing(WHOLE, WHOLE.replace(old, new)) == {what: reason}


def test_a_number_is_no_truth_value() -> None:
    one, true = (WHOLE.replace("runs-on: x", f"runs-on: x, outputs: {{a: {value}}}") for value in ("1", "true"))
    assert missing(one, true) == {proof.KEPT: "`a` has another `outputs`"}


@pytest.mark.parametrize(
    "steps",
    [
        "{uses: actions/checkout@v7}, {run: make}",
        "{parallel: [{run: make}, {uses: actions/checkout@v7}]}",
    ],
)
def test_order_and_grouping_of_steps_are_no_work(steps: str) -> None:
    after = WHOLE.replace("{run: make}, {uses: actions/checkout@v7}", steps)
    assert proof.WORK not in missing(WHOLE, after)


def test_other_jobs_are_not_compared() -> None:
    assert missing(WHOLE, WHOLE + f"  b: {{{CODE}}}\n") == {
        proof.ORDER: "there are other jobs than before",
        proof.KEPT: "there are other jobs than before",
    }


# --- the lock file ---------------------------------------------------------------------------------------------------

LISTED = """\
version: 'v0.0.3'
workflows:
    '.github/workflows/ci.yml':
        - 'actions/checkout@v7'
        - 'actions/cache@v5'
"""


@pytest.mark.parametrize(
    ("lock", "added", "reason"),
    [
        pytest.param(None, "acme/build@v1", None, id="no lock file"),
        pytest.param(LISTED, "", "", id="nothing added"),
        pytest.param(LISTED, "actions/cache@v5", "", id="listed"),
        pytest.param(LISTED, "./build", "", id="of the repository"),
        pytest.param(LISTED, "$/build", "", id="of the repository, without checkout"),
        pytest.param(LISTED, "docker://alpine", "", id="image"),
        pytest.param(
            LISTED, "actions/cache@v4", "does not list actions/cache@v4 for this workflow", id="another version"
        ),
        pytest.param(LISTED.replace("ci.yml", "docs.yml"), "acme/build@v1", "", id="of another workflow"),
        pytest.param("workflows:\n", "acme/build@v1", "", id="of no workflow"),
        pytest.param(
            "workflows: {.github/workflows/ci.yml: }", "acme/build@v1", "does not list acme/build@v1", id="empty list"
        ),
        pytest.param("", "", "cannot be read: it does not say", id="empty file"),
        pytest.param("workflows: [a]", "", "cannot be read: it does not say which workflows", id="list"),
        pytest.param("workflows: {a: b}", "", "cannot be read: it has no list of actions for a", id="text"),
        pytest.param("{", "", "cannot be read: not valid YAML", id="no YAML"),
    ],
)
def test_the_lock_file_lists_what_is_added(lock: str | None, added: str, reason: str | None) -> None:
    after = WHOLE.replace("{run: make}", f"{{run: make}}, {{uses: '{added}'}}") if added else WHOLE
    found = proved(WHOLE, after, lock).get(proof.LOCK)
    if reason is None:
        assert found is None
    else:
        assert found is not None
        assert bool(found.shown) == (not reason)
        assert reason in found.why_not


@given(st.text() | st.lists(st.sampled_from(LISTED.splitlines(keepends=True))).map("".join))
def test_any_text_is_a_lock_file_or_none(lock: str) -> None:
    (found,) = (each for each in prove(situation(WHOLE), situation(WHOLE), lock) if each.what == proof.LOCK)
    assert bool(found.shown) != bool(found.why_not)


def test_a_called_workflow_is_listed_too() -> None:
    before = TOP + "  a: {runs-on: x, steps: [{run: make}]}\n"
    after = TOP + "  a: {uses: acme/flows/.github/workflows/ci.yml@v1}\n"
    why = missing(before, after, LISTED)[proof.LOCK]
    assert "does not list acme/flows/.github/workflows/ci.yml@v1 for this workflow" in why
    assert "`gh actions-lock`" in why
