"""Jobs of steps made at random, and rewrites of them made at random."""

from __future__ import annotations

import io
import random
from typing import Any

from ruamel.yaml import YAML

from dependence.step_interpreter import Steps

_COMMANDS = (
    *("cat a.py", "cat d.txt", "cat b.js", "echo 1 > d.txt", "echo 2 > d.txt", "echo 3 > e.js"),
    *("ruff check", "ruff check", "ruff check --fix", "mypy .", "mypy .", "eslint .", "eslint ."),
    *("pytest", "pytest", "pytest --cov", "vitest run", "vitest run"),
    *('echo "V=x" >> "$GITHUB_ENV"', 'echo "V=y" >> "$GITHUB_ENV"', 'echo "$V"', 'echo "o=1" >> "$GITHUB_OUTPUT"'),
    "git push",
)
CHECKOUT = {"uses": "actions/checkout@v7"}
HEAD = {"on": "push", "permissions": {"contents": "read"}}


def made(chance: random.Random) -> Steps:
    """A job of three to seven steps that check, read, write, set variables, ask for each other, push."""
    steps: Steps = []
    for index in range(chance.randint(3, 7)):
        step: dict[str, Any] = {"name": f"s{index}"}
        if chance.random() < 0.3:
            step["id"] = f"i{index}"
        ids = [earlier["id"] for earlier in steps if "id" in earlier]
        conditions = ["always()", "failure()", "success() && always()", "(success() || failure())"]
        conditions += [f"steps.{ident}.outcome == 'success'" for ident in ids]
        conditions += [f"always() && steps.{ident}.outcome == 'failure'" for ident in ids]
        conditions += [f"steps.{ident}.outputs.o == '1'" for ident in ids]
        if chance.random() < 0.25:
            step["if"] = chance.choice(conditions)
        if chance.random() < 0.1:
            step["continue-on-error"] = True
        count = 2 if chance.random() < 0.2 else 1
        step["run"] = "\n".join(chance.choice(_COMMANDS) for _ in range(count))
        steps.append(step)
    return steps


def changed(steps: Steps, chance: random.Random) -> Steps:
    """The same steps, some of them at once: a group, or one in the background until some later step.

    A group is of neighbours, or of steps that are moved to the first of them, past others.
    """
    start = chance.randrange(len(steps) - 1)
    if chance.random() < 0.3:
        members = sorted(chance.sample(range(start, len(steps)), min(chance.randint(2, 3), len(steps) - start)))
        first, rest = members[0], [step for index, step in enumerate(steps) if index not in members]
        return [*rest[:first], {"parallel": [steps[index] for index in members]}, *rest[first:]]
    if chance.random() < 0.6:
        stop = chance.randint(start + 2, min(len(steps), start + 4))
        return [*steps[:start], {"parallel": steps[start:stop]}, *steps[stop:]]
    background = {**steps[start], "background": True}
    wait = chance.randint(start + 2, len(steps) + 1)
    rest = [*steps[:start], background, *steps[start + 1 :]]
    return [*rest[:wait], {"wait-all": None}, *rest[wait:]] if wait <= len(steps) else rest


def text_of(steps: Steps) -> str:
    """The workflow around the steps of one job."""
    out = io.StringIO()
    steps = [CHECKOUT, *steps]
    YAML(typ="safe").dump({**HEAD, "jobs": {"job": {"runs-on": "ubuntu-latest", "steps": steps}}}, out)
    return out.getvalue()
