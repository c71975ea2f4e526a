"""What a step leaves where others that run at the same time could meet it, and what nobody knows of it."""

from __future__ import annotations

import pytest

from dependence.made_steps import printed
from needful.effects.channels import Channel, Way
from needful.effects.names import show
from needful.effects.traces import Footprint

MANIFEST = (
    '{"scripts": {"lint": "eslint .", "fix": "eslint . --fix"}, "devDependencies": {"eslint": "9", "typescript": "5"}}'
)
CHECKED = '{\n "compilerOptions": {"noEmit": true}\n}\n'


def written(step: Footprint, channel: Channel = Channel.FILES) -> set[str]:
    return {show(trace.name) for trace in step.traces if trace.channel is channel and trace.way is Way.WRITES}


def why(step: Footprint) -> str:
    return step.hidden[0].text if step.hidden else ""


@pytest.mark.parametrize(
    ("command", "kinds", "long"),
    [
        ("eslint .", {"lint"}, True),
        ("npm run lint", {"lint"}, True),
        ("npx eslint .", {"lint"}, True),
        ("npx tsc --noEmit", {"types"}, True),
        ("npx tsc", {"types"}, True),
        ("prettier --check .", {"format"}, False),
        ("ruff check && ruff format --check", {"lint", "format"}, False),
        ("python -m mypy .", {"types"}, True),
        ("cd app && go vet ./...", {"lint"}, True),
        ("go build ./...", {"build"}, True),
        ("cargo clippy --all-targets -- -D warnings", {"lint"}, True),
        ("bundle exec rubocop", {"lint"}, True),
        ("echo hello", set(), False),
        ("cat README.md", set(), False),
    ],
)
def test_commands_that_are_known(command: str, kinds: set[str], long: bool) -> None:
    (step,) = printed(command, files={"package.json": MANIFEST, "tsconfig.json": CHECKED})
    assert (why(step), set(step.kinds), step.long) == ("", kinds, long)


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("eslint . --fix", "what it writes with these options is not known: `eslint . --fix`"),
        ("npm run fix", "what it writes with these options is not known: `eslint . --fix`"),
        ("eslint $OPTIONS", "what it writes with these options is not known"),
        ("prettier --write .", "what it writes with these options is not known"),
        ("prettier .", "it may change files: `prettier .`"),
        ("black .", "it may change files: `black .`"),
        ("npx tsc -p other", "it may change files: `npx tsc -p other`"),
        ("npx prettier --check .", "it may install the program first: `npx prettier --check .`"),
        ("PYTEST_ADDOPTS=--cov pytest", "a variable may tell it to write more: `PYTEST_ADDOPTS=--cov pytest`"),
        ("{env: {RUFF_OUTPUT_FILE: a}, run: ruff check}", "a variable may tell it to write more: `ruff check`"),
        ("uvx ruff check", "it may install the program first: `uvx ruff check`"),
        ("uv run pytest", "it may install the program first: `uv run pytest`"),
        ("pipx run ruff check", "it may install the program first"),
        ("pre-commit run --all-files", "which cannot be looked into"),
        ("tox", ""),
        ("npm ci --prefix web", "what it writes with these options is not known: `npm ci --prefix web`"),
        ("npm install -g yarn", "what it writes with these options is not known: `npm install -g yarn`"),
        ("{uses: ruby/setup-ruby@v1, with: {bundler-cache: true}}", "with `bundler-cache`: what it writes then is not"),
        ("uv run --group docs mypy .", "what it writes with these options is not known"),
        ("make check", "runs `make check`, which cannot be looked into"),
        ("./check.sh", "runs `./check.sh`, which cannot be looked into"),
        ("docker build .", "what else on the machine it changes is not known"),
        ("docker compose up -d", "what else on the machine it changes is not known"),
        ("cmake --build build", "what else on the machine it changes is not known"),
        ("somebody --knows", "runs `somebody --knows`, which is not known here"),
        ("{uses: acme/lint@v1}", "uses acme/lint@v1: what it leaves on the machine is not known"),
        (
            "{uses: ./.github/actions/lint}",
            "uses ./.github/actions/lint, a local action, whose steps cannot be told apart",
        ),
        (
            "{uses: DavidAnson/markdownlint-cli2-action@v20, with: {fix: true}}",
            "with `fix`: what it writes then is not known",
        ),
        ("{name: nothing}", "is a step of a kind that is not known here"),
    ],
)
def test_commands_of_which_nobody_knows_all(command: str, reason: str) -> None:
    files = {
        "package.json": MANIFEST,
        ".github/actions/lint/action.yml": "runs: {using: composite, steps: [{run: a, shell: sh}]}",
    }
    (step,) = printed(command, files=files)
    assert step.hidden
    assert reason in why(step)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("pytest", {".pytest_cache/${{ ? }}", "${{ ? }}__pycache__/${{ ? }}.pyc"}),
        ("pytest --cov=app", {".coverage${{ ? }}"}),
        ("pytest --junitxml=out.xml", {"out.xml"}),
        ("cd app && mypy .", {"app/.mypy_cache/${{ ? }}.json"}),
        ("cd $X && mypy .", {"${{ ? }}"}),
        ("ruff check --no-cache", set()),
        ("go test -coverprofile=c.out ./...", {"c.out"}),
        ("cargo check", {"target/${{ ? }}", "Cargo.lock"}),
        ("cargo check --locked", {"target/${{ ? }}"}),
        ("cd crates/one && cargo check", {"crates/one/target/${{ ? }}"}),
        ("eslint . > report.txt", {"report.txt"}),
        ("echo a > b.txt", {"b.txt"}),
        ("jest", set()),
        ("jest --coverage", {"coverage/${{ ? }}"}),
    ],
)
def test_what_is_written(command: str, files: set[str]) -> None:
    known = {"crates/Cargo.lock": ""} if "crates" in command else {}
    (step,) = printed(command, files=known)
    assert files <= written(step)
    assert bool(files) == bool(written(step))


@pytest.mark.parametrize(
    ("path", "text", "command"),
    [
        ("vitest.config.ts", "export default {test: {coverage: {enabled: true}}}", "vitest run"),
        ("package.json", '{"jest": {"collectCoverage": true}}', "jest"),
        ("pytest.ini", "[pytest]\naddopts = --cov", "pytest"),
        ("spec/spec_helper.rb", "SimpleCov.start", "rspec"),
        ("phpunit.xml.dist", "<logging/>", "phpunit"),
        ("ruff.toml", "fix = true", "ruff check"),
        ("pyproject.toml", "[tool.ruff]\nfix = true", "ruff check"),
        ("mypy.ini", "[mypy]\ncache_dir = x", "mypy ."),
        (".golangci.yml", "issues:\n  fix: true", "golangci-lint run"),
        (".markdownlint-cli2.jsonc", '{"fix": true}', "markdownlint-cli2 '**/*.md'"),
        (".codespellrc", "[codespell]\nwrite-changes =", "codespell"),
    ],
)
def test_settings_may_say_that_more_is_written(path: str, text: str, command: str) -> None:
    (step,) = printed(command, files={path: text})
    assert "${{ ? }}" in written(step)
    (step,) = printed(command, files={path: "nothing"})
    assert "${{ ? }}" not in written(step)


def test_settings_under_another_name_may_say_anything() -> None:
    (step,) = printed("jest --config other.js")
    assert "${{ ? }}" in written(step)


def test_a_manifest_that_cannot_be_read_lists_nothing() -> None:
    for text in ("{", "[]", '{"devDependencies": []}'):
        (step,) = printed("npx eslint .", files={"package.json": text})
        assert "may install" in why(step)


def test_what_tools_share_is_named() -> None:
    steps = printed("cargo test", "golangci-lint run", "{uses: golangci/golangci-lint-action@v8}")
    locks = [written(step, Channel.LOCK) for step in steps]
    assert locks == [{"cargo's build directory", "test suites"}, {"golangci-lint"}, {"golangci-lint"}]
    assert [step.post for step in steps] == ["", "", "cache"]


def test_summaries_are_of_one_step_and_masks_of_all() -> None:
    steps = printed('echo done >> "$GITHUB_STEP_SUMMARY"', "echo ::add-mask::x")
    assert [bool(written(step, Channel.LOG)) for step in steps] == [False, True]


def test_a_suite_that_starts_servers_of_its_own_may_build_anything() -> None:
    listed = {"package.json": '{"devDependencies": {"@playwright/test": "1"}}'}
    (step,) = printed("npx playwright test", files={**listed, "playwright.config.ts": "export default {webServer: {}}"})
    assert why(step) == ""
    assert "${{ ? }}" in written(step)


def test_what_an_earlier_step_has_installed_is_there() -> None:
    synced = printed("uv sync", "uv run mypy .", "uv run pytest")
    assert [bool(step.hidden) for step in synced] == [False, False, False]
    first = printed("uv run mypy .", "uv run pytest")
    assert [bool(step.hidden) for step in first] == [True, False]
    perhaps = printed("{if: github.ref == 'a', run: uv sync}", "{run: 'test -f a && uv sync'}", "uv run pytest")
    assert perhaps[-1].hidden
