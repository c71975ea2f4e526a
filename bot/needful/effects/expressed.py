"""What a step reads of other steps by the expressions in it, and what it lets them read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from needful.effects.channels import Channel, Touch, Way
from needful.effects.names import UNKNOWN, Hole, joined, literal
from needful.effects.shell.model import Command
from needful.effects.walk import Site
from needful.expressions import Access

_STATUS = frozenset({"success", "failure"})
ASKED = "asks whether the steps before it succeeded"
_OF_STEP = frozenset({"outcome", "conclusion"})


def expressed(site: Site) -> Iterator[Touch]:
    """Outputs, outcomes, variables and files that the texts of a step read; what others may ask it for by its id.

    Steps inside a local action see those of that action only, and nobody else sees them.
    """
    step = site.step
    if site.file is not site.workflow:
        return
    if step.id:
        name = literal(step.id.lower())
        yield Touch(Channel.STATUS, Way.WRITES, name, "has an outcome that others may ask for")
        if step.uses is not None:
            yield Touch(Channel.STEP_OUTPUT, Way.WRITES, joined((name, literal("."), UNKNOWN)), "may set any output")
    for text in step.texts:
        for expression in text.template.expressions:
            for access in expression.accesses:
                yield from _of_access(access)
            if "hashfiles" in expression.functions:
                yield Touch(Channel.FILES, Way.READS, UNKNOWN, "hashes files")
            if text.condition and expression.functions & _STATUS:
                yield Touch(Channel.STATUS, Way.READS, UNKNOWN, ASKED)


def put_out(site: Site, touch: Touch) -> Touch:
    """An output that a command sets, called as others read it."""
    if touch.channel is not Channel.STEP_OUTPUT or touch.way is Way.READS:
        return touch
    return touch._replace(name=joined((literal(f"{site.step.id.lower()}."), touch.name)))


def asked_for(command: Command) -> Iterator[Touch]:
    """The variables of the environment that a command's words ask for."""
    for word in (*command.words, *(target for _, target in command.redirects)):
        for part in word:
            if isinstance(part, Hole) and (found := _VARIABLE.fullmatch(part.key)):
                yield Touch(Channel.ENV, Way.READS, literal(found[1]), "reads a variable")


_VARIABLE = re.compile(r"\$\{?(?:env:)?(\w+)\}?")


def _of_access(access: Access) -> Iterator[Touch]:
    keys = ["" if key in (None, "*") else str(key).lower() for key in access]
    if keys[0] == "env":
        name = literal(str(access[1])) if len(keys) > 1 and keys[1] else UNKNOWN
        yield Touch(Channel.ENV, Way.READS, name, "reads a variable")
    elif keys[0] == "steps" and len(keys) > 2 and keys[2] in _OF_STEP:
        yield Touch(Channel.STATUS, Way.READS, literal(keys[1]) or UNKNOWN, "asks for the outcome of a step")
    elif keys[0] == "steps" and len(keys) > 3 and keys[2] == "outputs" and keys[1] and keys[3]:
        yield Touch(Channel.STEP_OUTPUT, Way.READS, literal(f"{keys[1]}.{keys[3]}"), "reads the output of a step")
    elif keys[0] == "steps":
        yield Touch(Channel.STEP_OUTPUT, Way.READS, UNKNOWN, "reads what steps put out")
        yield Touch(Channel.STATUS, Way.READS, UNKNOWN, "reads what became of steps")
