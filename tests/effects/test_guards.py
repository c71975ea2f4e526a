"""What jobs are named for, what they ask for, and what their own keys do."""

from __future__ import annotations

from textwrap import indent

import pytest

from dependence.made import effects, situation


@pytest.mark.parametrize(
    ("job", "guard"),
    [
        ("name: Check the CLA", True),
        ("name: DCO", True),
        ("name: authorize", True),
        ("name: Is the author a member?", True),
        ("name: gatekeeper", True),
        ("name: clang", False),
        ("name: aggregate", False),
        ("name: test", False),
        ("", False),
    ],
)
def test_guards(job: str, guard: bool) -> None:
    assert bool(effects("", job=job).guards) is guard


TYPED = "${{ github.event.inputs.version }}"


@pytest.mark.parametrize(
    ("started", "job", "guard"),
    [
        ("{workflow_dispatch: }", f"steps: [{{env: {{V: '{TYPED}'}}, run: 'test -n \"$V\" || exit 1'}}]", True),
        ("{workflow_dispatch: }", f"env: {{V: '{TYPED}'}}\nsteps: [{{run: 'test -n \"$V\" || exit 2'}}]", True),
        ("{workflow_dispatch: }", f"env: {{V: '{TYPED}'}}\nsteps: [{{run: 'make || exit 2'}}]", False),
        ("{workflow_dispatch: }", "steps: [{run: 'test -n \"${{ inputs.tag }}\" || exit 1'}]", True),
        ("{workflow_dispatch: }", "steps: [{run: 'make ${{ inputs.tag }}'}]", False),
        ("{workflow_dispatch: }", "steps: [{run: 'make || exit 1'}]", False),
        (
            "{repository_dispatch: }",
            "steps: [{run: 'test -n \"${{ github.event.client_payload.tag }}\" || exit 1'}]",
            True,
        ),
        (
            "{workflow_dispatch: }",
            "steps: [{uses: actions/github-script@v8, with: {script: 'core.setFailed(`${{ inputs.tag }}?`)'}}]",
            True,
        ),
        ("{workflow_call: }", "steps: [{run: 'test -n \"${{ inputs.tag }}\" || exit 1'}]", False),
    ],
)
def test_checks_of_what_somebody_typed_are_guards(started: str, job: str, guard: bool) -> None:
    text = f"on: {started}\njobs:\n  check:\n    runs-on: ubuntu-latest\n{indent(job, '    ')}\n"
    assert bool(situation(text).effects["check"].guards) is guard


@pytest.mark.parametrize(
    ("job", "signs"),
    [
        ("name: Publish", ["is named for publishing or deploying"]),
        ("name: deployment", ["is named for publishing or deploying"]),
        ("name: test", []),
        ("permissions: {contents: read}", []),
        ("permissions: {security-events: write, id-token: write}", []),
        ("permissions: {packages: write}", ["asks for write permission: packages"]),
        ("permissions: write-all", ["asks for write permission: everything"]),
        ("permissions: read-all", []),
        ("name: release\npermissions: {contents: write}", ["asks for write permission: contents", "is named for"]),
    ],
)
def test_signs(job: str, signs: list[str]) -> None:
    found = [evidence.text for evidence in effects("", job=job).signs]
    assert len(found) == len(signs)
    assert all(sign in text for sign, text in zip(signs, found, strict=True))


@pytest.mark.parametrize(
    ("job", "irreversible"),
    [
        ("environment: live", True),
        ("environment: {name: live, deployment: false}", False),
        ("snapshot: tide", True),
        ("no-such-key: tide", False),
    ],
)
def test_irreversible_work_of_keys(job: str, irreversible: bool) -> None:
    assert bool(effects("", job=job).irreversible) is irreversible
