"""Whatever a file holds, it is read or refused with a line, in bounded time."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.document.parse import parse
from needful.errors import UserError
from needful.source import Source
from needful.workflow.reader import read_action, read_workflow
from workflow.reading import job

WHOLE: dict[str, Any] = {
    "name": "x",
    "on": {
        "push": {"branches": ["a"]},
        "schedule": [{"cron": "x"}],
        "workflow_call": {"inputs": {"x": {"default": 1}}},
    },
    "permissions": {"contents": "read"},
    "concurrency": {"group": "x", "cancel-in-progress": True},
    "jobs": {
        "a": {
            "needs": ["b"],
            "if": "always()",
            "runs-on": {"group": "x", "labels": ["y"]},
            "strategy": {
                "matrix": {"os": [{"name": "a"}], "include": [{"os": {"name": "b"}}], "exclude": [{"os": "c"}]}
            },
            "container": {"image": "x", "env": {"A": "b"}},
            "services": {"db": {"image": "x"}},
            "environment": {"name": "x", "deployment": False},
            "defaults": {"run": {"shell": "x"}},
            "snapshot": {"image-name": "x", "if": "true"},
            "outputs": {"x": "y"},
            "steps": [
                {"uses": "a/b@c", "with": {"x": 1}, "if": "success()"},
                {"parallel": [{"run": "x"}, {"run": "y", "env": {"A": "${{ env.x }}"}}]},
                {"wait": ["x"]},
                {"cancel": "x"},
                {"wait-all": None},
            ],
        },
        "b": {"uses": "./x", "with": {"x": 1}, "secrets": {"x": "y"}},
    },
    "inputs": {"x": {"default": "y"}},
    "outputs": {"x": {"value": "y"}},
    "runs": {"using": "composite", "steps": [{"run": "x", "shell": "y"}]},
}

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from(("", "x", "${{ env.x }}", "${{ x", "inherit", "1" * 400, "read-all", "${{ insert }}")),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from(("run", "if", "x", "${{ }}")), below),
    max_leaves=5,
)


def refusal_of(read: Callable[[], object]) -> UserError | None:
    try:
        read()
    except UserError as error:
        return error
    return None


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths to all values in a value, but to the whole."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, below in items for found in ((*path, key), *places(below, (*path, key)))]


@given(path=st.sampled_from(places(WHOLE)), value=anything)
def test_any_value_anywhere_is_read_or_refused(path: tuple[Any, ...], value: object) -> None:
    changed = copy.deepcopy(WHOLE)
    parent = changed
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    document = parse(Source("x.yml", json.dumps(changed, indent=1)))
    for refusal in (refusal_of(lambda: read_workflow(document)), refusal_of(lambda: read_action(document))):
        assert refusal is None or (refusal.line or 0) >= 1


BLANKS = " \n" * 100_000


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("run: " + json.dumps(BLANKS + "x" + BLANKS), id="blanks in a text"),
        pytest.param("if: " + json.dumps("true" + BLANKS + "x" + BLANKS), id="blanks in a condition"),
        pytest.param("run: " + json.dumps("${{" + BLANKS + "x" + BLANKS + "}}"), id="blanks in an expression"),
        pytest.param("run: " + json.dumps("${{ '" * 50_000), id="expressions that do not close"),
        pytest.param("run: " + json.dumps("${{ " + "'" * 20_000 + " }}"), id="apostrophes"),
        pytest.param("if: " + "(" * 20_000, id="groups"),
        pytest.param("if: env" + ".x" * 100_000, id="a chain"),
        pytest.param("if: " + "a" * 200_000, id="a long name"),
        pytest.param("if: " + "1" * 20_000, id="a long number"),
        pytest.param("strategy: {matrix: {a: [" + "1," * 900 + "], b: [" + "1," * 900 + "]}}", id="a large matrix"),
        pytest.param("x: " + "[" * 90 + "]" * 90, id="deep lists"),
    ],
)
def test_hostile_texts_cost_little(written: str) -> None:
    start = time.perf_counter()
    refusal = refusal_of(lambda: job(written))
    assert refusal is None or refusal.line
    assert time.perf_counter() - start < 2


def test_more_expressions_than_anyone_writes_are_refused_before_they_cost_anything() -> None:
    steps = "".join(f"      - run: echo ${{{{ github.event.n{number} == 'x' }}}}\n" for number in range(5_001))
    text = f"on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}"
    with pytest.raises(UserError, match="more than 5,000 expressions") as caught:
        read_workflow(parse(Source("big.yml", text)))
    assert caught.value.line == 5_006
