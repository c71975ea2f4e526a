"""Caches that a step uses, by name and by what they hold."""

from __future__ import annotations

import pytest

from dependence.made import effects
from needful.effects.names import show


def entry(path: str, more: str = "", kind: str = "") -> str:
    return f"{{uses: actions/cache{kind}@v4, with: {{key: k, path: {path}{more}}}}}"


@pytest.mark.parametrize(
    ("step", "downloads"),
    [
        (entry("~/.npm"), True),
        (entry(r'"~/.npm\n~/.cargo/registry\n"'), True),
        (entry(r'"~/.npm\n!~/.npm/_logs"'), True),
        (entry("'${{ steps.yarn-cache-dir.outputs.dir }}'"), True),
        (entry("~/.npm", ", fail-on-cache-miss: false"), True),
        (entry("~/.npm", ", fail-on-cache-miss: true"), False),
        (entry("~/.npm", ", fail-on-cache-miss: '${{ inputs.x }}'"), False),
        (entry(r'"~/.npm\nbuild"'), False),
        (entry("build"), False),
        (entry("'${{ inputs.path }}'"), False),
        (entry("'${{ env.PNPM_STORE }}/${{ inputs.x }}'"), False),
        ("{uses: actions/cache@v4, with: {key: k}}", False),
    ],
)
def test_what_holds_no_more_than_downloads(step: str, downloads: bool) -> None:
    (cache,) = effects(step).caches
    assert cache.downloads is downloads


@pytest.mark.parametrize(
    ("keys", "prefixes"),
    [
        (r'", restore-keys: \"a-\n  b-\n\n\""', ["a-", "b-"]),
        ("', restore-keys: \"${{ inputs.a }}-x\\n${{ inputs.b }}\"'", ["${{ inputs.a }}-x", "${{ inputs.b }}"]),
        ("''", []),
    ],
)
def test_keys(keys: str, prefixes: list[str]) -> None:
    more = keys[1:-1].replace('\\"', '"')
    (cache,) = effects(entry("build", more)).caches
    assert [show(key) for key in cache.keys] == ["k", *prefixes]
    assert show(cache.paths) == "build"


@pytest.mark.parametrize(
    ("kind", "saves", "restores"), [("", True, True), ("/save", True, False), ("/restore", False, True)]
)
def test_halves(kind: str, saves: bool, restores: bool) -> None:
    (cache,) = effects(entry("build", kind=kind)).caches
    assert (cache.saves, cache.restores) == (saves, restores)


@pytest.mark.parametrize("step", ["{uses: actions/cache@v4, with: {path: x}}", "{uses: actions/checkout@v7}"])
def test_no_entry(step: str) -> None:
    assert effects(step).caches == ()


@pytest.mark.parametrize(
    ("step", "kinds"),
    [
        ("{uses: actions/setup-node@v4, with: {cache: npm}}", [("actions/setup-node npm", None)]),
        ("{uses: actions/setup-node@v4, with: {cache: false}}", []),
        ("{uses: actions/setup-node@v4}", []),
        ("{uses: actions/setup-go@v5}", [("actions/setup-go", None)]),
        ("{uses: Swatinem/rust-cache@v2, with: {shared-key: all}}", [("swatinem/rust-cache", "all")]),
        ("{uses: Swatinem/rust-cache@v2}", []),
        ("{run: make}", []),
    ],
)
def test_caches_of_actions(step: str, kinds: list[tuple[str, str | None]]) -> None:
    found = effects(step).tool_caches
    assert [(cache.kind, show(cache.key) if cache.key is not None else None) for cache in found] == kinds
