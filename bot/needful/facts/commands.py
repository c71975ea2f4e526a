"""What commands do: the tables in `programs/`, typed. `commands.schema.json` says what their fields mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple

from needful.facts import table

AREAS = (
    "shell",
    "windows",
    "files",
    "system",
    "git",
    "javascript",
    "javascript_tools",
    "python",
    "python_tools",
    "native",
    "rust_go_swift",
    "jvm",
    "ruby_php_dotnet",
    "languages",
    "checks",
    "containers",
    "kubernetes",
    "clouds",
    "storage",
    "infrastructure",
    "publishing",
)
"""The tables in `programs/`, each for the programs of one area."""


class Where(NamedTuple):
    """Where in a command a name stands.

    `kind`: the `argument` at this place (-1 is the last), all `arguments` from it on, all but the last (`sources`), all
    `behind` a `--`, the values of `option`s, those and all arguments, parted by commas (`listed`), `yes` if one of the
    options is `given`, a fixed `text`, the last `word` of the command as the table has it, or the first ones up to
    `place` (`words`), or `nowhere`. `optional`: where none stands, there is nothing to name.
    """

    kind: str = "nowhere"
    optional: bool = False
    place: int = 0
    options: tuple[str, ...] = ()
    text: str = ""


class TouchFacts(NamedTuple):
    """What an entry does on a `channel` of `effects.channels` (its name in lower case).

    `form` says how a word becomes a name (`image`, `ref`, `npm` …). It does so only `when` one of those options is
    there, if any is named, and `unless` one of these is. An option may stand with a glob for its value:
    `--output=*type=registry*`. `literal`: words that are not known are not taken for such options; `perhaps`: it may
    do so or not.
    """

    channel: str
    writes: bool
    where: Where
    form: str
    text: str
    when: tuple[str, ...]
    unless: tuple[str, ...]
    literal: bool
    perhaps: bool


class RunsFacts(NamedTuple):
    """Where the command stands that a program runs: behind its options and `skip` arguments.

    `assignments`: variables may stand before it; `package`: its first word is the name of a package, perhaps with a
    version; `module`: options whose value is its first word; `unless`: options with which it runs none;
    `folder`: options that say where it runs; `elsewhere`: in a folder of another machine, container or package;
    `fills`: it adds words that nobody knows, or puts them in the place of `{}`; `needed`: without a command nobody
    knows what runs.
    """

    skip: int = 0
    assignments: bool = False
    package: bool = False
    module: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    folder: tuple[str, ...] = ()
    elsewhere: bool = False
    fills: bool = False
    needed: bool = False


class OpensFacts(NamedTuple):
    """What of the repository a program runs, by the name of the tool (`kind`).

    `targets`: where they stand; None for the first argument, with all behind it handed on to it. `arguments`: where
    those stand that are handed on else. `folder`: options that say where to look; `options`: what else matters.
    `bare`: only without arguments; `unless`: not with these options.
    """

    kind: str
    targets: Where | None
    arguments: Where
    folder: tuple[str, ...]
    options: Mapping[str, Where]
    bare: bool
    unless: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A program or one of its sub-commands.

    `nature`: `neutral`, `checks`, `lints`, `installs`, `works` (known, none of these) or `unknown`.

    `values` are options that take the next word as a value (with `?` at the end only if it is a number). `dashed`:
    words with one dash are one option; `folded`: case is no difference; `marks`: what options may begin with;
    `bundled`: the first word may be options without their dash (`tar xf`).
    `asks` are options with which, alone, it only says something; `unsure` those with which nobody knows what it does.
    `versioned`: a version may stand behind the name; `local`: so called, a file of the repository is this program;
    `shipped`: every system has it.

    `takes` is how many arguments it needs: a word that is not known is one of them rather than options.

    `sub` has entries by the next argument, a word or a glob: `""` without one, `"*"` for any other. `scan`: the first
    entry that any argument fits decides; `each`: every argument is one, as a `word` or by its last `segment` behind a
    colon.

    `code` are options whose value is a script of `shell`, `modules` what `-m` may name (the programs called so);
    `special` names the reader that knows the rest.
    """

    nature: str = "works"
    values: frozenset[str] = frozenset()
    dashed: bool = False
    folded: bool = False
    marks: str = "-"
    bundled: bool = False
    versioned: bool = False
    local: bool = False
    takes: int = 0
    shipped: bool = False
    sub: Mapping[str, Entry] = field(default_factory=dict)
    scan: bool = False
    each: str = ""
    touches: tuple[TouchFacts, ...] = ()
    runs: RunsFacts | None = None
    opens: tuple[OpensFacts, ...] = ()
    asks: frozenset[str] = frozenset()
    unsure: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    shell: str = ""
    modules: frozenset[str] = frozenset()
    special: str = ""


@cache
def program(name: str) -> Entry | None:
    """What is known of a program by its name, None if nothing is. Only programs of Windows are known in any case."""
    row = programs().get(name)
    if row is None:
        lower = name.lower()
        row = programs().get(lower) or programs().get(lower.partition("-")[0] + "-*")
        if row is None or not row.get("folded"):
            return None
    return _entry(row, Entry())


@cache
def programs() -> Mapping[str, Mapping[str, Any]]:
    """The rows of all tables by program, as they stand there."""
    return {name: row for area in AREAS for row in table(f"programs/{area}.json")["programs"] for name in row["names"]}


_INHERITED = ("dashed", "folded", "marks", "takes")
_PLAIN = (
    *_INHERITED,
    "bundled",
    "versioned",
    "local",
    "shipped",
    "scan",
    "each",
    "shell",
    "special",
)


def _entry(row: Mapping[str, Any], above: Entry) -> Entry:
    """A row of a table with all that is below it."""
    if "same" in row:
        return _same(row["same"].split())
    own = _alone(row, above)
    return replace(own, sub={name: _entry(below, own) for below in row.get("sub", ()) for name in below["names"]})


def _alone(row: Mapping[str, Any], above: Entry) -> Entry:
    """A row without what is below it, with what it inherits from the entry above it."""
    base = Entry(
        values=above.values | frozenset(row.get("values", ())),
        unsure=above.unsure + tuple(row.get("unsure", ())),
        **{key: getattr(above, key) for key in _INHERITED},
    )
    kind = table("programs/kinds.json")["kinds"][row["like"]] if "like" in row else {}
    plain = {key: each[key] for each in (kind, row) for key in _PLAIN if key in each}
    return replace(
        base,
        nature=row.get("is", kind.get("is", base.nature)),
        touches=tuple(_touch(touch) for each in (kind, row) for touch in each.get("touches", ())),
        runs=_runs(row["runs"]) if "runs" in row else None,
        opens=tuple(_opens(one) for one in row.get("opens", ())),
        asks=frozenset(row.get("asks", ())),
        code=tuple(row.get("code", ())),
        modules=frozenset(row.get("modules", ())),
        **plain,
    )


def _same(words: list[str]) -> Entry:
    """The entry at a path of words (`docker push`); its own row may not refer to another."""
    row = programs()[words[0]]
    above = Entry()
    for word in words[1:]:
        above = _alone(row, above)
        row = next(below for below in row["sub"] if word in below["names"])
    return _entry(row, above)


def _touch(row: Mapping[str, Any]) -> TouchFacts:
    return TouchFacts(
        row.get("writes") or row["reads"],
        "writes" in row,
        where(row.get("name", "nowhere")),
        row.get("as", ""),
        row.get("text", ""),
        tuple(row.get("when", ())),
        tuple(row.get("unless", ())),
        row.get("literal", False),
        row.get("perhaps", False),
    )


def _runs(row: Mapping[str, Any]) -> RunsFacts:
    options = {key: tuple(row.get(key, ())) for key in ("module", "unless", "folder")}
    return RunsFacts(**{**row, **options})


def _opens(row: Mapping[str, Any]) -> OpensFacts:
    targets = row.get("targets", "first")
    return OpensFacts(
        row["kind"],
        None if targets == "first" else where(targets),
        where(row.get("arguments", "nowhere")),
        tuple(row.get("folder", ())),
        {name: where(text) for name, text in row.get("options", {}).items()},
        row.get("bare", False),
        tuple(row.get("unless", ())),
    )


def where(text: str) -> Where:
    """A place as the tables write it: `argument 0`, `arguments? 1`, `option -t --tag`, `text npm`, `words 2`."""
    kind, _, rest = text.partition(" ")
    optional = kind.endswith("?")
    kind = kind.removesuffix("?")
    if kind in ("option", "listed", "given"):
        return Where(kind, optional, options=tuple(rest.split()))
    return Where(kind, optional, text=rest) if kind == "text" else Where(kind, optional, int(rest or 0))


class Address(NamedTuple):
    """What stands at an address without its scheme, by a glob. `part` of its path (from 0) is the name, if any."""

    glob: str
    channel: str
    part: int | None


@cache
def addresses() -> tuple[Address, ...]:
    """Addresses on the web behind which a channel is known, the more special ones first."""
    return tuple(
        Address(row["address"], row["channel"], row.get("part")) for row in table("programs/web.json")["addresses"]
    )
