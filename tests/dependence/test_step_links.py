"""Which steps of one job cannot run at once, and why: a test for every way in which people found that steps collide."""

from __future__ import annotations

import pytest

from dependence.made_steps import printed
from needful.dependence.step_links import Clash, clash, clashes, harm

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
    ("npm ci", "npm run types", "unknown", "what else on the machine it changes is not known: `npm ci`"),
    ("yarn install", "yarn --cwd web install", "unknown", "what else on the machine it changes"),
    ("pip install -r a.txt", "pip install -r b.txt", "unknown", "what else on the machine it changes"),
    ("sudo apt-get install -y a", "sudo apt-get install -y b", "unknown", "what else on the machine it changes"),
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
    ],
)
def test_steps_that_do_not(first: str, second: str) -> None:
    files = {"Cargo.lock": "", "web/package.json": '{"devDependencies": {"eslint": "9"}}'}
    found = met(first, second, **files)
    assert found is None, found


def test_two_actions_with_work_at_the_end() -> None:
    step = "{uses: golangci/golangci-lint-action@v8}"
    kinds = [each.kind for each in clashes(*printed(step, step))]
    assert kinds[0] == "lock"
    assert kinds[-1] == "post step"


@pytest.mark.parametrize(
    ("command", "harmful"),
    [
        ("mypy .", False),
        ("echo a > b", False),
        ("npm ci", True),
        ("npm publish", True),
        ("gh pr comment 1 --body x", True),
        ("git push", True),
        ("cypress run --record", True),
    ],
)
def test_what_must_not_happen_after_a_failure(command: str, harmful: bool) -> None:
    (step,) = printed(command)
    assert (harm(step) is not None) == harmful
