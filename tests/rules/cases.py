"""The cases in fixtures/rules, and how to plan the workflow of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from dependence.made import listed
from needful.config.settings import Objective
from needful.dependence.analysis import LATENCY, Wants
from needful.dependence.experience import AtOnce, Experience
from needful.history.experience import experience_of
from needful.history.matching import Matcher
from needful.history.reading import read_runs
from needful.planning.plan import FilePlan
from needful.planning.planner import Choice, plan_file
from needful.rules.api import Tier
from needful.workflow.repository import Repository

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "rules"
CI = ".github/workflows/ci.yml"
HISTORY = "history.jsonl"


@dataclass(frozen=True)
class Case:
    """One folder: the workflow before, after (the same where the rule must stay silent), and its repository.

    `advice` is what a rule says that does nothing by itself: title and reason. `history` are recorded runs, one a line:
    those of the case, else those that the cases of the rule share; `wants` goes by the same, in files named like that.
    """

    rule: str
    name: str
    before: bytes
    after: bytes
    acts: bool
    files: Mapping[str, bytes]
    include: Tier
    history: bytes = b""
    advice: str = ""
    wants: Wants = LATENCY

    @property
    def id(self) -> str:
        return f"{self.rule}/{self.name}"

    def plan(self, data: bytes | None = None) -> FilePlan:
        """What the rule alone makes of `data`, by default of the workflow before."""
        files = {**self.files, CI: self.before if data is None else data}
        return plan_files(files, self.choice(), self.history)

    def choice(self, *, alone: bool = True) -> Choice:
        """What is asked for: the rule alone, or all."""
        return Choice(self.include, only=frozenset({self.rule} if alone else ()), wants=self.wants)


def cases(rule: str = "") -> tuple[Case, ...]:
    """All cases, or those of one rule, in order of name."""
    return tuple(_case(file.parent) for file in sorted(CASES.glob(f"{rule or '*'}/*/before.yml")))


def plan_files(files: Mapping[str, bytes], choice: Choice | None = None, history: bytes = b"") -> FilePlan:
    """The plan of the workflow `ci.yml` in a repository that has these files, and of which these runs are recorded."""
    repository = repository_of(files)
    return plan_file(repository, CI, choice or Choice(), experience(repository, history))


def advice(plan: FilePlan) -> str:
    """What was found and not done, as `advice.txt` has it."""
    return "".join(f"{held.proposal.title}\n{held.reason}\n" for held in plan.held)


def experience(repository: Repository, history: bytes) -> Experience | None:
    """What recorded runs of `ci.yml` say, for an account of the smallest plan."""
    workflow = repository.workflow(CI)
    if not history.strip() or workflow is None:
        return None
    reading = read_runs([(HISTORY, history)])
    assert not reading.problems
    return experience_of(Matcher(workflow, repository), reading.runs, AtOnce(20, (("macos", 5),)))


def repository_of(files: Mapping[str, bytes]) -> Repository:
    """A repository that holds these files, and no more."""
    workflows = [path for path in files if path.startswith(".github/workflows/")]
    return Repository(".", files.get, workflows, lambda folder: listed(files, folder))


def _case(folder: Path) -> Case:
    before = (folder / "before.yml").read_bytes()
    after = folder / "after.yml"
    include = folder / "include"
    advice = folder / "advice.txt"
    history, objective, required = (_own_or_common(folder, name) for name in (HISTORY, "objective", "required"))
    return Case(
        rule=folder.parent.name,
        name=folder.name,
        before=before,
        after=after.read_bytes() if after.is_file() else before,
        acts=after.is_file(),
        files=dict(_repository(folder / "repo")),
        include=Tier[include.read_text("utf-8").strip().upper()] if include.is_file() else Tier.TRADE,
        history=history.read_bytes() if history.is_file() else b"",
        advice=advice.read_text("utf-8") if advice.is_file() else "",
        wants=wants_of(*(file.read_bytes() if file.is_file() else b"" for file in (objective, required))),
    )


def wants_of(objective: bytes, required: bytes) -> Wants:
    """What is wanted, by the files of a case: a word, and names of checks, one a line."""
    checks = frozenset(required.decode().splitlines()) or None
    return Wants(cast("Objective", objective.decode().strip() or "latency"), checks)


def _own_or_common(folder: Path, name: str) -> Path:
    own = folder / name
    return own if own.is_file() else folder.parent / name


def _repository(root: Path) -> Iterator[tuple[str, bytes]]:
    for file in sorted(root.rglob("*")):
        if file.is_file():
            yield file.relative_to(root).as_posix(), file.read_bytes()
