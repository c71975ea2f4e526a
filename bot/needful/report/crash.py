"""What is said when this program breaks: enough to mend it, nothing of the user's but the message."""

from __future__ import annotations

import sys
from pathlib import Path
from traceback import extract_tb

from needful import __version__
from needful.report.terminal import clean

_PACKAGE = Path(__file__).parent.parent

PLEASE_REPORT = (
    "This is a mistake in Needful, not in your files, and nothing is half written. Please report the lines above,\n"
    f"and the workflow if you may share it. Needful {__version__}, Python {sys.version.split()[0]}, {sys.platform}\n"
)


def crash_text(error: Exception) -> str:
    """The error and the lines of ours that led to it; no paths outside the package, no values, no environment."""
    frames = [(Path(frame.filename), frame.lineno) for frame in extract_tb(error.__traceback__)]
    ours = [(file, line) for file, line in frames if file.is_relative_to(_PACKAGE)]
    places = " > ".join(f"{file.relative_to(_PACKAGE.parent).as_posix()}:{line}" for file, line in ours)
    return f"internal error: {type(error).__name__}: {clean(str(error))}\n" + (f"  at {places}\n" if places else "")
