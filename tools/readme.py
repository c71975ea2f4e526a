"""Write the generated parts of README.md, between their markers; with `--check`, say what differs and write nothing.

They are what the program itself says of the demonstration repository, so the README cannot promise anything else.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

import settings_docs
from needful.document.parse import parse
from needful.report.commands import commands_markdown
from needful.rules import RULES
from needful.source import Source
from needful.workflow.reader import read_workflow

CHECKOUT = Path(__file__).resolve().parent.parent
README = CHECKOUT / "README.md"
DRAWING = CHECKOUT / "docs" / "demonstration.svg"
EXAMPLE = CHECKOUT / "fixtures" / "example" / ".github" / "workflows" / "needful.yml"
WORKFLOW = Path(".github", "workflows", "ci.yml")
SHOWN = "drop-false-needs:ci.yml:types:lint"
"""The change whose explanation is shown."""


def parts() -> tuple[str, dict[str, str]]:
    """The drawing of a typical run, and the text between each pair of markers."""
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder, "tidewatch")
        shutil.copytree(CHECKOUT / "fixtures" / "demo", demo)
        before = _graph(demo / WORKFLOW)
        plan, diff = _run(demo, "plan"), _run(demo, "apply", "--diff")
        drawing = demo / "drawing.svg"
        numbers = _run(demo, "plan", "--history", "history", "--timeline", str(drawing))
        drawn = drawing.read_text("utf-8")
        _run(demo, "apply", "--quiet")
        after = _graph(demo / WORKFLOW)
    between = "After, with `deploy` still waiting for all that it waited for:"
    return drawn, {
        "numbers": _fence("text", _numbers(numbers)),
        "graphs": f"Before:\n\n{_fence('mermaid', before)}\n{between}\n\n{_fence('mermaid', after)}",
        "diff": _fence("diff", "\n".join(line for line in diff.splitlines() if not line.startswith("diff --git"))),
        "plan": _fence("text", _change(plan)),
        "rules": _rules(),
        "commands": f"{commands_markdown()}\n",
        "workflow": _fence("yaml", EXAMPLE.read_text("utf-8").rstrip("\n")),
        "inputs": _described("inputs"),
        "outputs": _described("outputs"),
        "settings": settings_docs.table(),
    }


def _described(kind: str) -> str:
    """Inputs or outputs of the Action."""
    entries = YAML(typ="safe", pure=True).load((CHECKOUT / "action.yml").read_text("utf-8"))[kind]
    with_default = kind == "inputs"
    head = "| input | default | meaning |\n|---|---|---|\n" if with_default else "| output | meaning |\n|---|---|\n"
    rows = []
    for name, entry in entries.items():
        default = f" {_default(entry['default'])} |" if with_default else ""
        rows.append(f"| `{name}` |{default} {entry['description'].strip()} |\n")
    return head + "".join(rows)


def _default(value: str) -> str:
    return f"`{value}`" if value else ""


def _run(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "needful", *arguments]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True).stdout


def _graph(path: Path) -> str:
    workflow = read_workflow(parse(Source.from_bytes(path.name, path.read_bytes())), path.name)
    lines = [f"  {job.id}" for job in workflow.jobs if not job.needs]
    lines += [f"  {need.on} --> {job.id}" for job in workflow.jobs for need in job.needs]
    return "\n".join(["graph LR", *lines])


def _numbers(plan: str) -> str:
    """What the plan says of the workflow as a whole: the paragraph behind its path."""
    return plan.split("\n\n")[1]


def _change(plan: str) -> str:
    blocks = plan.split("\n\n")
    return next(block for block in blocks if SHOWN in block)


def _rules() -> str:
    rows = (
        f"| [`{rule.id}`](docs/rules/{rule.id}.md) | {rule.summary} | "
        f"{rule.tier}{', only with `--only`' if rule.on_request else ''} |\n"
        for rule in RULES
    )
    return f"| rule | what it does | tier |\n|---|---|---|\n{''.join(rows)}"


def _fence(language: str, text: str) -> str:
    return f"```{language}\n{text.strip(chr(10))}\n```\n"


def made(readme: str) -> dict[Path, str]:
    """The README with its generated parts, and the drawing. Raises `SystemExit` for a part without markers."""
    drawn, texts = parts()
    for name, text in texts.items():
        found = re.search(rf"(?<=<!-- {name} -->\n).*?(?=<!-- /{name} -->)", readme, re.DOTALL)
        if found is None:
            raise SystemExit(f"README.md has no markers for {name!r}")
        readme = readme[: found.start()] + text + readme[found.end() :]
    return {README: readme, DRAWING: drawn}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    check = arguments.parse_args().check
    stale = 0
    for file, text in made(README.read_text("utf-8")).items():
        if not check:
            file.write_text(text, "utf-8")
        elif not file.is_file() or file.read_text("utf-8") != text:
            print(f"{file.name} is not what would be generated now: run `make docs`", file=sys.stderr)
            stale = 1
    return stale


if __name__ == "__main__":
    sys.exit(main())
