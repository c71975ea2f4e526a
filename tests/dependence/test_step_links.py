"""Which steps of one job cannot run at once, and why: a test for every way in which people found that steps collide."""

from __future__ import annotations

import pytest

from dependence.made_steps import printed
from needful.dependence.step_doubts import may_stand_beside
from needful.dependence.step_links import Clash, clash, clashes, harm
from needful.effects.traces import Footprint, Left

MANIFEST = '{"scripts": {"unit": "vitest run unit", "e2e": "playwright test", "types": "tsc --noEmit"}}'


def met(first: str, second: str, **files: str) -> Clash | None:
    return clash(*printed(first, second, files={"package.json": MANIFEST, **files}))


OUTPUT = "{id: a, run: 'echo o=1 >> $GITHUB_OUTPUT'}"
COLLISIONS = [
    # one database file, one port: test suites share what their code opens, which no command line shows
    ("pytest tests/accounts", "pytest tests/mail", "lock", "both use the lock `test suites`"),
    ("npm run unit", "npm run e2e", "lock", "both use the lock `test suites`"),
    ("phpunit --testsuite unit", "phpunit --testsuite functional", "lock", "both use the lock `test suites`"),
    ("go test -race ./...", "go test ./...", "lock", "both use the lock `test suites`"),
    # one coverage file, one report
    ("coverage run -m pytest", "pytest", "lock", "both use the lock `test suites`"),
    ("eslint . -o report.json", "oxlint . > report.json", "files", "files `report.json`"),
    ("eslint . > report.json", "oxlint . > report.json", "files", "files `report.json`"),
    # the same output directory
    ("cargo build", "cargo clippy", "lock", "both use the lock `cargo's build directory`"),
    ("cargo test --doc", "cargo doc", "lock", "both use the lock `cargo's build directory`"),
    ("vite build", "vitest run", "unknown", "what else on the machine it changes"),
    # package managers on one tree
    ("npm ci", "npm run types", "files", "may look at files"),
    ("yarn install", "yarn --cwd web install", "unknown", "what it writes with these options is not known"),
    ("npm ci", "cd web && npm ci", "lock", "both use the lock `installs of Node.js packages`"),
    ("pip install -r a.txt", "pip install -r b.txt", "lock", "both use the lock `installs of Python packages`"),
    ("pip install -r a.txt", "pytest", "files", "may look at files"),
    ("pip install -r a.txt", "cargo fmt --check", "dependencies", "dependencies `pip` that the first writes"),
    ("sudo apt-get install -y a", "sudo apt-get install -y b", "lock", "both use the lock `dpkg`"),
    ("sudo apt-get install -y libpq-dev", "cargo fmt --check", "tool", "the second may look at tool"),
    ("bundle install", "bundle exec rubocop", "dependencies", "dependencies `gems` that the first writes"),
    ("mypy .", "pip install -r a.txt", "dependencies", "the first may look at dependencies `pip`"),
    # what is set up, restored, checked out, downloaded is there for those behind it
    ("{uses: actions/setup-node@v6}", "npm ci", "search path", "the second needs what the first sets"),
    ("{uses: actions/cache@v5, with: {path: node_modules, key: a}}", "npm ci", "files", "files that the second writes"),
    (
        "{uses: actions/download-artifact@v8, with: {path: dist}}",
        "cat dist/a",
        "files",
        "that the first writes",
    ),
    ("{uses: actions/checkout@v6, with: {path: b}}", "cd b && eslint .", "files", "may look at"),
    ("{uses: actions/checkout@v6}", "{uses: actions/checkout@v6, with: {path: b}}", "files", "both may write files"),
    (
        "eslint . -o dist/a.json",
        "{uses: actions/upload-artifact@v6, with: {path: dist}}",
        "files",
        "that the first writes",
    ),
    # tools that change what another reads, or install themselves
    ("ruff check --fix", "mypy .", "unknown", "what it writes with these options"),
    ("black .", "flake8", "unknown", "it may change files"),
    ("npx cspell .", "npm run types", "unknown", "it may install the program first"),
    ("tox -e lint", "tox -e types", "unknown", "nobody knows all"),
    # caches and locks of one tool
    ("mypy src", "mypy tests", "files", "both may write files"),
    ("golangci-lint run", "golangci-lint run ./cmd/...", "lock", "both use the lock `golangci-lint`"),
    ("cargo deny check", "cargo audit", "lock", "both use the lock `advisory database`"),
    ("./gradlew lint", "./gradlew test", "unknown", "what else on the machine it changes"),
    # services, images, logins, the index of git
    ("docker compose up -d", "pytest", "unknown", "what else on the machine it changes"),
    ("docker build -t a .", "docker build -t b .", "unknown", "nobody knows all"),
    ("redis-server &", "pytest", "unknown", "what else on the machine it changes"),
    ("git add .", "git diff --exit-code", "unknown", "what else on the machine it changes"),
    # a file that one makes and another reads, and the other way round
    ("echo a > notes.txt", "cat notes.txt", "files", "the second may look at files `notes.txt` that the first writes"),
    ("cat notes.txt", "echo a > notes.txt", "files", "the first may look at files `notes.txt` that the second writes"),
    ("echo a > b.py", "mypy .", "files", "the second may look at files `b.py` that the first writes"),
    # variables, the search path, masks
    ('echo "A=1" >> "$GITHUB_ENV"', "mypy .", "environment variable", "the second needs what the first sets"),
    ('echo bin >> "$GITHUB_PATH"', "mypy .", "search path", "the second needs what the first sets"),
    ("echo ::add-mask::secret", "mypy .", "log", "must be told first"),
    # outputs and outcomes by id
    (OUTPUT, "{env: {O: '${{ steps.a.outputs.o }}'}, run: mypy .}", "step output", "step output `a.o`"),
    ("{id: a, run: mypy .}", "{if: steps.a.outcome == 'success', run: ruff check}", "status", "status `a`"),
    # actions: made of other steps, or with work at the end of the job
    ("{uses: acme/lint@v1}", "mypy .", "unknown", "what it leaves on the machine is not known"),
    ("{uses: ./lint}", "mypy .", "unknown", "what it leaves on the machine is not known"),
]


@pytest.mark.parametrize(("first", "second", "kind", "text"), COLLISIONS)
def test_steps_that_collide(first: str, second: str, kind: str, text: str) -> None:
    found = met(first, second)
    assert found is not None
    assert found.kind == kind
    assert text in found.text
    assert found.evidence


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("eslint .", "npm run types"),
        ("eslint .", "npm run unit"),
        ("npm run types", "npm run unit"),
        ("ruff check", "mypy ."),
        ("mypy .", "pytest"),
        ("ruff format --check", "pytest"),
        ("go vet ./...", "go test ./..."),
        ("go test ./...", "golangci-lint run"),
        ("cargo fmt --check", "cargo clippy"),
        ("cargo deny check", "cargo test --locked"),
        ("cd web && npx eslint .", "cd api && mypy ."),
        ("rubocop", "brakeman"),
        ("mypy .", 'echo "A=1" >> "$GITHUB_ENV"'),
        ("echo a > a.txt", "echo b > b.txt"),
        ("cat a.txt", "cat a.txt"),
        ("{uses: golangci/golangci-lint-action@v8}", "go test ./..."),
        ("npm ci", "cd api && pip install -r requirements.txt"),
        ("npm ci", "bundle install"),
        ("sudo apt-get update", "{uses: actions/setup-java@v5, with: {java-version: 21}}"),
        ("{uses: actions/setup-java@v5, with: {java-version: 21}}", "sudo apt-get update"),
        ("{uses: actions/setup-java@v5}", "{uses: actions/cache@v5, with: {path: ~/.gradle/caches, key: a}}"),
        ("{uses: actions/checkout@v6, with: {path: a}}", "{uses: actions/checkout@v6, with: {path: b}}"),
        (
            "{uses: actions/upload-artifact@v6, with: {path: a}}",
            "{uses: actions/upload-artifact@v6, with: {name: b, path: a}}",
        ),
        ("docker pull redis:7", "npm ci"),
    ],
)
def test_steps_that_do_not(first: str, second: str) -> None:
    files = {"Cargo.lock": "", "web/package.json": '{"devDependencies": {"eslint": "9"}}'}
    found = met(first, second, **files)
    assert found is None, found


def test_actions_with_work_at_the_end_that_only_keep_what_is_their_own() -> None:
    step = "{uses: golangci/golangci-lint-action@v8}"
    assert "post step" not in [each.kind for each in clashes(*printed(step, step))]
    first, second = printed(step, step)
    other = Footprint(second.step, lambda: Left(post="else"))
    assert [each.kind for each in clashes(first, other)] == ["post step"]


@pytest.mark.parametrize(("first", "second", "kind", "text"), COLLISIONS)
def test_what_collides_is_not_even_offered(first: str, second: str, kind: str, text: str) -> None:
    assert not may_stand_beside(*printed(first, second, files={"package.json": MANIFEST})), (kind, text)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        # two suites on one database file, one port, one browser; what is built in one place
        ("./script/test unit", "./script/test system"),
        ("bin/rails test", "bin/rails test:system"),
        ("./gradlew lint", "./gradlew check"),
        ("bazel test //a", "bazel build //b"),
        ("make lint", "make build"),
        ("{name: Lint, run: cargo lint}", "cargo clippy"),
        # one database; what compares the checkout with what was committed
        ("uv run alembic check", "uv run pytest"),
        ("make lint", "{name: Check the modules, run: 'go mod verify && git diff --exit-code'}"),
        ("make lint", "{name: Check the modules, run: go mod tidy}"),
        # what may put into form what it finds
        ("make lint", "make format"),
        ("make build", "make lint"),
        ("npm run build", "npm run unit"),
        ("tox -e lint", "tox -e types"),
        # what seems to do more than check
        ("make lint", "make release-check"),
        ("make lint", "./deploy check"),
        ("./start-server", "make lint"),
        ("make generate", "make lint"),
        ("{name: Lint and commit, run: ./ci/lint}", "make types"),
        ("{name: Lint, run: './ci/lint && git push'}", "make types"),
        # nobody says what it is for
        ("./ci/one", "./ci/two"),
        ("npm ci", "make lint"),
        ("make lint", "npm ci"),
        ("{uses: acme/lint@v1}", "make types"),
    ],
)
def test_what_seems_to_collide_is_not_offered(first: str, second: str) -> None:
    assert not may_stand_beside(*printed(first, second, files={"package.json": MANIFEST}))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("make lint", "make typecheck"),
        ("./ci/lint", "./ci/test"),
        ("bundle exec rake linter:style", "bundle exec rake linter:security"),
        ("{name: Check the symbols, run: ./ci/symbols}", "make -C build test"),
        ("make lint", "mypy ."),
        ("{name: Unit tests, run: ./ci/all}", "make docs"),
        ("make lint", "make check-format"),
    ],
)
def test_what_seems_independent_is_offered(first: str, second: str) -> None:
    prints = printed(first, second)
    assert clash(*prints) is not None
    assert may_stand_beside(*prints)


@pytest.mark.parametrize(
    ("command", "harmful"),
    [
        ("mypy .", False),
        ("echo a > b", False),
        ("npm ci", False),
        ("{uses: actions/cache@v5, with: {path: a, key: b}}", False),
        ("{uses: actions/upload-artifact@v6, with: {path: a}}", True),
        ("npm publish", True),
        ("gh pr comment 1 --body x", True),
        ("git push", True),
        ("cypress run --record", True),
    ],
)
def test_what_must_not_happen_after_a_failure(command: str, harmful: bool) -> None:
    (step,) = printed(command)
    assert (harm(step) is not None) == harmful
