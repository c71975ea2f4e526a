"""Work that cannot be taken back, or that people and other systems see: publishing, deploying, pushing, commenting.

A first reading: actions by the catalogue, commands by their words, jobs by their environment, their write permissions
and their names. It may see such work where there is none (the edge is then kept), and it is never what shows that a
job is harmless: that takes a job that could not do such work at all (`capabilities`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.effects.artifacts import known
from needful.effects.model import Evidence
from needful.effects.walk import Site
from needful.facts.actions import When
from needful.facts.commands import Irreversible, irreversible
from needful.workflow.model import Job, Step, Workflow

_NAMES = re.compile(
    r"(?:^|[^a-z])(?:publish|deploy|release|upload|push|promote|rollout|ship|notify|announce|tag|merge|bump|sign)"
    r"(?:$|[^a-z]|e?[ds]$|ing|ment|er$)",
    re.IGNORECASE,
)
# inputs in which wrapper actions (retry, containers, virtual machines) take commands
_SCRIPT_INPUTS = ("run", "command", "script", "args")
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
    facts = known(step)
    if step.uses is not None and facts is not None and facts.does and _applies(facts.when, step):
        yield site.evidence(f"{facts.does} ({step.uses.name})")
    for script in (step.run, *(step.input(key) for key in _SCRIPT_INPUTS)):
        for words, does in _commands(script.value) if script is not None else ():
            yield site.evidence(f"{does} (`{' '.join(words)}`)", step.span)


def _applies(when: When | None, step: Step) -> bool:
    if when is None:
        return True
    if any(step.input(key) is not None for key in when.also):
        return True
    text = step.input(when.input)
    return when.default if text is None else text.value.strip().lower() != "false"


def _commands(script: str) -> Iterator[Irreversible]:
    """Commands of the catalogue in a script: their words in this order within one command, options between them."""
    joined = re.sub(r"\\\r?\n", " ", script)
    for command in _COMMAND_END.split(joined):
        words = [word.rsplit("/", 1)[-1] for word in _WORD.findall(command)]
        for index, word in enumerate(words):
            yield from (entry for entry in irreversible().get(word, ()) if _in_order(entry.words, words[index:]))


def _in_order(wanted: tuple[str, ...], words: list[str]) -> bool:
    rest = iter(words)
    return all(any(word == want or word.startswith(want + ":") for word in rest) for want in wanted)
