"""What actions do: `actions.json`, typed. Its schema says what each field means, in more words than here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, TypeAlias

from needful.facts import table

_Row: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Uploads:
    """An artifact of the run: named by `input`, `default` without it, with what `suffix` adds.

    `archive`: the input that, if it is false, makes it a file under the file's own name.
    """

    default: str
    input: str = ""
    suffix: str = ""
    archive: str = ""


@dataclass(frozen=True)
class Downloads:
    """Artifacts it reads: by name, by glob, by id or by default; any input of `elsewhere` means another run.

    `folders`: which of the artifacts that are not asked for by name get a folder of their own: `each`, or only
    `several`, so that a single one is laid out like one with a name.
    """

    input: str = ""
    pattern: str = ""
    default: str = ""
    default_pattern: str = ""
    ids: str = ""
    run: str = ""
    elsewhere: tuple[str, ...] = ()
    optional: bool = False
    folders: str = ""


@dataclass(frozen=True)
class ToolCacheFacts:
    """A cache of its own: switched by `input`, shared between jobs only under the name in `shared` if that is set.

    `unless`: where `input` is not given it may have one all the same, if that other input is not false.
    """

    default: bool
    input: str = ""
    shared: str = ""
    unless: str = ""


@dataclass(frozen=True)
class Value:
    """Names made of inputs: `text` with `{input}`, `{input=value without it}` or `{input|another input}`.

    `default` (a text that may hold expressions) stands for it where an input without a value of its own is missing.
    `split` cuts the result into several: at `lines`, at lines and commas (`list`) or at blanks too (`words`). Of each,
    `attribute` takes, of a list with commas, what stands behind that word and `=`, and what has no `=`. `image`: it is
    an image, without tag and digest.
    """

    text: str
    default: str = ""
    split: str = ""
    attribute: str = ""
    image: bool = False


@dataclass(frozen=True)
class Condition:
    """Whether something happens, by the value of `input`; `default` without it. Any input of `also` suffices.

    Without more, any value but `false` says yes. `one_of`: only these values. `none_of`: all but these. `words`: only a
    text with one of these words. `no_words`: only a text without.
    """

    input: str
    default: bool
    also: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    no_words: tuple[str, ...] = ()


@dataclass(frozen=True)
class TouchFacts:
    """What an action does on a channel (its name in lower case); without `name`, nobody knows to what there.

    `if_named`: nothing happens where the inputs of `name` are missing.
    """

    channel: str
    way: str
    text: str
    name: Value | None = None
    when: Condition | None = None
    certain: bool = True
    if_named: bool = False


@dataclass(frozen=True)
class Runs:
    """A script that an action runs, in `shell`, and in `folder` if that is given. Without its inputs there is none."""

    script: Value
    shell: Value = Value("bash")
    folder: Value = Value("")
    when: Condition | None = None


@dataclass(frozen=True)
class Opens:
    """Something written down in the repository that an action runs: the parts of an `Opening`, as values."""

    kind: str
    targets: tuple[Value, ...] = ()
    arguments: tuple[Value, ...] = ()
    folder: Value = Value("")
    options: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class FileFacts:
    """Files that an action reads and writes. `**` stands for any."""

    reads: tuple[Value, ...] = ()
    writes: tuple[Value, ...] = ()


@dataclass(frozen=True)
class TokenFacts:
    """What an action does with the job's token: the permissions that it may use, if the token has them.

    It is given in one of `inputs`; `default`: it has it without being given it.
    """

    permissions: Mapping[str, str]
    inputs: tuple[str, ...]
    default: bool = True


@dataclass(frozen=True)
class ActionFacts:
    """One action of the catalogue. Without any field, all it does stays inside its own job.

    `checks`: it runs the project's own code by its ordinary work (builds, tests). `runtime`: its scripts, or the steps
    behind it, hold the runner's own token for artifacts and caches, which commands have not. `uses` are the programs
    that it needs, `tools` those that it provides. `images`: those that its outputs name. `post`: what it does at the
    end of the job.
    """

    uploads: Uploads | None = None
    downloads: Downloads | None = None
    cache: str = ""
    tool_cache: ToolCacheFacts | None = None
    reports: bool = False
    credential: bool = False
    touches: tuple[TouchFacts, ...] = ()
    runs: tuple[Runs, ...] = ()
    opens: tuple[Opens, ...] = ()
    checks: bool = False
    runtime: bool = False
    env: tuple[str, ...] = ()
    path: bool = False
    tools: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    files: FileFacts = FileFacts()
    daemons: tuple[str, ...] = ()
    token: TokenFacts | None = None
    post: tuple[str, ...] = ()
    images: Value | None = None


@lru_cache(maxsize=4096)
def catalogued(name: str, ref: str = "") -> ActionFacts | None:
    """What is known of an action, by its name in lower case; None for one that is not in the catalogue.

    `ref` is what stands behind the `@`. A tag tells the major version; any other ref counts as the newest one, because
    branches follow it and what a SHA stands for is not in the file.
    """
    actions = table("actions.json")["actions"]
    row = actions.get(name)
    if row is None:
        return None
    return _typed(_at_version(_whole(actions.get(row.get("same_as"), row)), ref))


@lru_cache(maxsize=1024)
def image_facts(name: str) -> ActionFacts | None:
    """What is known of an image that a step runs (`docker://…`), by its name without tag; None for others."""
    row = table("actions.json")["images"].get(name)
    return _typed(_whole(row)) if row is not None else None


def action_facts(name: str) -> ActionFacts | None:
    """The same for readers that do not look into the scripts that an action is given.

    They may take an action that they find here for one that does no more than its fields say; so there is None too for
    those whose scripts hold the runner's own token, which gives them the artifacts and caches of the run.
    """
    found = catalogued(name)
    return None if found is None or found.runtime else found


_MAJOR = re.compile(r"v?(\d{1,4})(?:\.|\Z)", re.IGNORECASE)


def _at_version(row: _Row, ref: str) -> _Row:
    """The row as it was at a version: `versions` says what was different before which major one."""
    match = _MAJOR.match(ref)
    found = dict(row)
    versions = found.pop("versions", [])
    if match is not None:
        for older in sorted(versions, key=lambda version: -int(version["before"])):
            if int(match[1]) < older["before"]:
                found.update(older["facts"])
    return found


def _whole(row: _Row) -> _Row:
    """A row with what all actions of its kind have in common."""
    kind = table("actions.json")["kinds"].get(row.get("kind"), {})
    return {**kind, **{key: value for key, value in row.items() if key != "kind"}}


def _typed(row: _Row) -> ActionFacts:
    return ActionFacts(**_made(row, _PARTS))


def _value(row: str | _Row) -> Value:
    return Value(row) if isinstance(row, str) else Value(**row)


def _values(rows: list[str | _Row]) -> tuple[Value, ...]:
    return tuple(_value(row) for row in rows)


def _touches(rows: list[_Row]) -> tuple[TouchFacts, ...]:
    return tuple(TouchFacts(**_made(row, {"name": _value, "when": _condition})) for row in rows)


def _condition(row: _Row) -> Condition:
    return Condition(**_made(row))


def _runs(rows: list[_Row]) -> tuple[Runs, ...]:
    values = dict.fromkeys(("script", "shell", "folder"), _value)
    return tuple(Runs(**_made(row, {**values, "when": _condition})) for row in rows)


def _opens(rows: list[_Row]) -> tuple[Opens, ...]:
    return tuple(
        Opens(
            row["kind"],
            _values(row.get("targets", [])),
            _values(row.get("arguments", [])),
            _value(row.get("folder", "")),
            {key: _value(value) for key, value in row.get("options", {}).items()},
        )
        for row in rows
    )


def _files(row: _Row) -> FileFacts:
    return FileFacts(_values(row.get("reads", [])), _values(row.get("writes", [])))


def _token(row: _Row) -> TokenFacts:
    inputs = row.get("inputs", table("actions.json")["token_inputs"])
    return TokenFacts(row["permissions"], tuple(inputs), row.get("default", True))


def _made(row: _Row, parts: Mapping[str, Callable[[Any], object]] = {}) -> dict[str, Any]:
    """The fields of a row: those of `parts` typed, lists as tuples."""
    return {
        key: parts[key](value) if key in parts else tuple(value) if isinstance(value, list) else value
        for key, value in row.items()
    }


_PARTS: Mapping[str, Callable[[Any], object]] = {
    "uploads": lambda row: Uploads(**row),
    "downloads": lambda row: Downloads(**_made(row)),
    "tool_cache": lambda row: ToolCacheFacts(**row),
    "touches": _touches,
    "runs": _runs,
    "opens": _opens,
    "files": _files,
    "token": _token,
    "images": _value,
}
