"""What has to be shown before steps of a job may run at once, and by which words it is said where it cannot be."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from dependence.made import CI
from dependence.made_steps import repository_of
from needful.dependence import step_proof
from needful.dependence.obligations import Obligation
from needful.dependence.parts import Part
from needful.dependence.proof import WORK, prove
from needful.dependence.situation import observe
from needful.dependence.step_conditions import Reaction, reaction
from needful.dependence.step_order import loosened, matched, ordered
from needful.dependence.step_runner import refusers
from needful.document.nodes import Plain
from needful.source import Span
from needful.workflow.model import Text

HEAD = """\
on: push
permissions: {contents: read}
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v7
"""
ROWS = "      - {name: lint, run: ruff check}\n      - {name: types, run: mypy .}\n      - {run: echo done}\n"
BEFORE = HEAD + ROWS


def grouped(text: str) -> str:
    """The workflow with its second and third step in a group."""
    lines = text.splitlines()
    first = lines.index("      - uses: actions/checkout@v7") + 1
    rows = [f"    {line}" for line in lines[first : first + 2]]
    return "\n".join([*lines[:first], "      - parallel:", *rows, *lines[first + 2 :], ""])


AFTER = grouped(BEFORE)


def proved(before: str, after: str, files: dict[str, str] | None = None) -> dict[str, Obligation]:
    seen = []
    for text in (before, after):
        repository = repository_of({**(files or {}), CI: text})
        workflow = repository.workflow(CI)
        assert workflow is not None
        seen.append(observe(workflow, repository))
    return {each.what: each for each in prove(seen[0], seen[1], None, frozenset({Part.ORDER}))}


def both(*changes: tuple[str, str], files: dict[str, str] | None = None) -> dict[str, Obligation]:
    """The proof of the rewrite above, of a workflow with some texts replaced."""
    before = BEFORE
    for old, new in changes:
        assert old in before
        before = before.replace(old, new)
    return proved(before, grouped(before), files)


def test_a_group_of_independent_checks_is_proved() -> None:
    found = proved(BEFORE, AFTER)
    assert all(each.shown for each in found.values()), found
    assert {step_proof.APART, step_proof.HARMLESS, step_proof.RUNNER, step_proof.READERS} <= found.keys()


TYPES = "name: types"
LINT = "name: lint"
BY_ID = (TYPES, "id: b, name: types")
SETS = (("ruff check", "echo A=1 >> $GITHUB_ENV"), ("mypy .", "echo B=1 >> $GITHUB_ENV"))


@pytest.mark.parametrize(
    ("changes", "what", "reason"),
    [
        ([("mypy .", "ruff format --check")], step_proof.APART, "“lint” and “types”: both may write files"),
        ([("ruff check", "ruff check --fix")], step_proof.APART, "nobody knows all that one of them does"),
        ([("mypy .", "npm publish")], step_proof.HARMLESS, "“types” does more than check"),
        ([("mypy .", "./check")], step_proof.HARMLESS, "“types” does more than check: runs `./check`"),
        ([(TYPES, "if: failure(), name: types")], step_proof.CONDITIONS, "the `if` of “types” asks for failures"),
        (
            [(LINT, "id: a, name: lint"), (TYPES, "env: {A: '${{ steps.a.outcome }}'}, name: types")],
            step_proof.CONDITIONS,
            "“types” asks for “lint” by its id",
        ),
        (
            [BY_ID, ("echo done", "'echo ${{ steps.b.conclusion }}'")],
            step_proof.OUTCOMES,
            "“types”: its outcome is asked for",
        ),
        (
            [BY_ID, ("echo done", "'echo ${{ toJSON(steps) }}'")],
            step_proof.OUTCOMES,
            "“types”: its outcome is asked for",
        ),
        (
            [BY_ID, ("    steps:", "    outputs: {o: '${{ steps.b.outputs.o }}'}\n    steps:")],
            step_proof.OUTCOMES,
            "“types”: the job puts out what it puts out",
        ),
        (
            [BY_ID, ("run: echo done", "if: always(), run: 'echo ${{ steps.b.outputs.o }}'")],
            step_proof.OUTCOMES,
            "“types”: a step that runs after failures reads what it puts out",
        ),
        ([("run: mypy .", "uses: acme/check@v1")], step_proof.TOGETHER, "“types” may be made of other steps"),
        (SETS, step_proof.TOGETHER, "“types” is not the only one of them that sets variables"),
        ([("ubuntu-latest", "[self-hosted, linux]")], step_proof.RUNNER, "`check` may run on `self-hosted`"),
        ([("ubuntu-latest", "${{ vars.A }}")], step_proof.RUNNER, "`check` may run on `${{ vars.A }}`"),
        ([("ubuntu-latest", "{group: large}")], step_proof.RUNNER, "`check` runs on a group of runners"),
        ([("-latest", "-latest\n    container: python:3")], step_proof.RUNNER, "`check` runs in a container"),
        ([("echo done", "'GHE_HOST=x gh api'")], step_proof.RUNNER, "speaks of GitHub Enterprise Server"),
        ([("echo done", "actionlint")], step_proof.READERS, "actionlint refuses them (.github/workflows/ci.yml:"),
    ],
)
def test_what_is_not_shown(changes: Iterable[tuple[str, str]], what: str, reason: str) -> None:
    found = both(*changes)
    assert not found[what].shown
    assert reason in found[what].why_not


@pytest.mark.parametrize(
    "changes",
    [
        [BY_ID, ("echo done", "'echo ${{ steps.b.outputs.o }}'")],
        [(TYPES, "if: '!cancelled()', name: types")],
        [(TYPES, "if: success() && github.event_name == 'push', name: types")],
        [("ubuntu-latest", "${{ matrix.os }}\n    strategy: {matrix: {os: [ubuntu-24.04, macos-15, windows-latest]}}")],
        [("mypy .", "echo B=1 >> $GITHUB_ENV")],
    ],
)
def test_what_is_shown(changes: list[tuple[str, str]]) -> None:
    assert not [each for each in both(*changes).values() if not each.shown]


def test_a_step_that_ran_after_failures_may_do_what_it_did() -> None:
    found = both((TYPES, "if: always(), name: types"), ("mypy .", "npm publish"))
    assert found[step_proof.HARMLESS].shown


def test_other_steps_than_before_are_no_matter_of_order() -> None:
    found = proved(BEFORE, AFTER.replace("mypy .", "mypy src"))
    assert not found[WORK].shown
    assert found[step_proof.APART].why_not == "`check` has other steps than before"


def test_more_than_ten_at_once() -> None:
    rows = [f"      - run: cat {number}\n" for number in range(11)]
    before = HEAD + "".join(rows)
    after = HEAD + "      - parallel:\n" + "".join(f"    {row}" for row in rows)
    assert proved(before, after)[step_proof.TOGETHER].why_not == "more than 10 steps would run at once"


def test_what_runs_in_the_background_until_the_end() -> None:
    after = BEFORE.replace("run: ruff check", "run: ruff check, background: true")
    assert all(each.shown for each in proved(BEFORE, after).values())
    publish, at_once = (text.replace("echo done", "npm publish") for text in (BEFORE, after))
    assert not proved(publish, at_once)[step_proof.HARMLESS].shown
    waited = at_once.replace("      - {run: npm", "      - wait-all:\n      - {run: npm")
    assert all(each.shown for each in proved(publish, waited).values())


LINTED = "on: push\njobs: {a: {runs-on: x, steps: [{uses: super-linter/super-linter@v8}]}}\n"
SETTINGS = """\
paths:
  .github/workflows/**/*.{0}:
    ignore:
      - 'unexpected key .* for "step" section'
      - 'step must run script with'
      - '('
"""


@pytest.mark.parametrize(
    ("files", "refused"),
    [
        ({".pre-commit-config.yaml": "repos:\n  - repo: rhysd/actionlint\n"}, ".pre-commit-config.yaml:2"),
        ({".github/workflows/lint.yml": LINTED}, ".github/workflows/lint.yml:2"),
        ({".github/actionlint.yaml": "paths: {}\n"}, ".github/actionlint.yaml"),
        ({".github/actionlint.yaml": "a: [\n"}, ".github/actionlint.yaml"),
        ({".github/actionlint.yaml": SETTINGS.format("yaml")}, ".github/actionlint.yaml"),
        ({".github/actionlint.yaml": SETTINGS.format("yml"), "Makefile": "lint:\n\tactionlint\n"}, ""),
        ({"Makefile": "# actionlint is not run\n"}, ""),
        ({"mise.toml": "[tools]\naction-validator = '1'\n"}, "mise.toml:2"),
    ],
)  # fmt: skip
def test_linters_of_the_repository(files: dict[str, str], refused: str) -> None:
    found = refusers(repository_of({**files, CI: BEFORE}), CI)
    assert [one.where for one in found] == ([refused] if refused else [])
    if found and found[0].name == "actionlint":
        assert found[0].entry.startswith(
            f"# .github/actionlint.yaml\npaths:\n  {CI}:\n    ignore:\n      - 'unexpected key"
        )
    elif found:
        assert found[0].entry == ""


def test_a_linter_that_does_not_see_ids_in_groups() -> None:
    repository = repository_of({".github/actionlint.yaml": SETTINGS.format("yml"), CI: BEFORE})
    (found,) = refusers(repository, CI, asked=True)
    assert found.entry.endswith("is not defined in object type'")
    settings = SETTINGS.format("yml") + "      - is not defined in object type\n"
    assert not refusers(repository_of({".github/actionlint.yaml": settings, CI: BEFORE}), CI, asked=True)


def steps(*rows: str | Plain) -> list[Plain]:
    return [{"run": row} if isinstance(row, str) else row for row in rows]


@pytest.mark.parametrize(
    ("rows", "ended", "alongside"),
    [
        (steps("a", "b"), [set(), {0}], 0),
        (steps({"parallel": steps("a", "b")}, "c"), [set(), set(), {0, 1}], 2),
        (steps({"run": "a", "background": True}, "b", {"wait-all": None}, "c"), [set(), set(), {0, 1}], 1),
        (steps({"run": "a", "id": "x", "background": True}, "b", {"wait": "x"}, "c"), [set(), set(), {0, 1}], 1),
        (steps({"run": "a", "id": "x", "background": True}, {"wait": ["y", "x"]}, "c"), [set(), {0}], 1),
        (steps({"run": "a", "id": "x", "background": True}, {"wait": "X"}, "c"), [set(), set()], 1),
        (steps({"run": "a", "id": "x", "background": True}, {"cancel": "x"}, "c"), [set(), {0}], 1),
        (steps({"run": "a", "background": True}, {"wait": ""}, "c"), [set(), set()], 1),
        (steps({"run": "a", "background": True}, {"parallel": steps("b", "c")}, "d"), [set(), set(), set(), {1, 2}], 3),
        (None, [], 0),
    ],
)
def test_which_steps_have_ended(rows: Plain, ended: list[set[int]], alongside: int) -> None:
    found = ordered(rows)
    assert [set(each) for each in found.ended] == ended
    assert found.alongside == alongside


def test_steps_are_found_again_wherever_they_are() -> None:
    before = ordered(steps("a", "b", "a", "c"))
    after = ordered(steps("b", {"parallel": steps("a", "c")}, {"run": "a", "background": True}))
    places = matched(before, after)
    assert places == (1, 0, 3, 2)
    assert set(loosened(before, after, places)) == {(0, 1), (0, 3), (2, 3)}
    assert matched(before, ordered(steps("a", "b", "c", "d"))) is None
    assert matched(before, ordered(steps("a", "b", "a"))) is None


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ("github.ref == 'a'", Reaction.STOPS),
        ("success()", Reaction.STOPS),
        ("success() && github.ref == 'a'", Reaction.STOPS),
        ("a-${{ github.ref }}", Reaction.STOPS),
        ("always()", Reaction.BLIND),
        ("!cancelled() && github.ref == 'a'", Reaction.BLIND),
        ("(success() || failure()) && github.ref == 'a'", Reaction.BLIND),
        ("always() && (failure() == failure())", Reaction.JUDGES),
        ("failure()", Reaction.JUDGES),
        ("!success()", Reaction.JUDGES),
        ("failure() || github.ref == 'a'", Reaction.JUDGES),
        ("!(failure() || true)", Reaction.STOPS),
        ("cancelled()", Reaction.BLIND),
        ("a-${{ always() }}", Reaction.JUDGES),
    ],
)
def test_what_a_condition_makes_of_failures(condition: str, found: Reaction) -> None:
    assert reaction(Text(condition, Span(0, 0), condition=True)) is found
    assert reaction(None) is Reaction.STOPS
