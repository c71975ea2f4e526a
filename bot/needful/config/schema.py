"""The JSON Schema of the settings, for editors and for the reader."""

from __future__ import annotations

from collections.abc import Mapping

from needful.config.settings import Settings
from needful.config.shapes import Schema, group, listed


def settings_schema(rules: Mapping[str, str]) -> Schema:
    """The schema (2020-12) of a settings file; `rules` are the rules that there are, with their summaries."""
    switch = {"enum": [True, False, "on", "off"], "errorMessage": "must be `on` or `off`"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Needful settings",
        **group(Settings).schema,
        "$defs": {
            "rule": {"enum": list(rules), "errorMessage": f"must be a rule: {listed(list(rules), 'or')}"},
            "rules": {
                "type": ["object", "null"],
                "properties": {rule: {"description": summary, **switch} for rule, summary in rules.items()},
                "additionalProperties": False,
                "errorMessage": "must be a mapping from rules to `on` or `off`",
            },
        },
    }
