"""A plan as one page of HTML that stands by itself: the saving first, then the timelines, the changes, the diff.

The page asks for nothing from elsewhere, and its content security policy forbids that and every script: only the two
styles in it are allowed, by their hashes. Names of a workflow stay text: jinja2 escapes all but the drawing.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from needful.dependence.model import Evidence
from needful.planning.plan import Change, FilePlan, Held, Kept, Plan
from needful.report.alike import Alike, alike
from needful.report.diff import unified_diff
from needful.report.findings import moved_gates, offered, remedy
from needful.report.gain_sections import worth
from needful.report.lanes import Panel
from needful.report.svg import timeline_svg
from needful.report.svg_style import stylesheet
from needful.report.terminal import Look, clean, counted, shown_path, visible
from needful.report.text import summary_text
from needful.rules.api import Proposal, Tier

if TYPE_CHECKING:
    from jinja2 import Template


class Figure(NamedTuple):
    """One number of a prediction, in words: `time to verdict`, `9m 51s`, `4m 40s`, `5m 11s less`, where it comes from.

    `less`: whether it goes down, None where it stays.
    """

    what: str
    before: str
    after: str
    change: str
    source: str
    less: bool | None = None

    @property
    def kind(self) -> str:
        """The class of the change on the page."""
        return {True: "less", False: "more", None: ""}[self.less]


@dataclass(frozen=True)
class Gain:
    """What the changes of one workflow gain, the figure that matters most first. `note` is about the timelines."""

    figures: tuple[Figure, ...] = ()
    panels: tuple[Panel, ...] = ()
    note: str = ""


class _Piece(NamedTuple):
    text: str
    code: bool


class _Row(NamedTuple):
    text: str
    style: str


class _Section(NamedTuple):
    """One workflow on the page."""

    path: str
    file: FilePlan
    included: Tier
    settings: str
    changes: str
    gain: Gain
    drawing: str
    diff: tuple[_Row, ...]
    groups: tuple[Alike[Change], ...]
    held: tuple[Alike[Held], ...]


class _Trouble(NamedTuple):
    place: str
    message: str
    hint: str


_NO_GAIN = Gain()


def plan_html(plans: Sequence[Plan], gains: Mapping[tuple[str, str], Gain] | None = None) -> str:
    """The page. `gains` are by a plan's root and the path of a workflow."""
    roots = [plan.root for plan in plans if plan.root not in ("", ".")]
    sections = tuple(_sections(plans, gains or {}))
    return _template().render(
        title=f"Needful: the plan for {', '.join(roots)}" if roots else "Needful: the plan",
        summary=summary_text(plans, Look()).splitlines()[0],
        sections=sections,
        troubles=tuple(_troubles(plans)),
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("needful.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    assert environment.loader is not None
    css = environment.loader.get_source(environment, "plan.css")[0]
    environment.filters["line"] = clean
    environment.globals.update(pieces=_pieces, seen=_seen, proof=_proof, said=_said)
    environment.globals.update(moved_gates=moved_gates, offered=offered, remedy=remedy, worth=worth)
    environment.globals.update(css=css, styles=f"{_hash(css)} {_hash(stylesheet())}")
    return environment.get_template("plan.html")


def _hash(style: str) -> str:
    """The source of a style for a content security policy (https://www.w3.org/TR/CSP3/#grammardef-hash-source)."""
    return f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'"


def _sections(plans: Sequence[Plan], gains: Mapping[tuple[str, str], Gain]) -> Iterator[_Section]:
    found = ((plan, file) for plan in plans for file in plan.files if file.changes or file.held or file.kept)
    for number, (plan, file) in enumerate(found):
        path = shown_path(plan.root, file.path)
        gain = gains.get((plan.root, file.path), _NO_GAIN)
        drawing = (
            timeline_svg("When the jobs run", gain.panels, gain.note, f"timeline{number}").rstrip()
            if gain.panels
            else ""
        )
        diff = unified_diff(file.path, file.before.text, file.after.text)
        changes = counted(len(file.changes), "change")
        gains_of = {change.id: worth(file, change.id) for change in file.changes}
        groups, held = alike(file.changes, gains_of), alike(file.held)
        rows = tuple(_rows(diff))
        yield _Section(path, file, plan.included, plan.settings, changes, gain, drawing, rows, groups, held)


_STYLES = {"+": "added", "-": "removed", "@": "dim", "d": "dim", "\\": "dim"}


def _rows(diff: str) -> Iterator[_Row]:
    for number, line in enumerate(diff.removesuffix("\n").split("\n")):
        style = "dim" if number < 3 else _STYLES.get(line[:1], "")
        yield _Row(visible(line.expandtabs().removesuffix("\r")), style)


def _pieces(text: str) -> tuple[_Piece, ...]:
    """A text cut at its backticks: what stands between two of them is code."""
    parts = clean(text).split("`")
    if len(parts) % 2 == 0:  # one of them has no partner
        parts[-2:] = ["`".join(parts[-2:])]
    return tuple(_Piece(part, number % 2 == 1) for number, part in enumerate(parts) if part)


def _place(file: FilePlan, seen: Evidence) -> str:
    """Where something was seen; the file that the section is about goes by its last name."""
    path = PurePosixPath(seen.path).name if seen.path == file.path else seen.path
    return clean(f"{path}:{seen.line}" if seen.line else path)


def _seen(file: FilePlan, group: Alike[Change] | Alike[Held]) -> list[tuple[str, tuple[str, ...]]]:
    """What was seen, and where."""
    return list(group.seen(lambda one: _place(file, one)).items())


def _proof(group: Alike[Change] | Alike[Held]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is shown of the certificates, and what is not."""

    def shown(proposal: Proposal) -> Iterator[str]:
        return (item.shown for item in proposal.certificate if item.shown)

    def missing(proposal: Proposal) -> Iterator[str]:
        for item in proposal.certificate:
            if not item.shown:
                yield f"{item.what}: {item.why_not}" if item.why_not else item.what

    return group.each(shown), group.each(missing)


def _said(kept: Kept, settings: str) -> str:
    """Where somebody said that something stays: in the workflow or in the settings."""
    name = PurePosixPath(kept.path).name or settings
    return clean(f"{name}:{kept.line}" if kept.line else name)


def _troubles(plans: Sequence[Plan]) -> Iterator[_Trouble]:
    for plan in plans:
        for error in plan.unreadable:
            yield _Trouble(f"{error.path}{error.place}", error.message, error.hint)
        for failure in plan.failures:
            yield _Trouble(shown_path(plan.root, failure.path), f"internal error: {failure.message}", "")
