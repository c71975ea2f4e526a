"""The commands that only answer: graph, explain."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from needful.cli.groups import grouped
from needful.cli.options import GraphFormat, Include, Paths, Recorded, TextFormat, Version, figured
from needful.cli.rim import complain, look, run, say


@grouped
def graph(
    paths: Paths = None,
    form: Annotated[GraphFormat, typer.Option("--format", help="Which language.")] = GraphFormat.mermaid,
    include: Annotated[Include, typer.Option("--include", hidden=True)] = Include.trade,
    only: Annotated[list[str] | None, typer.Option("--only", hidden=True)] = None,
    skip: Annotated[list[str] | None, typer.Option("--skip", hidden=True)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", hidden=True)] = False,
    *,
    recorded: Recorded,
    version: Version = False,
) -> None:
    """Draw the jobs and what each waits for, with the reason; from recorded runs also times and the critical path."""

    def work() -> int:
        from needful import app
        from needful.report import dot, mermaid, structured

        figures = figured(recorded)
        graphs = [app.graph_target(target, figures) for target in app.find_targets(paths or ())]
        draw = {"mermaid": mermaid.graph_mermaid, "dot": dot.graph_dot, "json": structured.graph_json}[form.value]
        say(draw(graphs))
        return complain(graphs)

    run(work)


def explain(
    path: Annotated[str, typer.Argument(metavar="[PATH]", help="A repository or a workflow file.")] = ".",
    about: Annotated[
        str, typer.Argument(metavar="[JOB | 'JOB->JOB' | CHANGE-ID]", help="What to explain; every edge if left out.")
    ] = "",
    form: Annotated[TextFormat, typer.Option("--format", help="For people or for programs.")] = TextFormat.text,
    version: Version = False,
) -> None:
    """Say why jobs wait for each other, what a job may do, or why a change is offered. Writes nothing."""

    def work() -> int:
        from needful import app
        from needful.report import explain, explain_json

        found = app.explain_target(path, about.strip())
        text = form is TextFormat.text
        say(explain.explain_text(found, look(sys.stdout)) if text else explain_json.explain_json(found))
        return complain([found], found.unanswered)

    run(work)
