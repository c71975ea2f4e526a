"""Changes of other things than `needs`: what they may touch, and what has to be kept."""

from __future__ import annotations

import pytest

from dependence.made import HEAD, situation
from needful.dependence import proof_parts
from needful.dependence.cache_removal import SLOWER
from needful.dependence.checkouts import LOOKED
from needful.dependence.installing import ALONE, FITS
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.proof import KEPT, WORK, prove

NODE = "steps: [{uses: actions/checkout@v7}, {uses: actions/setup-node@v7}, {run: npm ci}]"
CACHED = NODE.replace("setup-node@v7}", "setup-node@v7, with: {cache: npm}}")
TEST = f"  test: {{runs-on: ubuntu-latest, {NODE}}}\n"
AFTER = TEST.replace(NODE, CACHED)


LOCKED = {"package-lock.json": "{}"}


def proved(
    before: str, after: str, part: Part = Part.CACHES, files: dict[str, str] | None = None
) -> dict[str, Obligation]:
    there = LOCKED if files is None else files
    found = prove(situation(before, there), situation(after, there), None, frozenset({part}))
    return {each.what: each for each in found}


def test_a_cache_input_is_proved() -> None:
    found = proved(TEST, AFTER)
    assert all(each.shown for each in found.values())
    assert found[KEPT].shown == "only what is cached differs, compared after writing"
    assert found[proof_parts.TRUST].shown == "`test` does no such work and has no such permission"


@pytest.mark.parametrize(
    ("after", "what", "reason"),
    [
        pytest.param(AFTER.replace("npm ci", "npm i"), WORK, "`test` has other steps than before", id="a command"),
        pytest.param(
            TEST.replace("@v7}, {run", "@v7, with: {node-version: 1}}, {run"),
            WORK,
            "`test` has other steps than before",
            id="another input",
        ),
        pytest.param(AFTER.replace("setup-node@v7", "setup-node@v6"), WORK, "`test` has other steps", id="a version"),
        pytest.param(
            TEST.replace("{run:", "{uses: acme/thing@v1}, {run:"), WORK, "`test` has other steps", id="another action"
        ),
        pytest.param(TEST.replace(", {run: npm ci}", ""), WORK, "`test` has other steps", id="a command less"),
        pytest.param(
            AFTER.replace("{runs-on", "{needs: test, runs-on"), KEPT, "`test` has another `needs`", id="needs"
        ),
    ],
)
def test_nothing_else_may_change(after: str, what: str, reason: str) -> None:
    assert proved(TEST, after)[what].why_not.startswith(reason)


BAKE = "  test: {{runs-on: ubuntu-latest, steps: [{{uses: docker/bake-action@v7, with: {{targets: a{}}}}}]}}\n"


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("", ', set: "a.cache-from=type=gha"', True),
        (', set: "a.output=out"', ', set: "a.output=out\\na.cache-to=type=gha,mode=max"', True),
        (', set: "a.output=out"', ', set: "a.output=type=registry\\na.cache-to=type=gha"', False),
        (', set: "a.output=out"', ', set: "a.cache-to=type=gha"', False),
        ("", ', set: "a.output=out"', False),
        ("", ', push: "a.cache-from=type=gha"', False),
    ],
)
def test_lines_of_an_input_may_be_about_caches_and_no_others(old: str, new: str, allowed: bool) -> None:
    found = proved(BAKE.format(old), BAKE.format(new))
    assert bool(found[WORK].shown) == allowed


def test_a_cache_step_may_come_and_go() -> None:
    step = "{uses: actions/cache@v6, with: {path: ~/.npm, key: a}}, {run:"
    more = TEST.replace("{run:", step)
    assert all(each.shown for each in proved(TEST, more).values())
    assert {each.what for each in proved(more, TEST).values() if not each.shown} == {SLOWER}
    assert all(each.shown for each in proved(more, more.replace("key: a", "key: b")).values())


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ("{push: {tags: [v1]}}", "`test` runs on tags"),
        ("[push, release]", "`test` runs on `release`"),
        ("{pull_request_target: }", "`test` runs on `pull_request_target`, which others can start"),
        ("{workflow_call: }", "`test` is called by other workflows, which may publish"),
        ("{push: {tags: []}}", ""),
        ("{push: {branches: [main]}, pull_request: }", ""),
    ],
)
def test_events_decide_whom_a_cache_may_serve(events: str, reason: str) -> None:
    head = HEAD.replace("on: push", f"on: {events}")
    found = proved(head + TEST, head + AFTER)[proof_parts.TRUST]
    assert found.why_not == reason


@pytest.mark.parametrize(
    ("job", "reason"),
    [
        ("permissions: {id-token: write}", "can ask for an OIDC token"),
        ("permissions: write-all", "can ask for an OIDC token"),
        ("permissions: {contents: write}", "may write: contents"),
        ("permissions: {contents: read}", ""),
        ("environment: live", "publishes or deploys"),
        ("permissions: {checks: write, pull-requests: write}", ""),
        ("name: Release", ""),
        ("name: Release, permissions: {contents: read}", ""),
    ],
)
def test_powers_of_a_job_decide_whether_it_may_have_a_cache(job: str, reason: str) -> None:
    before, after = (text.replace("{runs-on", f"{{{job}, runs-on") for text in (TEST, AFTER))
    assert proved(before, after)[proof_parts.TRUST].why_not == (f"`test` {reason}" if reason else "")


@pytest.mark.parametrize(
    ("name", "step", "reason"),
    [
        ("Release", "{run: ./x, env: {KEY: '${{ secrets.KEY }}'}}", "may publish or deploy"),
        ("Unit", "{run: ./x, env: {KEY: '${{ secrets.KEY }}'}}", ""),
        ("Unit", "{run: ./x push, env: {KEY: '${{ secrets.KEY }}'}}", "may publish or deploy"),
        ("Unit", "{run: ./x push, env: {KEY: '${{ vars.KEY }}'}}", ""),
        ("Unit", "{uses: actions/labeler@v6}", ""),
        ("Unit", "{run: gh release create v1}", "publishes or deploys"),
    ],
)
def test_a_name_counts_where_nobody_can_look_and_talk_does_not_count(name: str, step: str, reason: str) -> None:
    before, after = (
        text.replace("{runs-on", f"{{name: {name}, runs-on").replace("{run: npm ci}", f"{{run: npm ci}}, {step}")
        for text in (TEST, AFTER)
    )
    assert proved(before, after)[proof_parts.TRUST].why_not == (f"`test` {reason}" if reason else "")


def test_what_a_job_that_publishes_takes_must_not_come_from_a_cache() -> None:
    upload = "{uses: actions/upload-artifact@v7, with: {name: dist, path: dist}}"
    steps = "steps: [{uses: actions/download-artifact@v8, with: {name: dist}}, {run: npm publish}]"
    rest = f"  publish: {{needs: test, runs-on: ubuntu-latest, {steps}}}\n"
    made = "{run: npm ci}]", f"{{run: npm ci}}, {upload}]"
    found = proved(TEST.replace(*made) + rest, AFTER.replace(*made) + rest)
    assert found[proof_parts.TRUST].why_not == "`test` makes what `publish` publishes or deploys"


@pytest.mark.parametrize(
    ("inputs", "files", "reason"),
    [
        ("cache: npm", {}, "there is no package-lock.json or npm-shrinkwrap.json"),
        ("cache: npm, cache-dependency-path: site/package-lock.json", LOCKED, "there is no site/package-lock.json"),
        ("cache: npm, cache-dependency-path: '**/package-lock.json'", {"a/package-lock.json": ""}, ""),
        ("cache: cargo", LOCKED, "nobody knows what `cache: cargo` asks for"),
        ("cache: false", {}, ""),
    ],
)
def test_what_a_cache_asks_for_has_to_be_there(inputs: str, files: dict[str, str], reason: str) -> None:
    after = TEST.replace("setup-node@v7}", f"setup-node@v7, with: {{{inputs}}}}}")
    assert proved(TEST, after, files=files)[proof_parts.ASKED].why_not == reason


PULLS = HEAD.replace("on: push", "on: [push, pull_request]") + TEST
GROUP = "concurrency: {group: '%s', cancel-in-progress: true}\n"
OWN = "${{ github.workflow }}-${{ github.event.pull_request.number || github.run_id }}"


@pytest.mark.parametrize(
    ("group", "reason"),
    [
        (OWN, ""),
        ("tests-${{ github.event.pull_request.number || github.run_id }}", "the group does not name the workflow"),
        ("${{ github.workflow }}-${{ github.ref }}", "runs that are not for a pull request would share a group"),
        ("${{ github.workflow }}-${{ github.event.number || github.run_id }}", "runs that are not for a pull request"),
        ("${{ github.workflow }}-${{ github.run_id && github.ref }}", "runs that are not for a pull request"),
    ],
)
def test_a_group_cancels_nobody_else(group: str, reason: str) -> None:
    found = proved(PULLS, GROUP % group + PULLS, Part.CONCURRENCY)[proof_parts.CANCELLED]
    assert found.why_not.startswith(reason)
    assert bool(found.why_not) == bool(reason)


def test_a_group_of_pull_requests_alone_may_be_that_of_the_ref() -> None:
    alone = PULLS.replace("[push, pull_request]", "pull_request")
    after = GROUP % "${{ github.workflow }}-${{ github.ref }}" + alone
    assert all(each.shown for each in proved(alone, after, Part.CONCURRENCY).values())


def test_a_group_that_was_there_is_not_for_others_to_change() -> None:
    found = proved(GROUP % "a" + PULLS, GROUP % OWN + PULLS, Part.CONCURRENCY)
    assert found[proof_parts.CANCELLED].why_not == "there was a concurrency group before"


@pytest.mark.parametrize(
    ("events", "reason"),
    [
        ("{push: {branches: [main]}, pull_request: }", ""),
        ("{push: {tags: [v1]}, pull_request: }", "`push` is limited by more than branches"),
        ("{pull_request: }", "`push` is another event than before"),
        ("{push: , pull_request: {branches: [main]}}", "`pull_request` is another event than before"),
        ("[pull_request, push]", "no event is another than before"),
        ("[push, pull_request, release]", "`release` is another event than before"),
    ],
)
def test_only_pushes_may_be_limited(events: str, reason: str) -> None:
    after = PULLS.replace("[push, pull_request]", events)
    assert proved(PULLS, after, Part.EVENTS)[proof_parts.RUNS].why_not == reason


CHECKOUT = "{{uses: actions/checkout@v7, with: {{ref: '${{{{ github.sha }}}}'{}}}}}"
DEEP = "  test: {{runs-on: ubuntu-latest, steps: [" + CHECKOUT + ", {}]}}\n"


@pytest.mark.parametrize(
    ("after", "steps", "reason"),
    [
        ("", "{run: ruff check}", ""),
        (", fetch-depth: 5", "{run: ruff check}", "`test` fetches a part of the history"),
        ("", "{run: git log}", "`test` may look at the history: it runs `git log`"),
        ("", "{run: 'curl -X POST https://example.org/deploy'}", "`test` publishes or deploys, and may look at tags"),
        ("", "{run: pytest}", "`test` runs `pytest`, which is the project's own code"),
    ],
)
def test_history_may_go_where_nothing_looks_at_it(after: str, steps: str, reason: str) -> None:
    found = proved(DEEP.format(", fetch-depth: 0", steps), DEEP.format(after, steps), Part.DEPTH)
    assert found[LOOKED].why_not == reason
    assert found[WORK].shown


def test_jobs_that_fetch_as_much_as_before_are_no_matter() -> None:
    other = "  other: {runs-on: ubuntu-latest, steps: [{run: git log}]}\n"
    before, after = (DEEP.format(depth, "{run: ruff check}") + other for depth in (", fetch-depth: 0", ""))
    assert proved(before, after, Part.DEPTH)[LOOKED].shown


def test_history_is_the_only_input_that_may_go() -> None:
    before = DEEP.format(", fetch-depth: 0, lfs: true", "{run: ruff check}")
    assert not proved(before, DEEP.format("", "{run: ruff check}"), Part.DEPTH)[WORK].shown


def test_steps_that_come_and_go_are_no_matter_of_the_history() -> None:
    before = DEEP.format(", fetch-depth: 0", "{run: ruff check}")
    after = DEEP.format("", "{run: ruff check}, {run: ruff format}")
    assert proved(before, after, Part.DEPTH)[LOOKED].why_not == "`test` has other steps than before"


INSTALL = "  test: {{runs-on: {}, steps: [{{uses: actions/checkout@v7}}, {{run: {}}}{}]}}\n"
INSTALLABLE = {"package.json": "{}", "package-lock.json": '{"lockfileVersion": 3, "packages": {"": {}}}'}
HOSTED = "ubuntu-latest"


@pytest.mark.parametrize(
    ("runner", "more", "files", "what", "reason"),
    [
        (HOSTED, "", INSTALLABLE, FITS, ""),
        (HOSTED, "", INSTALLABLE, ALONE, ""),
        (
            HOSTED,
            "",
            {"package.json": "{}"},
            FITS,
            "there is no npm-shrinkwrap.json or package-lock.json where `test` installs",
        ),
        ("mine", "", INSTALLABLE, ALONE, "`test` runs on a machine that may keep what is installed"),
        (
            *(HOSTED, ", {run: git add .}", INSTALLABLE, ALONE),
            "`test` looks at the files afterwards: it runs `git add .`",
        ),
        (HOSTED, ", {run: node --experimental-vm-modules node_modules/jest/bin/jest.js}", INSTALLABLE, ALONE, ""),
        (
            *(HOSTED, ", {run: rm -r node_modules}", INSTALLABLE, ALONE),
            "`test` works on what is installed: it runs `rm -r node_modules`",
        ),
        (
            *(HOSTED, ", {uses: ad-m/github-push-action@v1}", INSTALLABLE, ALONE),
            "`test` pushes: it pushes commits",
        ),
        (
            *(HOSTED, ", {uses: acme/x@v1}", INSTALLABLE, ALONE),
            "`test` uses acme/x@v1, which may look at the lock file",
        ),
    ],
)
def test_an_install_from_the_lock_file(runner: str, more: str, files: dict[str, str], what: str, reason: str) -> None:
    before, after = (INSTALL.format(runner, command, more) for command in ("npm install", "npm ci"))
    found = proved(before, after, Part.INSTALLS, files)
    assert found[what].why_not == reason
    assert found[WORK].shown


@pytest.mark.parametrize(
    ("old", "new"),
    [("npm install", "npm ci --force"), ("npm install x", "npm ci"), ("npm ci", "npm install"), ("make", "npm ci")],
)
def test_no_other_command_may_change(old: str, new: str) -> None:
    found = proved(INSTALL.format(HOSTED, old, ""), INSTALL.format(HOSTED, new, ""), Part.INSTALLS, INSTALLABLE)
    assert not found[WORK].shown
    assert not found[FITS].shown


def test_folder_of_an_install_has_to_be_known() -> None:
    text = INSTALL.replace("{{run: {}}}", "{{run: {}, working-directory: '${{{{ matrix.x }}}}'}}")
    before, after = (text.format(HOSTED, command, "") for command in ("npm install", "npm ci"))
    found = proved(before, after, Part.INSTALLS, INSTALLABLE)
    assert found[FITS].why_not == "nobody knows in which folder `test` installs"
