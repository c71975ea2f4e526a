"""Every channel through which jobs and steps affect each other is seen, from the side that writes and that reads."""

from __future__ import annotations

import json

import pytest

from dependence.made import effects, files_of, situation
from needful.effects.channels import BETWEEN_JOBS, Channel, Way
from needful.effects.job import job_scope
from needful.effects.model import Effect
from needful.effects.names import Scope, show
from needful.effects.step import StepEffects
from needful.effects.walk import sites

READS, WRITES = Way.READS, Way.WRITES
ANY = "${{ ? }}"


def done(step: str) -> list[Effect]:
    """What a step does: an entry of `steps` as a flow mapping, or the command of one."""
    entry = step if step.startswith("{") else f"{{run: {json.dumps(step)}}}"
    workflow, repository = files_of(f"  job:\n    runs-on: ubuntu-latest\n    steps: [{entry}]\n")
    job = workflow.jobs[0]
    scope = job_scope(workflow, job, Scope("job"))
    return [
        effect for site in sites(workflow, job, scope, repository) for effect in StepEffects(site, repository).effects
    ]


BETWEEN = [
    # artifacts: by name, by glob, all, merged, by other tools
    ("{uses: actions/upload-artifact@v7, with: {name: dist, path: dist}}", Channel.ARTIFACT, WRITES, "dist"),
    ("{uses: actions/download-artifact@v8, with: {name: dist}}", Channel.ARTIFACT, READS, "dist"),
    ("{uses: actions/download-artifact@v8, with: {pattern: 'wheel-*'}}", Channel.ARTIFACT, READS, f"wheel-{ANY}"),
    ("{uses: actions/download-artifact@v8}", Channel.ARTIFACT, READS, ANY),
    (
        "{uses: actions/download-artifact@v8, with: {artifact-ids: '${{ inputs.id }}'}}",
        *(Channel.ARTIFACT, READS, ANY),
    ),
    (
        "{uses: actions/upload-artifact/merge@v7, with: {name: all, pattern: 'part-*'}}",
        *(Channel.ARTIFACT, READS, f"part-{ANY}"),
    ),
    (
        "{uses: actions/upload-artifact/merge@v7, with: {name: all, pattern: 'part-*'}}",
        *(Channel.ARTIFACT, WRITES, "all"),
    ),
    ("gh run download 1 --name dist", Channel.ARTIFACT, READS, "dist"),
    ("{uses: dawidd6/action-download-artifact@v9, with: {name: dist}}", Channel.ARTIFACT, READS, "dist"),
    ("{uses: geekyeggo/delete-artifact@v5, with: {name: dist}}", Channel.ARTIFACT, WRITES, ANY),
    # pages
    ("{uses: actions/upload-pages-artifact@v4}", Channel.ARTIFACT, WRITES, "github-pages"),
    ("{uses: actions/deploy-pages@v4}", Channel.ARTIFACT, READS, "github-pages"),
    ("{uses: actions/deploy-pages@v4}", Channel.PAGES, WRITES, ANY),
    # caches
    ("{uses: actions/cache@v4, with: {key: k, path: build}}", Channel.CACHE, WRITES, "k"),
    ("{uses: actions/cache@v4, with: {key: k, path: build}}", Channel.CACHE, READS, "k"),
    ("{uses: actions/cache/save@v4, with: {key: k, path: build}}", Channel.CACHE, WRITES, "k"),
    ("{uses: actions/cache/restore@v4, with: {key: k, path: b, restore-keys: o-}}", Channel.CACHE, READS, f"o-{ANY}"),
    ("{uses: actions/setup-node@v4, with: {cache: npm}}", Channel.CACHE, WRITES, "actions/setup-node npm"),
    ("gh cache delete k", Channel.CACHE, WRITES, "k"),
    # images
    ("{uses: docker/build-push-action@v6, with: {push: true, tags: 'acme/a:1'}}", Channel.IMAGE, WRITES, "acme/a"),
    ("{uses: docker/bake-action@v6, with: {push: true}}", Channel.IMAGE, WRITES, ANY),
    ("docker push acme/a:1", Channel.IMAGE, WRITES, "acme/a"),
    ("buildah push acme/a", Channel.IMAGE, WRITES, "acme/a"),
    ("podman push acme/a", Channel.IMAGE, WRITES, "acme/a"),
    ("skopeo copy docker://acme/a:1 docker://acme/b:1", Channel.IMAGE, WRITES, "acme/b"),
    ("crane push a.tar acme/a", Channel.IMAGE, WRITES, "acme/a"),
    ("ko build ./cmd", Channel.IMAGE, WRITES, ANY),
    ("docker pull acme/a:1", Channel.IMAGE, READS, "acme/a"),
    ("docker run acme/a:1", Channel.IMAGE, READS, "acme/a"),
    ("docker buildx imagetools create -t acme/a:2 acme/a:1", Channel.IMAGE, READS, "acme/a"),
    ("cosign sign acme/a", Channel.IMAGE, READS, "acme/a"),
    ("{uses: 'docker://acme/a:1'}", Channel.IMAGE, READS, "acme/a"),
    ("{uses: aquasecurity/trivy-action@0.30.0, with: {image-ref: 'acme/a:1'}}", Channel.IMAGE, READS, "acme/a"),
    # branches and tags
    ("git push origin main", Channel.REF, WRITES, "main"),
    ("git push origin v1", Channel.REF, WRITES, "v1"),
    ("{uses: stefanzweifel/git-auto-commit-action@v6, with: {branch: main}}", Channel.REF, WRITES, "main"),
    ("{uses: peter-evans/create-pull-request@v7, with: {branch: bump}}", Channel.REF, WRITES, "bump"),
    ("{uses: actions/checkout@v7, with: {ref: main}}", Channel.REF, READS, "main"),
    ("git fetch origin main", Channel.REF, READS, "main"),
    ("git pull", Channel.REF, READS, ANY),
    ("git submodule update --init", Channel.REF, READS, ANY),
    # releases
    ("{uses: softprops/action-gh-release@v2, with: {tag_name: v1}}", Channel.RELEASE, WRITES, "v1"),
    ("gh release create v1 a.zip", Channel.RELEASE, WRITES, "v1"),
    ("gh release upload v1 a.zip", Channel.RELEASE, WRITES, "v1"),
    ("gh release download v1", Channel.RELEASE, READS, "v1"),
    ("{uses: robinraju/release-downloader@v1, with: {tag: v1}}", Channel.RELEASE, READS, "v1"),
    # packages
    ("npm publish", Channel.PACKAGE, WRITES, f"npm:{ANY}"),
    ("twine upload dist/*", Channel.PACKAGE, WRITES, f"pypi:{ANY}"),
    ("{uses: pypa/gh-action-pypi-publish@release/v1}", Channel.PACKAGE, WRITES, ANY),
    ("cargo publish", Channel.PACKAGE, WRITES, f"cargo:{ANY}"),
    ("helm push a-1.tgz oci://acme.example/charts", Channel.PACKAGE, WRITES, f"helm:{ANY}"),
    ("npm install tide@1", Channel.PACKAGE, READS, "npm:tide"),
    ("pip install tide==1", Channel.PACKAGE, READS, "pypi:tide"),
    # attestations
    (
        "{uses: actions/attest-build-provenance@v3, with: {subject-path: dist/*}}",
        *(Channel.ATTESTATION, WRITES, ANY),
    ),
    ("cosign sign acme/a", Channel.ATTESTATION, WRITES, "acme/a"),
    ("gh attestation verify a.zip --owner acme", Channel.ATTESTATION, READS, ANY),
    # deployments and infrastructure
    ("kubectl apply -f live.yml", Channel.DEPLOYMENT, WRITES, "kubernetes"),
    ("helm upgrade a ./chart", Channel.DEPLOYMENT, WRITES, "kubernetes"),
    ("{uses: cloudflare/wrangler-action@v3}", Channel.DEPLOYMENT, WRITES, ANY),
    ("kubectl get pods", Channel.DEPLOYMENT, READS, "kubernetes"),
    ("terraform apply", Channel.INFRASTRUCTURE, WRITES, "terraform"),
    ("pulumi up", Channel.INFRASTRUCTURE, WRITES, "pulumi"),
    ("terraform plan", Channel.INFRASTRUCTURE, READS, "terraform"),
    # reports and scans
    ("{uses: codecov/codecov-action@v5}", Channel.REPORT, WRITES, "codecov"),
    (
        "{uses: codacy/codacy-coverage-reporter-action@v1}",
        Channel.REPORT,
        WRITES,
        "codacy/codacy-coverage-reporter-action",
    ),
    ("{uses: coverallsapp/github-action@v2, with: {parallel-finished: true}}", Channel.REPORT, READS, "coveralls"),
    ("{uses: codecov/codecov-action@v5, with: {run_command: send-notifications}}", Channel.REPORT, READS, "codecov"),
    ("{uses: github/codeql-action/upload-sarif@v4, with: {sarif_file: a.sarif}}", Channel.SCAN, WRITES, ANY),
    # comments, labels, checks
    ("gh pr comment 1 --body hello", Channel.CONVERSATION, WRITES, ANY),
    (
        "{uses: marocchino/sticky-pull-request-comment@v2, with: {message: hello}}",
        *(Channel.CONVERSATION, WRITES, ANY),
    ),
    ("{uses: actions/labeler@v6}", Channel.CONVERSATION, WRITES, ANY),
    ("gh pr view 1", Channel.CONVERSATION, READS, ANY),
    ("{uses: lewagon/wait-on-check-action@v1, with: {ref: main}}", Channel.CONVERSATION, READS, ANY),
    # other runs
    ("gh workflow run live.yml", Channel.RUN, WRITES, "live.yml"),
    ("{uses: peter-evans/repository-dispatch@v3, with: {event-type: go}}", Channel.RUN, WRITES, ANY),
    ("{uses: styfle/cancel-workflow-action@0.12.1}", Channel.RUN, WRITES, ANY),
    ("gh run cancel 1", Channel.RUN, WRITES, "1"),
    ("gh run watch 1", Channel.RUN, READS, ANY),
    # other services
    ("aws s3 cp dist s3://acme/dist --recursive", Channel.SERVICE, WRITES, "aws s3://acme"),
    ("aws s3 cp s3://acme/dist dist --recursive", Channel.SERVICE, READS, "aws s3://acme"),
    ("curl https://acme.example/health", Channel.SERVICE, READS, "acme.example"),
    # variables
    ("gh variable set X --body 1", Channel.VARIABLE, WRITES, "X"),
    ("gh secret set X --body 1", Channel.VARIABLE, WRITES, "X"),
    ("gh variable get X", Channel.VARIABLE, READS, "X"),
    # remote caches of build tools
    ("npx nx-cloud start-ci-run", Channel.BUILD_CACHE, WRITES, ANY),
    ("npx turbo run build", Channel.BUILD_CACHE, READS, ANY),
]

WITHIN = [
    # files and checkout
    ("cp a b", Channel.FILES, READS, "a"),
    ("cp a b", Channel.FILES, WRITES, "b"),
    ("cat a > b", Channel.FILES, WRITES, "b"),
    ("mkdir $RUNNER_TEMP/x", Channel.FILES, WRITES, "${{ $RUNNER_TEMP }}/x"),
    ("echo ${{ hashFiles('a.lock') }}", Channel.FILES, READS, ANY),
    ("{uses: actions/checkout@v7}", Channel.CHECKOUT, WRITES, "."),
    ("{uses: actions/upload-artifact@v7, with: {path: dist}}", Channel.CHECKOUT, READS, "dist"),
    # what a step says to the runner
    ("echo X=1 >> $GITHUB_ENV", Channel.ENV, WRITES, "X"),
    ("echo $X", Channel.ENV, READS, "X"),
    ("echo ${{ env.X }}", Channel.ENV, READS, "X"),
    ("echo ${{ env[inputs.x] }}", Channel.ENV, READS, ANY),
    ("echo ${{ join(env.*) }}", Channel.ENV, READS, ANY),
    ("echo ${{ toJSON(env) }}", Channel.ENV, READS, ANY),
    ("{uses: actions/setup-go@v6}", Channel.ENV, WRITES, "GOROOT"),
    ("echo ~/bin >> $GITHUB_PATH", Channel.PATH, WRITES, "~/bin"),
    ("{uses: actions/setup-node@v4}", Channel.PATH, WRITES, ANY),
    ("{id: A, run: 'echo x=1 >> $GITHUB_OUTPUT'}", Channel.STEP_OUTPUT, WRITES, "a.x"),
    ("{id: A, uses: actions/setup-node@v4}", Channel.STEP_OUTPUT, WRITES, f"a.{ANY}"),
    ("echo ${{ steps.a.outputs.x }}", Channel.STEP_OUTPUT, READS, "a.x"),
    ("echo ${{ toJSON(steps.*.outputs.x) }}", Channel.STEP_OUTPUT, READS, ANY),
    ("echo ${{ toJSON(steps) }}", Channel.STEP_OUTPUT, READS, ANY),
    ("echo ${{ toJSON(steps.a.outputs) }}", Channel.STEP_OUTPUT, READS, ANY),
    ("{id: a, run: 'true'}", Channel.STATUS, WRITES, "a"),
    ("{if: \"steps.a.outcome == 'failure'\", run: 'true'}", Channel.STATUS, READS, "a"),
    ("echo ${{ steps.*.conclusion }}", Channel.STATUS, READS, ANY),
    ("{if: failure(), run: 'true'}", Channel.STATUS, READS, ANY),
    # what is installed
    ("{uses: actions/setup-node@v4}", Channel.TOOL, WRITES, "npm"),
    ("apt-get install -y jq", Channel.TOOL, WRITES, ANY),
    ("npm test", Channel.TOOL, READS, "npm"),
    ("npm ci", Channel.DEPENDENCIES, WRITES, "npm"),
    ("npm test", Channel.DEPENDENCIES, READS, "npm"),
    # what runs on the machine
    ("docker run -d -p 80:80 acme/a", Channel.DAEMON, WRITES, ANY),
    ("docker compose up -d", Channel.DAEMON, WRITES, ANY),
    ("npm start &", Channel.DAEMON, WRITES, "npm"),
    ("curl http://localhost:80/", Channel.DAEMON, READS, ANY),
    ("sudo sysctl -w vm.max_map_count=1", Channel.DAEMON, WRITES, ANY),
    ("docker build -t app .", Channel.DOCKER, WRITES, "app"),
    ("docker push acme/a", Channel.DOCKER, READS, "acme/a"),
    # logins, git, log, ends of actions
    ("{uses: docker/login-action@v3}", Channel.CREDENTIAL, WRITES, "docker docker.io"),
    ("docker login -u me -p me", Channel.CREDENTIAL, WRITES, ANY),
    ("docker login -u me -p me", Channel.CREDENTIAL, READS, ANY),
    ("git config user.name me", Channel.GIT, WRITES, ANY),
    ("git status", Channel.GIT, READS, ANY),
    ('echo "::add-mask::x"', Channel.LOG, WRITES, ANY),
    ("{uses: actions/cache@v4, with: {key: k, path: build}}", Channel.POST, WRITES, "actions/cache"),
]


@pytest.mark.parametrize(("step", "channel", "way", "name"), [*BETWEEN, *WITHIN])
def test_what_a_step_does_on_a_channel(step: str, channel: Channel, way: Way, name: str) -> None:
    assert (channel, way, name) in {(effect.channel, effect.way, show(effect.name)) for effect in done(step)}


UNREAD = {Channel.PAGES, Channel.SCAN, Channel.PATH, Channel.LOG, Channel.POST}
"""What only the runner, people or other sites read."""
OF_JOBS = {Channel.OUTPUT, Channel.DISK, Channel.SNAPSHOT}
"""What is seen in the keys of a job: the tests below."""
OF_FOOTPRINTS = {Channel.LOCK}
"""What matters between steps that run at once only (`test_footprints`)."""


def test_every_channel_and_way_is_there() -> None:
    assert {row[1] for row in BETWEEN} <= BETWEEN_JOBS
    assert not {row[1] for row in WITHIN} & BETWEEN_JOBS
    seen = {(channel, way) for _, channel, way, _ in (*BETWEEN, *WITHIN)}
    asked = {(channel, way) for channel in Channel for way in Way if channel.name != "TOKEN"}
    assert asked - seen == {
        *((each, way) for each in OF_JOBS | OF_FOOTPRINTS for way in Way),
        *((each, READS) for each in UNREAD),
    }


# --- between jobs, as the effects of jobs ----------------------------------------------------------------------------


@pytest.mark.parametrize(("step", "channel", "way", "name"), BETWEEN)
def test_what_jobs_see_of_each_other_is_an_effect_of_the_job(step: str, channel: Channel, way: Way, name: str) -> None:
    entry = step if step.startswith("{") else f"{{run: {json.dumps(step)}}}"
    found = {(effect.channel, effect.way, show(effect.name)) for effect in effects(entry).effects}
    assert (channel, way, name) in found


def test_outputs_and_results() -> None:
    job = "{needs: [a, b], if: needs.a.outputs.go && needs.b.result, runs-on: ubuntu-latest, steps: []}"
    empty = "{runs-on: ubuntu-latest, steps: []}"
    reads = situation(f"  a: {empty}\n  b: {empty}\n  c: {job}\n").reads["c"]
    assert set(reads.named) == {"a", "b"}
    assert set(reads.results) == {"b"}
    assert not reads.everything


def test_an_artifact_by_an_id_that_a_job_hands_over_is_an_output() -> None:
    step = "{uses: actions/download-artifact@v8, with: {artifact-ids: '${{ needs.a.outputs.id }}'}}"
    assert effects(step).downloads == ()
    jobs = f"  a: {{runs-on: x, steps: []}}\n  b: {{needs: a, runs-on: x, steps: [{step}]}}\n"
    assert set(situation(jobs).reads["b"].named) == {"a"}


def test_artifacts_and_caches_have_rules_of_their_own() -> None:
    found = effects(
        "{uses: actions/upload-artifact@v7, with: {name: a}}, {uses: actions/download-artifact@v8, with: {name: b}},"
        "{uses: actions/cache@v4, with: {key: c, path: build}}, {uses: actions/setup-node@v4, with: {cache: npm}}"
    )
    assert [show(upload.name) for upload in found.uploads] == ["a"]
    assert [show(download.name or ()) for download in found.downloads] == ["b"]
    assert [(cache.saves, cache.restores, cache.downloads) for cache in found.caches] == [(True, True, False)]
    assert [cache.kind for cache in found.tool_caches] == ["actions/setup-node npm"]


def test_the_disk_of_a_machine_that_somebody_keeps() -> None:
    assert effects("", job="runs-on: [self-hosted, linux]").disk
    assert not effects("", job="runs-on: ubuntu-latest").disk


@pytest.mark.parametrize("snapshot", ["tide-image", "{image-name: tide-image, version: 1.*}"])
def test_a_snapshot_of_the_machine(snapshot: str) -> None:
    found = effects("", job=f"snapshot: {snapshot}")
    assert [(effect.channel, effect.way) for effect in found.effects] == [(Channel.SNAPSHOT, WRITES)]
    assert [evidence.text for evidence in found.irreversible] == ["`job` makes a new image of its machine"]


@pytest.mark.parametrize(
    "job",
    ["container: acme/a:1", "services: {db: {image: 'acme/a@sha256:00'}}", "container: {image: docker.io/acme/a}"],
)
def test_the_images_that_a_job_runs_in(job: str) -> None:
    (effect,) = effects("", job=job).effects
    assert (effect.channel, effect.way, show(effect.name)) == (Channel.IMAGE, READS, "acme/a")


def test_a_deployment_to_an_environment() -> None:
    assert effects("", job="environment: live").irreversible
    assert not effects("", job="environment: {name: live, deployment: false}").irreversible


def test_a_workflow_of_another_repository_may_do_anything() -> None:
    found = effects(
        "", job="uses: acme/tools/.github/workflows/provenance.yml@v2\nsecrets: inherit", top="on: push\njobs:\n"
    )
    assert found.opaque
    assert found.capabilities


def test_groups() -> None:
    (group,) = effects("", job="concurrency: live").groups
    assert show(group.name) == "live"


def test_cloud_agents_of_a_build_tool_are_waited_for_by_everybody() -> None:
    assert effects("{run: npx nx-cloud stop-all-agents}").effects


def test_a_command_in_an_action_reads_the_outputs_of_nobody_else() -> None:
    action = "runs:\n  using: composite\n  steps:\n  - {id: x, shell: bash, run: 'echo ${{ steps.a.outputs.b }}'}\n"
    workflow, repository = files_of(
        "  job:\n    runs-on: ubuntu-latest\n    steps: [{id: mine, uses: ./act}]\n", {"act/action.yml": action}
    )
    job = workflow.jobs[0]
    found = [
        effect.channel
        for site in sites(workflow, job, job_scope(workflow, job, Scope("job")), repository)
        for effect in StepEffects(site, repository).effects
    ]
    assert found == []


@pytest.mark.parametrize(
    ("step", "may"),
    [
        ("curl https://acme.example/hooks/live", True),
        ("curl $PLACE", True),
        ("curl https://acme.example/health", False),
    ],
)
def test_a_plain_request_may_set_something_off(step: str, may: bool) -> None:
    found = [effect for effect in done(step) if effect.channel is Channel.SERVICE and effect.way is WRITES]
    assert [effect.certain for effect in found] == ([False] if may else [])
