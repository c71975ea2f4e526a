"""The commands that rewrite, or would: plan, apply, check."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from needful.cli.groups import grouped
from needful.cli.options import (
    Changes,
    CheckFormat,
    Followed,
    ObjectiveOption,
    Paths,
    PlanFormat,
    Quiet,
    Recorded,
    Rules,
    Terms,
    Version,
    figured,
    requested,
)
from needful.cli.rim import BROKEN, DONE, FINDINGS, MISTAKE, complain, look, run, say, warn
from needful.errors import UserError

if TYPE_CHECKING:
    from needful.app import Target, Wishes
    from needful.app.figures import Figures
    from needful.planning.plan import Plan


@grouped
def plan(
    paths: Paths = None,
    form: Annotated[
        PlanFormat, typer.Option("--format", help="For people, for programs, or as a page.")
    ] = PlanFormat.text,
    timeline: Annotated[
        str | None,
        typer.Option("--timeline", metavar="FILE", help="Draw a typical run before and after as SVG into this file."),
    ] = None,
    objective: ObjectiveOption = None,
    *,
    followed: Followed,
    rules: Rules,
    changes: Changes,
    recorded: Recorded,
    terms: Terms,
    quiet: Quiet = False,
    version: Version = False,
) -> None:
    """Show what would change, why, what was seen where, and what it gains. Writes to no workflow."""

    def work() -> int:
        from needful import app
        from needful.report import text

        wishes = requested(followed, rules, changes, objective)
        targets = app.find_targets(paths or ())
        figures = figured(recorded, terms)
        plans = _plans(targets, wishes, figures)
        if timeline is not None:
            app.write_drawing(timeline, _drawing(plans))
        if form is PlanFormat.json:
            from needful.report.structured import plan_json

            say(plan_json(plans))
        elif form is PlanFormat.html:
            from needful.report.gain_figures import page_gains
            from needful.report.html import plan_html

            say(plan_html(plans, page_gains(plans)))
        elif quiet:
            say(text.brief_text(plans, look(sys.stdout)))
        else:
            say(text.plan_text(plans, look(sys.stdout)))
        code = complain(plans)
        if form is PlanFormat.text and not quiet:
            say(text.summary_text(plans, look(sys.stdout)))
        return code

    run(work)


@grouped
def apply(
    paths: Paths = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print a unified diff instead; write nothing.")] = False,
    output: Annotated[
        str | None,
        typer.Option("--output", metavar="DIR", help="Write only the changed files, below DIR instead of in place."),
    ] = None,
    objective: ObjectiveOption = None,
    *,
    followed: Followed,
    rules: Rules,
    changes: Changes,
    recorded: Recorded,
    terms: Terms,
    quiet: Quiet = False,
    version: Version = False,
) -> None:
    """Change the workflows. Every byte that a change does not mean stays as it is."""

    def work() -> int:
        from needful import app
        from needful.report import text

        if diff and output is not None:
            raise UserError("--diff writes nothing, so --output has nothing to do", hint="leave one of them out")
        wishes = requested(followed, rules, changes, objective)
        targets = app.find_targets(paths or ())
        names = app.folder_names([target.root for target in targets]) if diff or output is not None else ()
        figures = figured(recorded, terms)
        plans = [app.verified(plan) for plan in _plans(targets, wishes, figures)]
        if diff:
            _print_diff(plans, names)
            warn(text.settings_text(plans))
            return complain(plans)
        problems = app.write_in_place(plans) if output is None else app.write_below(plans, output)
        if not quiet:
            say(text.brief_text(plans, look(sys.stdout)))
        code = complain(plans, problems)
        if not quiet:
            say(text.summary_text(plans, look(sys.stdout), done=True))
        return code

    run(work)


@grouped
def check(
    paths: Paths = None,
    form: Annotated[
        CheckFormat, typer.Option("--format", help="For people, or annotations on GitHub.")
    ] = CheckFormat.text,
    *,
    followed: Followed,
    rules: Rules,
    quiet: Quiet = False,
    version: Version = False,
) -> None:
    """Find missing needs. Exit code 1 if there are any, or if a workflow cannot be read."""

    def work() -> int:
        from needful import app
        from needful.report import github, text

        wishes = requested(followed, rules, defects=True)
        plans = _plans(app.find_targets(paths or ()), wishes)
        if form is CheckFormat.github:
            say(github.github_annotations(plans))
        elif quiet:
            say(text.brief_text(plans, look(sys.stdout), held=True))
        else:
            say(text.findings_text(plans, look(sys.stdout)))
        code = complain(plans)
        if not quiet:
            say(text.check_summary_text(plans, look(sys.stdout)))
        found = any(file.changes or file.held for plan in plans for file in plan.files)
        return BROKEN if code == BROKEN else FINDINGS if found or code == MISTAKE else DONE

    run(work)


def _plans(targets: Sequence[Target], wishes: Wishes, figures: Figures | None = None) -> list[Plan]:
    from needful import app

    plans = [app.plan_repository(target, wishes, figures) for target in targets]
    app.expect_found(plans, wishes)
    return plans


def _drawing(plans: Sequence[Plan]) -> str:
    """The timelines of the one workflow that has some. Raises `UserError` where none has, or several."""
    from needful.report.gain_figures import drawn

    return drawn(plans)


def _print_diff(plans: Sequence[Plan], names: Sequence[str]) -> None:
    from needful.report.diff import painted_diff, plan_diff

    text = "".join(plan_diff(one, f"{name}/" if name else "") for one, name in zip(plans, names, strict=True))
    if sys.stdout.isatty():
        say(painted_diff(text, look(sys.stdout)))
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "surrogateescape"))
