"""Scripts of pdm in `pyproject.toml`."""

from __future__ import annotations

import re

from needful.effects.names import Name, literal
from needful.effects.project.bodies import flat, gap, program, shell, spaced, split, templated, together, with_arguments
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, nearest, parent, text_of
from needful.effects.project.reading import Table, line_of, parse_toml, table, texts
from needful.effects.shell.model import Script

_PLACE = re.compile(r"\{(args(?::[^{}]*)?|pdm)\}")


def pdm(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """A script with those before and after it, or else the program of that name."""
    folder = folder_of(opening)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    path = nearest(files, folder, ("pyproject.toml",)) if folder is not None else None
    text = files.text(path) if path is not None else None
    if path is None or text is None or not target:
        return None
    scripts = table(parse_toml(text), "tool", "pdm", "scripts")
    if target not in scripts:
        return (Body(path, 1, target, program((target, *opening.arguments)), opening.folder),)
    bodies = []
    for name in (f"pre_{target}", target, f"post_{target}"):
        if name in scripts:
            written = scripts[name]
            settings = table(written) if isinstance(written, dict) else {"cmd": written}
            where = settings.get("working_dir", ".")
            place = inside(parent(path), where) if isinstance(where, str) else None
            script = _script(settings, opening.arguments if name == target else (), opening, path)
            environment = {**_variables(scripts.get("_")), **_variables(settings)}
            line = line_of(text, ("scripts", name))
            bodies.append(Body(path, line, name, script, as_name(place), environment=environment))
    return tuple(bodies)


def _script(settings: Table, arguments: tuple[Name, ...], opening: Opening, path: str) -> Script:
    command, composite = settings.get("cmd"), settings.get("composite")
    if isinstance(command, list) and len(texts(command)) == len(command):
        found: list[Name] = []
        for item in texts(command):
            filled = _filled(item, arguments, path)
            found += (split(filled) or (filled,)) if _takes(item) else (filled,)
        return program((*found, *(() if _takes(command) else arguments)))
    if isinstance(command, str):
        line = _filled(" ".join(command.split()), arguments, path)
        found_words = split(with_arguments(line, () if _takes(command) else arguments))
        return program(found_words) if found_words else gap("a command whose quotes do not close")
    if isinstance(settings.get("shell"), str):
        source = _filled(str(settings["shell"]), arguments, path)
        more = () if _takes(settings["shell"]) else arguments
        return flat(shell(with_arguments(source, more), {**opening.environment, **_variables(settings)}))
    if isinstance(composite, list) and len(texts(composite)) == len(composite):
        lines = [split(_filled(f"pdm run {item}", arguments, path)) for item in texts(composite)]
        scripts = [program(line) if line else gap("a command whose quotes do not close") for line in lines]
        return together((1, script) for script in scripts)[1]
    return gap(f"a script of the kind {', '.join(sorted(settings))[:60]}")


def _takes(data: object) -> bool:
    """Whether a command says where its arguments go."""
    return any("args" in (place[1][:4] for place in _PLACE.finditer(text)) for text in texts(data))


def _filled(text: str, arguments: tuple[Name, ...], path: str) -> Name:
    def value(inner: str) -> Name:
        if inner == "pdm":
            return literal("pdm")
        return spaced(arguments) if arguments else literal(inner.partition(":")[2])

    return templated(text, _PLACE, value, path)


def _variables(data: object) -> dict[str, Name]:
    found = table(data, "env").items()
    return {name: literal(value) for name, value in found if isinstance(value, str) and "$" not in value}
