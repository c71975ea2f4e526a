"""Which layers of an image another commit can take over from a cache.

A layer is taken over if its instruction, the files that it copies and all that came before it are the same; see
https://docs.docker.com/build/cache/invalidation/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from needful.effects.project.dockerfile import Instruction, read_dockerfile

_TAKES_TIME = re.compile(
    r"\b(?:apt|apt-get|apk|dnf|yum|microdnf|zypper|pacman|pip3?|uv|poetry|pipenv|npm|yarn|pnpm|bun|corepack|gem|bundle"
    r"|composer|cargo|rustup|go|mvnw?|gradlew?|dotnet|nuget|curl|wget|git|make|cmake|meson|ninja|configure|conda|mamba"
    r"|luarocks|cabal|stack|mix|rebar3|playwright|tdnf|brew|vcpkg|conan)\b"
)
_WHOLE = frozenset({".", "./", "*", "./*", "/"})
_FROM = re.compile(r"(?:^|,)(?:from|type=(?:cache|tmpfs|secret|ssh))")


def takes_over(text: str, changing: Iterable[str] = ()) -> bool:
    """Whether a Dockerfile has a layer that takes time to make and is the same for the next commit.

    `changing` are the arguments of the build that are others then. Stages are judged as they stand, whether or not they
    are built; one that begins with another goes on from its last layer.
    """
    unlike: dict[str, bool] = {}
    new, stage, arguments = False, "", {name.lower() for name in changing}
    for one in read_dockerfile(text).instructions:
        words = one.text.split()
        if one.name == "FROM" and words:
            new = unlike.get(words[0].lower(), False) or _names(words[0], arguments)
            stage = words[2].lower() if len(words) > 2 else str(len(unlike))
        elif one.name == "RUN" and not new and not _mounts_all(one) and _TAKES_TIME.search(one.whole):
            return True
        else:
            new = new or _is_new(one, words, unlike, arguments)
        unlike[stage] = new
    return False


def _is_new(one: Instruction, words: list[str], unlike: dict[str, bool], arguments: set[str]) -> bool:
    """Whether what stands behind an instruction is made anew for another commit."""
    if one.name == "ARG":
        return any(word.partition("=")[0].lower() in arguments for word in words)
    if one.name == "RUN":
        return _mounts_all(one)
    if one.name not in ("COPY", "ADD"):
        return False
    origin = one.flag("from").lower()
    return unlike.get(origin, False) if origin else any(word in _WHOLE for word in words[:-1])


def _mounts_all(one: Instruction) -> bool:
    """Whether a command sees files of the project that are mounted, so that it runs again when they change."""
    return any(key == "mount" and not _FROM.search(value) for key, value in one.flags)


def _names(word: str, arguments: set[str]) -> bool:
    return any(f"${name}" in word.lower() or f"${{{name}" in word.lower() for name in arguments)
