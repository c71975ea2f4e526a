"""The three ways things go wrong, kept apart.

`UserError` is the user's to mend (bad input, wrong arguments) and ends with exit code 2. `Refusal` is an edit that
cannot be made without touching bytes it does not mean to touch, so it is not made. `Defect` is ours, ends with exit
code 3 and asks for a report.
"""

from __future__ import annotations

import traceback
from pathlib import Path


class UserError(Exception):
    """Input that cannot be used.

    `path` is the file as the user named it, `line` and `column` count from 1, `hint` says what to do about it.
    """

    def __init__(
        self, message: str, *, path: str = "", line: int | None = None, column: int | None = None, hint: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.column = column
        self.hint = hint

    @property
    def place(self) -> str:
        """`:line:column` as far as they are known."""
        line = f":{self.line}" if self.line else ""
        return f"{line}:{self.column}" if line and self.column else line

    def __str__(self) -> str:
        where = f"{self.path}{self.place}: " if self.path else ""
        return f"{where}{self.message}" + (f" ({self.hint})" if self.hint else "")


class Refusal(Exception):
    """An edit that cannot be made faithfully; the text stays as it is. `str()` is the reason, in plain words."""


class Defect(Exception):
    """Something this program got wrong: never the user's fault, never hidden."""


BUGS = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What a bug of ours raises. Caught per workflow, so that it stops that one only; everything else ends the run."""


def blame(error: BaseException) -> str:
    """A defect in one line: what it says, and for a bug, of what kind and where in our code."""
    if isinstance(error, Defect):
        return str(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno})"
