"""What the silent cases of rules that ask recorded runs lack to be acting ones."""

from __future__ import annotations

from collections.abc import Mapping

from rules.cases import CASES, HISTORY

RECORDED, CACHED = (
    {HISTORY: (CASES / rule / HISTORY).read_bytes()} for rule in ("bound-job-time", "drop-useless-cache")
)
ORDERED = {HISTORY: (CASES / "longest-first" / HISTORY).read_bytes()}
PACKAGES = {HISTORY: (CASES / "split-matrix-barrier" / HISTORY).read_bytes()}
JEST = {"package.json": b'{"devDependencies": {"jest": "^30.0.0", "mocha": "^11.0.0"}}'}
PARTED = {HISTORY: (CASES / "shard-tests" / HISTORY).read_bytes(), **JEST}
SUITES = {HISTORY: (CASES / "split-job" / HISTORY).read_bytes()}
TINY = {HISTORY: (CASES / "merge-tiny-jobs" / HISTORY).read_bytes()}
NO_RUNS = {HISTORY: b""}
MEASURED: Mapping[str, tuple[list[tuple[str, str]], Mapping[str, bytes]]] = {
    # --- bound-job-time ---
    "bound-job-time/could-publish-unseen": ([("${{ secrets.REGISTRY }}", "none")], {}),
    "bound-job-time/deploys-to-an-environment": ([("    environment: live\n", "")], {}),
    "bound-job-time/has-a-limit": ([("    timeout-minutes: 60\n", "")], {}),
    "bound-job-time/leg-that-was-never-recorded": ([("[22, 24]", "[22]")], {}),
    "bound-job-time/legs-that-only-the-run-knows": ([("${{ fromJSON(vars.NODES) }}", "[22, 24]")], {}),
    "bound-job-time/limit-on-every-step": ([("        timeout-minutes: 30\n", "")], {}),
    "bound-job-time/machine-that-somebody-keeps": ([("[self-hosted, linux]", "ubuntu-latest")], {}),
    "bound-job-time/named-for-publishing": (
        [("Release", "Retest")],
        {HISTORY: RECORDED[HISTORY].replace(b'"unit"', b'"Retest"')},
    ),
    "bound-job-time/no-recorded-runs": ([], RECORDED),
    "bound-job-time/publishes": ([("      - run: npm publish\n", "")], {}),
    "bound-job-time/runner-that-ends-every-job-soon": ([("ubuntu-slim", "ubuntu-latest")], {}),
    "bound-job-time/takes-hours": ([], RECORDED),
    "bound-job-time/too-few-runs": ([], RECORDED),
    "bound-job-time/waits-for-a-person": ([("mxschmitt/action-tmate@v3", "actions/upload-artifact@v7")], {}),
    "bound-job-time/waits-for-another-run": ([("gh run watch", "gh run view")], {}),
    # --- what recorded runs say against a cache ---
    "cache-builds/compiles-within-seconds-by-recorded-runs": ([], NO_RUNS),
    "cache-dependencies/cache-that-somebody-took-out": ([], NO_RUNS),
    "cache-dependencies/installs-within-seconds-by-recorded-runs": ([], NO_RUNS),
    # --- drop-useless-cache ---
    "drop-useless-cache/asked-what-it-found": ([("        if: steps.npm.outputs.cache-hit != 'never'\n", "")], {}),
    "drop-useless-cache/build-behind-it-gets-slower": ([("go test ./...", "echo done")], {}),
    "drop-useless-cache/cache-that-is-always-found": ([], CACHED),
    "drop-useless-cache/cache-that-pays": ([], CACHED),
    "drop-useless-cache/comment-on-caches": ([("the cache was", "it was")], {}),
    "drop-useless-cache/holds-more-than-downloads": ([("path: build", "path: ~/.npm")], {}),
    "drop-useless-cache/no-recorded-runs": ([], CACHED),
    "drop-useless-cache/one-leg-is-faster-with-it": ([(", windows-latest]", "]")], {}),
    "drop-useless-cache/quickly-restored": ([], CACHED),
    "drop-useless-cache/restored-by-another-job": ([("cache/restore@v6", "cache@v6")], {}),
    "drop-useless-cache/too-few-runs-without-it": ([], CACHED),
    "drop-useless-cache/with-a-condition": ([("        if: github.event_name == 'push'\n", "")], {}),
    # --- longest-first ---
    "longest-first/all-start-at-once": ([("    strategy:\n", "    strategy:\n      max-parallel: 2\n")], ORDERED),
    "longest-first/artifact-that-legs-replace": ([("          overwrite: true\n", "")], {}),
    "longest-first/asks-for-its-place": ([(" ${{ strategy.job-index }}", "")], {}),
    "longest-first/could-publish-unseen": ([("${{ secrets.REGISTRY }}", "none")], {}),
    "longest-first/deploys-one-after-the-other": ([("    environment: live\n", "")], {}),
    "longest-first/group-of-the-job": ([("    concurrency: database\n", "")], {}),
    "longest-first/legs-of-about-the-same-time": ([], ORDERED),
    "longest-first/legs-that-only-the-run-knows": (
        [("${{ fromJSON(vars.PARTS) }}", "[api, docs, unit, browser]")],
        {},
    ),
    "longest-first/longest-first-already": ([("[browser, unit, api, docs]", "[api, docs, unit, browser]")], ORDERED),
    "longest-first/machine-that-somebody-keeps": ([("[self-hosted, linux]", "ubuntu-latest")], ORDERED),
    "longest-first/no-recorded-runs": ([], ORDERED),
    "longest-first/one-at-a-time": ([("max-parallel: 1", "max-parallel: 2")], ORDERED),
    "longest-first/outputs-of-the-last-leg": (
        [("    outputs:\n      report: ${{ steps.test.outputs.report }}\n", "")],
        {},
    ),
    "longest-first/shared-cache-of-builds": ([("key: build-", "key: build-${{ matrix.part }}-")], {}),
    "longest-first/starts-in-another-order": ([], ORDERED),
    "longest-first/too-few-runs": ([], ORDERED),
    # --- split-matrix-barrier ---
    "split-matrix-barrier/asks-for-its-own-id": ([(" LOG=$GITHUB_JOB", "")], {}),
    "split-matrix-barrier/asks-how-many-legs-there-are": ([(" JOBS=${{ strategy.job-total }}", "")], {}),
    "split-matrix-barrier/belongs-to-a-group": ([("    concurrency: emulator-${{ matrix.arch }}\n", "")], {}),
    "split-matrix-barrier/belongs-to-an-environment": ([("    environment: build\n", "")], {}),
    "split-matrix-barrier/gains-less-than-a-minute": ([], PACKAGES),
    "split-matrix-barrier/gains-little-for-its-length": ([], PACKAGES),
    "split-matrix-barrier/hardly-slower": ([], PACKAGES),
    "split-matrix-barrier/job-that-may-be-skipped-by-name": ([("skips: package, try", "skips: try")], {}),
    "split-matrix-barrier/left-to-a-person": (
        [("contents: write", "contents: read"), ("acme/setup-emulator@v1", "docker/setup-qemu-action@v4")],
        {},
    ),
    "split-matrix-barrier/leg-that-never-succeeded": ([(", riscv]", "]")], {}),
    "split-matrix-barrier/legs-that-only-the-run-knows": (
        [("${{ fromJSON(vars.ARCHITECTURES) }}", "[x64, arm64]")],
        {},
    ),
    "split-matrix-barrier/matrix-that-cannot-be-cut": ([("          - tools: new\n", "")], {}),
    "split-matrix-barrier/name-that-is-taken": ([("  package-arm64:", "  package-signed:")], {}),
    "split-matrix-barrier/no-recorded-runs": ([], PACKAGES),
    "split-matrix-barrier/one-leg-at-a-time": ([("      max-parallel: 1\n", "")], {}),
    "split-matrix-barrier/output-of-the-whole-workflow": ([("jobs.package.outputs.version", "github.sha")], {}),
    "split-matrix-barrier/publishes": ([("    environment: live\n", "")], {}),
    "split-matrix-barrier/reads-whatever-there-is": (
        [("download-artifact@v8", "download-artifact@v8\n        with: {name: package-x64}")],
        {},
    ),
    "split-matrix-barrier/result-that-is-asked-for-by-name": (
        [("needs.package.result != 'success'", "contains(needs.*.result, 'failure')")],
        {},
    ),
    "split-matrix-barrier/results-that-are-counted": (
        [
            (
                'run: test "${{ join(needs.*.result, \' \') }}" = "success success"',
                "uses: re-actors/alls-green@v1\n        with: {jobs: '${{ toJSON(needs) }}'}",
            )
        ],
        {},
    ),
    "split-matrix-barrier/too-few-runs": ([], PACKAGES),
    "split-matrix-barrier/uses-both-legs": ([("name: package-arm64", "name: package-x64")], {}),
    "split-matrix-barrier/uses-the-slow-leg": ([("name: package-arm64", "name: package-x64")], {}),
    # --- shard-tests ---
    "shard-tests/another-job-ends-later": ([], PARTED),
    "shard-tests/in-parts-by-an-option": ([(" --shard=1/2", "")], PARTED),
    "shard-tests/in-parts-by-the-matrix": ([("    strategy:\n      matrix:\n        shard: [1, 2]\n", "")], PARTED),
    "shard-tests/no-recorded-runs": ([], PARTED),
    "shard-tests/nobody-timed-it-and-it-may-be-short": ([], PARTED),
    "shard-tests/objective-is-cost": ([], {"objective": b"latency"}),
    "shard-tests/program-that-runs-no-parts": ([("npx mocha", "npx jest")], PARTED),
    "shard-tests/set-up-that-takes-longer": ([], PARTED),
    "shard-tests/tests-that-are-soon-done": ([], PARTED),
    "shard-tests/too-few-runs": ([], PARTED),
    "shard-tests/two-suites-in-one-step": ([(" api && npx jest site", "")], PARTED),
    # --- merge-tiny-jobs ---
    "merge-tiny-jobs/asked-for-by-its-id": (
        [("needs.style.result != 'success'", "contains(needs.*.result, 'failure')")],
        {},
    ),
    "merge-tiny-jobs/asks-how-steps-ended": ([("        if: always()\n", "")], {}),
    "merge-tiny-jobs/could-take-too-long": ([("timeout-minutes: 3", "timeout-minutes: 30")], {}),
    "merge-tiny-jobs/ends-the-run": (
        [("  # nobody", "  test:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pytest\n  # nobody")],
        TINY,
    ),
    "merge-tiny-jobs/given-a-secret": ([("secrets.PLUGIN", "github.sha")], {}),
    "merge-tiny-jobs/longer-than-its-set-up": ([], TINY),
    "merge-tiny-jobs/name-that-only-the-run-knows": ([("    name: Style of ${{ github.head_ref }}\n", "")], {}),
    "merge-tiny-jobs/no-recorded-runs": ([], TINY),
    "merge-tiny-jobs/objective-is-latency": ([], {"objective": b"cost"}),
    "merge-tiny-jobs/one-is-waited-for-by-more": ([("    needs: types\n", "    needs: [types, style]\n")], {}),
    "merge-tiny-jobs/other-machine": ([("ubuntu-24.04-arm", "ubuntu-latest")], {}),
    "merge-tiny-jobs/other-permissions": ([("    permissions: {}\n", "")], {}),
    "merge-tiny-jobs/own-variables": ([("    env: {FORCE_COLOR: 1}\n", "")], {}),
    "merge-tiny-jobs/program-that-is-not-known": ([("./style", "ruff check .")], {}),
    "merge-tiny-jobs/required-check": ([], {"required": b"types\ntest"}),
    "merge-tiny-jobs/saves-no-minute": ([], TINY),
    "merge-tiny-jobs/skip-of-the-second-is-seen": ([("    if: always()\n", "")], {}),
    "merge-tiny-jobs/time-that-only-the-run-knows": ([("${{ fromJSON(vars.MINUTES) }}", "30")], {}),
    "merge-tiny-jobs/too-few-runs": ([], TINY),
    "merge-tiny-jobs/uploads-a-report": ([("actions/upload-artifact@v7", "actions/setup-node@v7")], {}),
    "merge-tiny-jobs/writes-what-the-other-reads": ([("--install-types ", "")], {}),
    # --- split-job ---
    "split-job/another-job-ends-later": ([], SUITES),
    "split-job/checks-that-can-share-a-machine": ([("npx eslint .", "npx playwright test")], SUITES),
    "split-job/matrix-of-versions": ([("    strategy:\n      matrix:\n        node: [24]\n", "")], SUITES),
    "split-job/outcome-that-is-asked-for": (
        [
            ("      - if: steps.browser.outcome == 'failure'\n        run: echo broken\n", ""),
            ("steps.unit.outcome == 'success'", "success()"),
        ],
        {},
    ),
    "split-job/own-machine": ([("[self-hosted, linux]", "ubuntu-latest")], {}),
    "split-job/publishes-behind-it": ([("      - run: npm publish\n", "")], SUITES),
    "split-job/set-up-that-takes-longer": ([], SUITES),
    "split-job/suite-that-is-soon-done": ([], SUITES),
    "split-job/too-few-runs": ([], SUITES),
    "split-job/what-is-built-is-used": ([("npm run build", "npx vitest run")], {}),
}
