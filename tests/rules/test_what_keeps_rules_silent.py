"""Silent cases bite: each is an acting one but for a single thing. Without that thing, the rule acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from rules.cases import CI, HISTORY, Case, cases, plan_files, wants_of
from rules.measured import MEASURED

OLD_RULES = ("add-missing-needs", "drop-false-needs", "drop-implied-needs")
"""Their cases are in `test_silence`, which switches off what they infer."""

NPM_LOCK = {"package-lock.json": b"{}\n"}
NPM_LISTED = b"""{"lockfileVersion": 3, "packages": {
  "": {"dependencies": {"left-pad": "^1.3.0"}, "devDependencies": {"vitest": "^4.0.0"}},
  "node_modules/left-pad": {}, "node_modules/vitest": {}
}}"""
HOOKS = "      - run: pre-commit run --all-files"
GONE = b"\0"
"""What stands for a file that is not there."""
Edit = tuple[str, str]
OTHER = b"""\
on: {push: {branches: [trunk]}, pull_request: }
jobs: {a: {runs-on: ubuntu-latest, steps: [{run: make}]}}
"""
UNIT = "runs-on: ubuntu-latest\n    steps:\n      - run: make test"
BITES: Mapping[str, tuple[list[Edit], Mapping[str, bytes]]] = {
    # --- cache-dependencies ---
    "cache-dependencies/cache-mode-of-its-own": ([("cache-mode: none", "cache-mode: write")], {}),
    "cache-dependencies/cache-that-pip-must-not-use": ([("--no-cache-dir ", "")], {}),
    "cache-dependencies/called-by-a-release": (
        [],
        {".github/workflows/release.yml": b"on: push\njobs:\n  unit:\n    uses: ./.github/workflows/ci.yml\n"},
    ),
    "cache-dependencies/called-by-others": ([("  workflow_call:\n", "")], {}),
    "cache-dependencies/deploys-to-an-environment": ([("    environment: live\n", "")], {}),
    "cache-dependencies/file-that-only-the-run-knows": ([('"$FILE"', "requirements.txt")], {}),
    "cache-dependencies/go-that-asks-whether-all-can-be-fetched": ([("GOPROXY=direct ", "")], {}),
    "cache-dependencies/local-action-that-is-not-there": ([("uses: ./.github/actions/lost", "run: make")], {}),
    "cache-dependencies/one-of-the-requirement-files-is-made-on-the-way": ([], {"made.txt": b"requests\n"}),
    "cache-dependencies/in-a-container": ([("    container: node:24\n", "")], {}),
    "cache-dependencies/in-docker": ([('docker run --rm -v "$PWD:/w" -w /w node:24 ', "")], {}),
    "cache-dependencies/kept-by-a-local-action": (
        [],
        {".github/actions/warm/action.yml": b"runs:\n  using: composite\n  steps:\n    - {run: ls, shell: bash}\n"},
    ),
    "cache-dependencies/kept-by-a-step-of-its-own": ([("path: ~/.npm", "path: ~/.cache/eslint")], {}),
    "cache-dependencies/kept-by-a-store-of-the-runner": (
        [("namespacelabs/nscloud-cache-action", "acme/lint")],
        {},
    ),
    **{
        f"cache-dependencies/kept-in-the-cache-of-{vendor}": ([("path: ~/.npm", "path: ~/.cache/eslint")], {})
        for vendor in ("buildjet", "runs-on", "useblacksmith")
    },
    "cache-dependencies/lock-file-of-another-repository": ([("repository: acme/other", "fetch-depth: 1")], {}),
    "cache-dependencies/lock-file-that-is-checked-out-too-late": (
        [("      - uses: actions/setup-node", "      - uses: actions/checkout@v7\n      - uses: actions/setup-node")],
        {},
    ),
    "cache-dependencies/lock-file-that-is-not-there": ([], NPM_LOCK),
    "cache-dependencies/machine-that-somebody-keeps": ([("[self-hosted, linux]", "ubuntu-latest")], {}),
    "cache-dependencies/makes-what-another-job-publishes": ([("npm publish", "ls"), ("  publish:", "  look:")], {}),
    "cache-dependencies/nothing-is-installed": (
        [("      - run: npm test", "      - run: npm ci\n      - run: npm test")],
        {},
    ),
    "cache-dependencies/nuget-without-a-lock-file": ([], {"packages.lock.json": b"{}\n"}),
    "cache-dependencies/one-tool-by-name": ([("install ruff", "install -r requirements.txt")], {}),
    "cache-dependencies/other-repositories-as-well": ([("repository: acme/other", "fetch-depth: 1")], {}),
    "cache-dependencies/own-build-in-the-maven-repository": ([("publishToMavenLocal", "assemble")], {}),
    "cache-dependencies/pip-that-asks-for-the-newest": ([("--pre ", "")], {}),
    "cache-dependencies/nox-that-installs-no-project": (
        [],
        {"noxfile.py": b"import nox\n\n@nox.session\ndef check(session):\n    session.install('-e', '.')\n"},
    ),
    "cache-dependencies/deno-that-keeps-them-elsewhere": ([("DENO_DIR", "COLOUR")], {}),
    "cache-dependencies/deno-that-only-formats": ([("deno fmt", "deno check")], {}),
    "cache-dependencies/deno-without-a-lock-file": ([], {"deno.lock": b'{"version": "5"}\n'}),
    "cache-dependencies/pnpm-that-comes-later-and-keeps-nothing": ([("@v4.1.0", "@v6.0.9")], {}),
    "cache-dependencies/pnpm-that-may-install-by-itself": ([("run_install: false", "version: 10")], {}),
    "cache-dependencies/version-that-looks-in-the-root-only": ([("@v2.3.2", "@v2.4.0")], {}),
    "cache-dependencies/publishes": ([("npm publish", "npm test")], {}),
    "cache-dependencies/runs-on-releases": ([("  release:\n    types: [published]\n", "")], {}),
    "cache-dependencies/runs-on-tags": ([("    tags: ['v*']\n", "")], {}),
    "cache-dependencies/sha-whose-version-nobody-knows": ([("47a31fe5020", "47a31fe5020 # v7")], {}),
    "cache-dependencies/strangers-can-start-it": ([("pull_request_target", "pull_request")], {}),
    "cache-dependencies/switched-off-on-purpose": ([("          package-manager-cache: false\n", "")], {}),
    "cache-dependencies/token-for-other-services": ([("id-token: write", "id-token: none")], {}),
    "cache-dependencies/token-for-packages": ([("packages: write", "packages: read")], {}),
    "cache-dependencies/token-that-may-write": ([("contents: write", "contents: read")], {}),
    "cache-dependencies/tools-that-are-installed-for-everybody": ([("install -g eslint", "install")], {}),
    "cache-dependencies/unknown-action-that-may-keep-it": ([("acme/setup-everything", "acme/lint")], {}),
    "cache-dependencies/uv-keeps-its-own": ([("astral-sh/setup-uv", "acme/lint")], {}),
    "cache-dependencies/version-that-cannot": ([("setup-node@v1", "setup-node@v3")], {}),
    "cache-dependencies/yarn-that-comes-with-the-project": (
        [],
        {"package.json": b'{"packageManager": "yarn@1.22.22"}\n'},
    ),
    "cache-dependencies/cache-that-was-taken-out": ([("          # cache: pip\n", "")], {}),
    "cache-dependencies/only-for-pull-requests": ([("    if: github.event_name == 'pull_request'\n", "")], {}),
    "cache-dependencies/pip-beside-uv": ([("uv pip install", "pip install")], {}),
    "cache-dependencies/pip-with-a-project-that-needs-nothing": ([], {"setup.py": b"setup(install_requires=['a'])\n"}),
    "cache-dependencies/pip-that-leaves-out-what-is-needed": ([("--no-deps ", "")], {}),
    "cache-dependencies/pip-through-tox-with-one-tool": (
        [],
        {"tox.ini": b"[testenv:format]\ndeps =\n    black\ncommands =\n    black --check src\n", "setup.py": b"\n"},
    ),
    "cache-dependencies/runs-by-hand": ([("  workflow_dispatch:", "  push:")], {}),
    "cache-dependencies/runs-once-a-week": ([("'0 4 * * 1'", "'0 4 * * 1-5'")], {}),
    "cache-dependencies/bundler-for-other-systems": ([], {"Gemfile.lock": b"PLATFORMS\n  ruby\n"}),
    "cache-dependencies/bundler-in-a-folder": (
        [("        working-directory: site\n", "")],
        {"Gemfile": b"gem 'rake'\n", "Gemfile.lock": b"GEM\n"},
    ),
    "cache-dependencies/bundler-on-another-system": ([("macos-latest", "ubuntu-latest")], {}),
    "cache-dependencies/bundler-that-is-prepared-in-between": (
        [("      - run: sudo apt-get install -y libpq-dev\n", "")],
        {},
    ),
    "cache-dependencies/bundler-with-an-environment-of-its-own": (
        [("        env:\n          BUNDLE_WITHOUT: documents\n", "")],
        {},
    ),
    "cache-dependencies/bundler-with-another-gemfile": ([("BUNDLE_GEMFILE", "COLOUR")], {}),
    "cache-dependencies/bundler-with-its-own-options": ([(" --with documents", "")], {}),
    "cache-dependencies/npm-that-insists-on-a-lock-file": ([("npm ci", "npm install")], {}),
    "cache-dependencies/two-lock-files-and-a-folder-that-a-script-knows": (
        [],
        {"ci/build.sh": b"cd docs && yarn --frozen-lockfile\n"},
    ),
    "cache-dependencies/uv-since-it-is-the-default": ([("setup-uv@v6", "setup-uv@v4")], {}),
    # --- cache-builds ---
    "cache-builds/builds-what-people-download": ([("  push:\n", "  pull_request:\n  push:\n")], {}),
    "cache-builds/runs-for-days": ([("4320", "60")], {}),
    "cache-builds/comment-about-caches": ([("a cache made this slower", "for the linker")], {}),
    "cache-builds/compiler-cache-of-its-own": ([("RUSTC_WRAPPER", "COLOUR")], {}),
    "cache-builds/in-a-group-of-steps": (
        [("      - parallel:\n          - run: cargo test --locked\n          - run: make", "      - run: cargo test")],
        {},
    ),
    "cache-builds/kept-already": ([("Swatinem/rust-cache", "acme/lint")], {}),
    "cache-builds/kept-by-the-toolchain": (
        [("uses: actions-rust-lang/setup-rust-toolchain@v1", "run: rustup show")],
        {},
    ),
    "cache-builds/switched-off-at-the-toolchain": ([("cache: false", "toolchain: stable")], {}),
    "cache-builds/kept-in-a-cache-of-its-own": ([("path: target", "path: .eslintcache")], {}),
    "cache-builds/large-matrix": ([("[1, 2, 3, 4, 5]", "[1, 2]")], {}),
    "cache-builds/only-formats": ([("cargo fmt --check", "cargo check")], {}),
    "cache-builds/alias-that-runs-nothing": ([], {".cargo/config.toml": b'[alias]\nlayout = "run"\n'}),
    "cache-builds/compiler-that-only-formats": ([("rustfmt", "rustfmt, clippy")], {}),
    "cache-builds/hook-of-an-install-without-a-compiler": ([("npm install", "npx napi build")], {}),
    "cache-builds/installs-a-tool-anew": ([("--force ", "")], {}),
    "cache-builds/kept-by-another-toolchain": ([("oxc-project/setup-rust", "acme/lint")], {}),
    "cache-builds/kept-where-an-expression-says": ([("${{ github.workspace }}", ".eslintcache")], {}),
    "cache-builds/python-project-without-rust": (
        [],
        {"pyproject.toml": b'[build-system]\nrequires = ["maturin"]\n\n[project]\ndependencies = []\n'},
    ),
    "cache-builds/recipe-before-the-compiler": (
        [("      - run: just test\n", ""), ("@stable\n", "@stable\n      - run: just test\n")],
        {},
    ),
    "cache-builds/project-that-is-no-member": ([], {"Cargo.toml": b"[workspace]\n"}),
    "cache-builds/project-that-is-not-there": ([], {"Cargo.toml": b"[package]\n"}),
    "cache-builds/publishes-the-crate": ([("cargo publish", "cargo doc")], {}),
    "cache-builds/runs-on-branches-of-releases": ([(", release/*", "")], {}),
    "cache-builds/toolchain-and-build-in-one-step": ([("rustup default beta && ", "")], {}),
    "cache-builds/kept-by-a-vendor": ([("useblacksmith/rust-cache", "acme/lint")], {}),
    "cache-builds/strangers-can-start-it": ([("pull_request_target", "pull_request")], {}),
    # --- cache-downloads ---
    "cache-downloads/another-configuration": ([("--config hooks.yaml ", "")], {}),
    "cache-downloads/comment-about-caches": ([("a cache was slower here", "all of them")], {}),
    "cache-downloads/bun-without-a-lock-file": ([], {"bun.lock": b"{}\n"}),
    "cache-downloads/flutter-that-keeps-its-own": ([("          cache: true", "          channel: beta")], {}),
    "cache-downloads/nuget-on-windows": ([("windows-latest", "ubuntu-latest")], {}),
    "cache-downloads/nuget-that-somebody-switched-off": ([("          cache: false\n", "")], {}),
    "cache-downloads/nuget-with-lock-files-in-a-folder": ([], {"src/packages.lock.json": GONE}),
    "cache-downloads/stack-with-another-resolver": ([(" --resolver nightly", "")], {}),
    "cache-downloads/configuration-without-repositories": (
        [],
        {".pre-commit-config.yaml": b"repos:\n  - repo: https://github.com/acme/hooks\n"},
    ),
    "cache-downloads/folder-that-is-a-pattern": ([("sh[o]p", "shop")], {"shop/composer.lock": b"{}\n"}),
    "cache-downloads/in-a-group-of-steps": (
        [("      - parallel:\n          - run: pre-commit run --all-files\n          - run: make", HOOKS)],
        {},
    ),
    "cache-downloads/kept-already": ([("~/.cache/pre-commit", "~/.cache/eslint")], {}),
    "cache-downloads/kept-by-the-action": ([("pre-commit/action@v3.0.1", "acme/lint@v1")], {}),
    "cache-downloads/kept-elsewhere": ([("PRE_COMMIT_HOME", "COLOUR")], {}),
    "cache-downloads/kept-where-a-step-says": ([("PRE_COMMIT_HOME", "COLOUR")], {}),
    "cache-downloads/lock-file-that-is-not-there": ([], {"composer.lock": b"{}\n"}),
    "cache-downloads/single-hook": ([("run tidy", "run")], {}),
    "cache-downloads/single-package": ([("update acme/shop", "install")], {}),
    "cache-downloads/step-with-a-condition": (
        [("      - if: github.event_name == 'push'\n        run: pre", "      - run: pre")],
        {},
    ),
    "cache-downloads/token-that-may-write": ([("contents: write", "contents: read")], {}),
    # --- cache-docker-layers ---
    "cache-docker-layers/dockerfile-from-elsewhere": ([("https://github.com/acme/shop.git", ".")], {}),
    "cache-docker-layers/in-a-group-of-steps": (
        [
            ("      - parallel:\n          - uses", "      - uses"),
            ("            with:\n              context: .\n", "        with:\n          context: .\n"),
            ("              load: true\n              tags: shop:test\n          - run: echo building\n", ""),
        ],
        {},
    ),
    "cache-docker-layers/version-without-such-a-cache": ([("build-push-action@v1", "build-push-action@v6")], {}),
    "cache-docker-layers/another-image-has-a-cache": (
        [("--cache-from type=registry,ref=ghcr.io/acme/worker:cache", "--pull")],
        {},
    ),
    "cache-docker-layers/pull-requests-alone": ([("  pull_request:\n", "  pull_request:\n  push:\n")], {}),
    "cache-docker-layers/build-without-cache-on-purpose": ([("          no-cache: true\n", "")], {}),
    "cache-docker-layers/builder-of-a-fixed-version": ([("version: v0.12.0", "cleanup: true")], {}),
    "cache-docker-layers/builder-of-another-driver": ([("driver: docker\n", "driver: docker-container\n")], {}),
    "cache-docker-layers/builder-of-the-runner": (
        [("      - uses: docker/build", "      - uses: docker/setup-buildx-action@v4\n      - uses: docker/build")],
        {},
    ),
    "cache-docker-layers/builder-with-an-image-of-its-own": ([("image=moby/buildkit:v0.11.0", "network=host")], {}),
    "cache-docker-layers/comment-about-caches": ([("a cache of all layers was slower than the build", "slow")], {}),
    "cache-docker-layers/commit-in-front-of-every-layer": ([("${{ github.sha }}", "none")], {}),
    "cache-docker-layers/dockerfile-that-is-not-there": ([], {"Dockerfile": b"FROM debian\nRUN apt-get update\n"}),
    "cache-docker-layers/everything-copied-first": (
        [],
        {"Dockerfile": b"FROM debian\nRUN apt-get update\nCOPY . /src\n"},
    ),
    "cache-docker-layers/handed-on-from-a-branch": ([("  push:\n", "  pull_request:\n  push:\n")], {}),
    "cache-docker-layers/image-that-may-be-pushed": ([("${{ github.event_name == 'push' }}", "false")], {}),
    "cache-docker-layers/kept-by-a-step-of-its-own": ([("/tmp/.buildx-cache", "~/.npm")], {}),
    "cache-docker-layers/kept-by-the-file-of-bake": (
        [],
        {"docker-bake.hcl": b'target "check" {\n  context = "."\n}\n'},
    ),
    "cache-docker-layers/kept-in-a-registry": (
        [("          cache-from: type=registry,ref=ghcr.io/acme/shop:cache\n", "")],
        {},
    ),
    "cache-docker-layers/machine-that-somebody-keeps": ([("[self-hosted, linux]", "ubuntu-latest")], {}),
    "cache-docker-layers/matrix-that-only-the-run-knows": ([("${{ fromJSON(vars.STAGES) }}", "[slim, full]")], {}),
    "cache-docker-layers/runs-on-tags": ([("    tags: [v*]\n", "")], {}),
    "cache-docker-layers/several-targets-of-bake": ([("check,test", "check")], {}),
    "cache-docker-layers/token-for-packages": ([("packages: write", "packages: read")], {}),
    # --- shallow-checkout ---
    "shallow-checkout/action-that-compares": ([("tj-actions/changed-files@v47", "crate-ci/typos@v1")], {}),
    "shallow-checkout/action-that-is-not-known": ([("acme/lint@v1", "crate-ci/typos@v1")], {}),
    "shallow-checkout/asks-for-the-last-tag": ([("git describe --tags", "git rev-parse HEAD")], {}),
    "shallow-checkout/compares-with-the-base": ([(" --name-only origin/main", "")], {}),
    "shallow-checkout/explained": ([("needed for the check of licences", "all history")], {}),
    "shallow-checkout/folder-handed-on": ([("path: .", "path: out")], {}),
    "shallow-checkout/image-of-the-folder": ([("docker build .", "ls")], {}),
    "shallow-checkout/linter-of-what-is-new": ([], {".golangci.yml": b"issues:\n  max-same-issues: 0\n"}),
    "shallow-checkout/names-a-commit-to-compare-with": ([("--since=main", ".")], {}),
    "shallow-checkout/other-repository": ([("repository: acme/other", "lfs: true")], {}),
    "shallow-checkout/program-that-is-not-known": ([("acme-lint .", "yamllint .")], {}),
    "shallow-checkout/project-without-a-manifest": ([], {"pyproject.toml": b"[project]\nname = 'shop'\n"}),
    "shallow-checkout/publishes": ([("npm publish", "npm ls")], {}),
    "shallow-checkout/requirements-that-name-the-project": ([], {"dev.txt": b"mypy\n"}),
    "shallow-checkout/script-of-the-project-that-asks": ([], {"package.json": b'{"scripts": {"lint": "eslint ."}}'}),
    "shallow-checkout/script-that-is-not-there": ([], {"lint.sh": b"#!/bin/sh\nyamllint .\n"}),
    "shallow-checkout/tags-as-well": ([("fetch-tags: true", "lfs: true")], {}),
    "shallow-checkout/tests-are-for-review": ([("npx vitest", "npx eslint .")], {}),
    "shallow-checkout/tests-that-may-ask": ([], {"package.json": b"{}"}),
    "shallow-checkout/variable-for-the-base": ([("NX_BASE", "COLOUR")], {}),
    "shallow-checkout/version-from-git": ([], {"pyproject.toml": b"[project]\nname = 'shop'\n"}),
    # --- frozen-install ---
    "frozen-install/action-that-is-not-known": ([("acme/check@v1", "crate-ci/typos@v1")], {}),
    "frozen-install/another-install-before": ([("npm install --no-save typescript@next", "npm ls")], {}),
    "frozen-install/asks-git-what-changed": ([("git diff --exit-code", "git config user.name me")], {}),
    "frozen-install/installed-packages-kept": ([("path: node_modules", "path: ~/.npm")], {}),
    "frozen-install/lock-file-of-version-1": ([], {"package-lock.json": NPM_LISTED}),
    "frozen-install/lock-file-that-is-old": ([], {"package-lock.json": NPM_LISTED.replace(b"^1.3.0", b"^1.4.0")}),
    "frozen-install/lock-file-that-is-removed-before": ([("rm package-lock.json", "ls")], {}),
    "frozen-install/lock-file-without-a-package": ([], {"package-lock.json": NPM_LISTED}),
    "frozen-install/machine-that-somebody-keeps": ([("[self-hosted, linux]", "ubuntu-latest")], {}),
    "frozen-install/more-than-the-install": ([(" && npm run build", "")], {}),
    "frozen-install/newer-yarn": ([("yarn install", "npm install")], {"package-lock.json": NPM_LISTED}),
    "frozen-install/no-lock-file": ([], {"package-lock.json": NPM_LISTED}),
    "frozen-install/option-of-the-one-command-only": ([("--no-save", "--no-fund")], {}),
    "frozen-install/overrides": (
        [],
        {"package.json": b'{"dependencies": {"left-pad": "^1.3.0"}, "devDependencies": {"vitest": "^4.0.0"}}'},
    ),
    "frozen-install/package-by-name": ([(" left-pad", "")], {}),
    "frozen-install/proposes-the-lock-file": ([("peter-evans/create-pull-request@v8", "crate-ci/typos@v1")], {}),
    "frozen-install/settings-of-npm": ([], {".npmrc": b"fund=false\n"}),
    "frozen-install/yarn-lock-that-is-old": (
        [],
        {"yarn.lock": b"# yarn lockfile v1\n\nleft-pad@^1.4.0:\n\nvitest@^4.0.0:\n"},
    ),
    # --- fix-cache-key ---
    "fix-cache-key/one-of-two-in-a-job-that-publishes": ([("npm publish", "npm ls")], NPM_LOCK),
    "fix-cache-key/publishes": ([("npm publish", "npm ls")], {}),
    "fix-cache-key/date-of-the-day": ([("%Y-%m-%d", "%s")], {}),
    "fix-cache-key/kept-by-a-step-with-a-condition": (
        [("      - if: github.event.pull_request.draft\n        uses", "      - uses")],
        {},
    ),
    "fix-cache-key/kept-by-an-older-version-of-go": ([("setup-go@v3", "setup-go@v5")], {}),
    "fix-cache-key/one-of-two-goes-on-from-the-last-run": ([("github.sha", "hashFiles('package-lock.json')")], {}),
    "fix-cache-key/one-of-two-is-asked-for": (
        [("steps.packages.outputs.cache-hit != 'true'", "github.actor == 'me'")],
        {},
    ),
    "fix-cache-key/one-of-two-keeps-more": ([("            ~/.cache/eslint\n", "")], {}),
    "fix-cache-key/one-of-two-with-a-condition": (
        [("- if: github.event.pull_request.draft\n        uses", "- uses")],
        {},
    ),
    "fix-cache-key/one-of-two-without-its-lock-file": ([], NPM_LOCK),
    "fix-cache-key/comment-about-caches": ([("without this cache the registry refuses us", "all of them")], {}),
    "fix-cache-key/handed-to-another-job": ([("cache/restore@v6", "upload-artifact@v7")], {}),
    "fix-cache-key/holds-more-than-downloads": ([("path: dist", "path: ~/.npm")], {}),
    "fix-cache-key/key-that-is-fine": ([("hashFiles('package-lock.json')", "github.run_number")], {}),
    "fix-cache-key/key-that-never-changes": ([("runner.os", "github.run_attempt")], {}),
    "fix-cache-key/nothing-stable-in-the-key": ([("${{ runner.os }}-$", "${{ runner.os }}-npm-$")], {}),
    "fix-cache-key/only-restores": ([("cache/restore", "cache")], {}),
    "fix-cache-key/restored-by-a-prefix": ([("          restore-keys: npm-\n", "")], {}),
    "fix-cache-key/token-for-packages": ([("packages: write", "packages: read")], {}),
    # --- cancel-superseded ---
    "cancel-superseded/about-itself-only": ([(".github/workflows/ci.yml", "src/**")], {}),
    "cancel-superseded/asks-what-was-edited": ([("github.event.action != 'edited'", "github.actor != 'me'")], {}),
    "cancel-superseded/another-workflow-of-that-name": ([("name: Tests", "name: Other tests")], {}),
    "cancel-superseded/called-by-others": ([("  workflow_call:\n", "")], {}),
    "cancel-superseded/calls-a-workflow-with-a-group": (
        [],
        {
            ".github/workflows/inner.yml": (
                b"on: workflow_call\njobs:\n  unit:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make test\n"
            )
        },
    ),
    "cancel-superseded/calls-elsewhere-with-a-token-that-may-write": (
        [("uses: acme/workflows/.github/workflows/merge.yml@v3", UNIT)],
        {},
    ),
    "cancel-superseded/calls-elsewhere-with-secrets": (
        [
            (
                "uses: acme/workflows/.github/workflows/scan.yml@v3\n    secrets:\n      token: ${{ secrets.SCANNER }}",
                UNIT,
            )
        ],
        {},
    ),
    "cancel-superseded/deploys-a-preview": ([("    environment: preview\n", "")], {}),
    "cancel-superseded/group-of-a-job": ([("    concurrency: database\n", "")], {}),
    "cancel-superseded/group-of-the-workflow": ([("concurrency: tests\n", "")], {}),
    "cancel-superseded/no-pull-requests": ([("push:", "pull_request:")], {}),
    "cancel-superseded/nothing-but-labels": ([("uses: actions/labeler@v6", "run: make")], {}),
    "cancel-superseded/publishes-for-pull-requests-too": ([("npm publish --tag preview", "npm test")], {}),
    "cancel-superseded/publishes-in-a-local-workflow": (
        [],
        {
            ".github/workflows/more.yml": (
                b"on: workflow_call\njobs:\n  ship:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n"
            )
        },
    ),
    "cancel-superseded/runs-on-labels-too": ([(", labeled", "")], {}),
    "cancel-superseded/runs-on-reviews-too": ([("  pull_request_review:\n", "")], {}),
    "cancel-superseded/runs-when-opened-only": ([("[opened]", "[opened, synchronize]")], {}),
    # --- no-double-run ---
    "no-double-run/asks-for-the-fork": ([("github.event.pull_request.head.repo.fork", "github.actor == 'me'")], {}),
    "no-double-run/branches-already": ([("    branches-ignore: [wip]\n", "")], {}),
    "no-double-run/branches-on-which-others-do-not-agree": ([], {".github/workflows/b.yml": OTHER}),
    "no-double-run/branches-that-nobody-else-names": (
        [],
        {".github/workflows/a.yml": OTHER, ".github/workflows/b.yml": OTHER},
    ),
    "no-double-run/looks-at-tags": ([("startsWith(github.ref, 'refs/tags/')", "github.actor == 'me'")], {}),
    "no-double-run/publishes-from-branches": ([("npm publish", "npm pack")], {}),
    "no-double-run/pushes-alone": ([("  push:\n", "  push:\n  pull_request:\n")], {}),
    # --- background-step ---
    "background-step/check-that-is-short": ([("ruff check", "pylint src")], {}),
    "background-step/group-that-clashes": ([("mypy tests", "ruff check")], {}),
    "background-step/in-the-background-already": ([("        background: true\n", "")], {}),
    "background-step/linter-that-refuses-the-keys": ([], {"Makefile": b"lint:\n"}),
    "background-step/nothing-long-behind-it": ([("ruff format --check", "ruff format --check && pytest")], {}),
    "background-step/one-build-directory": ([("cargo clippy --locked", "pylint src")], {}),
    "background-step/one-step-behind-it": ([("./report.sh", "pytest tests/whole")], {}),
    "background-step/outcome-that-is-asked-for": ([(" && steps.lint.outcome == 'failure'", "")], {}),
    "background-step/own-runner": ([("[self-hosted, linux]", "ubuntu-latest")], {}),
    "background-step/server-of-the-company": ([("GH_ENTERPRISE_TOKEN", "GH_TOKEN")], {}),
    "background-step/steps-that-are-independent-of-each-other": ([("go vet ./...", "go test -tags all ./...")], {}),
    # --- parallel-steps ---
    "parallel-steps/action-made-of-steps": ([("uses: ./.github/actions/lint", "run: pylint src")], {}),
    "parallel-steps/action-that-is-not-known": ([("uses: acme/lint@v1", "run: pylint src")], {}),
    "parallel-steps/build-that-writes-anywhere": ([("npm run build", "npm test")], {}),
    "parallel-steps/check-that-also-publishes": ([("          git push origin HEAD:checked\n", "")], {}),
    "parallel-steps/checks-that-never-run-in-one-run": ([("event_name != 'push'", "ref_name != 'main'")], {}),
    "parallel-steps/checks-that-nobody-can-look-into": (
        [("./ci/lint", "pylint src"), ("make typecheck", "mypy .")],
        {},
    ),
    "parallel-steps/job-in-a-container": ([("    container: python:3.13\n", "")], {}),
    "parallel-steps/linter-that-refuses-the-keys": ([], {".pre-commit-config.yaml": b"repos: []\n"}),
    "parallel-steps/measurement-of-speed": ([("name: Benchmarks", "name: Tests"), ("pytest bench", "pytest")], {}),
    "parallel-steps/one-build-directory": ([("cargo build --locked", "cargo deny --locked check && pylint src")], {}),
    "parallel-steps/one-coverage-file": ([("coverage run --append -m pytest tests/whole", "mypy .")], {}),
    "parallel-steps/one-long-check-and-short-ones": ([("yamllint .", "pytest")], {}),
    "parallel-steps/outcome-that-is-asked-for": ([(" && steps.types.outcome == 'failure'", "")], {}),
    "parallel-steps/output-of-the-first-step": ([("${{ steps.lint.outputs.folder }}", "src")], {}),
    "parallel-steps/output-that-the-job-puts-out": ([("${{ steps.types.outputs.verdict }}", "good")], {}),
    "parallel-steps/own-runner": ([("[self-hosted, linux]", "ubuntu-latest")], {}),
    "parallel-steps/report-that-is-checked": ([("pylint src < report.txt", "pylint src")], {}),
    "parallel-steps/runner-by-variable": ([("${{ vars.RUNNER || 'ubuntu-latest' }}", "ubuntu-latest")], {}),
    "parallel-steps/script-that-is-not-there": ([("./scripts/check.sh", "pylint src")], {}),
    "parallel-steps/server-of-the-company": ([("GH_ENTERPRISE_TOKEN", "GH_TOKEN")], {}),
    "parallel-steps/step-that-runs-after-failures-only": ([("if: failure()", "if: always()")], {}),
    "parallel-steps/tool-that-installs-itself": ([("npx knip", "npx eslint .")], {}),
    "parallel-steps/tool-that-mends-files": ([("npm run fix", "npm run lint")], {}),
    "parallel-steps/two-test-suites": ([("npm run e2e", "npm run lint")], {}),
    "parallel-steps/upload-that-would-be-missed": (
        [("      - uses: actions/up", "      - if: always()\n        uses: actions/up")],
        {},
    ),
    "parallel-steps/variable-for-the-next-step": ([('          echo "MYPYPATH=stubs" >> "$GITHUB_ENV"\n', "")], {}),
}
NOT_APPLIED = {"no-double-run/not-applied-by-itself"}
"""Cases that show a tier: what they would bite on is the user's choice."""
SILENT = [
    case
    for case in cases()
    if not (case.acts or case.advice) and case.rule not in OLD_RULES and case.id not in NOT_APPLIED
]
ADVICE = {case.rule for case in cases() if case.advice} - {case.rule for case in cases() if case.acts}
"""Rules that do nothing by themselves: they act by saying something."""


ALL = {**BITES, **MEASURED}


def _names(case: Case) -> bytes:
    return "\n".join(case.wants.required or ()).encode()


def test_every_silent_case_is_here() -> None:
    assert {case.id for case in SILENT} == set(ALL)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in SILENT])
def test_without_the_one_thing_the_rule_acts(case: Case) -> None:
    edits, files = ALL[case.id]
    text = case.before.decode()
    for old, new in edits:
        assert old in text, f"{old!r} is not in the case"
        text = text.replace(old, new)
    changed = {name: data for name, data in {**case.files, CI: text.encode(), **files}.items() if data != GONE}
    history = changed.pop(HISTORY, case.history)
    wants = wants_of(changed.pop("objective", case.wants.objective.encode()), changed.pop("required", _names(case)))
    plan = plan_files(changed, replace(case.choice(), wants=wants), history)
    assert plan.held if case.rule in ADVICE else plan.changed
    if case.rule in ADVICE:
        assert not case.plan().held
