"""Scripts of `package.json`, run by npm, yarn, pnpm or bun: in one package or in those of a workspace."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from needful.effects.names import Hole, Name, literal
from needful.effects.project.bodies import flat, program, shell, with_arguments
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.packages import Package, package_for, selected, workspace
from needful.effects.project.paths import option, text_of, texts_of
from needful.effects.project.reading import table
from needful.effects.project.wireit import wireit

_WITH_ROOT = frozenset({"yarn", "bun"})  # the others leave the root of the workspace out
_RUNS_PROGRAMS = frozenset({"yarn", "pnpm", "bun"})
_SOURCES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx")
_HOOKS = {
    "install": ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"),
    "pack": ("prepack", "prepare", "postpack"),
    "publish": ("prepublishOnly", "prepack", "prepare", "postpack", "publish", "postpublish"),
    "version": ("preversion", "version", "postversion"),
}
_MAX_STARS, _MAX_NAME, _MAX_TARGETS = 4, 300, 100


def npm(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The scripts that are asked for, with those that run before and after them; these are given no arguments.

    A target may be a pattern (`build:*`) and have arguments of its own behind a space, as those of npm-run-all.
    Options: `workspaces`, if it is for all packages of the workspace; `filter` or `workspace`, the names or folders
    (parted by spaces) of those that it is for; `if-present`, if it need not exist.
    """
    package = package_for(opening, files)
    targets = texts_of(opening.targets)
    packages = chosen(opening, files, package) if package is not None else None
    if packages is None or not targets or len(targets) > _MAX_TARGETS or "" in targets:
        return None
    bodies: list[Body] = []
    for target in targets:
        name, arguments = _asked(target)
        if arguments is None:
            return None
        given = (*arguments, *opening.arguments)
        found = [
            body
            for one in packages
            for script in matching(name, one.scripts)
            for body in script_bodies(one, script, given, opening, hooks=True)
        ]
        if found or "if-present" in opening.options:
            bodies += found
            continue
        runs = opening.kind in _RUNS_PROGRAMS and len(packages) == 1
        other = _program(packages[0], name, given) if runs else None
        if other is None:
            return None
        bodies.append(other)
    return tuple(bodies)


def _asked(target: str) -> tuple[str, tuple[Name, ...] | None]:
    """The script of a target, and its own arguments; None for arguments whose quotes do not close."""
    name, _, rest = target.partition(" ")
    try:
        words = shlex.split(rest)
    except ValueError:
        return name, None
    return name, tuple((Hole(word, "npm-run-all"),) if "{" in word else literal(word) for word in words if word != "--")


def matching(pattern: str, names: Iterable[str]) -> list[str]:
    """The names that a pattern stands for, in which `*` is anything.

    None are found where the pattern or a name is too long to be tried.
    """
    if "*" not in pattern:
        return [pattern] if pattern in names else []
    if pattern.count("*") > _MAX_STARS or any(len(name) > _MAX_NAME for name in names):
        return []
    wanted = re.compile(".*".join(map(re.escape, re.split(r"\*+", pattern))), re.DOTALL)
    return [name for name in names if wanted.fullmatch(name)]


def npm_hooks(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """What a package (and each of its workspace) runs on `install`, `pack`, `publish` or `version`; often nothing."""
    package = package_for(opening, files)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    if package is None or target not in _HOOKS:
        return None
    group = workspace(files, package) if target == "install" else None
    return tuple(
        body
        for one in (group.all if group is not None else (package,))
        for hook in _HOOKS[target]
        for body in script_bodies(one, hook, (), opening, hooks=False)
    )


def chosen(opening: Opening, files: Files, package: Package) -> tuple[Package, ...] | None:
    """The packages that a command is for; None where it is not clear."""
    filters = [option(opening, key) for key in ("filter", "workspace") if key in opening.options]
    if None in filters:
        return None
    if not filters and "workspaces" not in opening.options:
        return (package,)
    group = workspace(files, package)
    if group is None:
        return None
    if not filters:
        return group.all if opening.kind in _WITH_ROOT else group.members
    return selected(group, " ".join(text or "" for text in filters))


def script_bodies(
    package: Package, target: str, arguments: tuple[Name, ...], opening: Opening, *, hooks: bool
) -> list[Body]:
    """A script of a package as bodies, with its hooks; none where it has no such script."""
    scripts = package.scripts
    if target not in scripts:
        return []
    manager = opening.kind if opening.kind in _RUNS_PROGRAMS else "npm"
    found = []
    for name in (f"pre{target}", target, f"post{target}") if hooks else (target,):
        if name in scripts:
            source = with_arguments(scripts[name], arguments if name == target else ())
            script = wireit(package, name, manager) if scripts[name].strip() == "wireit" else None
            script = flat(script or shell(source, opening.environment, package.folder))
            found.append(Body(package.path, package.line("scripts", name), name, script, literal(package.folder)))
    return found


def _program(package: Package, target: str, arguments: tuple[Name, ...]) -> Body | None:
    """What is no script is a program that a dependency brought along; what looks like a file or pattern is neither."""
    if set("/:*") & set(target) or target.startswith(("-", ".")) or target.endswith(_SOURCES):
        return None
    groups = ("devDependencies", "dependencies")
    line = next((package.line(group, target) for group in groups if target in table(package.data, group)), 1)
    return Body(package.path, line, target, program((literal(target), *arguments)), literal(package.folder))
