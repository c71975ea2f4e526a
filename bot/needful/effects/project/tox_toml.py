"""Settings of tox as TOML: tables of environments, commands as lists of words."""

from __future__ import annotations

from collections.abc import Mapping

from needful.effects.names import Hole, Name, joined, literal
from needful.effects.project.bodies import spaced
from needful.effects.project.reading import Table, closing_brace, table, texts
from needful.effects.project.tox_names import Environment, TooMuch, expanded

_COMMANDS = ("commands_pre", "commands", "commands_post")
_MAX_DEPTH = 6
_MAX_WORDS = 2000


class Toml:
    """The tables below `[tool.tox]`, or those of `tox.toml`; `posargs` are what stands for `posargs`."""

    def __init__(self, path: str, data: Table, posargs: tuple[Name, ...], environment: Mapping[str, Name]) -> None:
        self.path = path
        self.data = data
        self.posargs = posargs
        self.known = environment
        self._left = _MAX_WORDS

    def names(self) -> tuple[str, ...] | None:
        """The environments that run when none is asked for; None where they are too many, or not written out."""
        listed = self.data.get("env_list", [])
        if not isinstance(listed, list) or len(texts(listed)) != len(listed):
            return None
        return expanded("\n".join(texts(listed)))

    def environment(self, name: str) -> Environment | None:
        """All that is said of an environment, None where nothing is. Raises `TooMuch`."""
        own, base = table(self.data, "env", name), table(self.data, "env_run_base")
        if not own and not base:
            return None
        settings = {**base, **own}
        folder = settings.get("change_dir")
        commands = [spaced(self._words(line, name, 0)) for key in _COMMANDS for line in self._list(settings.get(key))]
        installs = [self._text(line, name, 0) for line in texts(settings.get("deps"))]
        return Environment(
            name,
            tuple(installs),
            tuple(commands),
            not (settings.get("skip_install") is True or self.data.get("no_package") is True),
            self._text(folder, name, 0) if isinstance(folder, str) else (),
            {
                key: self._text(value, name, 0)
                for key, value in table(settings, "set_env").items()
                if isinstance(value, str)
            },
            ("env", name, "commands") if "commands" in own else ("env_run_base", "commands"),
        )

    def _list(self, data: object) -> list[object]:
        """The commands of a key; one that refers to others stands for them."""
        if not isinstance(data, list):
            return []
        found: list[object] = []
        for item in data:
            target = self._referred(item)
            found += target if isinstance(target, list) and all(isinstance(one, list) for one in target) else [item]
        return found

    def _referred(self, item: object) -> object:
        if not isinstance(item, dict) or item.get("replace") != "ref":
            return None
        path = texts(item.get("of"))
        return table(self.data, *path[:-1]).get(path[-1]) if path else None

    def _words(self, item: object, environment: str, depth: int) -> list[Name]:
        """The words of a command, or of a part of one. Raises `TooMuch`."""
        self._left -= 1
        if depth > _MAX_DEPTH or self._left < 0:
            raise TooMuch
        if isinstance(item, str):
            return [self._text(item, environment, depth)]
        if isinstance(item, list):
            return [word for part in item for word in self._words(part, environment, depth + 1)]
        if not isinstance(item, dict):
            return [literal(str(item))]
        if item.get("replace") == "posargs":
            return list(self.posargs) or self._words(item.get("default", []), environment, depth + 1)
        target = self._referred(item)
        if target is not None:
            return self._words(target, environment, depth + 1)
        return [(Hole(f"{item.get('replace')} {item.get('name', '')}", self.path),)]

    def _text(self, text: str, environment: str, depth: int) -> Name:
        parts: list[Name] = []
        at = 0
        while (start := text.find("{", at)) >= 0:
            end = closing_brace(text, start + 1)
            parts += (literal(text[at:start]), self._value(text[start + 1 : end], environment, depth))
            at = end + 1
        return joined((*parts, literal(text[at:])))

    def _value(self, inner: str, environment: str, depth: int) -> Name:
        name, _, default = inner.partition(":")
        if name == "posargs":
            if self.posargs:
                return spaced(self.posargs)
            return self._text(default, environment, depth + 1) if depth < _MAX_DEPTH else ()
        if name == "env" and (known := self.known.get(default.partition(":")[0])) is not None:
            return known
        if inner in ("envname", "env_name"):
            return literal(environment)
        if inner in ("tox_root", "toxinidir"):
            return literal(".")
        return (Hole("{" + inner[:80] + "}", self.path),)
