"""Which steps are looked at more closely, by the words of a workflow alone."""

from __future__ import annotations

import pytest

from dependence.made import CI, HEAD
from dependence.made_steps import repository_of
from needful.dependence.step_windows import partners, roles

CHECKOUT, SET_UP = "{uses: actions/checkout@v7}", "{uses: actions/setup-node@v6}"
UPLOAD, ECHO = "{uses: actions/upload-artifact@v7, with: {path: a}}", "{run: echo over}"


def found(*steps: str) -> tuple[str, tuple[tuple[int, ...], ...]]:
    """The first letters of the roles, and the partners of every step."""
    rows = "".join(f"      - {step}\n" for step in steps)
    text = f"{HEAD}  job:\n    runs-on: ubuntu-latest\n    steps:\n{rows}"
    workflow = repository_of({CI: text}).workflow(CI)
    assert workflow is not None
    known = roles(workflow.jobs[0])
    return "".join(role.value[0] for role in known), tuple(partners(known, at) for at in range(len(known)))


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        (("{run: npm run lint}", "{run: npm test}"), ("cc", ((1,), ()))),
        (("{run: npm run lint}", ECHO, "{run: ./ci/types}"), ("cac", ((2,), (), ()))),
        (("{run: npm run lint}", "{run: npm ci}", "{run: npm test}"), ("ccc", ((), (), ()))),
        (("{run: npm run lint}", "{run: npm run build}", "{run: npm test}"), ("clc", ((1,), (), ()))),
        (("{run: go build ./...}", "{run: go vet ./...}"), ("cc", ((1,), ()))),
        (("{run: npm run lint}", UPLOAD, "{run: npm test}"), ("cuc", ((2,), (), ()))),
        (("{run: npm run lint}", "{uses: acme/odd@v1}", "{run: npm test}"), ("cbc", ((), (), ()))),
        (("{run: npm run lint}", "{run: npm test, background: true}"), ("cb", ((), ()))),
        ((CHECKOUT, SET_UP, "{run: npm ci}", "{run: npm test}"), ("cccc", ((1, 2), (2,), (), ()))),
        ((UPLOAD, UPLOAD, "{run: cargo install x}"), ("uuc", ((1, 2), (2,), ()))),
        (("{parallel: [{run: npm run lint}, {run: npm test}]}", "{run: make types}"), ("cc", ((1,), ()))),
        (("{parallel: [{run: npm run lint}, {run: npm ci}]}", "{run: make types}"), ("bc", ((), ()))),
        ((ECHO, ECHO), ("aa", ((), ()))),
    ],
)
def test_partners(steps: tuple[str, ...], expected: tuple[str, tuple[tuple[int, ...], ...]]) -> None:
    assert found(*steps) == expected
