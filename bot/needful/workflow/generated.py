"""Whether a workflow says that it is written by a program, so that a change of it is lost when that runs again."""

from __future__ import annotations

import re

_SAYS_SO = re.compile(
    r"(?:\A[\W_]*|\b(?:file|workflow|yaml) (?:is|was|has been) )"
    r"(?:auto(?:matically)?[- ]?)?generated (?:by|from|with|via)\b"
    r"|\b(?:do not|don['’]?t) (?:directly |manually |ever )?(?:edit|modify)"
    r"(?: (?:this|the) (?:\w+ )?file| it| this| manually| directly| by hand)*\s*(?:[.!:;,*-]|\Z)",
    re.IGNORECASE,
)


def generated(text: str) -> str:
    """The comment at the head of a workflow that says so, `""` where none does.

    Only lines before everything else count: further down, comments are about parts.
    """
    for line in text.splitlines():
        plain = line.strip()
        if plain and plain != "---" and not plain.startswith("#"):
            return ""
        if _SAYS_SO.search(plain.lstrip("# ")):
            return plain.lstrip("# ")[:100]
    return ""
