"""What jobs make, read and may do, seen through local actions and reusable workflows."""

from __future__ import annotations

import pytest

from dependence.made import effects, situation
from needful.effects.model import Download, JobEffects
from needful.effects.names import show

WRITES = "on: push\njobs:\n"
ACTION = ".github/actions/a/action.yml"
CALLED = ".github/workflows/called.yml"
READ = "permissions: {contents: read}\n"


def made(found: JobEffects) -> list[str]:
    return [show(upload.name) for upload in found.uploads]


def read(found: JobEffects) -> list[str]:
    return [_shown(download) for download in found.downloads]


def _shown(download: Download) -> str:
    how = "" if download.pattern is None else "glob "
    return how + show(download.name or download.pattern or ()) + (" (optional)" if download.optional else "")


# --- artifacts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/upload-artifact@v7, with: {name: a}}", ["a"]),
        ("{uses: Actions/Upload-Artifact@v7, with: {NAME: a}}", ["a"]),
        ("{uses: actions/upload-artifact@v7, with: {name: '  '}}", ["artifact"]),
        ("{uses: actions/upload-artifact@v7}", ["artifact"]),
        ("{uses: actions/upload-artifact@v7, with: {name: a, path: x/y.zip, archive: false}}", ["y.zip"]),
        ("{uses: actions/upload-artifact@v7, with: {name: a, path: x/y.zip, archive: true}}", ["a"]),
        (
            "{uses: actions/upload-artifact@v7, with: {name: a, path: x/*, archive: false}}",
            ["${{ the name of the file }}"],
        ),
        (
            "{uses: actions/upload-artifact@v7, with: {name: a, path: b, archive: '${{ inputs.zip }}'}}",
            ["a", "b"],
        ),
        ("{uses: actions/upload-artifact@v7, with: {archive: false}}", ["${{ the name of the file }}"]),
        ("{uses: hynek/build-and-inspect-python-package@v2, with: {upload-name-suffix: -x}}", ["Packages-x"]),
        ("{uses: hynek/build-and-inspect-python-package@v2}", ["Packages"]),
        ("{uses: actions/checkout@v7}", []),
        ("{uses: ./missing}", []),
        ("{run: make}", []),
    ],
)
def test_uploads(step: str, expected: list[str]) -> None:
    assert made(effects(step)) == expected


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("'${{ inputs.x }}'", True), ("false", False)])
def test_uploads_that_replace(value: str, expected: bool) -> None:
    (upload,) = effects(f"{{uses: actions/upload-artifact@v7, with: {{overwrite: {value}}}}}").uploads
    assert upload.replaces is expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("name: a", ["a"]),
        ("name: a, pattern: b", ["a"]),
        ("pattern: a-*", ["glob a-*"]),
        ("path: x", ["glob *"]),
        ("name: a, run-id: '${{ github.run_id }}'", ["a"]),
        ("name: a, run-id: '${{ GITHUB.RUN_ID }}'", ["a"]),
        ("name: a, run-id: '${{ github.event.workflow_run.id }}'", []),
        ("name: a, run-id: 123", []),
        ("name: a, run-id: '${{ inputs.run || github.run_id }}'", ["a (optional)"]),
        ("name: a, run-id: '${{ steps.find.outputs.run }}'", ["a (optional)"]),
        ("artifact-ids: '${{ needs.b.outputs.id }}'", []),
        ("artifact-ids: '${{ steps.find.outputs.ids }}'", ["glob * (optional)"]),
        ("artifact-ids: 1", []),
    ],
)
def test_downloads(given: str, expected: list[str]) -> None:
    assert read(effects(f"{{uses: actions/download-artifact@v8, with: {{{given}}}}}")) == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/deploy-pages@v5}", ["github-pages"]),
        ("{uses: dawidd6/action-download-artifact@v24, with: {name: a}}", ["a (optional)"]),
        ("{uses: dawidd6/action-download-artifact@v24, with: {name: a, workflow: ci.yml}}", []),
        ("{uses: dorny/test-reporter@v3, with: {artifact: a}}", ["a (optional)"]),
        ("{uses: dorny/test-reporter@v3, with: {artifact: /a(.*)/}}", ["glob * (optional)"]),
        ("{uses: dorny/test-reporter@v3}", []),
        ("{uses: actions/download-artifact@v8, continue-on-error: true}", ["glob * (optional)"]),
        ("{uses: actions/download-artifact@v8, continue-on-error: false}", ["glob *"]),
    ],
)
def test_downloads_of_other_actions(step: str, expected: list[str]) -> None:
    assert read(effects(step)) == expected


def test_names_of_a_matrix_and_its_runners() -> None:
    job = "strategy: {matrix: {os: [ubuntu-24.04, macos-15]}}\nruns-on: '${{ matrix.os }}'"
    step = "{uses: actions/upload-artifact@v7, with: {name: '${{ matrix.os }}-${{ runner.os }}'}}"
    assert made(effects(step, job=job)) == ["ubuntu-24.04-${{ runner.os }}", "macos-15-${{ runner.os }}"]


@pytest.mark.parametrize(
    ("label", "expected"),
    [("ubuntu-24.04", "Linux"), ("windows-2025", "Windows"), ("macos-15", "macOS"), ("mine", "${{ runner.os }}")],
)
def test_operating_system_of_a_runner(label: str, expected: str) -> None:
    step = "{uses: actions/upload-artifact@v7, with: {name: '${{ runner.os }}'}}"
    assert made(effects(step, job=f"runs-on: {label}")) == [expected]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("make", "known", id="untouched"),
        pytest.param('echo NAME=x >> "$GITHUB_ENV"', "${{ env.NAME }}", id="set on the way"),
        pytest.param('echo OTHER=x >> "$GITHUB_ENV"', "known", id="another one is set"),
    ],
)
def test_variables_that_a_step_sets_are_not_known(script: str, expected: str) -> None:
    step = f"{{run: '{script}'}}, {{uses: actions/upload-artifact@v7, with: {{name: '${{{{ env.NAME }}}}'}}}}"
    assert made(effects(step, job="env: {NAME: known}")) == [expected]


# --- local actions and workflows -------------------------------------------------------------------------------------

COMPOSITE = """
name: A
inputs:
  name: {default: dist}
  keep: {default: 'yes'}
  number: {default: '1'}
runs:
  using: composite
  steps:
    - uses: actions/upload-artifact@v7
      if: CONDITION
      with: {name: 'x-${{ inputs.name }}'}
    - run: npm publish
      shell: bash
"""


def test_a_local_action_is_opened_in_place() -> None:
    found = effects("{run: make}, {uses: ./.github/actions/a}", files={ACTION: COMPOSITE.replace("CONDITION", "true")})
    assert made(found) == ["x-dist"]
    (upload,) = found.uploads
    assert (upload.evidence.path, upload.evidence.line) == (".github/workflows/ci.yml", 6)
    assert upload.evidence.text == f"uploads the artifact `x-dist` (in {ACTION}:10)"
    assert [evidence.text for evidence in found.irreversible] == [
        f"publishes an npm package (`npm publish`) (in {ACTION}:13)"
    ]
    assert not found.opaque


@pytest.mark.parametrize(
    ("condition", "runs"),
    [
        ("inputs.keep == 'yes'", True),
        ("inputs.keep == 'YES'", True),
        ("inputs.keep == 'no'", False),
        ("inputs.keep != 'yes'", False),
        ("inputs.keep != 'no'", True),
        ("inputs.keep == 'no' && always()", False),
        ("inputs.keep == 'no' || always()", True),
        ("${{ inputs.keep == 'no' }}", False),
        ("inputs.keep == true", True),
        ("inputs.keep == inputs.name", True),
        ("inputs.keep < 'a'", True),
        ("inputs.number == '1.0'", True),
        ("inputs.number == 2", True),
        ("inputs.unknown == 'a'", True),
        ("github.ref == 'a'", True),
        ("inputs.keep", True),
        ("${{ 'yes' == inputs.keep }}", True),
    ],
)
def test_steps_of_a_local_action_that_its_inputs_switch_off(condition: str, runs: bool) -> None:
    files = {ACTION: COMPOSITE.replace("CONDITION", condition)}
    assert bool(effects("{uses: ./.github/actions/a, with: {name: b}}", files=files).uploads) is runs


def test_an_unknown_input_switches_nothing_off() -> None:
    files = {ACTION: COMPOSITE.replace("CONDITION", "inputs.keep == 'no'")}
    assert made(effects("{uses: ./.github/actions/a, with: {keep: '${{ vars.X }}'}}", files=files)) == ["x-dist"]


def test_local_actions_that_use_themselves_come_to_an_end() -> None:
    text = "name: A\nruns:\n  using: composite\n  steps:\n    - uses: ./.github/actions/a\n"
    found = effects("{uses: ./.github/actions/a}", files={ACTION: text})
    assert [evidence.text for evidence in found.opaque] == [
        f"uses ./.github/actions/a, an action that is not known here (in {ACTION}:5)"
    ]


@pytest.mark.parametrize(
    "text", ["runs: {using: docker, image: x}", "runs: {using: composite, steps: []}", ": not yaml"]
)
def test_a_local_action_without_steps_is_opaque(text: str) -> None:
    assert effects("{uses: ./.github/actions/a}", files={ACTION: text}).opaque


def test_members_of_a_parallel_group_count() -> None:
    group = "{parallel: [{uses: actions/upload-artifact@v7, with: {name: a}}, {run: npm publish}]}"
    found = effects(group)
    assert made(found) == ["a"]
    assert len(found.irreversible) == 1


CALLABLE = """
on:
  workflow_call:
    inputs:
      name: {type: string, default: dist}
      ready: {type: boolean}
      count: {type: number}
jobs:
  inner:
    runs-on: ubuntu-latest
    if: CONDITION
    steps:
      - {uses: actions/upload-artifact@v7, with: {name: 'x-${{ inputs.name }}'}}
      - {uses: actions/download-artifact@v8, if: inputs.ready || github.run_id, with: {name: 'y-${{ inputs.name }}'}}
"""
CALL = "uses: ./.github/workflows/called.yml"


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("", ["x-dist"]),
        ("with: {name: a}", ["x-a"]),
        ("with: {NAME: '${{ github.sha }}'}", ["x-${{ github.sha }}"]),
        ("strategy: {matrix: {os: [a, b]}}\nwith: {name: '${{ matrix.os }}'}", ["x-a", "x-b"]),
        ("strategy: {matrix: {os: [a, b]}}\nwith: {name: c}", ["x-c"]),
        ("strategy: {matrix: '${{ fromJSON(vars.X) }}'}\nwith: {name: '${{ matrix.os }}'}", ["x-${{ matrix.os }}"]),
    ],
)
def test_a_local_workflow_is_read_as_part_of_its_caller(keys: str, expected: list[str]) -> None:
    found = effects("", job=f"{CALL}\n{keys}", files={CALLED: CALLABLE.replace("CONDITION", "true")})
    assert made(found) == expected
    assert found.downloads[0].conditional
    assert not found.downloads[0].conditions, "they speak of inputs of the other file"
    assert found.uploads[0].evidence.path == ".github/workflows/ci.yml"


@pytest.mark.parametrize(
    ("condition", "keys", "runs"),
    [
        ("inputs.ready", "", False),
        ("inputs.ready", "with: {ready: true}", True),
        ("inputs.ready", "with: {ready: '${{ github.event.x }}'}", True),
        ("inputs.ready == 'true'", "", True),
        ("inputs.ready != 'true'", "with: {ready: true}", True),
        ("inputs.count == '0'", "", True),
        ("inputs.name == 'a'", "", False),
        ("env.ready", "", True),
    ],
)
def test_jobs_of_a_local_workflow_that_its_inputs_switch_off(condition: str, keys: str, runs: bool) -> None:
    found = effects("", job=f"{CALL}\n{keys}", files={CALLED: CALLABLE.replace("CONDITION", condition)})
    assert bool(found.uploads) is runs


def test_local_workflows_that_call_each_other_come_to_an_end() -> None:
    text = f"on: workflow_call\njobs:\n  inner: {{{CALL}}}\n"
    assert effects("", job=CALL, files={CALLED: text}).opaque


def test_a_group_inside_a_called_workflow_is_named() -> None:
    text = CALLABLE.replace("CONDITION", "true").replace("jobs:", "concurrency: lab\njobs:", 1)
    found = effects("", job=CALL, files={CALLED: text})
    assert any("concurrency group" in group.evidence.text for group in found.groups)


@pytest.mark.parametrize(
    ("outer", "called", "inner", "may_write"),
    [
        pytest.param("", "", "", True, id="nobody says"),
        pytest.param(READ, "", "", False, id="the caller"),
        pytest.param(READ, "permissions: write-all\n", "", True, id="the called workflow"),
        pytest.param(READ, "permissions: write-all\n", "    permissions: {}\n", False, id="the job in it"),
    ],
)
def test_permissions_of_called_jobs(outer: str, called: str, inner: str, may_write: bool) -> None:
    text = (
        f"on: workflow_call\n{called}jobs:\n  inner:\n    runs-on: ubuntu-latest\n{inner}"
        "    steps: [{uses: actions/checkout@v7}, {run: make bump}]\n"
    )
    found = effects("", job=CALL, top=f"on: push\n{outer}jobs:\n", files={CALLED: text})
    assert any("may write" in evidence.text for evidence in found.capabilities) is may_write


# --- capabilities ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        pytest.param("permissions: read-all", "{run: make}", id="reads all"),
        pytest.param("permissions: {contents: read, id-token: none}", "{run: make}", id="reads some"),
        pytest.param("", "{run: 'make ${{ secrets.GITHUB_TOKEN }}'}", id="the job's own token"),
        pytest.param("", "{uses: codecov/codecov-action@v7, with: {token: '${{ secrets.X }}'}}", id="reports only"),
        pytest.param("runs-on: ubuntu-24.04-arm", "{run: make}", id="hosted"),
        pytest.param(
            "strategy: {matrix: {os: [windows-2025, macos-15-intel]}}\nruns-on: '${{ matrix.os }}'",
            "{run: make}",
            id="hosted, by matrix",
        ),
        pytest.param("container: {image: x, env: {A: '${{ vars.A }}'}}", "{run: make}", id="a container"),
    ],
)
def test_jobs_that_can_do_no_harm(keys: str, steps: str) -> None:
    assert effects(steps, job=keys).capabilities == ()


@pytest.mark.parametrize(
    ("keys", "steps", "text"),
    [
        ("permissions: write-all", "{uses: actions/checkout@v7}, {run: make}", "may write"),
        ("permissions: {packages: write}", "{uses: acme/unknown@v1}", "may write"),
        ("permissions: {contents: read, id-token: write}", "{run: make}", "OIDC"),
        ("env: {A: '${{ secrets.A }}'}", "{run: make}", "the secret `A`"),
        ("", "{run: 'make ${{ secrets.A }} ${{ secrets.B }}'}", "receives the secret `B`"),
        ("", "{run: 'make ${{ toJSON(secrets) }}'}", "receives the secret (any)"),
        ("", "{run: 'make ${{ secrets[inputs.x] }}'}", "receives the secret (any)"),
        ("container: {image: x, credentials: {password: '${{ secrets.A }}'}}", "{run: make}", "the secret `A`"),
        ("services: {db: {image: x, env: {A: '${{ secrets.A }}'}}}", "{run: make}", "the secret `A`"),
        ("runs-on: self-hosted", "{run: make}", "credentials of its own"),
        ("runs-on: [ubuntu-latest, gpu]", "{run: make}", "credentials of its own"),
        ("runs-on: '${{ vars.RUNNER }}'", "{run: make}", "credentials of its own"),
        ("runs-on: {group: big}", "{run: make}", "credentials of its own"),
        ("", "{uses: docker/login-action@v4}, {run: make}", "is signed in"),
        ("uses: a/b/.github/workflows/c.yml@v1\npermissions: {contents: write}", "", "not in this repository"),
        ("uses: ./.github/workflows/gone.yml\npermissions: {id-token: write}", "", "not in this repository"),
        ("uses: ./.github/workflows/gone.yml\nsecrets: inherit", "", "passes on all secrets"),
        ("uses: ./.github/workflows/gone.yml\nsecrets: {A: '${{ secrets.B }}'}", "", "the secret `B`"),
    ],
)
def test_jobs_that_could_do_more(keys: str, steps: str, text: str) -> None:
    assert any(text in evidence.text for evidence in effects(steps, job=keys).capabilities)


def test_a_default_token_may_write() -> None:
    found = effects("{uses: actions/checkout@v7}, {run: make bump}", top=WRITES)
    assert "default token" in found.capabilities[0].text


@pytest.mark.parametrize(
    ("step", "opaque"),
    [
        ("{uses: actions/checkout@v7}", False),
        ("{run: make}", False),
        ("{uses: acme/unknown@v1}", True),
        ("{uses: 'docker://acme/strange'}", True),
        ("{uses: nick-fields/retry@v3, with: {command: make}}", True),
        ("{uses: wandalen/wretry.action@v3, with: {action: actions/download-artifact@v8}}", True),
        ("{run: ./fetch, env: {T: '${{ github.token }}'}}", True),
        ("{run: ./fetch, env: {T: '${{ secrets.GITHUB_TOKEN }}'}}", True),
    ],
)
def test_steps_that_may_use_artifacts_unseen(step: str, opaque: bool) -> None:
    assert bool(effects(step).opaque) is opaque


@pytest.mark.parametrize(
    ("steps", "makes"),
    [
        ("{uses: acme/unknown@v1}", True),
        ("{uses: nick-fields/retry@v3, with: {command: make}}", True),
        # the interface of GitHub takes no artifacts in, and scripts do not have the runner's token
        ("{run: ./fetch, env: {T: '${{ github.token }}'}}", False),
        ("{uses: mozilla-actions/sccache-action@v0.0.9}, {run: ./build}", False),
        ("{uses: crazy-max/ghaction-github-runtime@v4}, {run: ./build}", True),
        ("{uses: actions/github-script@v8, with: {script: 'core.exportVariable(\"A\", process.env[\"ACTIONS_RUNTIME_"
         "TOKEN\"])'}}, {run: ./build}", True),
        ("{uses: crazy-max/ghaction-github-runtime@v4}, {run: echo done}", False),
    ],
)  # fmt: skip
def test_steps_that_may_make_artifacts_unseen(steps: str, makes: bool) -> None:
    assert bool(effects(steps).makers) is makes


# --- irreversible work -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("", "{run: npm publish}"),
        ("", "{run: 'cd x && npm --quiet publish --tag next'}"),
        ("", "{run: '/usr/bin/git -C x push'}"),
        ("", '{run: "docker buildx build \\\\\\n  --push ."}'),
        ("", "{run: 'if x; then (twine upload dist/*); fi'}"),
        ("", "{run: './gradlew publish:all'}"),
        ("", "{uses: softprops/action-gh-release@v3}"),
        ("", "{uses: docker/build-push-action@v7, with: {push: true, tags: 'a/b:1'}}"),
        ("", "{uses: docker/build-push-action@v7, with: {push: '${{ github.ref_name }}', tags: a/b}}"),
        ("", "{uses: docker/build-push-action@v7, with: {outputs: 'type=registry,name=a/b'}}"),
        ("environment: production", "{run: make}"),
        ("environment: {name: production, url: x}", "{run: make}"),
    ],
)
def test_work_that_cannot_be_taken_back(keys: str, steps: str) -> None:
    assert effects(steps, job=keys).irreversible


@pytest.mark.parametrize(
    "keys", ["permissions: write-all", "permissions: {pages: write}", "name: Deploy the site", "name: publish"]
)
def test_signs_of_such_work(keys: str) -> None:
    found = effects("{run: make}", job=keys)
    assert (bool(found.signs), found.irreversible) == (True, ())


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ("", "{run: npm ci && npm test}"),
        ("", "{run: 'npm run build; echo publish'}"),
        ("", '{run: "git status\\ngrep push x"}'),
        ("", "{uses: docker/build-push-action@v7}"),
        ("", "{uses: docker/build-push-action@v7, with: {push: FALSE}}"),
        ("environment: {name: x, deployment: false}", "{run: make}"),
        ("permissions: {contents: read}", "{run: make}"),
        ("name: Test displays", "{run: make}"),
    ],
)
def test_work_that_can(keys: str, steps: str) -> None:
    assert not effects(steps, job=keys).irreversible


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("publish", True),
        ("npm-publish", True),
        ("deploy_docs", True),
        ("release-drafter", True),
        ("signing", True),
        ("deployment", True),
        ("uploader", True),
        ("pushed", True),
        ("redeployable", False),
        ("stage", False),
        ("design", False),
        ("relationship", False),
    ],
)
def test_jobs_named_for_what_they_do(name: str, expected: bool) -> None:
    found = situation(f"  {name}: {{runs-on: ubuntu-latest, steps: [{{run: make}}]}}\n").effects[name]
    assert bool(found.signs) is expected


# --- caches ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/cache@v6, with: {key: a}}", [(["a"], True, True)]),
        ("{uses: actions/cache/save@v6, with: {key: a}}", [(["a"], True, False)]),
        ("{uses: actions/cache/restore@v6, with: {key: a}}", [(["a"], False, True)]),
        (
            '{uses: actions/cache@v6, with: {key: a, restore-keys: "b-\\n\\n  c-${{ github.ref }}-\\n"}}',
            [(["a", "b-", "c-${{ github.ref }}-"], True, True)],
        ),
        ("{uses: actions/cache@v6, with: {key: a, restore-keys: b-}}", [(["a", "b-"], True, True)]),
        ("{uses: actions/cache@v6}", []),
        ("{uses: actions/checkout@v7, with: {key: a}}", []),
    ],
)
def test_caches_by_key(step: str, expected: list[tuple[list[str], bool, bool]]) -> None:
    found = effects(step).caches
    assert [([show(key) for key in use.keys], use.saves, use.restores) for use in found] == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/setup-node@v7, with: {cache: npm}}", [("actions/setup-node npm", None)]),
        ("{uses: actions/setup-node@v7}", []),
        ("{uses: actions/setup-go@v7}", [("actions/setup-go", None)]),
        ("{uses: actions/setup-go@v7, with: {cache: false}}", []),
        ("{uses: actions/setup-go@v7, with: {cache: true}}", [("actions/setup-go", None)]),
        ("{uses: Swatinem/rust-cache@v2}", []),
        ("{uses: Swatinem/rust-cache@v2, with: {shared-key: a}}", [("swatinem/rust-cache", "a")]),
        ("{run: make}", []),
    ],
)
def test_caches_of_tools(step: str, expected: list[tuple[str, str | None]]) -> None:
    found = effects(step).tool_caches
    assert [(cache.kind, show(cache.key) if cache.key else None) for cache in found] == expected


@pytest.mark.parametrize(
    ("step", "works"),
    [
        ("{run: npm ci}", False),
        ("{run: 'CI=1 npm ci --no-audit # fast'}", False),
        ("{run: 'pip install -r x.txt && echo done'}", False),
        ("{run: 'A=1'}", False),
        ("{run: yarn}", False),
        ("{run: yarn --frozen-lockfile}", False),
        ("{run: yarn test}", True),
        ('{run: "go mod \\\\\\n  download"}', False),
        ("{run: 'npm ci && npm test'}", True),
        ("{uses: actions/setup-node@v7}", False),
        ("{uses: actions/checkout@v7}", False),
        ("{uses: psf/black@v1}", True),
        ("{uses: acme/setup-thing@v1}", True),
    ],
)
def test_steps_that_do_more_than_install(step: str, works: bool) -> None:
    assert bool(effects(step).works) is works
