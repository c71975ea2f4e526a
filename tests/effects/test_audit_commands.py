"""Commands that change something outside must never look as if they stayed inside the job.

Each line is read by the reader of bash as it stands in workflows, and followed through all that it runs. What must be
true of it: it writes there, or it is not known, or it opens something of the repository (`opens`).
"""

from __future__ import annotations

from collections import deque

import pytest

from needful.effects.channels import EXTERNAL, Channel, Touch, Way
from needful.effects.commands import meaning
from needful.effects.names import literal
from needful.effects.shell.bash import read_bash
from needful.effects.shell.model import Script

_SHELLS = frozenset({"bash", "sh"})


def followed(text: str) -> tuple[bool, list[str], list[Touch]]:
    """Whether all of a script is known, the kinds of what it opens, and all that it touches."""
    known = True
    opened: list[str] = []
    touches: list[Touch] = []
    scripts: deque[Script] = deque([read_bash(literal(text))])
    while scripts:
        script = scripts.popleft()
        known = known and not script.gaps
        pending = deque(script.commands)
        while pending:
            command = pending.popleft()
            means = meaning(command, script.functions)
            known = known and means.known and all(shell in _SHELLS for shell, _ in means.scripts)
            opened += [opening.kind for opening in means.opens]
            touches += means.touches
            pending += means.runs
            scripts += [read_bash(inner) for shell, inner in means.scripts if shell in _SHELLS]
    return known, opened, touches


def outside(touches: list[Touch], way: Way) -> set[Channel]:
    return {touch.channel for touch in touches if touch.channel in EXTERNAL and touch.way is way}


OUTWARD = """
npm publish --provenance --access public
npm run build --if-present && npm publish
npm exec --package=semantic-release -c "semantic-release"
npx -y semantic-release@24
npx semantic-release --dry-run=false
pnpm -r publish --no-git-checks
pnpm --filter=./packages/* publish
yarn npm publish
yarn workspaces foreach --all --no-private npm publish --tolerate-republish
npx lerna publish from-package --yes
npx nx release publish
npx changeset publish
npx gh-pages -d dist
vercel deploy --prebuilt
netlify deploy --prod
wrangler pages deploy dist
firebase deploy --only hosting
eas submit -p ios --latest
serverless deploy
npx cdk deploy --all
npx prisma migrate deploy
electron-builder --mac --publish=always
npx @vscode/vsce publish --packagePath x.vsix
npx ovsx publish x.vsix
sentry-cli releases new v1
datadog-ci lambda instrument -f worker
datadog-ci deployment mark --env prod
deno publish
cargo publish -p core
cargo +nightly publish
cargo release --execute --no-confirm
cargo workspaces publish --yes
cargo hack publish
cargo hack --workspace --ignore-private publish
cargo owner --add somebody
poetry publish --build
poetry run twine upload dist/*
uv publish
uvx twine upload dist/*
hatch publish
flit publish
pdm publish
python -m twine upload --skip-existing dist/*
python setup.py sdist upload
python setup.py sdist bdist_wheel upload -r pypi
python setup.py publish
mkdocs gh-deploy --force
mike deploy 1.0 --push
ghp-import -p build
anaconda upload x.tar.bz2
conda build --token "$TOKEN" --user me recipe
dvc push
alembic upgrade head
zappa update production
cz bump --yes
bump-my-version bump patch
mvn -B deploy
mvn clean site:deploy
mvn release:perform
mvn compile jib:build
./mvnw -B -ntp deploy
./gradlew publishToSonatype closeAndReleaseRepository
./gradlew :lib:publish
./gradlew submitDependencies
./gradlew buildAndPushImage
./gradlew appDistributionUploadRelease
sbt ci-release
sbt "project core" publish
sbt Docker/publish
lein deploy clojars
earthly --push +release
dotnet nuget push out/*.nupkg
dotnet publish -p:PublishProfile=DefaultContainer
dotnet build -p:DeployOnBuild=true
dotnet msbuild -t:Push
msbuild site.csproj /p:DeployOnBuild=true /p:PublishProfile=live
gem push x.gem
rake release
bundle exec cap production deploy
rails db:migrate
pod trunk push x.podspec
xcrun altool --upload-app -f x
xcrun notarytool submit x.zip --wait
composer global exec envoy run deploy
svn commit -m x
luarocks upload x.rockspec
mix hex.publish --yes
dart pub publish --force
cabal upload --publish x.tar.gz
swift package-registry publish me.x 1.0
goreleaser
goreleaser --rm-dist
goreleaser release --clean
ko apply -f x
ghr v1 dist/
ctest -S dashboard.cmake
conan upload x -r r --all
nix copy --to ssh://server ./result
nixos-rebuild switch --target-host x
snapcraft upload x.snap
choco push x.nupkg
brew release app
cloudsmith push python me/repo x.whl
jf rt upload a b
kompose up
tk apply environments/prod
puppet module upload
platform push
terraform -chdir=x apply -auto-approve
terraform init -migrate-state
terraform test
terragrunt run-all apply
pulumi up --yes
ansible-playbook -i inventory site.yml
sam deploy
kubectl create ns x --dry-run=client -o yaml | kubectl apply -f -
kubectl apply --dry-run=none -f x
helm upgrade --install app chart
helm push x.tgz oci://registry/charts
helmfile -f x -e live apply
argocd app sync app
flux reconcile source git app
skaffold run
docker push me/app
docker buildx build --output=type=image,push=true,name=me/app .
docker buildx bake --set *.output=type=registry
docker compose push
docker trust sign me/app:1
docker plugin push me/plugin
docker scout push me/app
docker manifest push me/app
docker --context live compose up -d
docker context use live
podman push me/app
skopeo copy docker://a docker://b
crane copy a b
oras push r/x:1 file
cosign sign --yes me/app@sha256:0
syft attest me/app:1
pack build me/app --publish
psql "$DATABASE_URL" -c "drop table x"
redis-cli -h cache.example.com flushall
flyway migrate
git push
git -c user.name=x push origin HEAD:main
git push --dry-run=false
git push --tags
if git commit -m x; then git push; fi
git diff --quiet || (git add . && git commit -m x && git push)
git submodule foreach 'git push'
git subtree push --prefix dist origin gh-pages
git lfs push origin main
git svn dcommit
git send-email 0001.patch
git rebase --exec "git push" main
git filter-branch --tree-filter 'curl -d x https://example.com' HEAD
git bisect run ./judge.sh
git flow release finish -p 1
git annex sync
git subrepo push lib
sudo -E git push
env A=b GIT_SSH_COMMAND="ssh -i key" git push
nohup git push &
timeout 60 git push
echo origin | xargs -n1 git push
find . -name '*.nupkg' -exec dotnet nuget push {} \\;
while read one; do npm publish "$one"; done < list
for one in dist/*; do twine upload "$one"; done
case $X in a) npm publish;; esac
f() { git push; }; f
trap 'git push' EXIT
ssh-agent bash -c 'git push'
ssh-agent sh -c 'ssh-add key; git push'
bash -lc "npm publish"
su - me -c "git push"
eval "git push"
$COMMAND push
arch -x86_64 npm publish
arch -arch x86_64 npm publish
volta run npm publish
fnm exec --using=20 npm publish
rbenv exec gem push x.gem
sops exec-env secrets.yml 'npm publish'
doppler run -- npm publish
op run -- npm publish
mise exec -- npm publish
corepack pnpm publish
pipx run twine upload dist/*
micromamba run -n x twine upload y
npx dotenv -- npm publish
xvfb-run npm publish
cat <(git push)
gh release create v1 dist/*
gh release edit v1 --draft=false
gh pr comment 1 -b x
gh pr merge --auto 1
gh api graphql -f query='mutation { x }'
gh api graphql -F query=@f.graphql
gh api -X "$METHOD" repos/o/r
gh workflow run x.yml
gh run cancel 1
gh secret set X
gh repo sync
curl -XPOST https://example.com
curl --data @x https://example.com
curl -sX POST https://example.com
curl -T file https://example.com
curl -K request.conf
curl -Q "DELE x" ftp://example.com/
curl "$DEPLOY_HOOK"
curl -fsS "${DEPLOY_HOOK}&ref=main"
curl https://api.telegram.org/bot1/sendMessage?text=done
curl https://example.com/hooks/redeploy
wget -qO- "$DEPLOY_HOOK"
wget --post-data=x https://example.com
http POST example.com
scp -r dist user@host:/srv
rsync -avz -e ssh dist/ user@host:/srv
sshpass -p x ssh host restart
ssh user@host "systemctl restart app"
lftp -c "mirror -R"
aws s3 sync dist s3://bucket
aws cloudfront create-invalidation --distribution-id x
aws --region x ecs update-service
gsutil -m rsync -r dist gs://bucket
gcloud beta run deploy x
az storage blob upload-batch -d x -s y
rclone copy dist remote:bucket
mc mirror dist minio/bucket
heroku container:release web
fly deploy --remote-only
tx push -s
twilio api:core:messages:create
sendmail me@example.com
reviewdog -reporter=github-pr-review
"""


@pytest.mark.parametrize("line", OUTWARD.strip().splitlines())
def test_what_goes_outside_never_looks_harmless(line: str) -> None:
    known, _, touches = followed(line)
    assert not known or outside(touches, Way.WRITES)


OPENING = """
npm install-test
make publish
npm run release
yarn semantic-release
turbo run deploy
nx run app:deploy
fastlane beta
bazel run //app:push
rake publish
tox -e publish
just publish
bundle exec fastlane release
docker compose run --rm deploy
ccache make publish
concurrently "npm:publish"
git submodule foreach npm run release
./deploy.sh
source ./deploy.sh
node scripts/publish.js
cargo run --bin release
"""


@pytest.mark.parametrize("line", OPENING.strip().splitlines())
def test_what_the_repository_says_is_asked_for(line: str) -> None:
    _, opened, _ = followed(line)
    assert opened


READING = [
    ("gh run download 1 -n x", Channel.ARTIFACT),
    ("gh release download v1", Channel.RELEASE),
    ("trivy image me/app:1", Channel.IMAGE),
    ("grype me/app:1", Channel.IMAGE),
    ("syft me/app:1 -o spdx-json", Channel.IMAGE),
    ("snyk container test me/app:1", Channel.IMAGE),
    ("docker scout cves me/app:1", Channel.IMAGE),
    ("docker sbom me/app:1", Channel.IMAGE),
    ("docker pull me/app:1", Channel.IMAGE),
    ("crane digest me/app:1", Channel.IMAGE),
    ("cosign verify me/app:1", Channel.ATTESTATION),
    ("git ls-remote --tags origin", Channel.REF),
    ("git pull --rebase", Channel.REF),
    ("kubectl rollout status deployment/x", Channel.DEPLOYMENT),
    ("datadog-ci synthetics run-tests", Channel.DEPLOYMENT),
    ("aws s3 cp s3://bucket/x y", Channel.SERVICE),
    ("curl -fsSL https://example.com/x", Channel.SERVICE),
    ("terraform output", Channel.INFRASTRUCTURE),
    ("helm pull oci://registry/chart", Channel.PACKAGE),
]


@pytest.mark.parametrize(("line", "channel"), READING)
def test_what_another_job_may_have_made_is_read(line: str, channel: Channel) -> None:
    known, _, touches = followed(line)
    assert not known or channel in {touch.channel for touch in touches if touch.way is Way.READS}


INWARD = """
npm ci && npm test
cargo hack --feature-powerset check
cargo test
python setup.py sdist bdist_wheel
python setup.py --version
pip install -r requirements.txt
mvn clean site
./gradlew assembleRelease test
msbuild app.sln /p:Configuration=Release
goreleaser release --snapshot --clean
ctest --output-on-failure
git rebase --onto main a b
ssh-agent
arch
cz check --rev-range HEAD~1..HEAD
kompose convert -f compose.yml
redis-cli ping
curl -fsSL https://example.com/x.tar.gz
curl -sSL "$BASE/x.tar.gz" -o x.tar.gz
terraform validate
volta install node@20
python -m platform
sops -d secrets.yml
"""


@pytest.mark.parametrize("line", INWARD.strip().splitlines())
def test_ordinary_work_stays_known(line: str) -> None:
    known, _, touches = followed(line)
    assert known
    assert not outside(touches, Way.WRITES)
