"""Which package manager a command makes download packages, in which folder, and from which files of the repository."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from needful.effects.names import Hole, Name, is_literal, literal, show
from needful.effects.step import StepEffects
from needful.effects.work import Deed, inside_repository
from needful.workflow.repository import Repository

_PROGRAMS = {
    "npm": frozenset({"ci", "install", "i", "clean-install", "install-test", "it", "cit", "install-ci-test"}),
    "yarn": frozenset({"", "install"}),
    "pnpm": frozenset({"install", "i"}),
    "pip": frozenset({"install", "wheel", "download"}),
    "pipenv": frozenset({"install", "sync"}),
    "poetry": frozenset({"install", "sync"}),
    "pdm": frozenset({"install", "sync"}),
    "bundle": frozenset({"", "install"}),
    "uv": frozenset({"sync", "run", "pip", "lock"}),
    "composer": frozenset({"install", "i", "update", "u", "upgrade"}),
    "deno": frozenset({"run", "test", "check", "cache", "install", "ci", "bench", "compile", "doc", "info"}),
    "pre-commit": frozenset({"run", "install-hooks"}),
    "prek": frozenset({"", "run", "install-hooks"}),
    "bun": frozenset({"install", "i", "ci"}),
    "stack": frozenset({"build", "test", "bench", "install", "haddock", "setup"}),
    "dart": frozenset({"pub"}),
    "flutter": frozenset({"pub"}),
    "dotnet": frozenset({"restore", "build", "test", "pack", "publish", "run"}),
    "go": frozenset({"build", "test", "vet", "run", "generate", "mod", "list", "install"}),
    "cargo": frozenset(
        {
            *(
                "build",
                "b",
                "check",
                "c",
                "test",
                "t",
                "clippy",
                "bench",
                "doc",
                "d",
                "run",
                "r",
                "nextest",
                "llvm-cov",
            ),
            *("tarpaulin", "miri", "hack", "install", "xtask", "rustdoc", "fuzz", "semver-checks", "insta", "udeps"),
        }
    ),
}
_ALWAYS = {"mvn": "maven", "mvnw": "maven", "gradle": "gradle", "gradlew": "gradle", "sbt": "sbt"}
_WHOLE_ANYWAY = frozenset({"go", "dotnet", "cargo", "deno", "uv", "stack", "dart", "flutter"})
_MANAGERS = {"bundle": "bundler", "dart": "pub", "flutter": "pub"}
"""Programs that are called otherwise than the package manager."""
_PYTHON_RUNNERS = {"tox": ("tox.ini", "tox.toml"), "nox": ("noxfile.py",)}
_FOLDERS = {
    "npm": ("--prefix", "-C"),
    "yarn": ("--cwd",),
    "pnpm": ("--dir", "-C"),
    "poetry": ("--directory", "-C"),
    "composer": ("--working-dir", "-d"),
    "cargo": ("-C",),
}
_WITH_VALUES = frozenset(
    {
        *("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-t", "--target", "--prefix", "--root"),
        *("--platform", "--python-version", "--implementation", "--abi", "--src", "--proxy", "--timeout", "--retries"),
        *("--trusted-host", "--cert", "--progress-bar", "--upgrade-strategy", "--no-binary", "--only-binary", "-w"),
        *("--config-settings", "-C", "--global-option", "--report", "--cache-dir", "--wheel-dir", "-d", "--dest"),
        *("--prefix", "--cwd", "--dir", "--registry", "--loglevel", "--workspace", "--filter", "--python", "--group"),
        *("--from-ref", "--to-ref", "--hook-stage", "--color", "--jobs", "-j", "--retry"),
    }
)
_ELSEWHERE = frozenset({"-g", "--global", "--location=global", "--user-install"})
_OTHERWISE = {"pre-commit": ("-c", "--config"), "prek": ("-c", "--config")}
"""Options that name another file than the one that says what a project needs."""
_ANEW = frozenset({"--pre", "--no-cache-dir", "--no-cache", "--force-reinstall"})
"""Options with which a cache serves nothing, or always holds what is old."""
_EXTRAS = re.compile(r"\[[^\]]*\]\Z")
_FEW = 2
_UV = re.compile(r"\buv\b|tox-uv")
_SESSION_INSTALLS = re.compile(r"""\.install\([^)]*["'](?:-r|-e|\.)""").search
"""Where a session of nox installs the project, or what its requirements name."""
_NEEDS = re.compile(r"install_requires|dependencies|require(?:ments)?\b")
"""How the manifest of a Python project says that it needs others."""
_WHEEL = re.compile(r"\.(?:whl|tar\.gz|zip|tgz)\b|://")


class Install(NamedTuple):
    """Packages that a command fetches with `manager`. `folder` is that of the repository, None if not known.

    `files` are those of the repository that say what is fetched. `whole`: it fetches what a project needs, and not only
    what the command names. `anew`: a cache would serve nothing, or what is old.
    """

    manager: str
    folder: str | None
    files: tuple[str, ...]
    whole: bool
    deed: Deed
    anew: bool = False


def installs(step: StepEffects, repository: Repository) -> Iterator[Install]:
    """What a step makes package managers fetch on the runner itself."""
    for deed in step.deeds:
        if not (deed.contained or deed.sealed):
            yield from _of_deed(step, deed, repository)


def _of_deed(step: StepEffects, deed: Deed, repository: Repository) -> Iterator[Install]:
    words = [_text(word) for word in deed.command.words]
    program = posixpath.basename(words[0].replace("\\", "/")).lower()
    program = re.sub(r"(?:\.exe|\.cmd|\.bat)\Z|(?<=\Apip)[\d.]+\Z", "", program)
    base = show(deed.folder) if deed.folder is not None and is_literal(deed.folder) else None

    def inside(path: str) -> str | None:
        """A path from where the command runs, as one of the repository."""
        return inside_repository(step.site, literal(posixpath.join(base, path))) if base is not None else None

    if program in _ALWAYS:
        yield Install(_ALWAYS[program], inside(""), (), whole=True, deed=deed)
    elif program in _PYTHON_RUNNERS:
        folder = inside("")
        files = _first(repository, folder, _PYTHON_RUNNERS[program])
        texts = [repository.text(file) or "" for file in files]
        whole = bool(files) and not any(map(_UV.search, texts))
        whole = whole and (not _is_small(step) if program == "tox" else any(map(_SESSION_INSTALLS, texts)))
        yield Install("pip", folder, (*files, *_manifest(repository, folder or "")), whole, deed)
    elif program in _PROGRAMS:
        arguments = _Arguments.of(program, words[1:])
        if arguments.command in _PROGRAMS[program] and not arguments.elsewhere:
            if program == "cargo" and arguments.manifest:
                arguments = arguments._replace(folder=posixpath.dirname(arguments.manifest) or ".")
            if program == "pip":
                yield _of_pip(arguments, inside, deed, repository)
            else:
                whole = program in _WHOLE_ANYWAY or not arguments.rest
                name = _MANAGERS.get(program, program)
                yield Install(name, inside(arguments.folder), (), whole, deed, arguments.anew)


def _is_small(step: StepEffects) -> bool:
    """Whether all that environments of a step install is a tool or two by name, as far as that is known."""
    words = [[_text(word) for word in deed.command.words] for deed in step.deeds if deed.contained]
    installed = [one[one.index("install") + 1 :] for one in words if "pip" in one and "install" in one]
    names = {word for one in installed for word in one if not word.startswith("-")}
    options = {word for one in installed for word in one if word.startswith("-")}
    known = bool(installed) and options.isdisjoint(("-r", "-e", "-c", "--requirement", "--editable"))
    return known and len(names) <= _FEW and not any("/" in name or name.startswith(".") for name in names)


class _Arguments(NamedTuple):
    """Words behind a program: its sub-command, options with values that matter, and the rest."""

    command: str
    files: tuple[str, ...]
    editable: tuple[str, ...]
    folder: str
    rest: tuple[str, ...]
    elsewhere: bool
    anew: bool
    manifest: str

    @classmethod
    def of(cls, program: str, words: list[str]) -> _Arguments:
        files: list[str] = []
        editable: list[str] = []
        rest: list[str] = []
        folder, manifest, elsewhere = "", "", False
        todo = iter(words)
        for word in todo:
            name, glued, value = word.partition("=")
            if program == "pip" and (match := re.match(r"(-[rce]|--requirement|--constraint|--editable)=?(.*)", word)):
                target = editable if match[1] in ("-e", "--editable") else files
                target.append(match[2] or next(todo, ""))
            elif name in _FOLDERS.get(program, ()):
                folder = value if glued else next(todo, "")
            elif name == "--manifest-path":
                manifest = value if glued else next(todo, "")
            elif word.startswith("+") and program == "cargo":
                continue
            elif word in _ELSEWHERE or name in _OTHERWISE.get(program, ()):
                elsewhere = True
            elif name in _WITH_VALUES and not glued:
                next(todo, None)
            elif not word.startswith("-"):
                rest.append(word)
        command = rest.pop(0) if rest else ""
        return cls(
            command,
            tuple(files),
            tuple(editable),
            folder,
            tuple(rest),
            elsewhere,
            not _ANEW.isdisjoint(words),
            manifest,
        )


def _of_pip(arguments: _Arguments, inside: Callable[[str], str | None], deed: Deed, repository: Repository) -> Install:
    """`pip install`: requirement files by name, projects by their manifests."""
    found: list[tuple[str, ...]] = []
    for file in arguments.files:
        path = inside(file.strip()) if "*" not in file and "://" not in file else None
        found.append((path,) if path else ())
    for word in (*arguments.editable, *arguments.rest):
        project = _EXTRAS.sub("", word)
        if _WHEEL.search(word) or word.startswith("git+"):
            continue
        if word in arguments.editable or project == "." or "/" in project:
            path = inside(project)
            files = _manifest(repository, path) if path is not None else ()
            found.append(files if project != word or _needs_others(files, repository) else ())
    whole = bool(found) and all(found) and "--no-deps" not in deed.command.text
    files = tuple(dict.fromkeys(file for files in found for file in files))
    return Install("pip", inside(""), files, whole, deed, arguments.anew)


def _needs_others(files: tuple[str, ...], repository: Repository) -> bool:
    """Whether the manifest of a project names what else it needs."""
    return any(file.endswith("requirements.txt") or _NEEDS.search(repository.text(file) or "") for file in files)


def _manifest(repository: Repository, folder: str) -> tuple[str, ...]:
    """The files that say what a Python project needs."""
    pyproject = posixpath.join(folder, "pyproject.toml")
    text = repository.text(pyproject)
    if text is not None and "dependencies" in text:
        return (pyproject,)
    names = ("setup.cfg", "setup.py", "requirements.txt")
    older = tuple(path for name in names for path in _first(repository, folder, (name,)))
    return older or ((pyproject,) if text is not None else ())


def _first(repository: Repository, folder: str | None, names: tuple[str, ...]) -> tuple[str, ...]:
    paths = (posixpath.join(folder, name) for name in names) if folder is not None else ()
    return tuple(path for path in paths if repository.has(path))[:1]


def _text(word: Name) -> str:
    """A word as text: what is not known, as a glob."""
    if is_literal(word):
        return show(word)
    return "".join("*" if isinstance(part, Hole) else part for part in word)
