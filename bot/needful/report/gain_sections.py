"""What a plan gains, as sections of Markdown: the line on top, the timelines, and how the numbers were worked out."""

from __future__ import annotations

from needful.planning.plan import FilePlan
from needful.report.commits import commits
from needful.report.gains import details, headline, saved
from needful.report.gantt import LEGEND, gantt
from needful.report.lanes import Panel
from needful.report.markdown import code, fenced, folded, plain
from needful.report.terminal import counted
from needful.schedule.structure import NoPrediction

_LABELS = {
    "run": "A whole run",
    "verdict": "The verdict on a pull request",
    "minutes": "Minutes",
    "bound": "Bound",
    "critical": "Critical path",
    "replayed": "Replayed",
    "drawn": "Not measured",
    "not known": "Not known",
}


def top(file: FilePlan, *, committed: bool = True) -> str:
    """The line that somebody reads: what is won, else how many changes there are. `committed`: they are commits."""
    proved = all(item.shown for change in file.changes for item in change.proposal.certificate)
    many, made_as = len(file.changes), len(commits(file)) if committed else 0
    own = ["in a commit of its own"] if made_as == many else []
    said = " and ".join([*(["proved"] if proved else []), *own])
    each = f", {'each ' if many > 1 else ''}{said}" if said else ""
    together = f", in {counted(made_as, 'commit')}" if made_as and not own else ""
    made = f"{counted(many, 'change')} in {code(file.path)}{each}{together}."
    if file.pricing is None or not file.changes or _says_nothing(file):
        return f"**{made}**" if file.changes else f"**Nothing to change in {code(file.path)}.**"
    return f"**{plain(headline(file.pricing))}**\n\n{made}"


def _says_nothing(file: FilePlan) -> bool:
    """Whether there are no numbers, and no job waits for another than before."""
    waits = any("needs" in operation.path for change in file.changes for operation in change.proposal.operations)
    return file.pricing is not None and isinstance(file.pricing.prediction, NoPrediction) and not waits


def worth(file: FilePlan, change: str) -> str:
    """What one change saves, `""` where that is not known."""
    found = file.pricing.worth(change) if file.pricing else None
    return saved(found) if found else ""


def timelines(file: FilePlan, lines: int) -> str:
    """The typical run before and after as charts, folded; `""` where no run was replayed."""
    drawn = file.pricing.timelines if file.pricing else None
    if drawn is None:
        return ""
    charts = gantt([Panel("before", drawn[0]), Panel("after", drawn[1])], lines)
    return folded("A typical run before and after", "\n\n".join([*(fenced("mermaid", one) for one in charts), LEGEND]))


def calculation(file: FilePlan) -> str:
    """How the numbers were worked out, folded."""
    if file.pricing is None or not file.changes:
        return ""
    if isinstance(found := file.pricing.prediction, NoPrediction):
        return f"No times are claimed: {plain(found.reason)}."
    lines = [f"- {_LABELS.get(label, label)}: {plain(text)}" for label, text in details(file.pricing)]
    return folded("The numbers: how they were worked out, and how far they go", "\n".join(lines))
