"""What would let a job do more than can be seen of it: a power, and a hand that it is in reach of."""

from __future__ import annotations

import pytest

from dependence.made import effects

READ = "on: push\npermissions: {contents: read}\njobs:\n"
UNSET = "on: push\njobs:\n"
CHECKOUT = "{uses: actions/checkout@v7}"
CLEAN = "{uses: actions/checkout@v7, with: {persist-credentials: false}}"
OPAQUE = "{run: ./no-such-script}"


def able(steps: str, *, top: str = READ, job: str = "") -> list[str]:
    return [evidence.text for evidence in effects(steps, top=top, job=job).capabilities]


@pytest.mark.parametrize(
    ("steps", "top", "job"),
    [
        (f"{CHECKOUT}, {OPAQUE}", READ, ""),
        (f"{CHECKOUT}, {{run: cargo test}}", UNSET, ""),
        (f"{CLEAN}, {OPAQUE}", UNSET, ""),
        ("{uses: someone/unknown@v1}", READ, ""),
        (f"{CHECKOUT}, {OPAQUE}", UNSET, "permissions: {issues: write}"),
        (OPAQUE, UNSET, "permissions: read-all"),
        (OPAQUE, UNSET, "permissions: {security-events: write}"),
        (f"{CHECKOUT}, {{run: cargo build, env: {{GITHUB_TOKEN: '${{{{ github.token }}}}'}}}}", READ, ""),
        ("{uses: codecov/codecov-action@v5, with: {token: '${{ secrets.CODECOV_TOKEN }}'}}", READ, ""),
        ("{run: cargo test}", UNSET, "permissions: {id-token: write}"),
        ("{run: echo hello, env: {KEY: '${{ secrets.KEY }}'}}", READ, ""),
    ],
)
def test_no_capability(steps: str, top: str, job: str) -> None:
    assert able(steps, top=top, job=job) == []


@pytest.mark.parametrize(
    ("steps", "top", "job", "power"),
    [
        (f"{CHECKOUT}, {{run: ./bump}}", UNSET, "", "what the checkout leaves: the repository's default token"),
        (
            f"{CHECKOUT}, {OPAQUE}",
            READ,
            "permissions: {contents: write}",
            "what the checkout leaves: a token that may write",
        ),
        ("{uses: someone/unknown@v1}", UNSET, "", "may use the repository's default token"),
        ("{uses: someone/unknown@v1}", READ, "permissions: {issues: write}", "may use a token that may write"),
        (
            "{uses: actions/checkout@v7, with: {token: '${{ secrets.PAT }}'}}, " + OPAQUE,
            READ,
            "",
            "what the checkout leaves: the secret `PAT`",
        ),
        ("{run: ./x, env: {KEY: '${{ secrets.KEY }}'}}", READ, "", "receives the secret `KEY`"),
        (OPAQUE, READ, "env: {KEY: '${{ secrets.KEY }}'}", "has the secret `KEY`"),
        ("{run: cargo test, env: {KEY: '${{ secrets.KEY }}'}}", READ, "", "receives the secret `KEY`"),
        ("{run: 'echo \"$KEY\" > key', env: {KEY: '${{ secrets.KEY }}'}}, {run: cargo test}", READ, "", "may find the"),
        (
            "{run: cargo test}",
            "on: push\npermissions: {contents: read}\nenv: {K: '${{ secrets.K }}'}\njobs:\n",
            "",
            "`K`",
        ),
        (
            OPAQUE,
            READ,
            "services: {db: {image: postgres, env: {PASSWORD: '${{ secrets.DB }}'}}}",
            "has the secret `DB`",
        ),
        (OPAQUE, READ, "permissions: {id-token: write}", "can ask for an OIDC token"),
        (
            f"{CLEAN}, {{run: ./x, env: {{T: '${{{{ github.token }}}}'}}}}",
            UNSET,
            "",
            "receives the repository's default",
        ),
        (OPAQUE, UNSET, "env: {T: '${{ secrets.GITHUB_TOKEN }}'}", "holds the repository's default token"),
        (
            "{uses: docker/login-action@v3, with: {password: '${{ secrets.DOCKER }}'}}, {run: cargo test}",
            READ,
            "",
            "is signed in by docker/login-action",
        ),
        ("{run: docker login -u me -p me}, {run: cargo test}", READ, "", "is signed in ("),
    ],
)
def test_a_power_in_reach_of_a_hand(steps: str, top: str, job: str, power: str) -> None:
    assert any(power in text for text in able(steps, top=top, job=job)), able(steps, top=top, job=job)


@pytest.mark.parametrize(
    "run", ["docker compose up -d", "docker run -d --restart always nginx", "cp -r dist /var/www", "docker build ."]
)
def test_what_stays_on_a_machine_that_somebody_keeps(run: str) -> None:
    kept = able(f"{{run: '{run}'}}", job="runs-on: self-hosted")
    assert any("its machine outlives the job" in text for text in kept)
    assert able(f"{{run: '{run}'}}") == []


def test_what_may_happen_is_a_capability() -> None:
    (only,) = able("{run: docker build $ARGUMENTS .}")
    assert "docker build" in only


@pytest.mark.parametrize(
    ("steps", "top", "job"),
    [
        ("{run: ./update-snapshots}", UNSET, ""),
        ("{run: ./scripts/backport.sh}", UNSET, ""),
        ("{run: npx gh-pages-of-mine -d dist}", UNSET, ""),
        ("{run: make all, name: Commit the results}", UNSET, ""),
        ("{run: make all, id: sync}", UNSET, ""),
        ("{run: 'git config user.name me && ./x'}", UNSET, ""),
        ("{run: 'git commit -am x'}, {run: ./x}", UNSET, ""),
        ("{run: './x && git -C docs tag v1'}", UNSET, ""),
        ("{run: './x; git checkout -b next'}", UNSET, ""),
        ("{run: ./x}", UNSET, "name: Deploy"),
        ("{run: ./x}", UNSET.replace("on: push", "name: Nightly release\non: push"), ""),
        ("{run: ./x}", READ, "permissions: {contents: write}"),
        ("{run: ./x}", READ.replace("{contents: read}", "write-all"), ""),
    ],
)
def test_a_default_token_counts_where_somebody_speaks_of_pushing(steps: str, top: str, job: str) -> None:
    assert any(
        "could push with what the checkout leaves" in text for text in able(f"{CHECKOUT}, {steps}", top=top, job=job)
    )


@pytest.mark.parametrize(
    "steps",
    ["{run: ./x}", "{run: make test}", "{run: node scripts/assert-generated}", "{run: 'git fetch --depth 1 && ./x'}"],
)
def test_what_is_taken_at_its_name_is_told(steps: str) -> None:
    found = effects(f"{CHECKOUT}, {steps}", top=UNSET)
    assert found.capabilities == ()
    (only,) = found.trusted
    assert "and could push with what the checkout leaves: the repository's default token" in only.text
    assert effects(f"{CLEAN}, {steps}", top=UNSET).trusted == ()
    assert effects(f"{CHECKOUT}, {steps}", top=READ).trusted == ()


SECRET = "env: {KEY: '${{ secrets.KEY }}'}"


@pytest.mark.parametrize("run", ["cargo test", "npx playwright test", "go test ./...", "pytest --cov"])
def test_tests_with_a_secret_try_things_and_publish_nothing(run: str) -> None:
    found = effects(f"{{run: '{run}', {SECRET}}}")
    assert found.capabilities == found.trials != ()
    assert found.dangers == ()


@pytest.mark.parametrize(
    "run", ["ruff check .", "go vet ./...", "npx prettier --check .", "ruff format && shellcheck x.sh"]
)
def test_linters_and_formatters_do_nothing_with_a_secret(run: str) -> None:
    assert effects(f"{{run: '{run}', {SECRET}}}").capabilities == ()
    assert effects(f"{{run: '{run}; cargo test', {SECRET}}}").capabilities != ()


@pytest.mark.parametrize("run", ["./test", "cargo test && ./x", "cargo build", "make test-deploy", "npx jest release"])
def test_whatever_else_has_a_secret_is_dangerous(run: str) -> None:
    assert effects(f"{{run: '{run}', {SECRET}}}").dangers != ()


def test_a_cache_that_comes_back_does_not_stay_behind() -> None:
    cache = "{uses: actions/cache@v4, with: {path: ~/.tool, key: k}}"
    assert able(f"{cache}, {{uses: Swatinem/rust-cache@v2}}", job="runs-on: self-hosted") == []


PULLS = "on: [push, pull_request]\njobs:\n"


@pytest.mark.parametrize(
    ("steps", "top", "job", "counts"),
    [
        # everybody's pull requests run it, with a token that may only read: what it is called says little then
        ("{run: ./x}", PULLS, "name: Release check", False),
        ("{run: ./x}", PULLS.replace("on:", "name: Pull requests\non:"), "", False),
        ("{run: ./x, if: runner.os == 'Linux'}", PULLS, "name: Release check", False),
        ("{run: ./x}", "on: {pull_request: {types: [opened, labeled]}}\njobs:\n", "name: Release check", False),
        # what the command or its step is called still counts, and so do commits
        ("{run: ./release}", PULLS, "", True),
        ("{run: ./x, name: Update the site}", PULLS, "", True),
        ("{run: git commit -am x}, {run: ./x}", PULLS, "", True),
        # there it may be that it does not run for them
        ("{run: ./x}", PULLS, "name: Release check\nif: github.event_name == 'push'", True),
        ("{run: ./x}", PULLS, "name: Release check\nif: needs.other.outputs.push\nneeds: other", True),
        ("{run: ./x, if: github.ref == 'refs/heads/main'}", PULLS, "name: Release check", True),
        ("{id: a, run: echo}, {run: ./x, if: steps.a.outputs.push}", PULLS, "name: Release check", True),
        ("{run: ./x}", "on: push\njobs:\n", "name: Release check", True),
        ("{run: ./x}", "on: pull_request_target\njobs:\n", "name: Release check", True),
        ("{run: ./x}", "on: {pull_request: {types: [closed]}}\njobs:\n", "name: Release check", True),
        # and where somebody asked for the token, no name is needed
        ("{run: ./x}", PULLS, "permissions: {contents: write}", True),
    ],
)  # fmt: skip
def test_a_default_token_in_a_job_that_everybody_s_pull_requests_run(
    steps: str, top: str, job: str, counts: bool
) -> None:
    other = "  other: {runs-on: ubuntu-latest, steps: [{run: echo}]}\n" if "needs" in job else ""
    found = able(f"{CHECKOUT}, {steps}", top=top + other, job=job)
    assert any("could push" in text for text in found) is counts, found


def test_a_job_behind_one_that_is_for_pushes_only_is_for_pushes_only() -> None:
    gate = "  gate: {runs-on: ubuntu-latest, if: github.event_name == 'push', steps: [{run: echo}]}\n"
    named = "name: Release check\nneeds: gate"
    assert able(f"{CHECKOUT}, {{run: ./x}}", top=PULLS + gate, job=named) != []
    assert (
        able(f"{CHECKOUT}, {{run: ./x}}", top=PULLS + gate.replace("if: github.event_name == 'push', ", ""), job=named)
        == []
    )


def test_a_called_workflow_is_for_those_for_whom_it_is_called() -> None:
    called = {
        ".github/workflows/release.yml": (
            f"on: workflow_call\njobs:\n  release: {{runs-on: ubuntu-latest, steps: [{CHECKOUT}, {{run: ./x}}]}}\n"
        )
    }
    call = "uses: ./.github/workflows/release.yml"
    assert effects("", top=PULLS, job=call, files=called).capabilities == ()
    assert effects("", top="on: push\njobs:\n", job=call, files=called).capabilities != ()
    guarded = f"{call}\nif: github.event_name == 'push'"
    assert effects("", top=PULLS, job=guarded, files=called).capabilities != ()


@pytest.mark.parametrize(
    ("step", "job", "dangerous"),
    [
        (f"{{run: ./ci/setup.sh, {SECRET}}}", "name: Integration tests", False),
        (f"{{run: ./ci/setup.sh, {SECRET}}}", "name: Lint", False),
        ("{run: ./ci/setup.sh, env: {T: '${{ secrets.E2E_TEST_GITHUB_TOKEN }}'}}", "name: e2e", False),
        ("{run: ./ci/setup.sh}", "name: Unit tests\nruns-on: self-hosted", False),
        # not called after tests, or after something that lasts as well
        (f"{{run: ./ci/setup.sh, {SECRET}}}", "name: Build", True),
        (f"{{run: ./ci/setup.sh, {SECRET}}}", "name: Test and publish", True),
        (f"{{run: ./ci/deploy.sh, {SECRET}}}", "name: Integration tests", True),
        (f"{{run: ./ci/x.sh, name: Publish the results, {SECRET}}}", "name: Integration tests", True),
        # a power that is called after something that lasts
        ("{run: ./ci/setup.sh, env: {T: '${{ secrets.NPM_TOKEN }}'}}", "name: Unit tests", True),
        ("{run: ./ci/setup.sh, env: {T: '${{ secrets.DEPLOY_KEY }}'}}", "name: Unit tests", True),
        ("{uses: docker/login-action@v3}, {run: ./ci/setup.sh}", "name: Unit tests", True),
        ("{run: ./ci/setup.sh}", "name: Unit tests\npermissions: {id-token: write}", True),
        # actions that are not known, and a token that somebody asked for
        (f"{{uses: acme/unknown@v1, {SECRET}}}", "name: Unit tests", True),
        (f"{CHECKOUT}, {{run: ./ci/setup.sh}}", "name: Unit tests\npermissions: {contents: write}", True),
    ],
)  # fmt: skip
def test_what_helps_tests_is_there_to_try_things(step: str, job: str, dangerous: bool) -> None:
    found = effects(step, job=job)
    assert found.capabilities != ()
    assert bool(found.dangers) is dangerous, found.dangers
