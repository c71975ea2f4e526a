"""The stages of a Dockerfile, and which of them are built for a target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from needful.effects.names import Hole, Name, literal, may_be_same
from needful.effects.project.bodies import split
from needful.effects.project.dockerfile import Instruction, expand
from needful.effects.project.paths import text_of

_MOUNTED = re.compile(r"(?:^|,)from=([^,]+)")


class Stage(NamedTuple):
    """A stage: `base` is the image or stage that it begins with, `name` what others call it, `""` for nothing."""

    base: Name
    name: str
    line: int
    instructions: tuple[Instruction, ...]


def read_stages(
    instructions: Iterable[Instruction], given: Mapping[str, Name], path: str
) -> tuple[dict[str, Name], tuple[Stage, ...]]:
    """The variables that are set in front of the first stage, and the stages."""
    first: dict[str, Name] = {}
    found: list[tuple[Name, str, int, list[Instruction]]] = []
    for one in instructions:
        if one.name == "FROM":
            words = one.text.split()
            name = words[2].lower() if len(words) > 2 and words[1].lower() == "as" else ""
            base = (
                expand(words[0], {**first, **{key: given[key] for key in first if key in given}}, path) if words else ()
            )
            found.append((base, name, one.line, []))
        elif found:
            found[-1][3].append(one)
        elif one.name == "ARG":
            first |= arguments_of(one, first, path)
    return first, tuple(Stage(base, name, line, tuple(inner)) for base, name, line, inner in found)


def arguments_of(one: Instruction, known: Mapping[str, Name], path: str) -> dict[str, Name]:
    """The variables of an `ARG` or `ENV`; one without a value is what is known of it, or a hole."""
    found: dict[str, Name] = {}
    text = one.text.replace("\\\n", " ")
    name, _, value = text.partition(" ")
    if one.name == "ENV" and "=" not in name:
        return {name: expand(value.strip(), known, path)}
    for word in split(text) or ():
        name, equals, value = "".join(map(str, word)).partition("=")
        found[name] = expand(value, known, path) if equals else known.get(name, (Hole(f"${name}", path),))
    return found


def find_stages(stages: tuple[Stage, ...], name: Name) -> list[int]:
    """The numbers of the stages that a name (or number) stands for, none where that is an image.

    It is one at most where the name is known, the last of several.
    """
    text = text_of(name)
    if text is None:
        return [index for index, stage in enumerate(stages) if stage.name and may_be_same(name, (stage.name,))]
    found = [index for index, stage in enumerate(stages) if text and text.lower() in (stage.name, str(index))]
    return found[-1:]


def sources(one: Instruction, variables: Mapping[str, Name], path: str) -> list[Name]:
    """The images or stages that an instruction copies or mounts from."""
    found = [value for key, value in one.flags if key == "from" and value]
    for key, value in one.flags:
        if key == "mount" and (mounted := _MOUNTED.search(value)):
            found.append(mounted[1])
    return [expand(value, variables, path) for value in found]


def needed(stages: tuple[Stage, ...], target: str, path: str) -> list[int] | None:
    """The numbers of the stages that are built for a target, in order; None for no such stage.

    Without a target it is the last.
    """
    start = find_stages(stages, literal(target)) if target else [len(stages) - 1][: len(stages)]
    found, waiting = set(), [*start]
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        stage = stages[index]
        names = [stage.base, *(name for one in stage.instructions for name in sources(one, {}, path))]
        waiting += (other for name in names for other in find_stages(stages[:index], name))
    return sorted(found) or None
