"""Steps of every kind, and what `uses:` names."""

from __future__ import annotations

import pytest

from needful.errors import UserError
from needful.workflow.model import StepKind, UsesKind
from workflow import refused
from workflow.reading import job, step, steps


def test_a_run_step() -> None:
    read = step("""
        - name: Test
          id: test
          if: success()
          run: |
            make test
          shell: bash
          working-directory: src
          continue-on-error: ${{ matrix.odd }}
          timeout-minutes: 5
          env: {A: "1"}
        """)
    assert read.kind is StepKind.RUN
    assert (read.id, read.run and read.run.value, read.shell and read.shell.value) == ("test", "make test\n", "bash")
    assert read.working_directory is not None
    assert read.continue_on_error is not None
    assert read.continue_on_error.value == "${{ matrix.odd }}"
    assert (read.timeout and read.timeout.value, [v.name for v in read.env]) == ("5", ["A"])
    assert [text.value for text in read.texts] == ["success()", "${{ matrix.odd }}"]
    assert read.path == ("jobs", "a", "steps", 0)
    assert not read.background


def test_a_uses_step() -> None:
    read = step("- uses: actions/Upload-Artifact@v7\n  with: {Name: x, path: 1.50, list: '${{ env.x }}'}")
    assert read.kind is StepKind.USES
    assert read.uses is not None
    assert [(v.name, v.value.value) for v in read.inputs] == [("Name", "x"), ("path", "1.5"), ("list", "${{ env.x }}")]
    name = read.input("name")
    assert name is not None
    assert name.value == "x"
    assert read.input("missing") is None


def test_steps_side_by_side() -> None:
    server, group, run, wait, both, wait_all, also, cancel = steps("""
        - {id: server, run: npm start, background: true}
        - parallel:
            - {run: lint, id: lint}
            - {uses: a/b@v1, if: always()}
        - {run: test, background: false}
        - wait: server
        - wait: [server, lint]
        - wait-all:
        - wait-all: true
        - cancel: server
        """)
    assert (server.kind, server.background) == (StepKind.RUN, True)
    assert (group.kind, [member.kind for member in group.steps]) == (
        StepKind.PARALLEL,
        [StepKind.RUN, StepKind.USES],
    )
    assert [member.path for member in group.steps] == [
        ("jobs", "a", "steps", 1, "parallel", 0),
        ("jobs", "a", "steps", 1, "parallel", 1),
    ]
    assert [text.value for text in group.texts] == ["always()"]
    assert not run.background
    assert (wait.kind, wait.targets) == (StepKind.WAIT, ("server",))
    assert both.targets == ("server", "lint")
    assert (wait_all.kind, also.kind, wait_all.targets) == (StepKind.WAIT_ALL, StepKind.WAIT_ALL, ())
    assert (cancel.kind, cancel.targets) == (StepKind.CANCEL, ("server",))


def test_all_steps_has_the_members_of_groups() -> None:
    read = job("runs-on: x\nsteps:\n  - run: one\n  - parallel:\n      - run: two\n      - run: three\n  - run: four\n")
    assert [step.run.value if step.run else step.kind.value for step in read.all_steps()] == [
        *("one", "parallel", "two", "three", "four")
    ]


def test_a_step_without_anything_to_do_is_kept() -> None:
    read = step("- name: x\n  unheard-of: y")
    assert read.kind is StepKind.UNKNOWN
    assert [entry.key.text for entry in read.extra] == ["unheard-of"]


@pytest.mark.parametrize(
    ("uses", "kind", "name", "ref"),
    [
        ("actions/checkout@v5", UsesKind.REPOSITORY, "actions/checkout", "v5"),
        ("Actions/Cache/Restore@Main", UsesKind.REPOSITORY, "actions/cache/restore", "Main"),
        (
            "o/r/.github/workflows/x.yml@refs/heads/a/b",
            UsesKind.REPOSITORY,
            "o/r/.github/workflows/x.yml",
            "refs/heads/a/b",
        ),
        ("' o/r@v1 '", UsesKind.REPOSITORY, "o/r", "v1"),
        ("o/r/@v1", UsesKind.REPOSITORY, "o/r", "v1"),
        ("./.github/actions/x", UsesKind.LOCAL, ".github/actions/x", ""),
        ("./.github/actions/x/", UsesKind.LOCAL, ".github/actions/x", ""),
        ("./a/../b", UsesKind.LOCAL, "b", ""),
        ("./", UsesKind.LOCAL, "", ""),
        (".//x", UsesKind.LOCAL, "x", ""),
        ("./../x", UsesKind.LOCAL, "../x", ""),
        ("$/x", UsesKind.LOCAL, "x", ""),
        ("$/.github/workflows/x.yml", UsesKind.LOCAL, ".github/workflows/x.yml", ""),
        ("docker://alpine:3", UsesKind.DOCKER, "alpine:3", ""),
        ("${{ matrix.action }}", UsesKind.OPAQUE, "", ""),
        ("o/r@${{ env.ref }}", UsesKind.OPAQUE, "", ""),
        ("actions/checkout", UsesKind.OPAQUE, "", ""),
        ("o/r@", UsesKind.OPAQUE, "", ""),
        ("checkout@v5", UsesKind.OPAQUE, "", ""),
        ("../x", UsesKind.OPAQUE, "", ""),
    ],
)
def test_uses(uses: str, kind: UsesKind, name: str, ref: str) -> None:
    read = step(f"- uses: {uses}").uses
    assert read is not None
    assert (read.kind, read.name, read.ref) == (kind, name, ref)


def test_an_empty_uses_names_nothing() -> None:
    assert step("- uses:").uses is None


@pytest.mark.parametrize(("written", "message"), refused.STEPS)
def test_shapes_that_github_refuses(written: str, message: str) -> None:
    with pytest.raises(UserError) as raised:
        step(written)
    assert (raised.value.line, raised.value.message) == (6, message)
