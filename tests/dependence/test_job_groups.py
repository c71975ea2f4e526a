"""What the steps of a job are there for, which of them belong together, and which groups are worth a job."""

from __future__ import annotations

import pytest

from dependence.made import situation
from needful.dependence.job_groups import parting
from needful.dependence.job_splits import Split, split_of
from needful.dependence.step_roles import Role, likely, parts_of

NODE = {"package.json": '{"devDependencies": {"vitest": "4", "jest": "30", "@playwright/test": "1"}}'}
SET_UP = "      - uses: actions/checkout@v7\n      - run: npm ci\n"
SUITES = "      - run: npx vitest run\n      - run: npx playwright test\n"


def text(steps: str, *, job: str = "", others: str = "") -> str:
    keys = "".join(f"    {line}\n" for line in job.splitlines())
    return f"  test:\n    runs-on: ubuntu-latest\n{keys}    steps:\n{steps}{others}"


def split(steps: str, *, job: str = "", others: str = "", objective: str = "latency") -> Split | None:
    seen = situation(text(steps, job=job, others=others), NODE)
    assert objective in ("latency", "balanced", "cost")
    return split_of(seen, seen.job("test"), objective)  # type: ignore[arg-type]  # one of them, as is asserted


def groups(steps: str, **more: str) -> list[tuple[int, ...]]:
    """The steps of each group, nothing where the job stays one."""
    found = split(steps, **more)
    return [group.steps for group in found.parting.groups] if found is not None else []


@pytest.mark.parametrize(
    ("step", "role", "kinds"),
    [
        ("uses: actions/checkout@v7", Role.PREPARES, ()),
        ("run: npm ci", Role.PREPARES, ()),
        ("run: npx vitest run", Role.CHECKS, ("test",)),
        ("run: cargo clippy", Role.CHECKS, ("lint",)),
        ("run: cargo build", Role.MAKES, ("build",)),
        ("run: ./scripts/lint.sh", Role.CHECKS, ("lint",)),
        ("run: ./frob", Role.PREPARES, ()),
        ("{name: Lint the sources, run: ./frob}", Role.CHECKS, ("lint",)),
        ("{name: Download test data, run: ./frob}", Role.PREPARES, ()),
        ("{name: Set up and test, run: ./frob}", Role.CHECKS, ("test",)),
        ("{name: Build the tests, run: ./frob}", Role.MAKES, ("test", "build")),
        ("{name: Build docs, run: ./frob}", Role.MAKES, ("build", "docs")),
        ("run: git checkout v1 # the tests", Role.PREPARES, ()),
        ('{name: Test, run: ./frob >> "$GITHUB_ENV"}', Role.PREPARES, ()),
        ("{uses: actions/upload-artifact@v7, with: {name: a, path: b}}", Role.HANDS, ()),
        ("{uses: actions/cache/save@v5, with: {key: a, path: b}}", Role.HANDS, ()),
        ("{uses: actions/cache@v5, with: {key: a, path: b}}", Role.PREPARES, ()),
        ("uses: acme/unknown@v1", Role.PREPARES, ()),
    ],
)
def test_what_a_step_is_there_for(step: str, role: Role, kinds: tuple[str, ...]) -> None:
    seen = situation(text(f"      - {step}\n"), NODE)
    (found,) = parts_of(seen, seen.job("test"))
    assert (found.role, found.kinds) == (role, kinds)


def test_steps_at_once_have_no_roles() -> None:
    seen = situation(text("      - {id: a, run: npx vitest run, background: true}\n      - wait: a\n"), NODE)
    assert not likely(seen.job("test"))
    assert parts_of(seen, seen.job("test")) == ()


def test_two_suites_share_their_set_up() -> None:
    assert groups(SET_UP + SUITES) == [(0, 1, 2), (0, 1, 3)]


def test_what_nobody_waits_for_is_not_bought() -> None:
    assert groups(SET_UP + SUITES, objective="cost") == []
    assert groups(SET_UP + SUITES, objective="balanced") == [(0, 1, 2), (0, 1, 3)]
    costly = "      - run: cargo build\n      - run: cargo build --release\n" + SUITES
    assert groups(SET_UP + costly, objective="balanced") == []


def test_an_upload_goes_with_what_it_speaks_of() -> None:
    upload = "      - {uses: actions/upload-artifact@v7, with: {name: vitest-report, path: out}}\n"
    assert groups(SET_UP + SUITES + upload) == [(0, 1, 2, 4), (0, 1, 3)]
    assert groups(SET_UP + SUITES + upload.replace("vitest-report", "report")) == []


def test_an_upload_goes_with_what_ran_since_the_last_one() -> None:
    upload = "      - {uses: actions/upload-artifact@v7, with: {name: NAME, path: out}}\n"
    first, second = SUITES.splitlines(keepends=True)
    steps = SET_UP + first + upload.replace("NAME", "a") + second + upload.replace("NAME", "b")
    assert groups(steps) == [(0, 1, 2, 3), (0, 1, 4, 5)]


def test_what_looks_back_stands_in_every_job() -> None:
    assert groups(SET_UP + SUITES + "      - {if: always(), run: df -h}\n") == [(0, 1, 2, 4), (0, 1, 3, 4)]
    assert groups(SET_UP + SUITES + "      - run: df -h\n") == [(0, 1, 2), (0, 1, 3, 4)]


def test_a_tool_that_is_set_up_anew_is_set_up_once() -> None:
    node = "      - {uses: actions/setup-node@v6, with: {node-version: N}}\n"
    first, second = SUITES.splitlines(keepends=True)
    steps = SET_UP + node.replace("N", "22", 1) + first + node.replace("N", "24", 1) + second
    assert groups(steps) == [(0, 1, 2, 3), (0, 1, 4, 5)]


def test_steps_of_which_often_one_runs_stay_together() -> None:
    steps = "".join(
        f"      - {{if: github.event_name == '{event}', run: {run}}}\n"
        for event, run in (("push", "npx vitest run"), ("pull_request", "npx playwright test"))
    )
    assert groups(SET_UP + steps) == []


def test_many_checks_become_two_groups() -> None:
    steps = "".join(f"      - run: npx vitest run --project p{number}\n" for number in range(12))
    found = groups(SET_UP + steps)
    assert len(found) == 2
    assert sorted({*found[0], *found[1]}) == list(range(14))


def test_linters_alone_are_not_worth_a_machine_that_nobody_measured() -> None:
    steps = "".join(f"      - run: ./scripts/lint-{number}.sh\n" for number in range(8))
    assert groups(SET_UP + steps) == []


@pytest.mark.parametrize(
    "job",
    [
        "concurrency: x",
        "environment: live",
        "continue-on-error: true",
        "container: node:24",
        "outputs: {a: '${{ steps.x.outputs.a }}'}",
    ],
)
def test_a_job_that_has_to_be_one_stays_one(job: str) -> None:
    assert split(SET_UP + SUITES, job=job) is None


def test_a_job_that_pushes_or_publishes_stays_one() -> None:
    assert split(SET_UP + SUITES + "      - run: npm publish\n") is None
    assert split(SET_UP + SUITES + "      - run: git push\n") is None


def test_a_name_that_is_taken_is_not_used() -> None:
    other = "  test-vitest:\n    runs-on: ubuntu-latest\n    steps: [{run: echo}]\n"
    assert split(SET_UP + SUITES, others=other) is None


def test_what_came_of_a_split_is_not_split_again() -> None:
    other = text(SET_UP + SUITES).replace("  test:", "  test-more:")
    assert split(SET_UP + SUITES, others=other) is None
    assert split(SET_UP + SUITES, others=other.replace("  test-more:", "  testing:")) is not None
    gate = "  tes:\n    needs: test\n    runs-on: ubuntu-latest\n    steps: [{run: echo}]\n"
    assert split(SET_UP + SUITES, others=gate) is not None


def test_a_check_that_nobody_knows_and_that_holds_a_key_is_left_alone() -> None:
    check = "      - {name: Check, run: ./frob, env: {T: '${{ secrets.T }}'}}\n"
    assert split(SET_UP + SUITES + check) is None
    action = "      - {uses: acme/report@v1, with: {token: '${{ github.token }}'}}\n"
    found = split(SET_UP + action + SUITES)
    assert found is not None
    assert found.seen is not None
    assert "is given a token or a secret" in found.seen.text


def test_a_job_that_calls_a_workflow_or_does_little_has_no_groups() -> None:
    called = situation("  test: {uses: acme/ci/.github/workflows/a.yml@v1}\n")
    assert not likely(called.job("test"))
    assert parting(called, called.job("test")) is None
    assert groups(SET_UP + "      - run: npx vitest run\n") == []
