"""What one step does: names of packages, work, checks, what images keep to themselves."""

from __future__ import annotations

import pytest

from dependence.made import files_of
from needful.effects.channels import Channel, Way
from needful.effects.job import job_scope
from needful.effects.names import Scope, show
from needful.effects.step import StepEffects
from needful.effects.walk import sites

CHECKOUT = "{uses: actions/checkout@v7}"


def last(steps: str, files: dict[str, str] | None = None) -> StepEffects:
    """The effects of the last step."""
    workflow, repository = files_of(f"  job:\n    runs-on: ubuntu-latest\n    steps: [{steps}]\n", files)
    job = workflow.jobs[0]
    *_, site = sites(workflow, job, job_scope(workflow, job, Scope("job")), repository)
    return StepEffects(site, repository)


def published(step: StepEffects) -> list[str]:
    return [show(e.name) for e in step.effects if e.channel is Channel.PACKAGE and e.way is Way.WRITES]


@pytest.mark.parametrize(
    ("steps", "name"),
    [
        (f"{CHECKOUT}, {{run: npm publish}}", "npm:tide"),
        (f"{CHECKOUT}, {{run: cd ebb && npm publish}}", "npm:ebb"),
        (f"{CHECKOUT}, {{run: cd gone && npm publish}}", "npm:${{ ? }}"),
        (f"{CHECKOUT}, {{run: 'cd $X && npm publish'}}", "npm:${{ ? }}"),
        ("{run: npm publish}", "npm:${{ ? }}"),
    ],
)
def test_a_package_is_called_as_its_manifest_says(steps: str, name: str) -> None:
    files = {"package.json": '{"name": "tide"}', "ebb/package.json": '{"name": "ebb"}'}
    assert published(last(steps, files)) == [name]


@pytest.mark.parametrize(
    ("steps", "works"),
    [
        (CHECKOUT, []),
        ("{uses: actions/setup-node@v4}", []),
        ("{uses: someone/setup-it@v1}", ["uses someone/setup-it@v1"]),
        ("{uses: codecov/codecov-action@v5}", ["uses codecov/codecov-action@v5"]),
        ("{run: npm ci}", []),
        ("{run: echo hello}", []),
        ("{run: 'npm ci && npx tsc'}", ["runs `npx tsc`", "runs `tsc`"]),
        ("{run: ./no-such}", ["runs `./no-such`"]),
        ("{run: cat a > b}", ["runs `cat a > b`"]),
    ],
)
def test_what_does_more_than_set_up(steps: str, works: list[str]) -> None:
    found = [evidence.text for evidence in last(steps).works]
    assert bool(found) is bool(works)
    assert not works or found[0].startswith(tuple(works)), found


@pytest.mark.parametrize(
    ("steps", "checks"),
    [
        (f"{CHECKOUT}, {{run: cargo test}}", "runs `cargo test`"),
        (f"{CHECKOUT}, {{uses: golangci/golangci-lint-action@v6}}", ""),
        (f"{CHECKOUT}, {{run: node lint.js}}", "runs `node lint.js`"),
        ("{run: echo hello}", ""),
    ],
)
def test_what_runs_the_code_of_the_project(steps: str, checks: str) -> None:
    found = [evidence.text for evidence in last(steps, {"lint.js": "console.log(1)\n"}).checks]
    assert (found[0] if found else "").startswith(checks)


def test_an_action_that_builds_runs_the_code_of_the_project() -> None:
    check, *_ = last("{uses: cypress-io/github-action@v6}").checks
    assert check.text == "uses cypress-io/github-action@v6"


def test_what_happens_while_an_image_is_built_stays_in_it() -> None:
    built = last(
        f"{CHECKOUT}, {{run: docker build -t app .}}",
        {"Dockerfile": "FROM acme/base\nRUN cp a b && npm publish && cargo test\n"},
    )
    seen = {(effect.channel, effect.way) for effect in built.effects if "Dockerfile" in effect.evidence.text}
    assert (Channel.FILES, Way.WRITES) not in seen
    assert (Channel.PACKAGE, Way.WRITES) in seen
    assert built.checks == ()


def test_what_a_tool_keeps_in_an_environment_of_its_own_is_not_of_the_machine() -> None:
    files = {"noxfile.py": "import nox\n@nox.session\ndef t(session):\n    session.install('x')\n"}
    ran = last(f"{CHECKOUT}, {{run: nox -s t}}", files)
    seen = [effect.channel for effect in ran.effects if "noxfile.py" in effect.evidence.text]
    assert Channel.DEPENDENCIES not in seen


@pytest.mark.parametrize(
    ("step", "unknown"),
    [
        ("{uses: someone/unknown@v1}", "uses someone/unknown@v1, an action that is not known here"),
        ("{uses: 'docker://acme/a:1'}", "uses docker://acme/a:1, an action that is not known here"),
        (CHECKOUT, ""),
        ("{run: ./no-such}", ""),
    ],
)
def test_who_is_not_known(step: str, unknown: str) -> None:
    found = last(step).unknown
    assert (found.text if found is not None else "") == unknown


@pytest.mark.parametrize("hook", ["no-such-program", "node build.js", "./gone.sh"])
def test_hooks_of_an_install_are_no_work(hook: str) -> None:
    files = {"package.json": f'{{"scripts": {{"postinstall": "{hook}"}}}}', "build.js": "console.log(1)\n"}
    installed = last(f"{CHECKOUT}, {{run: npm ci}}", files)
    assert installed.works == ()
    assert installed.opaque or installed.checks
    (ran,) = last(f"{CHECKOUT}, {{run: npm run postinstall}}", files).works
    assert hook in ran.text or "npm run" in ran.text
