"""What has to be kept where two jobs become one, whoever chose which. It compares two texts of a workflow."""

from __future__ import annotations

from collections.abc import Iterator

from needful.dependence.folding import found_fold
from needful.dependence.merging import askers, lasting, meetings, merge_of, rights
from needful.dependence.obligations import Obligation, obligation
from needful.dependence.parts import jobs_of
from needful.dependence.situation import Situation

EACH_STEP = "every step of both runs in the one job, but for the set-up that both had"
TRUSTED = "no step is trusted with more than before"
UNDISTURBED = "the second finds on the machine what it found on its own"
NOTHING_LASTING = "nothing lasting is done in other cases than before"
UNASKED = "nobody who waited for one of them can tell that they became one"


def of_merge(before: Situation, after: Situation) -> Iterator[Obligation]:
    """The obligations of a job that took over the steps of another."""
    plain = jobs_of(before.workflow.document.plain), jobs_of(after.workflow.document.plain)
    fold = found_fold(*plain)
    merge = merge_of(before, before.job(fold.into), before.job(fold.gone)) if fold is not None else None
    if fold is None or merge is None or merge.shared != fold.shared:
        yield Obligation(EACH_STEP, "", "the jobs are no two of which one has taken over the steps of the other")
        return
    both = f"`{merge.first.id}` and `{merge.second.id}`"
    yield Obligation(EACH_STEP, f"the steps of {both} were compared after writing")
    rest = "both have the same machine, condition, permissions, variables and secrets"
    yield obligation(TRUSTED, rest, next(rights(merge), ""))
    apart = "their own steps meet in no file, variable, port or lock"
    yield obligation(UNDISTURBED, apart, next(meetings(before, merge), ""))
    yield obligation(NOTHING_LASTING, "the two only check", next(lasting(before, merge), ""))
    alike = "they are skipped together, and who waits for one waits for both, for success"
    yield obligation(UNASKED, alike, next(askers(before, merge), ""))
