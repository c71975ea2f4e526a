"""What is wrong with a settings file, said in the user's terms and with the place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING, cast

from needful.config.shapes import Schema, listed
from needful.document.nodes import Entry, Mapping, Node, Path, Plain, resolve
from needful.document.parse import Document
from needful.document.places import spell
from needful.errors import UserError

if TYPE_CHECKING:
    from jsonschema import ValidationError

MAX_PROBLEMS = 20
"""Of one file: whoever has more has sent something else than settings."""
_MAX_SHOWN = 60
_DOCUMENTED = "docs/settings.md describes every setting"


def problems(document: Document, schema: Schema) -> tuple[UserError, ...]:
    """What the schema says against a document, in order of place; at most `MAX_PROBLEMS`."""
    # imported late: without a settings file nobody pays for it
    from jsonschema import Draft202012Validator

    found = [
        UserError(message, path=document.source.path, line=place.line, column=place.column, hint=hint)
        for error in islice(Draft202012Validator(schema).iter_errors(document.plain), 1_000)
        for node, message, hint in _told(document, error)
        for place in (document.source.position(node.span.start),)
    ]
    return tuple(sorted(found, key=lambda one: (one.line or 0, one.column or 0))[:MAX_PROBLEMS])


def _told(document: Document, error: ValidationError) -> Iterator[tuple[Node | Entry, str, str]]:
    """Where, what, and what to do about it."""
    path: Path = tuple(error.absolute_path)
    node = document.find(path)
    assert node is not None, "what is wrong is there"
    schema, value = error.schema, error.instance
    assert isinstance(schema, dict), "no part of the schema is a mere yes or no"
    if error.validator == "additionalProperties":
        mapping = resolve(node)
        assert isinstance(mapping, Mapping), "only mappings have keys"
        known = list(schema["properties"])
        what = "rule" if path == ("rules",) else "setting"
        where = f" in `{spell(path)}`" if path and what == "setting" else ""
        for entry in mapping.entries:
            if entry.key.text not in schema["properties"]:
                yield entry, f"there is no {what} {_shown(entry.key.text)}{where}", _way_out(entry.key.text, known)
        return
    name = f"`{spell(path)}`" if path else "the file"
    choices = schema.get("enum", ())
    hint = _meant(value, choices) if isinstance(value, str) else ""
    yield node, f"{name} {schema['errorMessage']}{_instead(error)}", hint or _DOCUMENTED


def _instead(error: ValidationError) -> str:
    """What stands there instead."""
    value = cast("Plain", error.instance)
    if error.validator == "required":
        return ""
    if isinstance(value, dict):
        return ", not a mapping"
    if isinstance(value, list):
        return f", not {len(value):,}" if error.validator == "maxItems" else ", not a list"
    if value is None:
        return "; it is empty"
    return f", not {_shown(str(value).lower() if isinstance(value, bool) else str(value))}"


def _way_out(key: str, known: Sequence[str]) -> str:
    valid = f"valid here: {', '.join(known)}"
    meant = _meant(key, known)
    return f"{meant} {valid}" if meant else valid


def _meant(word: str, known: Sequence[object]) -> str:
    words = [one for one in known if isinstance(one, str)]
    # comparing takes time in proportion to both lengths
    close = get_close_matches(word.lower().replace("_", "-")[:_MAX_SHOWN], words, n=1, cutoff=0.7)
    return f"did you mean {listed(close, 'or')}?" if close else ""


def _shown(text: str) -> str:
    """A text of the file, cut short."""
    cut = text if len(text) <= _MAX_SHOWN else f"{text[:_MAX_SHOWN]}…"
    return f"`{cut}`"
