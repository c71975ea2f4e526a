"""Builds of images: what the stages of a Dockerfile run that are needed for the one that is asked for."""

from __future__ import annotations

from needful.effects.names import Hole, Name, literal
from needful.effects.project.bodies import MAX_PIECES
from needful.effects.project.dockerfile import read_dockerfile
from needful.effects.project.image import Builder
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import folder_of, inside, option, text_of
from needful.effects.project.stages import needed, read_stages

_NAMES = ("Dockerfile", "Containerfile")
_MAX_STAGES = 100


def dockerfile(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The commands of the stages that are built; images that are pulled are commands `docker pull`.

    The last target is the folder with the context, arguments are those of the build, `NAME=value`. Options: `file`, the
    Dockerfile (relative to where the command runs); `target`, the stage.
    """
    folder, file, target = folder_of(opening), option(opening, "file"), option(opening, "target")
    written = text_of(opening.targets[-1]) if opening.targets else "."
    if folder is None or file is None or target is None or not written or written == "-" or "://" in written:
        return None
    context = inside(folder, written)
    if context is None:
        return None
    named = (inside(folder, file),) if file else tuple(inside(context, name) for name in _NAMES)
    path = next((one for one in named if one is not None and files.text(one) is not None), None)
    text = files.text(path) if path is not None else None
    if path is None or text is None:
        return None
    read = read_dockerfile(text)
    if (read.syntax and "docker/dockerfile" not in read.syntax) or len(read.instructions) > MAX_PIECES:
        return None
    given = _given(opening)
    first, stages = read_stages(read.instructions, given, path)
    wanted = needed(stages, target, path) if len(stages) <= _MAX_STAGES else None
    if wanted is None:
        return None
    builder = Builder(files, path, context, given, first, windows=read.escape == "`")
    for index in wanted:
        builder.build(stages, index)
    return tuple(builder.bodies)


def _given(opening: Opening) -> dict[str, Name]:
    found: dict[str, Name] = {}
    for word in opening.arguments:
        head = word[0] if word and isinstance(word[0], str) else ""
        name, equals, value = head.partition("=")
        if equals:
            found[name] = (*literal(value), *word[1:])
        elif name:
            found[name] = opening.environment.get(name, (Hole(f"${name}", "docker"),))
    return found
