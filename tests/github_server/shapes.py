"""What GitHub answers, whole: what a test does not care about is filled in as its description demands."""

from __future__ import annotations

from typing import Any

from github_server.contract import description

_TIME = "2026-03-01T12:00:00Z"


def filled(schema: str, **values: object) -> dict[str, Any]:
    """An object of this schema: what is given, and of the rest what is required."""
    whole = _value({"$ref": f"#/components/schemas/{schema}"}, 0)
    return {**whole, **values}


def _value(schema: dict[str, Any], depth: int) -> Any:  # noqa: ANN401
    if "$ref" in schema:
        _, _, kind, name = schema["$ref"].split("/")
        return _value(description()["components"][kind][name], depth + 1)
    if schema.get("nullable") and "type" in schema and depth > 1:
        return None
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            chosen = schema[several] if several == "allOf" else schema[several][:1]
            values = [_value(one, depth) for one in chosen]
            return {key: item for value in values for key, item in value.items()} if len(values) > 1 else values[0]
    if "enum" in schema:
        return schema["enum"][0]
    return _plain(schema, depth)


def _plain(schema: dict[str, Any], depth: int) -> Any:  # noqa: ANN401
    match schema.get("type", "object"):
        case "object":
            properties = schema.get("properties", {})
            return {name: _value(properties.get(name, {}), depth + 1) for name in schema.get("required", ())}
        case "array":
            return []
        case "string":
            return {"date-time": _TIME, "uri": "https://github.example.org/x"}.get(schema.get("format", ""), "x")
        case "boolean":
            return False
        case _:
            return 1
