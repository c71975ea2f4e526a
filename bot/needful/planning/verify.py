"""The last looks at a rewritten workflow: what must be the same is the same, and the schema accepts what is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from needful.dependence.graph import needs_graph
from needful.dependence.parts import ALONE, ONLY_NEEDS, Part, Parts, spoken
from needful.dependence.proof_same import kept, order, work
from needful.document.nodes import Plain
from needful.document.parse import parse
from needful.errors import Defect
from needful.facts import table
from needful.planning.plan import Change, FilePlan
from needful.source import Source
from needful.workflow.model import Workflow
from needful.workflow.reader import read_workflow

if TYPE_CHECKING:
    from jsonschema import Draft7Validator
    from jsonschema.exceptions import ValidationError


def verify(before: Workflow, after: Workflow, parts: Parts = ONLY_NEEDS) -> None:
    """Compare a workflow with its rewrite. Raises `Defect` for anything but changes of those parts of the same jobs."""
    plain = before.document.plain, after.document.plain
    if other := kept(*plain, parts) or work(*plain, parts) or (Part.ORDER not in parts and order(*plain, parts)):
        raise Defect(f"{before.path}: the rewrite would change more than {spoken(parts)}: {other}")
    if needs_graph(after).cycle:
        raise Defect(f"{before.path}: the rewrite would make jobs wait for each other")


def verify_changes(before: Workflow, after: Workflow, changes: Iterable[Change]) -> None:
    """The same for changes that make one text of another. One that makes other jobs is looked at by itself.

    Raises `Defect`.
    """
    parts: Parts = frozenset()
    for change in changes:
        if not change.proposal.parts & ALONE:
            parts |= change.proposal.parts
            continue
        one, other = (
            read_workflow(parse(Source(before.path, text)), before.path) for text in (change.before, change.after)
        )
        verify(before, one, parts)
        verify(one, other, change.proposal.parts)
        before, parts = other, frozenset()
    verify(before, after, parts)


def verify_schema(file: FilePlan) -> None:
    """Read a rewritten file as it will be written. Raises `Defect` if the workflow schema has a new complaint."""
    before, after = (parse(Source.from_bytes(file.path, each.to_bytes())) for each in (file.before, file.after))
    if new := list(schema_violations(after.plain, before.plain)):
        raise Defect(f"{file.path}: the rewrite would break the workflow schema: {new[0]}")


def schema_violations(plain: Plain, known: Plain) -> Iterator[str]:
    """What the workflow schema says of a document that it does not say of another (the schema has false alarms).

    Compared by place and kind: the messages quote whole jobs, with the very `needs` that changed. What is said of a job
    that is new may have been said of any, since its steps come from there.
    """
    old = Counter(map(_place, _leaves(_validator().iter_errors(known))))
    written = known.get("jobs") if isinstance(known, dict) else None
    jobs = written if isinstance(written, dict) else {}
    anywhere = {(place[0], *place[2:]) for place in old if place[0] == "jobs"}
    for leaf in _leaves(_validator().iter_errors(plain)):
        place = _place(leaf)
        if old[place] > 0:
            old[place] -= 1
        elif place[0] != "jobs" or place[1] in jobs or (place[0], *place[2:]) not in anywhere:
            yield f"{'.'.join(str(part) for part in leaf.absolute_path)}: {leaf.message[:200]}"


def _leaves(errors: Iterable[ValidationError]) -> Iterator[ValidationError]:
    """The errors that are not made of others: of a choice, what each option lacks."""
    for error in errors:
        if error.context:
            yield from _leaves(error.context)
        else:
            yield error


def _place(error: ValidationError) -> tuple[object, ...]:
    """The place and kind of a complaint. Which step of a job it is about does not count: steps move into groups."""
    path = list(error.absolute_path)
    if path[:1] == ["jobs"] and path[2:3] == ["steps"]:
        if path[4:5] == ["parallel"]:
            del path[3:5]
        del path[3:4]
    return (*path, error.validator)


@cache
def _validator() -> Draft7Validator:
    # imported late: only what is written is looked at, and the import takes as long as planning a small workflow
    from jsonschema import Draft7Validator

    return Draft7Validator(table("workflow-schema.json"))
