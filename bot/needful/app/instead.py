"""Where the token may not propose: the same content as a patch, and one issue that says how to use it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath

from needful.app.proposing import Dry, Proposed
from needful.app.publish import Published
from needful.forge.branches import digest
from needful.forge.model import Issue
from needful.forge.outcomes import CannotOpenPullRequests, CannotPushWorkflows, Denied, Refused, Stop
from needful.forge.protocol import Service
from needful.report.diff import unified_diff
from needful.report.markdown import code, fenced, folded, plain
from needful.report.pull_request import MAX_BODY, Origin, plan_markdown
from needful.report.terminal import counted

TITLE = "Needful has a faster workflow for you, but may not propose it"
_FIRST = "<!-- needful:instead -->"
_SAME = re.compile(r"^<!-- needful:changes ([0-9a-f]{20}) -->\r?$", re.MULTILINE)
_PATCH_ROOM = 30_000
NAME = "needful.patch"
"""The file that the patch is written to."""
_STEPS = f"""\
$ git switch --create needful
$ git apply {NAME}
$ git commit --all --message 'Faster workflows, as Needful found them'
$ git push --set-upstream origin needful
"""


def patch_of(done: Sequence[Proposed]) -> str:
    """What is proposed, or would be, as one diff that `git apply` takes."""
    return "".join(_diff(one) for one in done if isinstance(one.ending, Published | Dry | _MAY_NOT))


def why_not(done: Sequence[Proposed]) -> CannotPushWorkflows | CannotOpenPullRequests | None:
    """Why nothing could be proposed, None where the token sufficed."""
    return next((one.ending for one in done if isinstance(one.ending, _MAY_NOT)), None)


_MAY_NOT = CannotPushWorkflows | CannotOpenPullRequests


def instead(done: Sequence[Proposed], run_url: str, blob: str = "") -> str:
    """What to do, the patch, and what it changes and why, as Markdown."""
    reason = why_not(done)
    patch = patch_of(done)
    names = [PurePosixPath(one.path).name for one in done if isinstance(one.ending, _MAY_NOT)]
    parts = [
        f"There are changes for {', '.join(map(code, names))}, but {plain(str(reason))}.",
        f"Until then, save the patch as {code(NAME)} at the top of a checkout, look at it, and:",
        fenced("console", _STEPS),
    ]
    if len(patch) <= _PATCH_ROOM:
        parts.append(folded(NAME, fenced("diff", patch)))
    else:
        where = f"[the run that made it]({run_url})" if run_url else "the run that made it"
        parts.append(f"The patch is too long to stand here: it is the output `patch` of {where}.")
    left = [one.draft.file for one in done if isinstance(one.ending, _MAY_NOT) and one.draft]
    room = (MAX_BODY - 1000 - sum(map(len, parts))) // max(len(left), 1) - 200
    if room > 1000:
        parts += [plan_markdown(file, Origin(blob), room) for file in left]
    return "\n\n".join(parts)


def tell(service: Service, done: Sequence[Proposed], text: str) -> str:
    """Open the issue, or write it anew where it is open; one that somebody closed comes again for other changes only.

    Returns what was done, in a sentence. Raises `Stop` where GitHub does not answer.
    """
    changes = sum(len(one.draft.publication.changes) for one in done if one.draft and isinstance(one.ending, _MAY_NOT))
    same = digest(patch_of(done))
    body = f"{_FIRST}\n<!-- needful:changes {same} -->\n\n{text}"
    try:
        known = next((issue for issue in service.issues() if issue.body.startswith(_FIRST)), None)
        if known is not None and _said(known) == same:
            return f"{known.url} says so already." if known.open else f"{known.url} was closed, so it is left so."
        if known is not None and known.open:
            return f"{service.edit_issue(known, body).url} was brought up to date."
        return f"{service.open_issue(TITLE, body).url} says how to apply {counted(changes, 'change')} by hand."
    except Stop as stop:
        if isinstance(stop.reason, Denied | Refused):
            return f"No issue could be opened: {stop.reason}."
        raise


def _said(issue: Issue) -> str:
    found = _SAME.search(issue.body)
    return found[1] if found else ""


def _diff(one: Proposed) -> str:
    if one.draft is None:
        return ""
    wanted = one.draft.publication
    last = [patch.content for patch in wanted.patches if not patch.path]
    return unified_diff(one.path, wanted.before.decode(), last[-1].decode()) if last else ""
