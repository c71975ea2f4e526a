"""Services of a compose file: the images that they pull or build."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import NamedTuple

from needful.document.parse import Document
from needful.effects.names import Name
from needful.effects.project.bodies import gap, program, together
from needful.effects.project.dockerfile import expand
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, nearest, option, parent, texts_of
from needful.effects.project.reading import Table, parse_yaml, table, texts
from needful.effects.shell.model import Script

_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_MAX_SERVICES = 100


class _Service(NamedTuple):
    """What all files say of a service, and where the first of them says it."""

    path: str
    line: int
    data: Table


def compose(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The images of the services that are asked for, else of all, as commands `docker pull` and `docker build`.

    What runs in them is not in here. Option: `file`, as `docker compose -f`, several parted by spaces.
    """
    folder, file, wanted = folder_of(opening), option(opening, "file"), texts_of(opening.targets)
    if folder is None or file is None or wanted is None:
        return None
    paths = [inside(folder, name) for name in file.split()] if file else _default(files, folder)
    services: dict[str, _Service] = {}
    for path in paths:
        text = files.text(path) if path is not None else None
        document = parse_yaml(text) if text is not None else None
        if path is None or document is None or "include" in table(document.plain):
            return None
        if "<<" in table(document.plain, "services"):
            return None
        _merge(services, path, document)
    if not paths or not services or paths[0] is None:
        return None
    names = _needed(services, wanted or tuple(services))
    if names is None or len(names) > _MAX_SERVICES:
        return None
    root = parent(paths[0])
    return tuple(
        Body(services[name].path, services[name].line, name, script, as_name(root))
        for name in names
        if (script := _script(services[name], root, opening.environment)) is not None
    )


def _default(files: Files, folder: str) -> list[str | None]:
    path = nearest(files, folder, _NAMES)
    if path is None:
        return []
    stem, suffix = posixpath.splitext(path)
    others = (f"{stem}.override{end}" for end in dict.fromkeys((suffix, ".yml", ".yaml")))
    return [path, *(one for one in others if files.text(one) is not None)]


def _merge(services: dict[str, _Service], path: str, document: Document) -> None:
    for name, value in table(document.plain, "services").items():
        node = document.find(("services", name))
        data = table(value)
        merged = data.pop("<<", None)
        for one in merged if isinstance(merged, list) else [merged]:
            data = {**table(one), **data}
        before = services.get(name)
        if before is not None:
            services[name] = before._replace(data={**before.data, **data})
        else:
            assert node is not None
            services[name] = _Service(path, document.line(node), data)


def _needed(services: Mapping[str, _Service], wanted: tuple[str, ...]) -> list[str] | None:
    """The services with those that they depend on; None where one is not there."""
    found: dict[str, None] = {}
    waiting = list(wanted)
    for name in waiting:  # it grows
        if name not in services:
            return None
        if name not in found:
            found[name] = None
            listed = services[name].data.get("depends_on")
            waiting += list(table(listed)) if isinstance(listed, dict) else texts(listed)
    return list(found)


def _script(service: _Service, root: str, environment: Mapping[str, Name]) -> Script | None:
    data = service.data
    image = data.get("image")
    named = expand(image, environment, service.path) if isinstance(image, str) else None
    scripts = []
    if "extends" in data:
        scripts.append(gap("the service extends another"))
    if "build" in data:
        scripts.append(_build(data["build"], named, environment, service.path))
    elif named is not None:
        scripts.append(program(("docker", "pull", named)))
    return together((1, one) for one in scripts)[1] if scripts else None


def _build(build: object, image: Name | None, environment: Mapping[str, Name], path: str) -> Script:
    settings = table(build) if isinstance(build, dict) else {"context": build}
    context, file, target = (settings.get(key) for key in ("context", "dockerfile", "target"))
    if "dockerfile_inline" in settings or not isinstance(context or ".", str):
        return gap("a build that is written down in the service")
    where = str(context or ".")
    words: list[Name | str] = ["docker", "build"]
    if isinstance(file, str):
        words += ["-f", expand(posixpath.join(where, file), environment, path)]
    if isinstance(target, str):
        words += ["--target", expand(target, environment, path)]
    if image is not None:
        words += ["-t", image]
    given = settings.get("args")
    listed = texts(given) if isinstance(given, list) else [f"{key}={value}" for key, value in table(given).items()]
    for one in listed:
        words += ["--build-arg", expand(one, environment, path)]
    for one in texts(settings.get("tags")):
        words += ["-t", expand(one, environment, path)]
    return program((*words, expand(where, environment, path)))
