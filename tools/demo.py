"""`make demo`: rewrite the demonstration repository in a temporary copy, and show the plan, the diff and the graphs.

Nothing in the checkout is touched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

DEMO = Path(__file__).resolve().parent.parent / "fixtures" / "demo"


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "tidewatch")
        shutil.copytree(DEMO, copy)
        for title, arguments in (
            ("What would change, and why", ["plan"]),
            ("The same as a diff", ["apply", "--diff"]),
            ("Written into the copy", ["apply", "--quiet"]),
            ("A second run finds nothing to do", ["plan"]),
        ):
            print(f"\n\033[1m{title}\033[0m" if sys.stdout.isatty() else f"\n--- {title}", flush=True)
            print(f"$ needful {' '.join(arguments)}\n", flush=True)
            done = subprocess.run([sys.executable, "-m", "needful", *arguments], cwd=copy, check=False)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
