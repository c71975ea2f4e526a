"""What steps do by the actions that they use: channels, scripts, openings, tokens."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dependence.made import HEAD, files_of
from needful.effects.action_tokens import holds_runner_token, uses_token
from needful.effects.actions import action_openings, action_scripts, action_touches, facts_of, metadata_images
from needful.effects.job import job_scope
from needful.effects.names import Hole, Name, Scope, literal, show
from needful.effects.octokit import octokit_touches
from needful.effects.walk import Site, sites


def site(step: str, *, job: str = "", top: str = HEAD) -> Site:
    """The first step of a job with these further keys."""
    keys = "".join(f"    {line}\n" for line in job.splitlines())
    runner = "" if "runs-on" in job else "    runs-on: ubuntu-latest\n"
    workflow, repository = files_of(f"{top}  job:\n{runner}{keys}    steps: [{step}]\n")
    return next(sites(workflow, workflow.jobs[0], job_scope(workflow, workflow.jobs[0], Scope("job")), repository))


def told(step: str, *channels: str, job: str = "", images: Mapping[str, tuple[Name, ...]] | None = None) -> list[str]:
    """What a step does on some channels: `writes image me/app`, with `?` for what nobody knows."""
    found = action_touches(site(step, job=job), images or {})
    return [
        f"{touch.way.value} {touch.channel.name.lower()} {_shown(touch.name)}" + ("" if touch.certain else " (perhaps)")
        for touch in found
        if touch.channel.name.lower() in channels
    ]


def _shown(name: Name) -> str:
    return show(name).replace("${{ ? }}", "?")


# --- which facts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "known"),
    [
        ("{uses: actions/checkout@v6}", True),
        ("{uses: Actions/Checkout@V6}", True),
        ("{uses: 'docker://rhysd/actionlint:1.7'}", True),
        ("{uses: 'docker://docker.io/rhysd/actionlint'}", True),
        ("{uses: 'docker://me/mine'}", False),
        ("{uses: me/mine@v1}", False),
        ("{uses: ./mine}", False),
        ("{run: make}", False),
    ],
)
def test_what_the_catalogue_knows(step: str, known: bool) -> None:
    found = site(step)
    assert (facts_of(found) is not None) is known
    assert (uses_token(found) is not None) is known
    if not known:
        assert action_touches(found) == ()
        assert action_scripts(found) == ()
        assert action_openings(found) == ()
        assert metadata_images(found) == ()
        assert not holds_runner_token(found)


# --- checkout --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{}", ["writes checkout .", "writes git .", "writes credential git"]),
        ("{path: sub}", ["writes checkout sub", "writes git sub", "writes credential git"]),
        ("{persist-credentials: false}", ["writes checkout .", "writes git ."]),
        (
            "{persist-credentials: '${{ inputs.keep }}'}",
            ["writes checkout .", "writes git .", "writes credential git"],
        ),
        ("{ref: main}", ["writes checkout .", "writes git .", "writes credential git", "reads ref main"]),
        ("{fetch-depth: 0}", ["writes checkout .", "writes git .", "writes credential git", "reads ref ?"]),
        ("{fetch-depth: 2}", ["writes checkout .", "writes git .", "writes credential git"]),
    ],
)
def test_checkout(given: str, expected: list[str]) -> None:
    channels = ("checkout", "git", "credential", "ref")
    assert told(f"{{uses: actions/checkout@v7, with: {given}}}", *channels) == expected


@pytest.mark.parametrize(
    ("ref", "reads"),
    [
        ("'${{ github.sha }}'", []),
        ("'${{ github.event.pull_request.head.sha }}'", []),
        ("0123456789abcdef0123456789abcdef01234567", []),
        ("'${{ github.head_ref }}'", ["reads ref ${{ github.head_ref }}"]),
        ("'v${{ inputs.version }}'", ["reads ref v${{ inputs.version }}"]),
    ],
)
def test_a_commit_stays_what_it_is(ref: str, reads: list[str]) -> None:
    assert told(f"{{uses: actions/checkout@v7, with: {{ref: {ref}}}}}", "ref") == reads


@pytest.mark.parametrize(
    ("ref", "expected"),
    [("v5", ["writes files ./.git/config"]), ("v6", []), ("main", []), ("v1", ["writes files ./.git/config"])],
)
def test_where_checkout_leaves_its_token(ref: str, expected: list[str]) -> None:
    assert told(f"{{uses: actions/checkout@{ref}}}", "files") == expected


# --- images ----------------------------------------------------------------------------------------------------------

BUILD = "docker/build-push-action@v7"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param("{tags: 'ghcr.io/me/app:1'}", [], id="not pushed"),
        pytest.param("{push: false, tags: 'ghcr.io/me/app:1'}", [], id="told not to push"),
        pytest.param("{push: true, tags: 'ghcr.io/me/app:1'}", ["writes image ghcr.io/me/app"], id="pushed"),
        pytest.param(
            "{push: true, tags: 'ghcr.io/me/app:1,ghcr.io/me/app:2\n\n\n      docker.io/me/app'}",
            ["writes image ghcr.io/me/app", "writes image me/app"],
            id="several",
        ),
        pytest.param("{push: '${{ github.event_name == ''push'' }}', tags: app}", ["writes image app"], id="sometimes"),
        pytest.param("{push: '', tags: app}", [], id="an empty input is none"),
        pytest.param("{push: true, tags: 'localhost:5000/app:1'}", [], id="a registry on the runner"),
        pytest.param("{push: true}", [], id="without a name nothing is pushed"),
        pytest.param(
            "{outputs: 'type=image,name=ghcr.io/me/app,push-by-digest=true,push=true'}",
            ["writes image ghcr.io/me/app"],
            id="by digest",
        ),
        pytest.param("{outputs: 'type=image,push=true', tags: app}", ["writes image app"], id="pushed by its tags"),
        pytest.param("{outputs: 'type=image,name=app'}", [], id="only built"),
        pytest.param("{outputs: 'type=docker,dest=x.tar', tags: app}", [], id="a file"),
        pytest.param(
            "{outputs: 'type=image,\"name=a,b\",push=true'}", ["writes image ?"], id="what quotes hide nobody knows"
        ),
        pytest.param(
            "{outputs: 'type=image,name=${{ env.IMAGE }},push=true'}", ["writes image ${{ env.IMAGE }}"], id="a hole"
        ),
        pytest.param(
            "{outputs: '${{ matrix.out }}', tags: app}",
            ["writes image ${{ matrix.out }}", "writes image app"],
            id="an unknown output",
        ),
        pytest.param(
            "{cache-to: 'type=registry,ref=me/app:cache'}", ["writes image me/app"], id="a cache to a registry"
        ),
    ],
)
def test_images_that_a_build_pushes(given: str, expected: list[str]) -> None:
    found = told(f"{{uses: {BUILD}, with: {given}}}", "image")
    assert [one for one in found if one.startswith("writes")] == expected


def test_an_image_for_a_registry_on_the_runner_stays_there() -> None:
    step = f"{{uses: {BUILD}, with: {{push: true, tags: 'localhost:5000/app:1'}}}}"
    assert "writes docker localhost:5000/app" in told(step, "docker")


def test_an_old_build_action_pushes_unless_told_not_to() -> None:
    step = "{uses: docker/build-push-action@v1, with: {registry: ghcr.io, repository: me/app}}"
    assert told(step, "image") == ["writes image ghcr.io/me/app"]
    assert told("{uses: docker/build-push-action@v1, with: {repository: me/app, push: false}}", "image") == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{cache-to: 'type=gha,mode=max'}", ["writes cache buildkit"]),
        ("{cache-to: 'type=gha,scope=web'}", ["writes cache web"]),
        ("{cache-from: 'type=gha,scope=web'}", ["reads cache web"]),
        ("{cache-from: 'type=registry,ref=me/app:cache'}", []),
    ],
)
def test_caches_of_layers(given: str, expected: list[str]) -> None:
    assert told(f"{{uses: {BUILD}, with: {given}}}", "cache") == expected


def test_names_of_a_matrix() -> None:
    job = "strategy: {matrix: {image: [web, api]}}"
    step = f"{{uses: {BUILD}, with: {{push: true, tags: 'me/${{{{ matrix.image }}}}:1'}}}}"
    assert told(step, "image", job=job) == ["writes image me/web", "writes image me/api"]


def test_a_condition_that_legs_decide_differently_is_open() -> None:
    job = "strategy: {matrix: {push: [true, false]}}"
    step = f"{{uses: {BUILD}, with: {{push: '${{{{ matrix.push }}}}', tags: app}}}}"
    assert told(step, "image", job=job) == ["writes image app"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ghcr.io/me/app", ["ghcr.io/me/app"]),
        ("'name=ghcr.io/me/app,enable=true'", ["ghcr.io/me/app"]),
        ('"me/app\\nghcr.io/${{ github.repository }}\\n"', ["me/app", "ghcr.io/${{ github.repository }}"]),
        ("''", []),
    ],
)
def test_images_that_metadata_names(given: str, expected: list[str]) -> None:
    found = metadata_images(site(f"{{uses: docker/metadata-action@v6, with: {{images: {given}}}}}"))
    assert [show(name) for name in found] == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("${{ steps.meta.outputs.tags }}", ["writes image me/app", "writes image ghcr.io/me/app"]),
        ("${{ fromJSON(steps.Meta.outputs.json).tags[0] }}", ["writes image me/app", "writes image ghcr.io/me/app"]),
        ("${{ steps.meta.outputs.version }}", ["writes image ${{ steps.meta.outputs.version }}"]),
        ("${{ steps.other.outputs.tags }}", ["writes image ${{ steps.other.outputs.tags }}"]),
        ("x/${{ steps.meta.outputs.tags }}", ["writes image x/${{ steps.meta.outputs.tags }}"]),
    ],
)
def test_images_that_an_earlier_step_names(tags: str, expected: list[str]) -> None:
    images = {"meta": (literal("me/app"), literal("ghcr.io/me/app"))}
    step = f"{{uses: {BUILD}, with: {{push: true, tags: '{tags}'}}}}"
    assert told(step, "image", images=images) == expected


# --- artifacts and caches --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        ("{uses: actions/upload-artifact@v7, with: {name: a}}", ["writes artifact a"]),
        ("{uses: actions/download-artifact@v8, with: {name: a}}", ["reads artifact a"]),
        ("{uses: actions/download-artifact@v8, with: {pattern: 'a-*-b'}}", ["reads artifact a-?"]),
        (
            "{uses: actions/download-artifact@v8, with: {pattern: '${{ inputs.p }}'}}",
            ["reads artifact ${{ inputs.p }}"],
        ),
        ("{uses: actions/download-artifact@v8}", ["reads artifact ?"]),
        ("{uses: dawidd6/action-download-artifact@v24, with: {name: a}}", ["reads artifact a (perhaps)"]),
        ("{uses: anchore/sbom-action@v0}", ["writes artifact ?"]),
        ("{uses: anchore/sbom-action@v0, with: {upload-artifact: false}}", []),
        ("{uses: anchore/sbom-action@v0, with: {artifact-name: s.json}}", ["writes artifact s.json"]),
    ],
)
def test_artifacts(step: str, expected: list[str]) -> None:
    assert told(step, "artifact") == expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            "{uses: actions/cache@v6, with: {key: a-b, restore-keys: a-, path: x}}",
            ["reads cache a-b", "reads cache a-?", "writes cache a-b"],
        ),
        ("{uses: actions/cache/restore@v6, with: {key: a, path: x}}", ["reads cache a"]),
        ("{uses: actions/cache/save@v6, with: {key: a, path: x}}", ["writes cache a"]),
        ("{uses: actions/setup-go@v7}", ["reads cache actions/setup-go", "writes cache actions/setup-go"]),
        ("{uses: actions/setup-go@v3}", []),
        ("{uses: actions/setup-go@v7, with: {cache: false}}", []),
        (
            "{uses: actions/setup-python@v7, with: {cache: pip}}",
            ["reads cache actions/setup-python pip", "writes cache actions/setup-python pip"],
        ),
        ("{uses: actions/setup-python@v7}", []),
        (
            "{uses: actions/setup-node@v7}",
            ["reads cache actions/setup-node (perhaps)", "writes cache actions/setup-node (perhaps)"],
        ),
        ("{uses: actions/setup-node@v7, with: {package-manager-cache: false}}", []),
        ("{uses: actions/setup-node@v4}", []),
        (
            "{uses: actions/setup-node@v7, with: {cache: '${{ inputs.c }}'}}",
            [
                "reads cache actions/setup-node ${{ inputs.c }} (perhaps)",
                "writes cache actions/setup-node ${{ inputs.c }} (perhaps)",
            ],
        ),
        (
            "{uses: swatinem/rust-cache@v2, with: {shared-key: x}}",
            ["reads cache swatinem/rust-cache x", "writes cache swatinem/rust-cache x"],
        ),
        ("{uses: swatinem/rust-cache@v2}", ["reads cache swatinem/rust-cache", "writes cache swatinem/rust-cache"]),
    ],
)
def test_caches(step: str, expected: list[str]) -> None:
    assert told(step, "cache") == expected


# --- what stays in the job -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "channels", "expected"),
    [
        ("{uses: actions/setup-java@v5}", "env", ["writes env JAVA_HOME", "writes env JAVA_HOME_? (perhaps)"]),
        ("{uses: actions/setup-go@v7}", "tool path", ["writes tool go", "writes tool gofmt", "writes path ?"]),
        ("{uses: taiki-e/install-action@v2, with: {tool: just}}", "tool", ["writes tool ?"]),
        ("{uses: actions/setup-node@v4, with: {cache: pnpm}}", "tool", ["reads tool pnpm"]),
        (
            "{uses: actions/setup-node@v4, with: {registry-url: 'https://x'}}",
            "env credential",
            ["writes env NODE_AUTH_TOKEN", "writes env NPM_CONFIG_USERCONFIG", "writes credential npm"],
        ),
        ("{uses: me/x@v1}", "files", []),
        ("{uses: helm/kind-action@v1}", "daemon", ["writes daemon kubernetes"]),
        (
            "{uses: docker/login-action@v4}",
            "credential post",
            ["writes credential docker docker.io", "writes credential ?", "writes post docker/login-action"],
        ),
        ("{uses: codecov/codecov-action@v7}", "report", ["writes report codecov"]),
        ("{uses: golangci/golangci-lint-action@v9}", "tool", ["writes tool golangci-lint", "reads tool go"]),
        ("{uses: 'docker://rhysd/actionlint:1'}", "post tool", []),
    ],
)
def test_what_stays_in_the_job(step: str, channels: str, expected: list[str]) -> None:
    found = told(step, *channels.split())
    assert [one for one in expected if one in found] == expected
    assert expected or not found


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(
            '{uses: actions/upload-artifact@v7, with: {path: "dist/*.whl\\n!dist/x\\n~/log\\n"}}',
            ["reads checkout dist/?", "reads files dist/?", "reads files ~/log"],
            id="several paths",
        ),
        pytest.param(
            "{uses: actions/upload-artifact@v7, with: {path: '${{ github.workspace }}/dist'}}",
            ["reads checkout dist", "reads files dist"],
            id="in the workspace",
        ),
        pytest.param(
            "{uses: actions/upload-artifact@v7, with: {path: '${{ github.workspace }}${{ inputs.x }}'}}",
            [
                "reads checkout ${{ github.workspace }}${{ inputs.x }}",
                "reads files ${{ github.workspace }}${{ inputs.x }}",
            ],
            id="a path that goes on unknown",
        ),
        pytest.param("{uses: actions/cache/restore@v6, with: {path: x, key: a}}", ["writes files x"], id="restored"),
        pytest.param("{uses: ludeeus/action-shellcheck@v2}", ["reads checkout ?", "reads files ?"], id="a linter"),
        pytest.param(
            "{uses: actions/setup-go@v7, with: {go-version-file: a/go.mod}}",
            ["reads checkout go.mod", "reads files go.mod", "reads checkout a/go.mod", "reads files a/go.mod"],
            id="files that an input names",
        ),
    ],
)
def test_files(step: str, expected: list[str]) -> None:
    assert told(step, "files", "checkout") == expected


# --- what is done outside --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "channels", "expected"),
    [
        (
            "{uses: softprops/action-gh-release@v3}",
            "release ref",
            ["writes release ${{ github.ref_name }}", "writes ref ${{ github.ref_name }} (perhaps)"],
        ),
        ("{uses: softprops/action-gh-release@v3, with: {tag_name: v1}}", "release", ["writes release v1"]),
        ("{uses: goreleaser/goreleaser-action@v7, with: {args: release --clean}}", "release", ["writes release ?"]),
        ("{uses: goreleaser/goreleaser-action@v7, with: {args: release --snapshot}}", "release", []),
        (
            "{uses: goreleaser/goreleaser-action@v7, with: {args: 'release ${{ inputs.x }}'}}",
            "release",
            ["writes release ?"],
        ),
        ("{uses: goreleaser/goreleaser-action@v7, with: {install-only: true}}", "release", []),
        ("{uses: pyo3/maturin-action@v1, with: {command: publish}}", "package", ["writes package ?"]),
        ("{uses: pyo3/maturin-action@v1, with: {command: build}}", "package", []),
        ("{uses: pyo3/maturin-action@v1}", "package", []),
        (
            "{uses: docker/bake-action@v7, with: {set: '*.output=type=registry'}}",
            "image",
            ["reads image ? (perhaps)", "writes image ?"],
        ),
        ("{uses: reviewdog/action-eslint@v1}", "conversation", ["writes conversation ? (perhaps)"]),
        ("{uses: actions/labeler@v6}", "conversation", ["writes conversation ?"]),
        ("{uses: js-devtools/npm-publish@v4, with: {dry-run: '${{ '''' }}'}}", "package", ["writes package ?"]),
        (
            "{uses: codecov/codecov-action@v7, with: {run_command: send-notifications}}",
            "report",
            ["reads report codecov", "writes report codecov"],
        ),
        (
            "{uses: endbug/add-and-commit@v9, with: {push: '${{ '''' }}'}}",
            "ref",
            ["writes ref ${{ github.head_ref || github.ref_name }}"],
        ),
    ],
)
def test_what_is_done_outside(step: str, channels: str, expected: list[str]) -> None:
    assert sorted(told(step, *channels.split())) == sorted(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://x", ["writes service ?"]),
        ("${{ secrets.URL }}", ["writes service ?"]),
        ("https://${{ vars.HOST }}", ["writes service ?"]),
        ("${{ '' }}", []),
    ],
)
def test_any_input_of_several_suffices(value: str, expected: list[str]) -> None:
    step = f'{{uses: treosh/lighthouse-ci-action@v12, with: {{serverBaseUrl: "{value}"}}}}'
    assert told(step, "service") == expected


# --- scripts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(
            "{uses: nick-fields/retry@v4, with: {command: 'npm test'}}", ["bash: npm test"], id="the runner's shell"
        ),
        pytest.param(
            "{uses: nick-fields/retry@v4, with: {command: 'x', shell: 'python {0}'}}", ["python: x"], id="another shell"
        ),
        pytest.param(
            "{uses: nick-fields/retry@v4, with: {command: 'x', shell: '${{ inputs.shell }}'}}",
            ["${{: x"],
            id="a shell that nobody knows",
        ),
        pytest.param(
            "{uses: nick-fields/retry@v4, with: {command: 'a', on_retry_command: 'b'}}",
            ["bash: a", "bash: b"],
            id="several scripts",
        ),
        pytest.param("{uses: nick-fields/retry@v4}", [], id="no script"),
        pytest.param(
            '{uses: vmactions/freebsd-vm@v1, with: {prepare: a, run: "b\\nc"}}', ["sh: a", "sh: b\nc"], id="many lines"
        ),
        pytest.param(
            "{uses: addnab/docker-run-action@v3, with: {run: a, shell: /bin/bash -e, image: x}}",
            ["bash: a"],
            id="a shell with its path",
        ),
        pytest.param(
            '{uses: gradle/gradle-build-action@v3, with: {arguments: "a\\n  b\\n", build-root-directory: sub}}',
            ["bash: cd sub\n./gradlew a b "],
            id="a command line is one line",
        ),
        pytest.param("{uses: gradle/actions/setup-gradle@v6}", [], id="no command"),
        pytest.param(
            "{uses: borales/actions-yarn@v5, with: {cmd: test, dir: 'a; b'}}",
            ["bash: cd ?\nyarn test"],
            id="a folder that would not be one word",
        ),
        pytest.param(
            "{uses: borales/actions-yarn@v5, with: {dir: .}}", ["bash: yarn install"], id="the folder as it is"
        ),
        pytest.param(
            "{uses: borales/actions-yarn@v5, with: {cmd: '${{ inputs.x }}'}}",
            ["bash: yarn ${{ inputs.x }}"],
            id="a hole",
        ),
        pytest.param(
            "{uses: cypress-io/github-action@v7, with: {start: npm start, working-directory: e2e}}",
            ["bash: cd e2e\nnpm ci", "bash: cd e2e\nnpm start", "bash: cd e2e\nnpx cypress run"],
            id="what it does by itself",
        ),
        pytest.param("{uses: pnpm/action-setup@v6}", [], id="only if it is asked for"),
        pytest.param("{uses: pnpm/action-setup@v6, with: {run_install: true}}", ["bash: pnpm install"], id="asked for"),
        pytest.param(
            "{uses: pnpm/action-setup@v6, with: {run_install: '${{ inputs.x }}'}}",
            ["bash: pnpm install"],
            id="perhaps asked for",
        ),
        pytest.param(
            "{uses: wandalen/wretry.action@v3, with: {action: me/mine@v1}}", ["action: me/mine@v1"], id="another action"
        ),
        pytest.param(
            "{uses: 'docker://alpine:3', with: {entrypoint: /bin/ls, args: -l}}", ["sh: /bin/ls -l"], id="an image"
        ),
    ],
)
def test_scripts(step: str, expected: list[str]) -> None:
    found = [f"{shell}: {_shown(script)}" for shell, script in action_scripts(site(step))]
    assert found == expected


def test_the_shell_of_windows() -> None:
    found = action_scripts(site("{uses: nick-fields/retry@v4, with: {command: x}}", job="runs-on: windows-2025"))
    assert found == (("pwsh", literal("x")),)


def test_a_script_in_every_form_that_the_matrix_gives_it() -> None:
    job = "strategy: {matrix: {what: [test, build]}}"
    step = "{uses: actions-rs/cargo@v1, with: {command: '${{ matrix.what }}', args: --all}}"
    assert action_scripts(site(step, job=job)) == (
        ("bash", literal("cargo test --all")),
        ("bash", literal("cargo build --all")),
    )


def test_forms_of_several_inputs_are_bounded() -> None:
    values = ", ".join(f"v{number}" for number in range(12))
    job = f"strategy: {{matrix: {{a: [{values}], b: [{values}]}}}}"
    step = "{uses: actions-rs/cargo@v1, with: {command: '${{ matrix.a }}', args: '${{ matrix.b }}'}}"
    assert [show(script) for _, script in action_scripts(site(step, job=job))] == ["${{ ? }}"]


# --- what it opens ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param(f"{{uses: {BUILD}}}", [("dockerfile", "", ".", "", {})], id="a build of everything"),
        pytest.param(
            f"{{uses: {BUILD}, with: {{context: sub, file: sub/Dockerfile.x, target: t, build-args: A=1}}}}",
            [("dockerfile", "", "sub", "A=1", {"file": "sub/Dockerfile.x", "target": "t"})],
            id="a build with everything",
        ),
        pytest.param(
            f"{{uses: {BUILD}, with: {{context: '${{{{ github.workspace }}}}/sub'}}}}",
            [("dockerfile", "", "sub", "", {})],
            id="a folder of the workspace",
        ),
        pytest.param(
            "{uses: docker/bake-action@v7, with: {targets: \"a\\nb\", source: '{{defaultContext}}:sub', files: x.hcl}}",
            [("bake", "sub", "a b", "", {"file": "x.hcl"})],
            id="several targets below the repository",
        ),
        pytest.param(
            "{uses: docker/bake-action@v7, with: {source: '{{ defaultContext }}'}}",
            [("bake", "", "default", "", {})],
            id="the repository",
        ),
        pytest.param(
            "{uses: docker/bake-action@v7, with: {source: 'https://example.com/x.git'}}",
            [("bake", None, "default", "", {})],
            id="another repository",
        ),
        pytest.param(
            "{uses: docker/bake-action@v7, with: {source: '${{ inputs.x }}'}}",
            [("bake", "${{ inputs.x }}", "default", "", {})],
            id="a folder that nobody knows",
        ),
        pytest.param("{uses: actions/checkout@v7}", [], id="nothing"),
    ],
)
def test_openings(step: str, expected: list[tuple[str, str | None, str, str, dict[str, str]]]) -> None:
    found = [
        (
            opening.kind,
            None if opening.folder is None else show(opening.folder),
            " ".join(map(show, opening.targets)),
            " ".join(map(show, opening.arguments)),
            {key: show(value) for key, value in opening.options.items()},
        )
        for opening in action_openings(site(step))
    ]
    assert found == expected


def test_an_opening_for_each_file_of_the_matrix() -> None:
    job = "strategy: {matrix: {file: [a, b]}}"
    found = action_openings(site(f"{{uses: {BUILD}, with: {{file: '${{{{ matrix.file }}}}'}}}}", job=job))
    assert [dict(opening.options) for opening in found] == [{"file": ("a",)}, {"file": ("b",)}]


# --- tokens ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param("{uses: actions/checkout@v7}", {"contents": "read"}, id="without being asked"),
        pytest.param(
            "{uses: actions/checkout@v7, with: {token: '${{ secrets.GITHUB_TOKEN }}'}}",
            {"contents": "read"},
            id="handed",
        ),
        pytest.param(
            "{uses: actions/checkout@v7, with: {token: '${{ github.token }}'}}",
            {"contents": "read"},
            id="by its other name",
        ),
        pytest.param("{uses: actions/checkout@v7, with: {token: '${{ secrets.PAT }}'}}", {}, id="another secret"),
        pytest.param("{uses: actions/checkout@v7, with: {token: mine}}", {}, id="a text"),
        pytest.param(
            "{uses: actions/checkout@v7, with: {token: '${{ secrets.PAT || github.token }}'}}",
            {"contents": "read"},
            id="perhaps another",
        ),
        pytest.param(
            "{uses: actions/checkout@v7, with: {token: '${{ inputs.token }}'}}", {"contents": "read"}, id="nobody knows"
        ),
        pytest.param(
            "{uses: actions/checkout@v7, with: {token: '${{ secrets[inputs.name] }}'}}",
            {"contents": "read"},
            id="any secret",
        ),
        pytest.param("{uses: actions/setup-node@v7}", {}, id="no token"),
        pytest.param("{uses: uraimo/run-on-arch-action@v3}", {}, id="not without being handed it"),
        pytest.param(
            "{uses: uraimo/run-on-arch-action@v3, env: {GITHUB_TOKEN: '${{ github.token }}'}}",
            {"packages": "write"},
            id="by a variable",
        ),
        pytest.param(
            "{uses: uraimo/run-on-arch-action@v3, env: {GH_TOKEN: '${{ secrets.PAT }}'}}",
            {},
            id="another by a variable",
        ),
        pytest.param(
            "{uses: pypa/gh-action-pypi-publish@v1, with: {github-token: '${{ secrets.X }}'}}",
            {"id-token": "write"},
            id="an identity is asked for by itself",
        ),
        pytest.param("{uses: octokit/request-action@v3}", {"*": "write"}, id="anything"),
    ],
)
def test_the_jobs_token(step: str, expected: dict[str, str]) -> None:
    assert uses_token(site(step)) == expected


@pytest.mark.parametrize(
    ("step", "holds"),
    [
        ("{uses: nick-fields/retry@v4, with: {command: make}}", True),
        ("{uses: crazy-max/ghaction-github-runtime@v4}", True),
        ("{uses: actions/github-script@v9, with: {script: 'core.info(1)'}}", False),
        ("{uses: actions/github-script@v9, with: {script: 'require(\"./x\")'}}", True),
        ("{uses: actions/upload-artifact@v7}", False),
        ("{run: make}", False),
    ],
)
def test_the_runners_token(step: str, holds: bool) -> None:
    assert holds_runner_token(site(step)) is holds


# --- scripts for GitHub's client -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("core.setOutput('a', context.sha)", [], id="nothing of the client"),
        pytest.param("await github.rest.issues.createComment({})", ["writes conversation"], id="a call"),
        pytest.param("github.issues.createComment({})", ["writes conversation"], id="a call as it was written once"),
        pytest.param(
            "const all = await github.paginate(github.rest.issues.listComments, {})", ["reads conversation"], id="pages"
        ),
        pytest.param(
            "for await (const page of github.paginate.iterator(octokit.rest.pulls.list)) {}",
            ["reads conversation"],
            id="pages one by one",
        ),
        pytest.param(
            "await github.rest.repos.createRelease({})\ngithub.rest.actions.listWorkflowRunArtifacts({})",
            ["writes release", "writes ref", "reads artifact"],
            id="several",
        ),
        pytest.param("github.rest.rateLimit.get()", [], id="what touches nothing"),
        pytest.param("core.exportVariable('a', 1); core.addPath('x')", ["writes env", "writes path"], id="variables"),
        pytest.param("const fs = require('fs'); fs.readFileSync('a')", [], id="modules that come along"),
        pytest.param(
            "const p = require('node:path'); require(\"@actions/io\")", [], id="other modules that come along"
        ),
        pytest.param("// reviews require approval, see https://github.com/x", [], id="words for people"),
        pytest.param("const m = /a(.)/.exec(title)", [], id="a pattern"),
        pytest.param("author: 'github-actions[bot]'", [], id="the robot"),
        pytest.param("const x = require('./x.js')", None, id="a file"),
        pytest.param("const x = await import('x')", None, id="a module"),
        pytest.param("const load = require; load('x')", None, id="the loader by another name"),
        pytest.param("await exec.exec('npm', ['publish'])", None, id="a program"),
        pytest.param("await github.request('POST /x')", None, id="a request"),
        pytest.param("await github.graphql(query)", None, id="a query"),
        pytest.param("const {rest} = github; rest.issues.create()", None, id="a part of the client"),
        pytest.param("go(github)", None, id="the client handed on"),
        pytest.param("github['rest'].issues.create()", None, id="the client by a text"),
        pytest.param("github.rest.nobody.knows()", None, id="a method that is not known"),
        pytest.param("await fetch('https://x')", None, id="a connection"),
        pytest.param("github.rest.issues.get()" + " " * (1 << 16), None, id="too long"),
    ],
)
def test_scripts_for_the_client(script: str, expected: list[str] | None) -> None:
    found = octokit_touches(literal(script))
    told_so = None if found is None else [f"{touch.way.value} {touch.channel.name.lower()}" for touch in found]
    assert told_so == expected


def test_expressions_in_a_script_for_the_client_are_data() -> None:
    script = ("const a = '", Hole("github.ref"), "'; github.rest.git.createRef({})")
    assert octokit_touches(script) is not None
    assert octokit_touches(("github.rest.git.create", Hole("x"), "()")) is not None


def test_a_script_for_the_client_that_could_be_read_is_no_script_any_more() -> None:
    read = "{uses: actions/github-script@v9, with: {script: 'github.rest.git.createRef({})'}}"
    assert action_scripts(site(read)) == ()
    assert "writes ref ?" in told(read, "ref")
    assert uses_token(site(read)) == {"*": "write"}
    looks = read.replace("createRef", "getRef")
    assert told(looks, "ref") == ["reads ref ?"]
    assert uses_token(site(looks)) == {}
    unread = "{uses: actions/github-script@v9, with: {script: 'github.request(1)'}}"
    assert action_scripts(site(unread)) == (("javascript", literal("github.request(1)")),)
    assert told(unread, "ref") == []
    assert uses_token(site(unread)) == {"*": "write"}


# --- whatever is written ---------------------------------------------------------------------------------------------

VALUES = st.text(alphabet='ab ./:,="*?!{}@-\n0', max_size=30) | st.sampled_from(
    [
        "${{ matrix.a }}",
        "${{ inputs.x }}",
        "type=image,name=${{ env.X }},push=true",
        "{{defaultContext}}:a",
        "false",
        "0",
    ]
)
NAMES = [
    "actions/checkout@v7",
    "actions/upload-artifact@v7",
    "actions/setup-node@v7",
    "actions/github-script@v9",
    "docker/bake-action@v7",
    "docker/metadata-action@v6",
    "nick-fields/retry@v4",
    BUILD,
]
INPUTS = ["path", "tags", "push", "outputs", "cache-to", "context", "source", "files", "images", "script", "command"]


@given(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(INPUTS), VALUES, max_size=4))
def test_whatever_is_given_is_read(name: str, given: dict[str, str]) -> None:
    quoted = ", ".join(
        f"{key}: {_quoted(value)}" for key, value in given.items() if "${{" not in value or "}}" in value
    )
    found = site(f"{{uses: {name}, with: {{{quoted}}}}}", job="strategy: {matrix: {a: [b, c]}}")
    assert len(action_touches(found)) < 100
    action_scripts(found)
    action_openings(found)
    metadata_images(found)
    uses_token(found)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''").replace("\n", "\n\n      ") + "'"


@given(st.text(alphabet="githubrest.(){}'/ \n", max_size=60))
def test_any_script_for_the_client_is_judged(text: str) -> None:
    found = octokit_touches(literal(text))
    assert found is None or all(touch.name for touch in found)
