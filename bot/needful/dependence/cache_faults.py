"""Caches that are kept twice, or where nothing is: what is wrong with a cache, whatever its key."""

from __future__ import annotations

from needful.dependence.caching import missing_files, version_of
from needful.dependence.situation import Situation
from needful.effects.caches import caches, keeps_a_cache
from needful.effects.names import is_literal, show
from needful.effects.step import StepEffects
from needful.facts.cache_places import kept_by, places_of
from needful.facts.set_up_caches import set_up
from needful.workflow.model import Job

_BY_ITSELF = {"actions/setup-go": (4,)}
"""From which version on an action keeps a cache without being asked."""
_GO = ("go.mod", "go.sum")


def keeper(situation: Situation, job: Job, cache: StepEffects) -> StepEffects | None:
    """The step of a set-up action that keeps all that a step with `actions/cache` keeps; None where none does."""
    tools = {tool for path in _paths(cache) for tool in _filled(path, cache.site.scope.runner)}
    if not tools or not all(_filled(path, cache.site.scope.runner) for path in _paths(cache)):
        return None
    for step in situation.steps[job.id.lower()]:
        if step is not cache and tools <= _kept(situation, step):
            return step
    return None


def _paths(cache: StepEffects) -> tuple[str, ...]:
    """The paths of a cache, `""` for those that nobody knows."""
    found = [use.paths for use in caches(cache.site)]
    lines = [line.strip() for paths in found for line in (show(paths) if is_literal(paths) else "\n").split("\n")]
    return tuple(dict.fromkeys(lines[:-1] if lines and not lines[-1] else lines))


def _filled(path: str, system: str) -> tuple[str, ...]:
    """The tools that keep their downloads at a path on a system."""
    plain = path.replace("\\", "/").rstrip("/")
    return tuple(place.tool for place in places_of(path) if plain in place.paths.get(system, ()))


def _kept(situation: Situation, step: StepEffects) -> frozenset[str]:
    """The tools whose downloads a set-up action certainly keeps."""
    uses, site = step.site.step.uses, step.site
    facts = set_up(uses.name) if uses is not None else None
    if facts is None or uses is None or site.conditional or site.file is not site.workflow or not keeps_a_cache(site):
        return frozenset()
    switch = site.step.input(facts.input)
    if switch is None or not switch.value.strip():
        root = any(checkout.own and not checkout.folder for checkout in site.checkouts)
        there = root and all(map(situation.repository.has, _GO))
        since = _BY_ITSELF.get(uses.name)
        if since is None or version_of(situation, site) < since or not there:
            return frozenset()
    elif not switch.template.is_static or missing_files(situation, site):
        return frozenset()
    value = switch.value.strip() if switch is not None and facts.value is None else next(iter(facts.managers))
    return frozenset(kept_by(uses.name, value))


def misplaced(situation: Situation, job: Job, cache: StepEffects) -> str:
    """Where a tool keeps its downloads instead of where a cache looks for them, in words; `""` where all is right."""
    system = cache.site.scope.runner
    paths = _paths(cache)
    right = {tool for path in paths for tool in _filled(path, system)}
    for path in paths if system else ():
        for place in places_of(path):
            if place.tool in right or _filled(path, system) or _moved(situation, job, place.moved_by):
                continue
            return f"on {system}, {place.tool} keeps its downloads in {place.paths[system][0]}, not in {path}"
    return ""


def _moved(situation: Situation, job: Job, words: tuple[str, ...]) -> bool:
    """Whether a word of the workflow may tell a tool to keep its downloads elsewhere."""
    text = situation.workflow.document.source.text.lower()
    return any(word.lower() in text for word in words)
