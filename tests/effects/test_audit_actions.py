"""Actions that publish, deploy, push or tell people must never look as if they stayed inside the job.

Of each typical use it must be true that the step writes outside, or that nobody knows its action.
"""

from __future__ import annotations

import pytest

from dependence.made import HEAD, files_of
from needful.effects.actions import action_touches, facts_of
from needful.effects.channels import EXTERNAL, Channel, Way
from needful.effects.job import job_scope
from needful.effects.names import Scope
from needful.effects.walk import Site, sites


def site(action: str, inputs: str) -> Site:
    """The only step of a job: an action (the newest one) with inputs, written in one line."""
    uses = action if "@" in action or action.startswith("docker:") else f"{action}@main"
    step = f"{{uses: '{uses}'" + (f", with: {{{inputs}}}" if inputs else "") + "}"
    workflow, repository = files_of(f"{HEAD}  job:\n    runs-on: ubuntu-latest\n    steps: [{step}]\n")
    return next(sites(workflow, workflow.jobs[0], job_scope(workflow, workflow.jobs[0], Scope("job")), repository))


def channels(line: str, way: Way) -> set[Channel] | None:
    """The channels that a step (`action | inputs`) writes or reads; None for an action that nobody knows."""
    action, _, inputs = (part.strip() for part in line.partition("|"))
    found = site(action, inputs)
    if facts_of(found) is None:
        return None
    return {touch.channel for touch in action_touches(found) if touch.way is way}


OUTWARD = """
10up/action-wordpress-plugin-deploy
8398a7/action-slack
abatilo/actions-poetry-publish
actions-cool/issues-helper
actions-ecosystem/action-add-labels
actions-hub/gcloud
actions-hub/kubectl
actions-js/push
actions/add-to-project
actions/attest
actions/attest-build-provenance
actions/attest-sbom
actions/configure-pages | enablement: true
actions/create-release
actions/delete-package-versions
actions/dependency-review-action | comment-summary-in-pr: always
actions/deploy-pages
actions/first-interaction
actions/labeler
actions/publish-immutable-action
actions/stale
actions/upload-release-asset
ad-m/github-push-action
akhilerm/tag-push-action
alex-page/github-project-automation-plus
alstr/todo-to-issue-action
amondnet/vercel-action
anaconda/upload
anchore/sbom-action/publish-sbom
anothrNick/github-tag-action
anthropics/claude-code-action
apple-actions/upload-testflight-build
appleboy/discord-action
appleboy/lambda-action
appleboy/scp-action
appleboy/ssh-action
appleboy/telegram-action
argoproj-labs/sync
aslafy-z/conventional-pr-title-action
aurelien-baudet/workflow-dispatch
aws-actions/amazon-ecs-deploy-task-definition
aws-actions/aws-cloudformation-github-deploy
aws-actions/aws-codebuild-run-build
aws-actions/aws-lambda-deploy
azure/aci-deploy
azure/appservice-settings
azure/arm-deploy
azure/bicep-deploy
azure/container-apps-deploy-action
azure/functions-action
azure/k8s-deploy
azure/pipelines
azure/sql-action
azure/static-web-apps-deploy
azure/webapps-deploy
bencherdev/bencher-run
benc-uk/workflow-dispatch
benchmark-action/github-action-benchmark | auto-push: true
benchmark-action/github-action-benchmark | comment-on-alert: true
betahuhn/repo-file-sync-action
bluefireteam/melos-action | publish: true
bluefireteam/melos-action | run-versioning: true
bobheadxi/deployments
bufbuild/buf-action
bufbuild/buf-push-action
buildkite/trigger-pipeline-action
burnett01/rsync-deployments
butlerlogic/action-autotag
cachix/cachix-push
carloscastrojumo/github-cherry-pick-action
changesets/action
chrnorm/deployment-action
chromaui/action
circleci/trigger_circleci_pipeline
cla-assistant/github-action
cloudflare/pages-action
cloudflare/wrangler-action
cloudsmith-io/action
codfish/semantic-release-action
convictional/trigger-workflow-and-wait
crazy-max/ghaction-github-labeler
crazy-max/ghaction-github-pages
crazy-max/ghaction-github-release
creyD/prettier_action
crowdin/github-action
cycjimmy/semantic-release-action
dacbd/create-issue-action
danger/danger-js
dawidd6/action-ansible-playbook
dawidd6/action-homebrew-bump-formula
dawidd6/action-send-mail
denoland/deployctl
depot/bake-action | push: true
depot/build-push-action | 'push: true, tags: me/app'
dessant/lock-threads
determinatesystems/flakehub-push
determinatesystems/update-flake-lock
dev-drprasad/delete-tag-and-release
devcontainers/ci | 'imageName: ghcr.io/me/dev'
devops-infra/action-commit-push
devops-infra/action-pull-request
dflook/terraform-apply
dflook/terraform-plan
dflook/terraform-test
digitalocean/app_action
docker/bake-action | push: true
docker/bake-action | "set: '*.output=type=registry'"
docker/build-push-action | 'push: true, tags: me/app'
docker/build-push-action | "tags: me/app, outputs: 'type=registry'"
docker/build-push-action | "outputs: 'type=image,name=me/app,push=true'"
docker/build-push-action | "cache-to: 'me/app:cache'"
docker/build-push-action | "cache-to: 'type=registry,ref=me/app:cache'"
docker/github-builder
dorny/test-reporter
dokku/github-action
easingthemes/ssh-deploy
einaregilsson/beanstalk-deploy
elgohr/publish-docker-github-action
endbug/add-and-commit
endbug/add-and-commit | 'push: false, tag: v1'
enricomi/publish-unit-test-result-action
expo/expo-github-action/preview
firebaseextended/action-hosting-deploy
fjogeleit/http-request-action
fjogeleit/yaml-update-action
game-ci/steam-deploy
gautamkrishnar/blog-post-workflow
getsentry/action-release
getsentry/craft
gitleaks/gitleaks-action
golangci/golangci-lint-comment
google-github-actions/create-cloud-deploy-release
google-github-actions/deploy-appengine
google-github-actions/deploy-cloud-functions
google-github-actions/deploy-cloudrun
google-github-actions/release-please-action
google-github-actions/ssh-compute
google-github-actions/upload-cloud-storage
googleapis/release-please-action
goreleaser/goreleaser-action
gradle/actions/dependency-submission
gradle/actions/setup-gradle | dependency-graph: generate-and-submit
grafana/k6-action
grafana/run-k6-action
graalvm/setup-graalvm | native-image-enable-sbom: true
gr2m/create-or-update-pull-request-action
hashicorp/tfc-workflows-github/actions/apply-run
haskell-actions/hackage-publish
haya14busa/action-bumpr
helaili/jekyll-action
helm/chart-releaser-action
hmarr/auto-approve-action
home-assistant/builder
imjohnbo/issue-bot
infracost/actions/comment
ipfs/ipfs-deploy-action
jakejarvis/s3-sync-action
jamesives/github-pages-deploy-action
jasonetco/create-an-issue
jfrog/frogbot
jfrog/setup-jfrog-cli
js-devtools/npm-publish
juliaregistries/tagbot
juliangruber/approve-pull-request-action
k-paxian/dart-package-publisher
karancode/yamllint-github-action | yamllint_comment: true
katyo/publish-crates
kentaro-m/auto-assign-action
knope-dev/deploy
korthout/backport-action
launchdarkly/find-code-references
leigholiver/commit-with-deploy-key
lhotari/action-upterm
losisin/helm-docs-github-action
losisin/helm-values-schema-json-action | git-push: true
maierj/fastlane-action
marocchino/sticky-pull-request-comment
marvinpinto/action-automatic-releases
mathieudutour/github-tag-action
maxheld83/ghpages
mhausenblas/mkdocs-deploy-gh-pages
micnncim/action-label-syncer
mikepenz/action-junit-report
mislav/bump-homebrew-formula-action
mr-smithers-excellent/docker-build-push
mshick/add-pr-comment
mxschmitt/action-tmate
ncipollo/release-action
netlify/actions/cli
nowsecure/nowsecure-action
nrwl/nx-cloud-workflows
nwtgck/actions-netlify
octokit/graphql-action
octokit/request-action
octopusdeploy/create-release-action
octopusdeploy/push-package-action
orta/npm-should-publish
oss-review-toolkit/ort-ci-github-action
pascalgn/automerge-action
peaceiris/actions-gh-pages
percy/exec-action
peter-evans/create-or-update-comment
peter-evans/create-pull-request
peter-evans/dockerhub-description
peter-evans/repository-dispatch
planetscale/ghcommit-action
plasmohq/bpp
pozil/auto-assign-issue
pulumi/actions | command: up
pulumi/actions | command: destroy
pulumi/actions | 'command: preview, comment-on-pr: true'
py-cov-action/python-coverage-comment-action
pyo3/maturin-action | command: upload
pypa/gh-action-pypi-publish
python-semantic-release/python-semantic-release
qodo-ai/pr-agent
r0adkll/sign-android-release-upload
r0adkll/upload-google-play
redhat-actions/push-to-registry
release-drafter/release-drafter
release-plz/action
renovatebot/github-action
repo-sync/pull-request
reviewdog/action-eslint
rickstaa/action-create-tag
rtCamp/action-slack-notify
rubygems/release-gem
rymndhng/release-on-push-action
samkirkland/ftp-deploy-action
samuelmeuli/action-electron-builder
samuelmeuli/action-maven-publish
samuelmeuli/action-snapcraft
sarisia/actions-status-discord
serverless/github-action
shallwefootball/s3-upload-action
shogo82148/actions-upload-release-asset
sigstore/gh-action-sigstore-python
slackapi/slack-github-action
slsa-framework/slsa-github-generator
snapcore/action-publish
softprops/action-gh-release
srvaroa/labeler
stefanzweifel/changelog-updater-action
stefanzweifel/git-auto-commit-action
step-security/create-pull-request
styfle/cancel-workflow-action
superfly/flyctl-actions
svenstaro/upload-release-action
swinton/commit
taiki-e/create-gh-release-action
taiki-e/upload-rust-binary-action
tauri-apps/tauri-action | tagName: v1
terraform-docs/gh-actions
the-actions-org/workflow-dispatch
thollander/actions-comment-pull-request
tibdex/backport
timonvs/pr-labeler-action
toshimaru/auto-author-assign
vedantmgoyal9/winget-releaser
vercel/action
w9jds/firebase-action
wagoid/commitlint-github-action
wangyoucao577/go-release-action
whoan/docker-build-with-cache-action
wlixcc/sftp-deploy-action
wow-actions/download-upload
wzieba/firebase-distribution-github-action
xu-cheng/texlive-deploy
yuki-kimoto/deploy
yesolutions/mirror-action
zaproxy/action-baseline
"""


@pytest.mark.parametrize("line", OUTWARD.strip().splitlines())
def test_what_goes_outside_never_looks_harmless(line: str) -> None:
    action, _, inputs = (part.strip() for part in line.partition("|"))
    inputs = inputs.removeprefix("'").removesuffix("'") if inputs.startswith("'") else inputs.strip('"')
    written = channels(f"{action} | {inputs}", Way.WRITES)
    assert written is None or written & EXTERNAL


HANDED_ON = [
    ("actions/upload-artifact", Way.WRITES, Channel.ARTIFACT),
    ("actions/download-artifact", Way.READS, Channel.ARTIFACT),
    ("hashicorp/actions-docker-build", Way.READS, Channel.ARTIFACT),
    ("hashicorp/actions-docker-build", Way.WRITES, Channel.ARTIFACT),
    ("hashicorp/actions-go-build", Way.WRITES, Channel.ARTIFACT),
    ("gradle/actions/setup-gradle | dependency-graph: download-and-submit", Way.READS, Channel.ARTIFACT),
    ("gradle/actions/setup-gradle | dependency-graph: generate", Way.WRITES, Channel.ARTIFACT),
    ("tauri-apps/tauri-action | uploadWorkflowArtifacts: true", Way.WRITES, Channel.ARTIFACT),
    ("github/codeql-action/init | debug: true", Way.WRITES, Channel.ARTIFACT),
    ("google/clusterfuzzlite/actions/build_fuzzers | upload-build: true", Way.WRITES, Channel.ARTIFACT),
    ("anchore/sbom-action", Way.WRITES, Channel.ARTIFACT),
    ("flatpak/flatpak-github-actions/flatpak-builder", Way.WRITES, Channel.ARTIFACT),
    ("hynek/build-and-inspect-python-package", Way.WRITES, Channel.ARTIFACT),
    ("geekyeggo/delete-artifact | name: x", Way.WRITES, Channel.ARTIFACT),
    ("re-actors/checkout-python-sdist", Way.READS, Channel.ARTIFACT),
    ("anchore/scan-action | 'image: me/app'", Way.READS, Channel.IMAGE),
    ("aquasecurity/trivy-action | 'image-ref: me/app'", Way.READS, Channel.IMAGE),
    ("snyk/actions/docker | 'image: me/app'", Way.READS, Channel.IMAGE),
    ("goodwithtech/dockle-action | 'image: me/app'", Way.READS, Channel.IMAGE),
    ("sysdiglabs/scan-action", Way.READS, Channel.IMAGE),
    ("coverallsapp/github-action | parallel-finished: true", Way.READS, Channel.REPORT),
    ("codecov/codecov-action | run_command: send-notifications", Way.READS, Channel.REPORT),
    ("sonarsource/sonarqube-quality-gate-action", Way.READS, Channel.REPORT),
    ("lewagon/wait-on-check-action", Way.READS, Channel.CONVERSATION),
    ("patrickedqvist/wait-for-vercel-preview", Way.READS, Channel.DEPLOYMENT),
    ("cypress-io/github-action", Way.READS, Channel.DEPLOYMENT),
    ("stackhawk/hawkscan-action", Way.READS, Channel.DEPLOYMENT),
    ("treosh/lighthouse-ci-action | 'urls: example.com'", Way.READS, Channel.DEPLOYMENT),
    ("robinraju/release-downloader", Way.READS, Channel.RELEASE),
    ("jaxxstorm/action-install-gh-release", Way.READS, Channel.RELEASE),
    ("oprypin/find-latest-tag", Way.READS, Channel.REF),
    ("actions-ecosystem/action-get-latest-tag", Way.READS, Channel.REF),
    ("benchmark-action/github-action-benchmark", Way.READS, Channel.REF),
    ("obi1kenobi/cargo-semver-checks-action", Way.READS, Channel.PACKAGE),
    ("docker/login-action", Way.WRITES, Channel.CREDENTIAL),
    ("actions/checkout", Way.WRITES, Channel.CREDENTIAL),
    ("expo/expo-github-action | token: x", Way.WRITES, Channel.CREDENTIAL),
    ("bufbuild/buf-setup-action | buf_user: x", Way.WRITES, Channel.CREDENTIAL),
]


@pytest.mark.parametrize(("line", "way", "channel"), HANDED_ON)
def test_what_other_jobs_and_steps_share_is_told(line: str, way: Way, channel: Channel) -> None:
    found = channels(line.replace("'", ""), way)
    assert found is None or channel in found


INWARD = """
actions/checkout
actions/setup-node
actions/setup-python
actions/cache
golangci/golangci-lint-action
docker/build-push-action | "tags: me/app, push: false"
docker/build-push-action | "cache-to: 'type=gha,mode=max', tags: me/app"
pulumi/actions | command: preview
bluefireteam/melos-action
losisin/helm-values-schema-json-action
gradle/actions/setup-gradle
tj-actions/changed-files
codecov/codecov-action
"""


@pytest.mark.parametrize("line", INWARD.strip().splitlines())
def test_ordinary_work_stays_known(line: str) -> None:
    action, _, inputs = (part.strip() for part in line.partition("|"))
    written = channels(f"{action} | {inputs.strip(chr(34))}", Way.WRITES)
    assert written is not None
    assert not written & EXTERNAL
