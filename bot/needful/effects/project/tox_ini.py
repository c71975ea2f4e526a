"""Settings of tox in the form of an ini file: what an environment runs, with `{…}` replaced where it is known."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from needful.effects.names import Hole, Name, joined, literal
from needful.effects.project.bodies import lines_of, spaced
from needful.effects.project.reading import closing_brace
from needful.effects.project.tox_names import Environment, TooMuch, expanded, meant_for

if TYPE_CHECKING:
    import configparser

_COMMANDS = ("commands_pre", "commands", "commands_post")
_MAX_DEPTH = 8
_MAX_STEPS = 2000
_MAX_KEY = 80
_MAX_LENGTH = 1 << 16
_COMMENT = re.compile(r"(?<!\\)#[^\n]*")
_REFERENCE = re.compile(r"\[([^\]]+)\](\S+)\Z")
_HERE = frozenset({"toxinidir", "tox_root"})
_PYTHON = frozenset({"envpython", "env_python", "basepython", "base_python", "py_dot_ver"})


class Ini:
    """The ini file: `core` is the section with settings of tox itself; `posargs` are what `{posargs}` stands for."""

    def __init__(
        self,
        path: str,
        parser: configparser.RawConfigParser,
        core: str,
        posargs: tuple[Name, ...],
        environment: Mapping[str, Name],
    ) -> None:
        self.path = path
        self.parser = parser
        self.core = core
        self.posargs = posargs
        self.known = environment
        self._left = _MAX_STEPS
        self._own = self._own_sections()

    def raw(self, section: str, key: str) -> str | None:
        """A setting as written, without comments, lines joined that a backslash joins; None where it is not set."""
        value = self.parser.get(section, key, fallback=None)
        return _COMMENT.sub("", value).replace("\\\n", " ") if value is not None else None

    def names(self) -> tuple[str, ...] | None:
        """The environments that run when none is asked for; None where they are too many."""
        listed = self.raw(self.core, "envlist")
        return expanded((self.raw(self.core, "env_list") if listed is None else listed) or "")

    def _own_sections(self) -> dict[str, list[str]]:
        """The sections of their own that environments have, by their names."""
        found: dict[str, list[str]] = {}
        for section in self.parser.sections():
            prefix, _, rest = section.partition(":")
            for name in (expanded(rest) or ()) if prefix == "testenv" else ():
                found.setdefault(name, []).append(section)
        return found

    def sections(self, environment: str) -> list[str]:
        """The sections in which settings of an environment are looked for, in order."""
        found = self._own.get(environment, [])
        base = self.raw(found[0], "base") if found else None
        return [*found, *((base.replace(",", " ").split()[:_MAX_DEPTH] if base else ()) or ("testenv",))]

    def setting(self, environment: str, *keys: str) -> tuple[str, str, str] | None:
        """A setting of an environment by its names, old and new: the section, the key, and the value as written."""
        for section in self.sections(environment):
            for key in keys:
                value = self.raw(section, key)
                if value is not None:
                    return section, key, value
        return None

    def environment(self, name: str) -> Environment | None:
        """All that is said of an environment, None where nothing is. Raises `TooMuch`."""
        sections = self.sections(name)
        if not any(self.parser.has_section(section) for section in sections):
            return None
        folder = self.lines(name, "changedir", "change_dir")
        package = not any(
            self._flag(text) for text in (self.raw(self.core, "skipsdist"), self.raw(self.core, "no_package"))
        )
        own = self.setting(name, "skip_install")
        found = self.setting(name, "commands")
        commands = [line for key in _COMMANDS for line in self.lines(name, key)]
        return Environment(
            name,
            self.lines(name, "deps"),
            tuple(commands),
            package and not (own is not None and self._flag(own[2])),
            folder[0] if folder else (),
            dict(self._variables(name)),
            (found[0] if found is not None else sections[0], "commands"),
        )

    def _flag(self, text: str | None) -> bool:
        return text is not None and text.strip().lower() in ("true", "1", "yes", "on")

    def _variables(self, environment: str) -> Iterator[tuple[str, Name]]:
        for line in self.lines(environment, "setenv", "set_env"):
            head = line[0] if isinstance(line[0], str) else ""
            name, equals, value = head.partition("=")
            if equals:
                yield name.strip(), joined((literal(value.lstrip()), line[1:]))

    def lines(self, environment: str, *keys: str) -> tuple[Name, ...]:
        """The lines of a setting that are meant for an environment. Raises `TooMuch`."""
        found = self.setting(environment, *keys)
        if found is None:
            return ()
        return tuple(line for whole in lines_of(self._text(found[2], environment, 0)) if (line := _stripped(whole)))

    def _text(self, value: str, environment: str, depth: int) -> Name:
        meant = (meant_for(line.strip(), environment) for line in value.split("\n"))
        text = "\n".join(line for line in meant if line)
        return self._replaced(text, environment, depth)

    def _replaced(self, text: str, environment: str, depth: int) -> Name:
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            raise TooMuch
        parts: list[Name] = []
        at = 0
        while (start := text.find("{", at)) >= 0:
            if text[start - 1 : start] == "\\":
                parts.append(literal(text[at : start - 1] + "{"))
                at = start + 1
                continue
            end = closing_brace(text, start + 1)
            parts += (literal(text[at:start]), self._value(text[start + 1 : end], environment, depth))
            at = end + 1
        found = joined((*parts, literal(text[at:].replace("\\}", "}"))))
        if sum(len(part) for part in found if isinstance(part, str)) > _MAX_LENGTH:
            raise TooMuch
        return found

    def _value(self, inner: str, environment: str, depth: int) -> Name:
        """What stands for `{inner}`."""
        name, colon, default = inner.partition(":")
        if name == "posargs":
            if self.posargs:
                return spaced(self.posargs)
            return self._replaced(default, environment, depth + 1)
        if name == "env" and (known := self.known.get(default.partition(":")[0])) is not None:
            return known
        if reference := _REFERENCE.match(inner):
            value = self.raw(reference[1], reference[2])
            return self._text(value, environment, depth + 1) if value is not None else (self._hole(inner),)
        if inner in ("/", ":"):
            return literal(inner)
        if inner in ("envname", "env_name"):
            return literal(environment)
        if inner in _PYTHON:
            return literal("python")
        if inner in _HERE and self.setting(environment, "changedir", "change_dir") is None:
            return literal(".")
        if not colon and (found := self.setting(environment, inner)) is not None:
            return self._text(found[2], environment, depth + 1)
        return (self._hole(inner),)

    def _hole(self, inner: str) -> Hole:
        return Hole("{" + inner[:_MAX_KEY] + "}", self.path)


def _stripped(name: Name) -> Name:
    if name and isinstance(name[0], str):
        name = joined((literal(name[0].lstrip()), name[1:]))
    if name and isinstance(name[-1], str):
        name = joined((name[:-1], literal(name[-1].rstrip())))
    return name
