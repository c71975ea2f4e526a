"""Scripts told in one line for each command, so that a test can say what it expects."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from needful.effects.names import Hole, Name
from needful.effects.shell.model import Command, Script


def spelled(name: Name) -> str:
    """A word: holes in angle brackets, in quotes where it is empty or holds blanks."""
    text = "".join(f"<{part.key}>" if isinstance(part, Hole) else part for part in name)
    plain = "".join(part for part in name if isinstance(part, str))
    return repr(text) if not name or any(character.isspace() for character in plain) else text


def told(command: Command) -> str:
    """`? | & [folder] A=1 words > file << text`: not certain, piped, in the background."""
    folder = "[-]" if command.folder is None else f"[{spelled(command.folder)}]" if command.folder else ""
    return " ".join(
        (
            *(["?"] if not command.certain else []),
            *(["|"] if command.piped else []),
            *(["&"] if command.background else []),
            *([folder] if folder else []),
            *(f"{name}={spelled(value)}" for name, value in command.variables),
            *map(spelled, command.words),
            *(f"{redirect.operator} {spelled(redirect.target)}" for redirect in command.redirects),
            *([f"<< {spelled(command.stdin)}"] if command.stdin is not None else []),
        )
    )


@pytest.fixture(scope="session")
def tell() -> Callable[[Script], list[str]]:
    """The commands of a script, then its gaps as `! text`."""
    return lambda script: [*map(told, script.commands), *(f"! {gap.text}" for gap in script.gaps)]
