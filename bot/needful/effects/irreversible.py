"""Work that cannot be taken back, or that people and other systems see: publishing, deploying, pushing, commenting.

A first reading: actions by the catalogue, commands by their words, jobs by their environment, their write permissions
and their names. It may see such work where there is none (the edge is then kept), and it is never what shows that a
job is harmless: that takes a job that could not do such work at all (`capabilities`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from needful.effects.artifacts import known
from needful.effects.model import Evidence
from needful.effects.walk import Site
from needful.facts import table
from needful.workflow.model import Job, Step, Workflow

_NAMES = re.compile(
    r"(?:^|[^a-z])(?:publish|deploy|release|upload|push|promote|rollout|ship|notify|announce|tag|merge|bump|sign)"
    r"(?:$|[^a-z]|e?[ds]$|ing|ment|er$)",
    re.IGNORECASE,
)
_READ_ONLY_SCOPES = frozenset({"read", "none"})
_WORD = re.compile(r"[^\s;&|()`\"'<>]+")
_COMMAND_END = re.compile(r"[;&|()`\n]+")


def of_job(workflow: Workflow, job: Job) -> Iterator[Evidence]:
    """What a job's own keys say: environment, write permissions, its name."""
    if job.environment is not None and job.environment.deployment:
        yield Evidence(workflow.path, workflow.line(job.environment.span), f"`{job.id}` deploys to an environment")
    if job.permissions is not None:
        writes = [scope for scope, level in job.permissions.scopes if level not in _READ_ONLY_SCOPES]
        if job.permissions.everything == "write-all":
            writes.append("everything")
        if writes:
            text = f"`{job.id}` asks for write permission: {', '.join(writes)}"
            yield Evidence(workflow.path, workflow.line(job.permissions.span), text)
    if _NAMES.search(job.id) or (job.name is not None and _NAMES.search(job.name.value)):
        yield Evidence(workflow.path, workflow.line(job.key_span), f"`{job.id}` is named for publishing or deploying")


def of_step(site: Site) -> Iterator[Evidence]:
    """What a step does that cannot be taken back, as far as its action or its commands say so."""
    step = site.step
    entry = known(step)
    if entry is not None and "does" in entry and _applies(entry.get("when"), step):
        assert step.uses is not None
        yield site.evidence(f"{entry['does']} ({step.uses.name})")
    if step.run is not None:
        for words, does in _commands(step.run.value):
            yield site.evidence(f"{does} (`{' '.join(words)}`)", step.run.span)


def _applies(when: dict[str, Any] | None, step: Step) -> bool:
    if when is None:
        return True
    if any(step.input(key) is not None for key in when.get("also", ())):
        return True
    text = step.input(when["input"])
    return bool(when["default"]) if text is None else text.value.strip().lower() != "false"


@cache
def _catalogue() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for entry in table("commands.json")["commands"]:
        words = tuple(entry["words"])
        found.setdefault(words[0], []).append((words, entry["does"]))
    return found


def _commands(script: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Commands of the catalogue in a script: their words in this order within one command, options between them."""
    joined = re.sub(r"\\\r?\n", " ", script)
    for command in _COMMAND_END.split(joined):
        words = [word.rsplit("/", 1)[-1] for word in _WORD.findall(command)]
        for index, word in enumerate(words):
            for wanted, does in _catalogue().get(word, ()):
                rest = iter(words[index:])
                if all(any(part == want or part.startswith(want + ":") for part in rest) for want in wanted):
                    yield wanted, does
