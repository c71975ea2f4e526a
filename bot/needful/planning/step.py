"""One step of a plan: a proposal is made, and proved on the text that it changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from needful.dependence.analysis import Analysis, read_anew, under_other_needs
from needful.dependence.obligations import Obligation
from needful.dependence.parts import ONLY_NEEDS, Parts
from needful.dependence.proof import prove
from needful.dependence.proof_same import LOCK_FILE
from needful.dependence.situation import Situation
from needful.document.nodes import Scalar, Sequence
from needful.document.operations import Operation, ReplaceValue
from needful.document.parse import Document
from needful.document.semantics import find_or_none
from needful.errors import Refusal, UserError
from needful.rules.api import Proposal, Tier
from needful.source import Edit
from needful.workflow.model import Job, Need, Workflow
from needful.workflow.repository import Repository
from needful.workflow.shapes import texts_of


@dataclass(frozen=True)
class State:
    """A workflow as far as it is rewritten, and what is known of it, told in places of the text that the user has.

    `edits` are those that made `document` of `original`, in rounds.
    """

    original: Document
    document: Document
    analysis: Analysis
    edits: tuple[tuple[Edit, ...], ...] = ()

    @property
    def text(self) -> str:
        return self.document.source.text

    @property
    def situation(self) -> Situation:
        """What a proof compares: the jobs as they are known, and the text as it is."""
        return replace(self.analysis.situation, workflow=replace(self.analysis.workflow, document=self.document))


def start(analysis: Analysis) -> State:
    """A workflow of which nothing is rewritten yet."""
    return State(analysis.workflow.document, analysis.workflow.document, analysis)


def make(state: State, proposal: Proposal, lock: str | None) -> tuple[Proposal, State]:
    """The proposal with its proof, and what it makes of the workflow; `lock` is the text of the lock file for actions.

    Raises `Refusal` where it cannot be written.
    """
    # imported late: where nothing changes, a third of the start would go into it
    from needful.document.writer import rewrite

    written = rewrite(state.document, proposal.operations)
    again = rewrite(written.document, tuple(_as_plain_as_before(proposal, state.original, written.document)))
    edits = (*state.edits, *written.edits, *again.edits)
    made = State(state.original, again.document, state.analysis, edits)
    made = replace(made, analysis=_known(state, made, proposal.parts))
    certificate = prove(state.situation, made.situation, lock, proposal.parts)
    return certified(proposal, certificate), made


def _known(state: State, made: State, parts: Parts) -> Analysis:
    """What is known of the text that is made: where only `needs` changed, the jobs do what they did."""
    known = state.analysis
    if parts <= ONLY_NEEDS:
        return under_other_needs(known, _placed(known.workflow, state.document, made.document))
    from needful.document.relocate import relocated
    from needful.workflow.reader import read_workflow

    document = relocated(made.document, state.original.source, made.edits)
    try:
        return read_anew(known, read_workflow(document, known.workflow.path))
    except UserError as error:
        raise Refusal(f"GitHub would refuse the workflow: {error.message}") from None


def _as_plain_as_before(proposal: Proposal, original: Document, written: Document) -> Iterator[Operation]:
    """One name in brackets becomes the bare name where the user has a bare name: it was a list only for a while."""
    for path in dict.fromkeys(operation.path for operation in proposal.operations):
        if isinstance(original.find(path), Scalar):
            match written.find(path):
                case Sequence(items=(Scalar(text=name),), flow=True, anchor=None):
                    yield ReplaceValue(path, name)


def _placed(workflow: Workflow, before: Document, after: Document) -> Workflow:
    """A workflow with the `needs` of another text, which are where they were; an added one is where its job is."""

    def changed(job: Job) -> bool:
        old, new = (find_or_none(document.plain, job.path, "needs") for document in (before, after))
        return old != new

    return replace(workflow, jobs=tuple(_rewired(job, after) if changed(job) else job for job in workflow.jobs))


def _rewired(job: Job, document: Document) -> Job:
    node = document.find((*job.path, "needs"))
    names = [text.value for text in texts_of(document, node, "`needs`")] if node is not None else []
    spans = {need.on.lower(): need.span for need in job.needs}
    return replace(job, needs=tuple(Need(name, spans.get(name.lower(), job.key_span)) for name in names))


def certified(proposal: Proposal, certificate: tuple[Obligation, ...]) -> Proposal:
    """A proposal with its proof. What neither is shown nor is its named cost makes it one for review.

    What its rule knows cannot be shown stands in the certificate, whatever else was shown.
    """
    doubts = {doubt.what: doubt for doubt in proposal.certificate}
    whole = (*(doubts.pop(each.what, each) for each in certificate), *doubts.values())
    missing = [each for each in whole if not each.shown and each.what not in proposal.accepts]
    if missing and proposal.tier < Tier.REVIEW:
        return replace(proposal, tier=Tier.REVIEW, because=missing[0].why_not, certificate=whole)
    return replace(proposal, certificate=whole)


def lock_file(repository: Repository) -> str | None:
    """The text of the repository's lock file for actions, None where it has none, `""` for one that is no text."""
    folder, _, name = LOCK_FILE.rpartition("/")
    text = repository.text(LOCK_FILE)
    return "" if text is None and name in repository.listing(folder) else text
