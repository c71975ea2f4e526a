"""What expressions are worth in one course of events of a run.

Where the workflow does not settle a value, a stand-in takes its place that is the same wherever all that the
expression reads is the same. So two sides of a comparison can agree on what neither of them knows.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Protocol, TypeAlias

from needful.expressions import Binary, Call, Context, Literal, Logical, Node, Not, Property, Star, number_of

OUTCOMES: Final = ("success", "failure", "cancelled", "skipped")
"""What `needs.<job>.result` can be."""

_RUN_WIDE = frozenset(
    (
        *("actor", "actor_id", "base_ref", "event", "event_name", "head_ref", "ref", "ref_name", "ref_protected"),
        *("ref_type", "repository", "repository_id", "repository_owner", "run_id", "run_number", "sha"),
        *("server_url", "workflow", "workflow_ref", "workflow_sha"),
    )
)
"""Keys of `github` that are the same in all jobs of a run, whenever they start."""


class Beyond(Exception):
    """What is not played through: too much of it, or nobody knows how it goes. `str()` says why, in plain words."""


class View(Protocol):
    """What a job sees of the run. Job ids in lower case; `needs` are those that its context holds.

    `unread`: needs whose values are left open, because one of the two sides cannot read them.
    """

    @property
    def job(self) -> str: ...
    @property
    def needs(self) -> tuple[str, ...]: ...
    @property
    def unread(self) -> frozenset[str]: ...

    def holds(self, question: Hashable) -> bool:
        """Settle what the workflow leaves open; the same question has the same answer throughout."""
        ...

    def status(self, name: str) -> bool:
        """What `always()`, `success()`, `failure()` or `cancelled()` gives."""
        ...

    def ended(self, job: str, outcome: str) -> bool:
        """Whether a job ended with that result."""
        ...

    def result_key(self, job: str) -> Hashable:
        """Stands for the result of a job."""
        ...

    def outputs_key(self, job: str) -> Hashable | None:
        """Stands for the outputs of a job; None where it did not run, and so has none."""
        ...

    def need_key(self, job: str) -> Hashable:
        """Stands for all that is known of a job, its result and its outputs."""
        ...


@dataclass(frozen=True)
class Unknown:
    """A value that the workflow does not settle, the same wherever `key` is."""

    key: Hashable


@dataclass(frozen=True)
class Needed:
    """A part of the `needs` context: `what` is `needs`, `need`, `result`, `outputs`, `each` or `results`."""

    what: str
    jobs: tuple[str, ...]


Value: TypeAlias = bool | float | str | Unknown | Needed | None


def is_true(value: Value, view: View) -> bool:
    """Whether a value counts as true; asks where that is open."""
    if isinstance(value, Unknown):
        return view.holds(("true", value.key))
    if isinstance(value, Needed):
        return True  # an object, a list, or the name of a result
    return bool(value) and value == value


def value_of(node: Node, view: View) -> Value:
    """What an expression is worth. Raises `Beyond` for what is not documented."""
    match node:
        case Literal(value=value):
            return value
        case Not(operand=operand):
            return not is_true(value_of(operand, view), view)
        case Logical(operator=operator, operands=operands):
            return _logical(operator, operands, view)
        case Binary(operator=operator, left=left, right=right):
            return _compared(operator, value_of(left, view), value_of(right, view), view)
        case Call(name=name, arguments=arguments):
            return _called(name, arguments, view)
        case Context(name=name):
            return _context(name, view)
        case Property(of=of, name=name):
            return _property(of, name, view)
        case Star(of=of):
            whole = value_of(of, view)
            if isinstance(whole, Needed) and whole.what == "needs":
                return Needed("each", whole.jobs)
            return Unknown(("each", key_of(whole, view)))
    return Unknown(("index", *(key_of(value_of(part, view), view) for part in (node.of, node.index))))


def key_of(value: Value, view: View) -> Hashable:
    """Stands for a value: equal keys, equal values."""
    if isinstance(value, Unknown):
        return value.key
    if not isinstance(value, Needed):
        return ("is", type(value).__name__, repr(value))
    if value.what in ("result", "results"):
        return (value.what, *(view.result_key(job) for job in value.jobs))
    return (value.what, *((job, view.need_key(job)) for job in value.jobs))


def _logical(operator: str, operands: tuple[Node, ...], view: View) -> Value:
    """`a && b` is the first operand that is false, or the last; `a || b` the first that is true, or the last."""
    value: Value = None
    for operand in operands:
        value = value_of(operand, view)
        if is_true(value, view) == (operator == "||"):
            return value
    return value


def _context(name: str, view: View) -> Value:
    if name == "needs":
        return Needed("needs", view.needs)
    return Unknown(("context", name, "" if name in ("inputs", "vars") else view.job))


def _property(of: Node, name: str, view: View) -> Value:
    if of == Context("github") and name in _RUN_WIDE:
        return Unknown(("context", "github", name))
    whole = value_of(of, view)
    if not isinstance(whole, Needed):
        return Unknown(("property", whole.key, name)) if isinstance(whole, Unknown) else None
    match whole.what, name:
        case "needs", _:
            if name in view.unread:
                return Unknown(("need", name))
            return Needed("need", (name,)) if name in whole.jobs else None
        case ("need", "result") | ("need", "outputs"):
            return Needed(name, whole.jobs)
        case "outputs", _:
            key = view.outputs_key(*whole.jobs)
            return None if key is None else Unknown(("output", *whole.jobs, name, key))
        case "each", "result":
            return Needed("results", whole.jobs)
    return Unknown(("property", key_of(whole, view), name))


def _called(name: str, arguments: tuple[Node, ...], view: View) -> Value:
    if name in ("always", "success", "failure", "cancelled"):
        if arguments:
            raise Beyond(f"`{name}` with arguments is not documented")
        return view.status(name)
    values = [value_of(argument, view) for argument in arguments]
    if name == "contains":
        match values:
            case [Needed(what="results", jobs=jobs), str(wanted)]:
                return any(_ended(job, wanted, view) for job in jobs)
            case [str(text), str(wanted)]:
                return wanted.lower() in text.lower()
    # what a job has on its disk is its own
    owner = view.job if name == "hashfiles" else ""
    return Unknown(("call", name, owner, *(key_of(value, view) for value in values)))


def _ended(job: str, wanted: str, view: View) -> bool:
    return wanted.lower() in OUTCOMES and view.ended(job, wanted.lower())


def _compared(operator: str, left: Value, right: Value, view: View) -> bool:
    if operator not in ("==", "!="):
        return view.holds((operator, key_of(left, view), key_of(right, view)))
    return _equal(left, right, view) == (operator == "==")


def _equal(left: Value, right: Value, view: View) -> bool:
    match left, right:
        case (Needed(what="result", jobs=(job,)), str(wanted)) | (str(wanted), Needed(what="result", jobs=(job,))):
            return _ended(job, wanted, view)
        case (Needed(what="result", jobs=(one,)), Needed(what="result", jobs=(other,))):
            return any(view.ended(one, outcome) and view.ended(other, outcome) for outcome in OUTCOMES)
        case (Needed(what="result"), bool() | float() | None) | (bool() | float() | None, Needed(what="result")):
            return False  # no result stands for a number
        case (Unknown() | Needed(), _) | (_, Unknown() | Needed()):
            keys = frozenset(_without_case(value, view) for value in (left, right))
            return len(keys) == 1 or view.holds(("==", keys))
        case (str(one), str(other)):
            return one.lower() == other.lower()
    if type(left) is type(right):
        return left == right
    return _number(left) == _number(right)


def _without_case(value: Value, view: View) -> Hashable:
    return key_of(value.lower() if isinstance(value, str) else value, view)


def _number(value: Value) -> float:
    """What GitHub compares values of different types by; no number equals `nan`."""
    if isinstance(value, str):
        number = number_of(value.strip()) if value.strip() else 0.0
        return float("nan") if number is None else number
    assert not isinstance(value, Unknown | Needed)
    return float(value or 0)
