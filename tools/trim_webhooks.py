"""Write `tests/forge/webhooks.schema.json`: what is used of GitHub's description of webhooks (octokit, MIT).

The full one is `schema.json` of the npm package `@octokit/webhooks-schemas`; its path is the argument.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

GOAL = Path(__file__).resolve().parent.parent / "tests" / "forge" / "webhooks.schema.json"
EVENTS = (
    "issue_comment$created",
    "pull_request$edited",
    "pull_request$opened",
    "push$event",
    "workflow_dispatch$event",
    "workflow_run$completed",
)


def trimmed(schema: dict[str, Json]) -> dict[str, Json]:
    """The definitions of the events that are used, with all that they refer to, without prose."""
    definitions = schema["definitions"]
    assert isinstance(definitions, dict)
    known: set[str] = set()
    open_names = list(EVENTS)
    while open_names:
        name = open_names.pop()
        if name not in known:
            known.add(name)
            open_names += _references(definitions[name])
    return {"$schema": schema["$schema"], "definitions": {name: _bare(definitions[name]) for name in sorted(known)}}


def _references(value: Json) -> Iterator[str]:
    match value:
        case {"$ref": str(target)}:
            yield target.rpartition("/")[2]
        case dict():
            for below in value.values():
                yield from _references(below)
        case list():
            for below in value:
                yield from _references(below)


def _bare(value: Json) -> Json:
    match value:
        case dict():
            prose = {key for key in ("description", "title") if isinstance(value.get(key), str)}
            return {key: _bare(below) for key, below in value.items() if key not in prose | {"tsAdditionalProperties"}}
        case list():
            return [_bare(below) for below in value]
    return value


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("schema", type=Path)
    schema = json.loads(arguments.parse_args().schema.read_text("utf-8"))
    GOAL.write_text(json.dumps(trimmed(schema), separators=(",", ":"), sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    main()
