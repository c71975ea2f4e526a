"""What keeps downloads already, and which jobs must or should have no cache."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, situation
from needful.dependence.caching import NEWEST, held, missing_files, moved, spoken_of, unfit, version_of

CHECKOUT = "{uses: actions/checkout@v7}"


def job(keys: str = "", steps: str = CHECKOUT) -> str:
    runner = "" if "runs-on" in keys else "runs-on: ubuntu-latest, "
    return f"  test: {{{runner}{keys}steps: [{steps}]}}\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (job(), ""),
        (job("cache-mode: write, "), ""),
        (job("cache-mode: read, "), "has `cache-mode: read`"),
        ("cache-mode: none\n" + HEAD + job(), "has `cache-mode: none`"),
        ("cache-mode: none\n" + HEAD + job("cache-mode: write, "), ""),
        (job("container: 'node:24', "), "runs in a container, with folders of its own"),
        (HEAD.replace("on: push", "on: release") + job(), "runs on `release`"),
        (HEAD.replace("on: push", "on: {push: {branches: [release/*]}}") + job(), "runs on branches of releases"),
        (job("runs-on: [self-hosted, linux], "), "runs on a machine that keeps what was downloaded"),
        (job("environment: live, "), "publishes or deploys"),
    ],
)
def test_which_jobs_are_none_for_a_cache(text: str, reason: str) -> None:
    found = situation(text)
    assert unfit(found, found.workflow.job("test") or found.workflow.jobs[0]) == reason


@pytest.mark.parametrize(
    ("caller", "reason"),
    [
        ("on: push\njobs:\n  a: {permissions: {contents: read}, uses: ./.github/workflows/ci.yml}\n", ""),
        (
            "on: push\njobs:\n  a: {permissions: {contents: write}, uses: ./.github/workflows/ci.yml}\n",
            "write permission",
        ),
        ("on: workflow_call\njobs:\n  a: {uses: ./.github/workflows/ci.yml}\n", "is called in turn"),
        ("on: issue_comment\njobs:\n  a: {uses: ./.github/workflows/ci.yml}\n", "which others can start"),
        ("on: push\njobs:\n  a: {uses: ./.github/workflows/other.yml}\n", "which may publish"),
    ],
)
def test_callers_decide_about_a_workflow_that_is_called(caller: str, reason: str) -> None:
    found = situation(HEAD.replace("on: push", "on: workflow_call") + job(), {".github/workflows/all.yml": caller})
    why = unfit(found, found.workflow.jobs[0])
    assert reason in why
    assert bool(reason) == bool(why)


def test_a_comment_that_speaks_of_caches_is_found_in_its_job_only() -> None:
    text = (
        HEAD
        + "  # nothing is cached here\n  other: {runs-on: x, steps: [{run: make}]}\n"
        + ("  test:\n    runs-on: ubuntu-latest\n    steps:\n      # Caching made it slower\n      - run: make\n")
    )
    found = situation(text)
    assert [spoken_of(found, one) for one in found.workflow.jobs] == ["", "Caching made it slower"]


@pytest.mark.parametrize(
    ("step", "manager", "kept"),
    [
        ("{run: npm ci}", "npm", False),
        ("{uses: actions/cache@v6, with: {path: ~/.npm, key: k}}", "npm", True),
        ("{uses: actions/cache@v6, with: {path: ~/.npm, key: k}}", "pip", False),
        ("{uses: actions/cache@v6, with: {path: '${{ inputs.folder }}', key: k}}", "npm", True),
        ("{uses: buildjet/cache@v4, with: {path: ~/.npm, key: k}}", "npm", True),
        ("{uses: runs-on/cache@v5, with: {path: ~/.npm, key: k}}", "npm", True),
        ("{uses: useblacksmith/cache@v5, with: {path: target, key: k}}", "cargo", True),
        ("{uses: warpbuilds/cache@v1, with: {path: ~/.npm, key: k}}", "npm", True),
        ("{uses: namespacelabs/nscloud-cache-action@v1, with: {path: ~/.npm}}", "npm", True),
        ("{uses: useblacksmith/rust-cache@v3}", "cargo", True),
        ("{uses: useblacksmith/setup-node@v5, with: {cache: npm}}", "npm", True),
        ("{uses: buildjet/setup-node@v4, with: {cache: npm}}", "npm", True),
        ("{uses: depot/setup-action@v1}", "npm", False),
        ("{uses: actions/setup-node@v4, with: {cache: npm}}", "npm", True),
        ("{uses: actions/setup-node@v4}", "npm", False),
        ("{uses: actions/setup-go@v7}", "go", True),
        ("{uses: actions/setup-go@v7, with: {cache: false}}", "go", False),
        ("{uses: acme/setup-everything@v1}", "npm", True),
        ("{uses: acme/lint@v1}", "npm", False),
        ("{uses: ./.github/actions/lost}", "npm", True),
    ],
)
def test_what_keeps_downloads_already(step: str, manager: str, kept: bool) -> None:
    assert held(situation(job(steps=f"{CHECKOUT}, {step}")).steps["test"], manager) is kept


@pytest.mark.parametrize(
    ("keys", "step", "elsewhere"),
    [
        ("", "{run: deno test}", False),
        ("env: {DENO_DIR: x}, ", "{run: deno test}", True),
        ("", "{run: deno test, env: {DENO_DIR: x}}", True),
        ("", "{run: 'echo DENO_DIR=x >> $GITHUB_ENV'}", True),
        ("env: {COLOUR: x}, ", "{run: deno test}", False),
    ],
)
def test_a_variable_tells_a_tool_to_keep_its_downloads_elsewhere(keys: str, step: str, elsewhere: bool) -> None:
    assert moved(situation(job(keys, step)).steps["test"], ("DENO_DIR",)) is elsewhere


SHA = "a" * 40


@pytest.mark.parametrize(
    ("uses", "version"),
    [
        ("v4", (4, *NEWEST)),
        ("v2.3.1", (2, 3, 1)),
        ("v2.3", (2, 3, *NEWEST)),
        ("main", NEWEST),
        (SHA, (0,)),
        (f"{SHA} # v3.1.0", (3, 1, 0)),
        (f"{SHA} # v3", (3,)),
        (f"{SHA} # pinned", (0,)),
    ],
)
def test_the_version_of_an_action(uses: str, version: tuple[int, ...]) -> None:
    steps = f"    steps:\n      - uses: actions/setup-node@{uses}\n      - run: make\n"
    found = situation(f"  test:\n    runs-on: ubuntu-latest\n{steps}")
    assert version_of(found, found.steps["test"][0].site) == version


@pytest.mark.parametrize(
    ("step", "files", "missing"),
    [
        ("{uses: denoland/setup-deno@v2, with: {cache: true}}", {}, "there is no **/deno.lock"),
        ("{uses: denoland/setup-deno@v2, with: {cache: true}}", {"a/deno.lock": ""}, ""),
        ("{uses: actions/setup-node@v7, with: {cache: npm}}", {"package-lock.json": ""}, ""),
        ("{uses: actions/setup-node@v7, with: {cache: cargo}}", {}, "nobody knows what `cache: cargo` asks for"),
        ("{uses: actions/setup-node@v7}", {}, ""),
        ("{run: make}", {}, ""),
    ],
)
def test_files_that_a_cache_asks_for(step: str, files: dict[str, str], missing: str) -> None:
    found = situation(job(steps=f"{CHECKOUT}, {step}"), files)
    assert missing_files(found, found.steps["test"][1].site) == missing


@pytest.mark.parametrize(("folder", "missing"), [("app", ""), ("other", "there is no app/package-lock.json")])
def test_a_checkout_in_a_folder_has_its_files_there(folder: str, missing: str) -> None:
    into = f"{{uses: actions/checkout@v7, with: {{path: {folder}}}}}"
    node = "{uses: actions/setup-node@v7, with: {cache: npm, cache-dependency-path: app/package-lock.json}}"
    found = situation(job(steps=f"{into}, {node}"), {"package-lock.json": ""})
    assert missing_files(found, found.steps["test"][1].site) == missing
