"""The settings of a repository. Each is declared here, once: its key, default, limits and description.

The JSON Schema (`docs/needful.schema.json`), the reader and `docs/settings.md` are made from these declarations.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal, NamedTuple, TypeAlias, get_args

from needful.config.shapes import Shape, entries, group, one_of, setting, several, text, whole, word_or_whole
from needful.document.nodes import Plain

TierName: TypeAlias = Literal["safe", "trade", "review"]
Objective: TypeAlias = Literal["latency", "balanced", "cost"]
AccountPlan: TypeAlias = Literal["free", "pro", "team", "enterprise"]
Propose: TypeAlias = Literal["always", "daily", "weekly", "never"]
Day: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_SWITCH: dict[object, bool] = {True: True, False: False, "on": True, "off": False}
_JOB = r"^[A-Za-z_][A-Za-z0-9_-]*$"
_PERSON = r"^[A-Za-z0-9][A-Za-z0-9_-]*(/[A-Za-z0-9][A-Za-z0-9._-]*)?$"
_GLOB = text("must be the name of a workflow file, such as `ci.yml` or `release-*.yml`")


def names(globs: Iterable[str], path: str) -> bool:
    """Whether a glob names the workflow with that path, by its path or by the name of the file alone."""
    either = (path, path.rpartition("/")[2])
    return any(fnmatchcase(one, glob) for glob in globs for one in either)


class Rules(NamedTuple):
    """Rules that are switched by hand: `on`, although they run on request only, or `off`."""

    on: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()


def _rules(value: Plain) -> Rules:
    switches = value if isinstance(value, dict) else {}
    chosen = {rule: _SWITCH[state] for rule, state in switches.items() if isinstance(state, bool | str)}
    return Rules(*(frozenset(rule for rule, on in chosen.items() if on is wanted) for wanted in (True, False)))


@dataclass(frozen=True)
class Ignore:
    """What a rule finds is not proposed for these jobs, and not reported as a defect."""

    rule: str = setting("", "The rule.", Shape({"$ref": "#/$defs/rule"}, str))
    job: str = setting(
        "", "Id of the job that would be changed; every job if left out.", text("must be a job's id", _JOB)
    )
    workflow: str = setting("", "File name of the workflow, or a glob; every workflow if left out.", _GLOB)
    because: str = setting("", "Why, for people.", text("must be a text of at most 500 characters", most=500))
    line: int = 0
    """Where the entry stands in the settings (from 1)."""

    def covers(self, rule: str, path: str, job: str) -> bool:
        """Whether it is about what a rule would do to a job of the workflow with that path."""
        here = not self.workflow or names([self.workflow], path)
        return self.rule == rule and here and self.job.lower() in ("", job.lower())


@dataclass(frozen=True)
class MinimumGain:
    """What the changes of a workflow must save together, where recorded runs tell: one of these is enough."""

    seconds: int = setting(30, "Seconds of a run.", whole(0, 86_400, "seconds"))
    percent: int = setting(5, "Share of a run's time, in percent.", whole(0, 100, "percent"))


@dataclass(frozen=True)
class Workflows:
    """Which workflows are looked at."""

    include: tuple[str, ...] = setting(
        ("*",), "Only these.", several(_GLOB, 100, "must be a list of workflow files, at most 100")
    )
    exclude: tuple[str, ...] = setting(
        (),
        "Not these, although they are included.",
        several(_GLOB, 100, "must be a list of workflow files, at most 100"),
    )

    def includes(self, path: str) -> bool:
        """Whether the workflow with that path, relative to the repository, is looked at."""
        return names(self.include, path) and not names(self.exclude, path)


@dataclass(frozen=True)
class PullRequests:
    """The pull requests that Needful opens."""

    limit: int = setting(2, "At most this many are open at once.", whole(1, 50, "pull requests"))
    propose: Propose = setting(
        "always",
        "When new ones are opened: `always` (whenever the workflow that runs Needful starts), `daily` or `weekly` (by "
        "the first such run of a day or week that finds something), or `never`. Open ones are kept up to date by "
        "every run, and a run that is started by hand opens new ones at any time.",
        one_of(get_args(Propose)),
    )
    day: Day = setting(
        "monday", "The day on which a week begins for `weekly`. Days are those of UTC.", one_of(get_args(Day))
    )
    labels: tuple[str, ...] = setting(
        (),
        "Labels for each. They must exist.",
        several(text("must be the name of a label", most=50), 20, "must be a list of labels, at most 20"),
    )
    reviewers: tuple[str, ...] = setting(
        (),
        "Who is asked for a review: people (`octocat`) and teams (`org/team`).",
        several(
            text("must be a user's name or `org/team`, without `@`", _PERSON), 15, "must be a list of names, at most 15"
        ),
    )


@dataclass(frozen=True)
class Settings:
    """Settings of Needful for a repository, in `.github/needful.yml`. Every key may be left out."""

    tier: TierName = setting(
        "trade",
        "The last tier that is applied: `safe` (proved, no trade-off), `trade` (proved, with a cost that is named) or "
        "`review` (not proved in every point).",
        one_of(get_args(TierName)),
    )
    objective: Objective = setting(
        "latency",
        "What to improve: `latency` (the time to the end of a run), `cost` (runner minutes), or `balanced` (time that "
        "is worth its minutes).",
        one_of(get_args(Objective)),
    )
    minimum_gain: MinimumGain = setting(
        MinimumGain(),
        "What the changes of a workflow must save together, where recorded runs tell: one of these is enough.",
        group(MinimumGain),
    )
    concurrency: AccountPlan | int = setting(
        "free",
        "How many jobs the account runs at once on GitHub's runners: a number, or the plan, whose limit is then used.",
        word_or_whole(get_args(AccountPlan), 1, 10_000),
    )
    workflows: Workflows = setting(
        Workflows(),
        "Which workflows are looked at, by file name or path; `*` stands for any characters.",
        group(Workflows),
    )
    rules: Rules = setting(
        Rules(),
        "Rules switched `off`, or `on` if they run on request only.",
        Shape({"$ref": "#/$defs/rules"}, _rules),
    )
    ignore: tuple[Ignore, ...] = setting(
        (),
        "Rules that are ignored for single jobs or workflows.",
        entries(Ignore, ("rule",), 500, "must be a list of mappings with `rule`, at most 500"),
    )
    pull_requests: PullRequests = setting(PullRequests(), "The pull requests that Needful opens.", group(PullRequests))
