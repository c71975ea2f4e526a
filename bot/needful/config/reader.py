"""A settings file → Settings. What does not fit is an error with line and column, never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from needful.config.settings import Ignore, Settings
from needful.config.shapes import group
from needful.document.nodes import Sequence
from needful.document.nodes import resolve as target_of
from needful.document.parse import Document, parse
from needful.errors import UserError
from needful.source import Source

PATHS = (".github/needful.yml", ".github/needful.yaml")
"""Where a repository has its settings: in one of these."""
PATH = PATHS[0]
MAX_BYTES = 1 << 16
"""The largest settings file that is read (bytes)."""


def read_settings(path: str, data: bytes, rules: Mapping[str, str]) -> tuple[Settings, tuple[UserError, ...]]:
    """The settings in a file, and everything that is wrong with it; where anything is, the settings are the defaults.

    `path` is the file as people name it, `rules` are the rules that there are, with their summaries.
    """
    try:
        document = _document(path, data)
    except UserError as error:
        return Settings(), (error,)
    if document.plain is None:  # nothing but comments
        return Settings(), ()
    # imported late: most repositories have no settings
    from needful.config.problems import problems
    from needful.config.schema import settings_schema

    wrong = problems(document, settings_schema(rules))
    return (Settings(), wrong) if wrong else (_settings(document), ())


def _document(path: str, data: bytes) -> Document:
    if len(data) > MAX_BYTES:
        raise UserError(f"the file has {len(data):,} bytes; settings have at most {MAX_BYTES:,}", path=path)
    return parse(Source.from_bytes(path, data))


def _settings(document: Document) -> Settings:
    found = group(Settings).read(document.plain)
    assert isinstance(found, Settings), "a group is read as what it is declared with"
    node = document.find(("ignore",))
    items = target_of(node) if node is not None else None
    lines = [document.line(item) for item in items.items] if isinstance(items, Sequence) else []
    placed: tuple[Ignore, ...] = tuple(replace(one, line=line) for one, line in zip(found.ignore, lines, strict=True))
    return replace(found, ignore=placed)
