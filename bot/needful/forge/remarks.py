"""One comment per matter, edited in place: it is found again by a hidden first line, and by who wrote it."""

from __future__ import annotations

import re

from needful.errors import Defect
from needful.forge.model import Comment
from needful.forge.protocol import Conversation
from needful.report.pull_request import MAX_BODY

_KEY = re.compile(r"[a-z0-9][a-z0-9:.-]{0,80}")
_CUT = "\n\n… (the rest does not fit)"


def find(talk: Conversation, number: int, key: str) -> Comment | None:
    """Our comment on a matter. Others may write the same hidden line, even quote ours: theirs it is not."""
    me = talk.itself().removesuffix("[bot]").lower()
    mark = _mark(key)
    for comment in talk.comments(number):
        if comment.body.startswith(mark):
            author = comment.author.removesuffix("[bot]").lower()
            if author == me if me else comment.program:
                return comment
    return None


def say(talk: Conversation, number: int, key: str, text: str) -> Comment:
    """Say something on a pull request, in place of what was said on the same matter. Writes nothing that is there."""
    mark = _mark(key)
    body = f"{mark}\n{text.strip()}"
    if len(body) > MAX_BODY:
        body = body[: MAX_BODY - len(_CUT)].rpartition("\n")[0] + _CUT
    known = find(talk, number, key)
    if known is None:
        return talk.add_comment(number, body)
    same = known.body.replace("\r\n", "\n").strip() == body
    return known if same else talk.edit_comment(known, body)


def _mark(key: str) -> str:
    if not _KEY.fullmatch(key):
        raise Defect(f"{key!r} cannot name a comment")
    return f"<!-- needful:{key} -->"
