"""GitHub's official description of its REST API, cut down to what the forge asks for.

`python tools/trim_openapi.py PATH` with the file `generated/api.github.com.json` of the npm package `@octokit/openapi`
writes `tests/github_server/api.json`. Nothing is changed but what is left out: other paths, texts and examples.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

TRIMMED = Path(__file__).resolve().parent.parent / "tests" / "github_server" / "api.json"
R = "/repos/{owner}/{repo}"
USED: dict[str, tuple[str, ...]] = {
    R: ("get",),
    f"{R}/git/ref/{{ref}}": ("get",),
    f"{R}/git/refs": ("post",),
    f"{R}/git/commits": ("post",),
    f"{R}/git/commits/{{commit_sha}}": ("get",),
    f"{R}/git/trees": ("post",),
    f"{R}/git/trees/{{tree_sha}}": ("get",),
    f"{R}/git/blobs": ("post",),
    f"{R}/git/blobs/{{file_sha}}": ("get",),
    f"{R}/compare/{{basehead}}": ("get",),
    f"{R}/pulls": ("get", "post"),
    f"{R}/pulls/{{pull_number}}": ("get", "patch"),
    f"{R}/pulls/{{pull_number}}/files": ("get",),
    f"{R}/pulls/{{pull_number}}/requested_reviewers": ("post",),
    f"{R}/issues": ("get", "post"),
    f"{R}/issues/{{issue_number}}": ("patch",),
    f"{R}/issues/{{issue_number}}/labels": ("post",),
    f"{R}/issues/{{issue_number}}/events": ("get",),
    f"{R}/issues/{{issue_number}}/comments": ("get", "post"),
    f"{R}/issues/comments/{{comment_id}}": ("patch",),
    f"{R}/issues/comments/{{comment_id}}/reactions": ("post",),
    f"{R}/collaborators/{{username}}/permission": ("get",),
    f"{R}/rules/branches/{{branch}}": ("get",),
    f"{R}/branches/{{branch}}": ("get",),
    f"{R}/branches/{{branch}}/protection/required_status_checks": ("get",),
    f"{R}/actions/workflows/{{workflow_id}}/runs": ("get",),
    f"{R}/actions/runs/{{run_id}}/attempts/{{attempt_number}}/jobs": ("get",),
}
_ERROR = "#/components/schemas/basic-error"
_LEFT_OUT = frozenset(("description", "summary", "examples", "example", "externalDocs", "x-github", "tags", "title"))
_NAMES = frozenset(("properties", "schemas", "responses", "parameters", "headers", "paths", "patternProperties"))
"""Below these, keys are names that somebody chose, such as a property called `description`."""


def trimmed(whole: dict[str, Json]) -> dict[str, Json]:
    """The description with the used paths and all that they refer to."""
    paths = _object(whole, "paths")
    kept: dict[str, Json] = {
        path: {name: _bare(value) for name, value in _object(paths, path).items() if name in {*verbs, "parameters"}}
        for path, verbs in USED.items()
    }
    found: dict[str, dict[str, Json]] = {}
    todo = [*_references(kept), _ERROR]
    while todo:
        kind, name = todo.pop().removeprefix("#/components/").split("/")
        if name not in found.setdefault(kind, {}):
            found[kind][name] = _bare(_object(whole, "components", kind)[name])
            todo += _references(found[kind][name])
    for name, answer in found.get("responses", {}).items():
        found["responses"][name] = {"description": "", **_object(answer)}
    components: dict[str, Json] = {kind: dict(sorted(found[kind].items())) for kind in sorted(found)}
    info: Json = {**_object(whole, "info"), "description": "Trimmed by tools/trim_openapi.py."}
    return {
        "openapi": whole["openapi"],
        "info": info,
        "servers": [{"url": "/"}],
        "paths": kept,
        "components": components,
    }


def _object(value: Json, *keys: str) -> dict[str, Json]:
    for key in keys:
        value = _object(value)[key]
    if not isinstance(value, dict):
        raise TypeError(f"no object at {keys}")
    return value


def _bare(value: Json, names: bool = False) -> Json:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: _bare(item, not names and key in _NAMES) for key, item in value.items() if names or key not in _LEFT_OUT
    }
    if "responses" in kept and not names:
        # the specification wants a description of each response
        kept["responses"] = {
            status: answer if "$ref" in _object(answer) else {"description": "", **_object(answer)}
            for status, answer in _object(kept["responses"]).items()
        }
    return kept


def _references(value: Json) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "$ref" and isinstance(item, str):
                yield item
            else:
                yield from _references(item)


def main() -> None:
    whole: Json = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    TRIMMED.write_text(json.dumps(trimmed(_object(whole)), indent=None, separators=(",", ":")) + "\n", "utf-8")
    print(f"{TRIMMED.name}: {TRIMMED.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
