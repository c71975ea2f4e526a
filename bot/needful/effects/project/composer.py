"""Scripts of `composer.json`, and what composer runs on its own events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from needful.effects.names import Name, joined, literal
from needful.effects.project.bodies import flat, gap, shell, together, with_arguments
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, nearest, parent, text_of
from needful.effects.project.reading import Table, line_of, lines_of, parse_json, table, texts
from needful.effects.shell.model import Script

_CALLBACK = re.compile(r"\\?[A-Za-z_]\w*(?:\\\w+)*(?:::\w+)?\s*\Z")
_PUTENV = re.compile(r"@putenv\s+(\w+)=(.*)", re.DOTALL)
_REFERENCE = re.compile(r"@([\w:.-]+)(?:\s+(.*))?\Z", re.DOTALL)
_NO_ARGUMENTS = "@no_additional_args"
_ARGUMENTS = "@additional_args"
_MAX_LINES = 300
_PLAIN = re.compile(r'[^"\\/]*')


def composer(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """A script with those before and after it; a script that it refers to (`@name`) is a command `composer run-script`.

    None for what is no script: composer may have a command of that name.
    """
    found = _manifest(opening, files)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    if found is None or not target or target not in found.scripts:
        return None
    names = (f"pre-{target}-cmd", target, f"post-{target}-cmd")
    return tuple(
        _body(found, name, opening, opening.arguments if name == target else ())
        for name in names
        if name in found.scripts
    )


_EVENTS = {
    "install": ("pre-install-cmd", "pre-autoload-dump", "post-autoload-dump", "post-install-cmd"),
    "update": ("pre-update-cmd", "pre-autoload-dump", "post-autoload-dump", "post-update-cmd"),
    "dump-autoload": ("pre-autoload-dump", "post-autoload-dump"),
    "create-project": ("post-root-package-install", "post-create-project-cmd"),
}
_ALWAYS = ("init", "command", "pre-operations-exec", "pre-package-install", "post-package-install")


def composer_hooks(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """What composer runs by itself on `install`, `update` and the like; often nothing."""
    found = _manifest(opening, files)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    if found is None or target not in _EVENTS:
        return None
    names = (*_ALWAYS, *_EVENTS[target])
    return tuple(_body(found, name, opening, ()) for name in names if name in found.scripts)


class _Manifest(NamedTuple):
    path: str
    text: str
    scripts: Table


def _manifest(opening: Opening, files: Files) -> _Manifest | None:
    folder = folder_of(opening)
    path = nearest(files, folder, ("composer.json",)) if folder is not None else None
    text = files.text(path) if path is not None else None
    data = parse_json(text) if text is not None else None
    return _Manifest(path, text, table(data, "scripts")) if path and text and isinstance(data, dict) else None


def _body(found: _Manifest, name: str, opening: Opening, arguments: tuple[Name, ...]) -> Body:
    start = line_of(found.text, ("scripts", name))
    line, script = _script(found.scripts[name], found.text, start, arguments, opening.environment)
    return Body(found.path, line, name, script, as_name(parent(found.path)))


def _script(
    written: object, text: str, line: int, arguments: tuple[Name, ...], environment: Mapping[str, Name]
) -> tuple[int, Script]:
    """The lines of a script, each run by a shell of its own, and the first line (from 1)."""
    items = texts(written)
    if isinstance(written, str):
        places = [line]
    elif isinstance(written, list) and len(items) == len(written) <= _MAX_LINES:
        places = list(lines_of(text, (_PLAIN.match(item)[0] for item in items), line))  # type: ignore[index]
    else:
        return line, gap("a script that is neither a text nor a list of (not too many) texts")
    variables = dict(environment)
    pieces = []
    for place, item in zip(places, items, strict=True):
        if putenv := _PUTENV.match(item):
            variables[putenv[1]] = literal(putenv[2].strip())
        else:
            pieces.append((place, _line(item, arguments, variables)))
    return together(pieces) if pieces else (line, Script())


def _line(item: str, arguments: tuple[Name, ...], variables: Mapping[str, Name]) -> Script:
    if _NO_ARGUMENTS in item:
        item, arguments = item.replace(_NO_ARGUMENTS, ""), ()
    if _CALLBACK.match(item) and ("\\" in item or "::" in item):
        return gap(f"the PHP function {item[:60]}")
    reference = _REFERENCE.match(item)
    if reference and reference[1] == "php":
        item = f"php {reference[2] or ''}"
    elif reference and reference[1] == "composer":
        item = f"composer {reference[2] or ''}"
    elif reference:
        item = f"composer run-script {reference[1]} {reference[2] or ''}"
    before, placed, after = item.partition(_ARGUMENTS)
    source = with_arguments(before.rstrip(), arguments)
    return flat(shell(joined((source, literal(after))) if placed else source, variables))
