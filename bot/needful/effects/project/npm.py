"""Scripts of `package.json`, run by npm, yarn, pnpm or bun: in one package or in those of a workspace."""

from __future__ import annotations

from needful.effects.names import Name, literal
from needful.effects.project.bodies import flat, program, shell, with_arguments
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.packages import Package, package_for, selected, workspace
from needful.effects.project.paths import option, text_of
from needful.effects.project.reading import table
from needful.effects.project.run_scripts import expand

_WITH_ROOT = frozenset({"yarn", "bun"})  # the others leave the root of the workspace out
_RUNS_PROGRAMS = frozenset({"yarn", "pnpm", "bun"})
_SOURCES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx")
_HOOKS = {
    "install": ("preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare"),
    "pack": ("prepack", "prepare", "postpack"),
    "publish": ("prepublishOnly", "prepack", "prepare", "postpack", "publish", "postpublish"),
    "version": ("preversion", "version", "postversion"),
}


def npm(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The script that is asked for, with those that run before and after it; arguments go to the script itself.

    Options: `prefix` or `cwd`, a folder; `workspaces`, if it is for all packages of the workspace; `filter` or
    `workspace`, the names or folders (parted by spaces) of those that it is for; `if-present`, if it need not exist.
    """
    package = package_for(opening, files)
    target = text_of(opening.targets[0]) if len(opening.targets) == 1 else None
    packages = chosen(opening, files, package) if package is not None else None
    if package is None or packages is None or not target:
        return None
    found = tuple(
        body for one in packages for body in script_bodies(one, target, opening.arguments, opening, hooks=True)
    )
    if found or "if-present" in opening.options:
        return found
    if opening.kind not in _RUNS_PROGRAMS or len(packages) != 1:
        return None
    return _program(packages[0], target, opening.arguments)


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
    wanted = (f"pre{target}", target, f"post{target}") if hooks else (target,)
    found = []
    manager = opening.kind if opening.kind in _RUNS_PROGRAMS else "npm"
    for name in wanted:
        if name in scripts:
            source = with_arguments(scripts[name], arguments if name == target else ())
            script = expand(flat(shell(source, opening.environment, package.folder)), package, name, manager)
            line = package.line("scripts", name)
            found.append(Body(package.path, line, name, script, literal(package.folder)))
    return found


def _program(package: Package, target: str, arguments: tuple[Name, ...]) -> tuple[Body, ...] | None:
    """What is no script is a program that a dependency brought along; what looks like a file is neither."""
    if "/" in target or ":" in target or target.startswith(("-", ".")) or target.endswith(_SOURCES):
        return None
    script = program((literal(target), *arguments))
    groups = ("devDependencies", "dependencies")
    line = next((package.line(group, target) for group in groups if target in table(package.data, group)), 1)
    return (Body(package.path, line, target, script, literal(package.folder)),)
