"""`make demo`: rewrite the demonstration repository in a temporary copy, and show the plan, the diff and the proposal.

The times come from recorded runs that were made up for it (`demo_history.py`). Nothing in the checkout is touched.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = ["--history", "history"]
DEMO = Path(__file__).resolve().parent.parent / "fixtures" / "demo"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "tidewatch")
        shutil.copytree(DEMO, copy)
        for title, arguments in (
            ("What would change, why, and what it saves", ["plan", *RUNS, "--timeline", "timeline.svg"]),
            ("The same as a diff", ["apply", "--diff", *RUNS]),
        ):
            if code := _needful(copy, title, arguments):
                return code
        if shutil.which("git") and (code := _proposal(copy)):
            return code
        return _needful(copy, "Written into the copy", ["apply", "--quiet", *RUNS]) or _needful(
            copy, "A second run finds nothing to do", ["plan", *RUNS]
        )


def _needful(folder: Path, title: str, arguments: list[str]) -> int:
    _titled(title)
    print(f"$ needful {' '.join(arguments)}\n", flush=True)
    return subprocess.run([sys.executable, "-m", "needful", *arguments], cwd=folder, check=False).returncode


def _proposal(folder: Path) -> int:
    """As the bot proposes it, in plain git: a branch, a commit per change, and the pull request as a file."""
    who = {f"GIT_{role}_{what}": "demo@example.org" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    os.environ.update(who, GIT_CONFIG_GLOBAL=os.devnull, GIT_CONFIG_NOSYSTEM="1")
    for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "Start"]):
        subprocess.run(["git", *arguments], cwd=folder, check=True)
    if code := _needful(folder, "As the bot proposes it", ["propose", "--local", *RUNS]):
        return code
    _titled("The pull request, down to what changes")
    text = (folder / ".git" / "needful" / "ci.yml" / "pull-request.md").read_text("utf-8")
    shown = [line for line in text.partition("<details>")[0].splitlines() if not line.startswith("<!--")]
    print("\n".join(shown).strip(), flush=True)
    return 0


def _titled(title: str) -> None:
    print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n--- {title}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
