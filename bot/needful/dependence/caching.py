"""What a job keeps in caches already, and where it must or should not have one."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from needful.dependence.cache_worth import too_rare
from needful.dependence.situation import Situation
from needful.dependence.trust import by_events, by_powers, by_work
from needful.document.comments import comments
from needful.document.nodes import Plain
from needful.document.operations import AddKey, Operation
from needful.effects.caches import caches, keeps_a_cache
from needful.effects.job import job_scope
from needful.effects.names import Scope, show
from needful.effects.project.found import found
from needful.effects.runners import lasting
from needful.effects.step import StepEffects
from needful.effects.walk import Site
from needful.expressions import Access
from needful.facts.set_up_caches import keeps, may_hold, set_up
from needful.workflow.model import Job, Step, Text, UsesKind

_LOOKS_LIKE_ONE = re.compile(r"cache|setup|set-up|install|bootstrap|prepare|\binit")
_OF_NODE = frozenset({"npm", "yarn", "pnpm"})
_ABOUT_CACHES = re.compile(r"(?m)(?:^|\s)#(.*cach(?:e|ing).*)$", re.IGNORECASE)
_SHARE = re.compile(r"partition|shard|chunk|group|index|split", re.IGNORECASE)
_IN_A_KEY = re.compile(r"[\w.+-]*\Z")
_AGAINST = re.compile(
    r"(?i)slow|faster|without|disabl|switch|turn(?:ed)? off|avoid|do(?:es)? ?n[o']t|never|no longer|poison"
    r"|too (?:large|big)|^\s*(?:-\s*)?(?:name|uses|key|path|with|cache[\w-]*)\s*:"
)
"""What a comment says that speaks against a cache, or that was one before somebody took it out."""
_VERSION = re.compile(r"\bv?(\d{1,4}(?:\.\d{1,4}){0,2})\b")
_SHA = re.compile(r"[0-9a-f]{40}\Z")
NEWEST = (9999,)


def unfit(situation: Situation, job: Job) -> str:
    """Why a job is none for a cache in GitHub's store, in words that follow its name; `""` where it may have one.

    First what the YAML says, then what takes the reading of commands.
    """
    return unfit_as_written(situation, job) or by_work(situation, job.id.lower())


def unfit_as_written(situation: Situation, job: Job) -> str:
    """The same as far as the workflow says it without its commands: a first question, that alone allows nothing."""
    mode = job.cache_mode or situation.workflow.cache_mode
    if mode is not None and mode.value.strip() != "write":
        return f"has `cache-mode: {mode.value}`"
    if job.container is not None:
        return "runs in a container, with folders of its own"
    if why := by_events(situation) or too_rare(situation.workflow):
        return why
    if lasting(situation.workflow, job, job_scope(situation.workflow, job, Scope(job.id.lower()))):
        return "runs on a machine that keeps what was downloaded"
    return by_powers(situation, job.id.lower())


def is_for_others(situation: Situation, job: Job) -> bool:
    """Whether what a job makes may go out into the world: it hands it on, and not for a pull request."""
    return bool(situation.handed[job.id.lower()].uploads) and situation.workflow.on("pull_request") is None


def spoken_of(situation: Situation, job: Job) -> str:
    """A comment in a job that speaks of caches, `""` for none: somebody has thought of it, or has switched it off."""
    text = situation.workflow.document.source.text[job.span.start : job.span.end]
    found = _ABOUT_CACHES.search(text)
    return found[1].strip()[:100] if found else ""


def thought_of(situation: Situation, job: Job) -> str:
    """Why a person should decide about a cache, `""` where no comment speaks of caches."""
    said = spoken_of(situation, job)
    return f"a comment in `{job.id}` speaks of caches: “{said}”" if said else ""


def legs_beyond(job: Job, most: int) -> bool:
    """Whether a job has more legs than that, or nobody knows how many."""
    legs = job.strategy.matrix.legs if job.strategy is not None and job.strategy.matrix is not None else ()
    return legs is None or len(legs) > most


def spoken_against(situation: Situation, job: Job) -> bool:
    """Whether such a comment says that a cache does no good, or is one that somebody took out."""
    return bool(_AGAINST.search(spoken_of(situation, job)))


def held(steps: tuple[StepEffects, ...], manager: str) -> bool:
    """Whether something in a job keeps, or may keep, what a package manager downloads."""
    for step in steps:
        uses = step.site.step.uses
        if uses is None:
            continue
        if any(_may_hold(manager, show(cache.paths)) for cache in caches(step.site)):
            return True
        if keeps(manager, uses.name) and keeps_a_cache(step.site):
            return True
        if step.unknown is not None and _LOOKS_LIKE_ONE.search(uses.name):
            return True
        if uses.kind is UsesKind.LOCAL and step.unknown is not None:
            return True
    return False


def moved(steps: tuple[StepEffects, ...], variables: Iterable[str]) -> bool:
    """Whether a job may set one of the variables that tell a tool to keep its downloads elsewhere."""
    for step in steps:
        script = step.site.step.run.value if step.site.step.run is not None else ""
        if any(name.lower() in step.site.scope.env or name in script for name in variables):
            return True
    return False


def legs_in(job: Job, texts: Iterable[Text | None]) -> tuple[str, ...]:
    """The parts of a job's matrix on which texts depend, as expressions; not those that only share out the work."""
    legs = job.strategy.matrix.legs if job.strategy is not None and job.strategy.matrix is not None else None
    fit = {key for leg in legs or () for key, _ in leg}
    fit -= {key for leg in legs or () for key, value in leg if not _IN_A_KEY.match(value)}
    found: dict[str, None] = {}
    for text in texts:
        for expression in text.template.expressions if text is not None else ():
            found.update(dict.fromkeys(str(access[1]) for access in expression.accesses if _is_leg(access)))
    return tuple(f"matrix.{key}" for key in found if key in fit and not _SHARE.search(key))


def _is_leg(access: Access) -> bool:
    return access[0] == "matrix" and len(access) == 2 and access[1] is not None


def _may_hold(manager: str, paths: str) -> bool:
    """Whether one of the paths of a cache may be that of a package manager; of an expression nobody knows."""
    lines = [line for line in paths.splitlines() if manager in _OF_NODE or "node_modules" not in line]
    return any("${{" in line or may_hold(manager, line) for line in lines)


def version_of(situation: Situation, site: Site) -> tuple[int, ...]:
    """The version of a step's action as far as its ref or the comment beside it says; `(0,)` where nobody knows.

    A tag of one or two numbers follows the newest of them; a branch follows all. A SHA follows nothing: it is at least
    what the comment says.
    """
    uses = site.step.uses
    assert uses is not None
    told, fixed = uses.ref, bool(_SHA.match(uses.ref))
    if fixed:
        told = " ".join(comments(situation.workflow.document, (*site.step.path, "uses")))
    match = _VERSION.search(told)
    if match is None:
        return (0,) if fixed else NEWEST
    numbers = tuple(int(part) for part in match[1].split("."))
    return numbers if fixed or len(numbers) == 3 else (*numbers, *NEWEST)


def missing_files(situation: Situation, site: Site) -> str:
    """What a step's cache asks for and the repository does not have, `""` where all is there."""
    uses = site.step.uses
    facts = set_up(uses.name) if uses is not None else None
    switch = site.step.input(facts.input) if facts is not None else None
    if facts is None or switch is None or switch.value.strip().lower() in ("", "false"):
        return ""
    manager = facts.managers.get(switch.value.strip() if facts.value is None else next(iter(facts.managers)))
    if manager is None:
        return f"nobody knows what `{facts.input}: {switch.value}` asks for"
    paths = site.step.input(facts.paths)
    patterns = paths.value.split() if paths is not None else manager.files
    there = (path for pattern in patterns for path in _in_repository(situation, site, pattern))
    return "" if any(there) else f"there is no {' or '.join(patterns)}"


def _in_repository(situation: Situation, site: Site, pattern: str) -> Iterator[str]:
    """The files of the repository that a pattern in the workspace means, whose folder is the checkout's."""
    for checkout in site.checkouts:
        inside = posixpath.relpath(pattern, checkout.folder) if checkout.folder else pattern
        if pattern.startswith("**"):
            inside = pattern
        if checkout.own and not inside.startswith("../"):
            yield from found(situation.repository, inside)


def added_inputs(step: Step, added: Mapping[str, Plain], after: tuple[str, ...] = ()) -> Iterator[Operation]:
    """Writes inputs below `with`, one behind the other and the first behind `after`; `with` where there is none."""
    if not step.inputs:
        yield AddKey(step.path, "with", dict(added), after=("uses",))
        return
    for key, value in added.items():
        yield AddKey((*step.path, "with"), key, value, after=after)
        after = (key,)
