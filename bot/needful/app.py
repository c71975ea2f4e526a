"""The only orchestration, and the only place that touches files: find workflows, plan them, write the result."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from needful.errors import BUGS, Defect, UserError, blame
from needful.planning.plan import Failure, FilePlan, Plan
from needful.planning.planner import Choice, plan_file
from needful.planning.sweep import sweep
from needful.report.terminal import shown_path
from needful.rules import RULES
from needful.rules.api import Tier
from needful.source import MAX_BYTES
from needful.workflow.repository import Repository

WORKFLOWS = ".github/workflows"
_SUFFIXES = (".yml", ".yaml")

if TYPE_CHECKING:
    from needful.report.explanation import Explained
    from needful.report.graph import Graphs


@dataclass(frozen=True)
class Target:
    """Workflows of one repository. `root` is the folder as the user named it, the workflows' paths are below it."""

    root: str
    workflows: tuple[str, ...]


def find_targets(paths: Sequence[str]) -> tuple[Target, ...]:
    """What the user's paths mean: a repository with all its workflows, or single files; each file once.

    Raises `UserError` for a path that is neither, before anything is read.
    """
    found: dict[Path, tuple[str, dict[str, None]]] = {}
    for path in paths or (".",):
        root, workflows = _look_at(path)
        shown = _shown(root, path)
        _, known = found.setdefault(_real(root), (shown, {}))
        known.update(dict.fromkeys(workflows))
    return tuple(Target(shown, tuple(sorted(workflows))) for shown, workflows in found.values())


def choose(include: str, only: Iterable[str], skip: Iterable[str]) -> Choice:
    """The user's choice of rules. Raises `UserError` for a rule that does not exist."""
    known = [rule.id for rule in RULES]
    for name in (*only, *skip):
        if name not in known:
            raise UserError(f"there is no rule {name!r}", hint=f"the rules are {', '.join(known)}")
    return Choice(Tier[include.upper()], frozenset(only), frozenset(skip))


def only_defects(choice: Choice) -> Choice:
    """The choice narrowed to the rules that mend defects, which is what a check is about."""
    defects = {rule.id for rule in RULES if rule.defect}
    if misplaced := sorted(choice.only - defects):
        raise UserError(
            f"{misplaced[0]!r} finds no defects, so there is nothing to check",
            hint=f"`needful check` knows {', '.join(sorted(defects))}; `needful plan` knows all rules",
        )
    usual = {rule.id for rule in RULES if rule.defect and not rule.on_request}
    return Choice(choice.include, choice.only or frozenset(usual), choice.skip)


def plan_target(target: Target, choice: Choice) -> Plan:
    """Plan every workflow of a target. One that cannot be read, or on which we break, does not stop the others."""
    repository = _repository(target)
    return Plan(target.root, *sweep(target.workflows, lambda path: plan_file(repository, path, choice)))


def verified(plan: Plan) -> Plan:
    """The plan with what the workflow schema would refuse taken out, before anything is written."""
    from needful.planning.verify import verify_schema

    files: list[FilePlan] = []
    failures: list[Failure] = []
    for file in plan.files:
        try:
            if file.changed:
                verify_schema(file)
            files.append(file)
        except (Defect, *BUGS) as defect:
            failures.append(Failure(file.path, blame(defect)))
    return replace(plan, files=tuple(files), failures=(*plan.failures, *failures))


def graph_target(target: Target) -> Graphs:
    """The job graphs of a target's workflows."""
    from needful.dependence.analysis import analyse
    from needful.report.graph import Graphs, JobGraph

    repository = _repository(target)

    def graph(path: str) -> JobGraph:
        workflow = repository.workflow(path)
        if workflow is None:
            raise UserError("the file is gone", path=shown_path(target.root, path))
        analysis = analyse(workflow, repository, thorough=True)
        return JobGraph(workflow, analysis.edges, analysis.missing)

    return Graphs(target.root, *sweep(target.workflows, graph))


def explain_target(path: str, about: str) -> Explained:
    """What the user asks about a repository or a workflow: a job, an edge, a change's id, or `""` for every edge.

    Raises `UserError` for a path that is neither.
    """
    from needful.report.explanation import answered, explain
    from needful.report.question import paths_of

    try:
        (target,) = find_targets([path])
    except UserError as error:
        if about or error.hint:
            raise
        hint = "a job goes behind the path of a repository or workflow: `needful explain . JOB`"
        raise UserError(error.message, path=error.path, hint=hint) from None
    repository = _repository(target)
    found = sweep(paths_of(about, target.workflows), lambda workflow: explain(repository, workflow, about))
    return answered(target.root, about, *found)


def write_in_place(plans: Iterable[Plan]) -> tuple[UserError, ...]:
    """Replace each changed workflow by its new text, whole or not at all. Returns what could not be written."""
    problems: list[UserError] = []
    for plan in plans:
        for file in plan.files:
            try:
                if file.changed:
                    _replace(plan.root, file)
            except UserError as error:
                problems.append(error)
    return tuple(problems)


def write_below(plans: Sequence[Plan], folder: str) -> tuple[UserError, ...]:
    """Write changed workflows, and nothing else, below a folder; several repositories each get their own in it."""
    goals: dict[Path, bytes] = {}
    for plan, prefix in zip(plans, folder_names([plan.root for plan in plans]), strict=True):
        for file in plan.files:
            goal = Path(folder, prefix, file.path)
            if _real(goal) == _real(Path(plan.root, file.path)):
                hint = "leave --output out to write in place"
                raise UserError("the output folder is the repository itself", path=folder, hint=hint)
            if file.changed:
                goals[goal] = file.after.to_bytes()
    problems: list[UserError] = []
    for goal, data in goals.items():
        try:
            goal.parent.mkdir(parents=True, exist_ok=True)
            _write(goal, data, None)
        except OSError as error:
            problems.append(_failed("cannot be written", str(goal), error))
    return tuple(problems)


def folder_names(roots: Sequence[str]) -> tuple[str, ...]:
    """Where each repository goes in a common folder: nowhere in particular if it is the only one."""
    if len(roots) < 2:
        return ("",) * len(roots)
    names: dict[str, str] = {}
    for root in roots:
        name = _real(Path(root)).name
        if name in names:
            raise UserError(
                f"two repositories are called {name!r}: {names[name]} and {root}", hint="handle them one at a time"
            )
        names[name] = root
    return tuple(names)


def _look_at(path: str) -> tuple[Path, list[str]]:
    """The repository that a path leads to, and the workflows it stands for, relative to that repository."""
    if not path:
        raise UserError("a path is empty", hint="leave it out to mean the current folder")
    absolute = Path(os.path.normpath(Path(path).absolute()))
    try:
        mode = absolute.stat().st_mode
        if stat.S_ISDIR(mode):
            return _look_into(absolute, path)
    except OSError as error:
        raise _failed("cannot be read", path, error) from None
    if not stat.S_ISREG(mode):
        raise UserError("neither a folder nor a regular file", path=path)
    for folder in absolute.parents:
        if _holds_workflows(folder):
            root = folder.parent.parent
            return root, [absolute.relative_to(root).as_posix()]
    return absolute.parent, [absolute.name]


def _look_into(folder: Path, path: str) -> tuple[Path, list[str]]:
    root = folder.parent.parent if _holds_workflows(folder) else folder
    workflows = root / WORKFLOWS
    if not workflows.is_dir():
        above = next((parent for parent in root.parents if (parent / WORKFLOWS).is_dir()), None)
        hint = f"did you mean {_shown(above, path)}?" if above else "name a repository or a workflow file"
        raise UserError(f"no folder {WORKFLOWS} here", path=path, hint=hint)
    found = _all_workflows(root)
    if not found:
        raise UserError(f"no workflow (*.yml, *.yaml) in {WORKFLOWS}", path=path)
    return root, found


def _all_workflows(root: Path) -> list[str]:
    """The workflows of a repository, relative to it."""
    folder = root / WORKFLOWS
    entries = folder.iterdir() if folder.is_dir() else ()
    return sorted(f"{WORKFLOWS}/{entry.name}" for entry in entries if entry.suffix in _SUFFIXES)


def _holds_workflows(folder: Path) -> bool:
    return folder.name == "workflows" and folder.parent.name == ".github"


def _shown(root: Path, path: str) -> str:
    """A repository's folder as the user would type it: relative if the path was."""
    return str(root) if Path(path).is_absolute() else Path(os.path.relpath(root)).as_posix()


def _repository(target: Target) -> Repository:
    # all of them, also for a single file: another workflow may listen to this one
    return Repository(target.root, _reader(target), _all_workflows(Path(target.root)), _lister(target))


def _reader(target: Target) -> Callable[[str], bytes | None]:
    """What reads the files of a repository: nothing outside it, nothing endless, nothing too large."""
    root = _real(Path(target.root))

    def read(path: str) -> bytes | None:
        try:
            return _read(root, path, shown_path(target.root, path))
        except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: no file can have such a name
            return None
        except OSError as error:
            raise _failed("cannot be read", shown_path(target.root, path), error) from None

    return read


_MAX_LISTED = 10_000
"""Names of one folder; what has more is no folder that people wrote."""


def _lister(target: Target) -> Callable[[str], tuple[str, ...]]:
    """What lists the folders of a repository: nothing outside it."""
    root = _real(Path(target.root))

    def listed(path: str) -> tuple[str, ...]:
        folder = _real(root / path)
        if not folder.is_relative_to(root):
            return ()
        try:
            with os.scandir(folder) as entries:
                found = [f"{entry.name}/" if entry.is_dir() else entry.name for entry in islice(entries, _MAX_LISTED)]
        except OSError:
            return ()
        return tuple(sorted(found))

    return listed


def _read(root: Path, path: str, shown: str) -> bytes:
    file = _real(root / path)
    if not file.is_relative_to(root):
        raise UserError("a link that leads out of the repository is not followed", path=shown)
    with open(file, "rb", opener=_open_without_waiting) as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise UserError("not a regular file", path=shown)
        if status.st_size > MAX_BYTES:
            size = f"the file has {status.st_size:,} bytes; files over {MAX_BYTES:,} bytes are not read"
            raise UserError(size, path=shown, hint="is this really a workflow?")
        return stream.read(MAX_BYTES + 1)


def _open_without_waiting(path: str, flags: int) -> int:
    """Opening a pipe would wait for its writer."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _real(path: Path) -> Path:
    """The path without links. Unlike `Path.resolve`, it leaves a loop of links to whoever opens the file."""
    return Path(os.path.realpath(path))


def _replace(root: str, file: FilePlan) -> None:
    goal = _real(Path(root, file.path))
    shown = shown_path(root, file.path)
    try:
        status = goal.stat()
        with goal.open("rb") as stream:
            now = stream.read(MAX_BYTES + 1)
        if now == file.after.to_bytes():  # two names of one file
            return
        if now != file.before.to_bytes():
            raise UserError("changed by someone else meanwhile, so it is left alone", path=shown, hint="run it again")
        if not os.access(goal, os.W_OK):
            raise UserError("cannot be written: it is read-only", path=shown)
        _write(goal, file.after.to_bytes(), status)
    except OSError as error:
        raise _failed("cannot be written", shown, error) from None


def _write(goal: Path, data: bytes, like: os.stat_result | None) -> None:
    """Write a file so that a reader, or a power cut, finds the old or the new, never a part. `like`: whose file."""
    import tempfile

    handle, name = tempfile.mkstemp(prefix=".needful-", dir=goal.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        _take_after(temporary, like)
        temporary.replace(goal)
    finally:
        temporary.unlink(missing_ok=True)


def _take_after(file: Path, like: os.stat_result | None) -> None:
    if like is None:
        mask = os.umask(0)
        os.umask(mask)
        file.chmod(0o666 & ~mask)
        return
    if sys.platform != "win32":
        with suppress(OSError):  # only root can give files away, as in a container; the owner matters less
            os.chown(file, like.st_uid, like.st_gid)
    file.chmod(stat.S_IMODE(like.st_mode))


def _failed(what: str, path: str, error: OSError) -> UserError:
    if isinstance(error, FileNotFoundError) and what == "cannot be read":
        return UserError("there is no such file or folder", path=path)
    return UserError(f"{what}: {error.strerror or error}", path=path)
