"""Which endpoint answers what. A list answers with all its entries; the server cuts it into pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import unquote

from github_server import git_data, talk
from github_server.answer import NOT_FOUND, Reply
from github_server.state import Repository, Token


class Call(NamedTuple):
    """A request: `parts` are what stands for the groups of its route."""

    state: Repository
    token: Token
    parts: tuple[str, ...]
    query: dict[str, str]
    body: dict[str, Any]

    @property
    def number(self) -> int:
        return int(self.parts[0])


Endpoint = Callable[[Call], "Reply | list[dict[str, Any]]"]
_ROUTES: dict[str, Endpoint] = {
    "GET ": lambda call: talk.repository(call.state),
    "GET /git/ref/(.+)": lambda call: git_data.ref(call.state, call.parts[0]),
    "POST /git/refs": lambda call: git_data.new_ref(call.state, call.token, call.body),
    "GET /git/commits/([^/]+)": lambda call: git_data.commit(call.state, call.parts[0]),
    "POST /git/commits": lambda call: git_data.new_commit(call.state, call.token, call.body),
    "GET /git/trees/([^/]+)": lambda call: git_data.tree(call.state, call.parts[0], whole="recursive" in call.query),
    "POST /git/trees": lambda call: git_data.new_tree(call.state, call.token, call.body),
    "GET /git/blobs/([^/]+)": lambda call: git_data.blob(call.state, call.parts[0]),
    "POST /git/blobs": lambda call: git_data.new_blob(call.state, call.token, call.body),
    "GET /compare/([^/]+)": lambda call: git_data.compare(
        call.state, call.parts[0], int(call.query.get("page", 1)), int(call.query.get("per_page", 30))
    ),
    "GET /pulls": lambda call: talk.pulls(call.state, call.query),
    "POST /pulls": lambda call: talk.new_pull(call.state, call.token, call.body),
    r"GET /pulls/(\d+)": lambda call: talk.pull(call.state, call.number),
    r"PATCH /pulls/(\d+)": lambda call: talk.edit_pull(call.state, call.token, call.number, call.body),
    r"GET /pulls/(\d+)/files": lambda call: talk.changed_files(call.state, call.number),
    "GET /issues": lambda call: talk.issues(call.state, call.query),
    "POST /issues": lambda call: talk.new_issue(call.state, call.token, call.body),
    r"PATCH /issues/(\d+)": lambda call: talk.edit_issue(call.state, call.token, call.number, call.body),
    r"POST /pulls/(\d+)/requested_reviewers": lambda call: talk.ask_review(call.state, call.number, call.body),
    r"POST /issues/(\d+)/labels": lambda call: talk.label(call.state, call.number, call.body),
    r"GET /issues/(\d+)/events": lambda call: talk.events(call.state, call.number),
    r"GET /issues/(\d+)/comments": lambda call: talk.comments(call.state, call.number),
    r"POST /issues/(\d+)/comments": lambda call: talk.new_comment(call.state, call.token, call.number, call.body),
    r"PATCH /issues/comments/(\d+)": lambda call: talk.edit_comment(call.state, call.number, call.body),
    r"POST /issues/comments/(\d+)/reactions": lambda call: talk.react(call.state, call.token, call.number, call.body),
    "GET /collaborators/([^/]+)/permission": lambda call: talk.permission(call.state, call.parts[0]),
    "GET /rules/branches/([^/]+)": lambda call: talk.rules(call.state),
    "GET /branches/([^/]+)/protection/required_status_checks": lambda call: talk.protection(call.state, call.token),
    "GET /branches/([^/]+)": lambda call: talk.branch(call.state, call.token, call.parts[0]),
    "GET /actions/workflows/([^/]+)/runs": lambda call: talk.runs(call.state, call.parts[0], call.query),
    r"GET /actions/runs/(\d+)/attempts/(\d+)/jobs": lambda call: call.state.jobs.get(
        (int(call.parts[0]), int(call.parts[1])), []
    ),
}
_PATTERNS = [(re.compile(pattern), endpoint) for pattern, endpoint in _ROUTES.items()]


def route(
    state: Repository, token: Token, method: str, path: str, query: dict[str, str], body: dict[str, Any]
) -> Reply:
    """The answer to a request; `path` as it was sent."""
    prefix = f"/repos/{state.name}"
    if not path.startswith(prefix):
        return NOT_FOUND
    for pattern, endpoint in _PATTERNS:
        if found := pattern.fullmatch(f"{method} {path.removeprefix(prefix)}"):
            parts = tuple(unquote(part) for part in found.groups())
            answer = endpoint(Call(state, token, parts, query, body))
            return answer if isinstance(answer, Reply) else _page(answer, path, query)
    return NOT_FOUND


def _page(entries: list[dict[str, Any]], path: str, query: dict[str, str]) -> Reply:
    page, size = int(query.get("page", 1)), min(int(query.get("per_page", 30)), 100)
    cut = entries[(page - 1) * size : page * size]
    name = "workflow_runs" if path.endswith("/runs") else "jobs" if path.endswith("/jobs") else ""
    body: Any = {"total_count": len(entries), name: cut} if name else cut
    return Reply(200, body, {"x-more": "1"} if page * size < len(entries) else {})
