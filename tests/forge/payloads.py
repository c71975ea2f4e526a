"""Payloads of events, made from GitHub's own description: what it requires is there, the rest a test says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TypeAlias

from jsonschema import Draft7Validator

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Schema: TypeAlias = "dict[str, Json]"

PLACEHOLDERS: dict[str, Json] = {"string": "x", "integer": 1, "number": 1, "boolean": False, "null": None}
FORMATS = {"uri": "https://github.example/x", "date-time": "2026-03-01T12:00:00Z", "uri-template": "https://x.example"}


def payload(event: str, changed: dict[str, Json]) -> dict[str, Json]:
    """An event's payload (`issue_comment$created`), valid by the description, with some of its values changed.

    Keys of `changed` are paths with dots.
    """
    made = _made({"$ref": f"#/definitions/{event}"})
    assert isinstance(made, dict)
    for path, value in changed.items():
        *folders, name = path.split(".")
        inner = made
        for folder in folders:
            below = inner.setdefault(folder, {})
            assert isinstance(below, dict), path
            inner = below
        inner[name] = value
    validator = Draft7Validator({**_description(), "$ref": f"#/definitions/{event}"})
    problems = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(made)]
    assert problems == [], "the test asks for a payload that GitHub does not send"
    return made


@cache
def _description() -> Schema:
    schema: Schema = json.loads(Path(__file__).with_name("webhooks.schema.json").read_text("utf-8"))
    return schema


def _made(schema: Json) -> Json:
    """The smallest value that a schema takes."""
    assert isinstance(schema, dict)
    match schema:
        case {"$ref": str(target)}:
            definitions = _description()["definitions"]
            assert isinstance(definitions, dict)
            return _made(definitions[target.rpartition("/")[2]])
        case {"const": value}:
            return value
        case {"enum": [first, *_]}:
            return first
        case {"allOf": list(parts)}:
            return _together(parts)
        case {"oneOf": [first, *_]} | {"anyOf": [first, *_]}:
            return _made(first)
    return _of_type(schema)


def _together(parts: list[Json]) -> Json:
    made: dict[str, Json] = {}
    for part in parts:
        one = _made(part)
        assert isinstance(one, dict)
        made |= one
    return made


def _of_type(schema: Schema) -> Json:
    kind = schema.get("type", "object")
    name = kind[0] if isinstance(kind, list) else kind
    assert isinstance(name, str)
    if name == "object":
        properties, required = schema.get("properties", {}), schema.get("required", [])
        assert isinstance(properties, dict)
        assert isinstance(required, list)
        return {str(key): _made(properties[str(key)]) for key in required}
    if name == "array":
        return []
    form = schema.get("format")
    return FORMATS[form] if isinstance(form, str) and form in FORMATS else PLACEHOLDERS[name]
