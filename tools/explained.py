"""Write the generated parts of docs/how-it-decides.md; with `--check`, say what differs and write nothing.

The page itself says what stands between its markers: `show` a file of `fixtures/explained`, or `run` the program in
one of its repositories. So what the page says of the examples is what a reader would see.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PAGE = CHECKOUT / "docs" / "how-it-decides.md"
CASES = CHECKOUT / "fixtures" / "explained"
_PART = re.compile(r"(<!-- (show|run): ([\w-]+)[ /]([^\n]+?) -->\n).*?(<!-- /\2 -->)", re.DOTALL)
_LANGUAGES = {".yml": "yaml", ".json": "json", "": "dockerfile"}


def filled(page: str) -> str:
    """The page with its generated parts made anew."""
    return _PART.sub(lambda found: found[1] + _PARTS[found[2]](CASES / found[3], found[4]) + found[5], page)


def _show(case: Path, path: str) -> str:
    """A file of a case, as it is."""
    return f"```{_LANGUAGES[Path(path).suffix]}\n{(case / path).read_text('utf-8')}```\n"


def _run(case: Path, command: str) -> str:
    """What a command says in a copy of a case, behind a prompt."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, case.name)
        shutil.copytree(case, copy)
        arguments = [sys.executable, "-m", *shlex.split(command)]
        environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1"}
        done = subprocess.run(arguments, cwd=copy, env=environment, capture_output=True, text=True, check=True)
    return f"```console\n$ {command}\n{done.stdout.rstrip()}\n```\n"


_PARTS = {"show": _show, "run": _run}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    page = PAGE.read_text("utf-8")
    new = filled(page)
    if not arguments.parse_args().check:
        PAGE.write_text(new, "utf-8")
    elif new != page:
        print(f"{PAGE.relative_to(CHECKOUT)} is not what would be generated now: run `make docs`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
