"""Endpoints: the repository, pull requests, comments, reactions, permissions, rules, runs."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from github_server.answer import NO_ACCESS, NOT_FOUND, Reply, failed
from github_server.shapes import filled
from github_server.state import Pull, Remark, Repository, Ticket, Token

LEVELS = {"maintain": "write", "triage": "read"}
MAX_BODY = 65_536
_EVENTS = {
    "labeled": "labeled-issue-event",
    "unlabeled": "unlabeled-issue-event",
    "review_requested": "review-requested-issue-event",
}


def repository(state: Repository) -> Reply:
    body = filled("full-repository", full_name=state.name, default_branch=state.default, archived=state.archived)
    return Reply(200, body | {"node_id": "R_kgDOshop", "private": False})


def pulls(state: Repository, query: dict[str, str]) -> list[dict[str, Any]]:
    found = sorted(state.pulls.values(), key=lambda pull: -pull.number)
    if query.get("state", "open") != "all":
        found = [pull for pull in found if pull.state == query.get("state", "open")]
    if head := query.get("head"):
        owner, _, branch = head.partition(":")
        found = [pull for pull in found if pull.branch == branch and (pull.fork or state.name.split("/")[0]) == owner]
    return [_pull(state, pull, "pull-request-simple") for pull in found]


def new_pull(state: Repository, token: Token, body: dict[str, Any]) -> Reply:
    if token.kind == "actions" and not state.actions_may_open:
        return failed(403, "GitHub Actions is not permitted to create or approve pull requests.")
    if "pull_requests" not in token.may:
        return NO_ACCESS
    branch = body["head"]
    if branch not in state.refs:
        return failed(422, "Validation Failed", "head is invalid")
    if any(pull.branch == branch for pull in state.open_pulls()):
        return failed(
            422, "Validation Failed", f"A pull request already exists for {state.name.split('/')[0]}:{branch}."
        )
    if not state.log(branch):
        return failed(422, "Validation Failed", f"No commits between {body['base']} and {branch}")
    if len(body.get("body", "")) > MAX_BODY:
        return failed(422, "Validation Failed", "body is too long (maximum is 65536 characters)")
    pull = Pull(
        state.next_number(), body["title"], body.get("body", ""), branch, body["base"], token, state.refs[branch]
    )
    pull.created = state.tick()
    state.pulls[pull.number] = pull
    return Reply(201, _pull(state, pull, "pull-request"))


def pull(state: Repository, number: int) -> Reply:
    return Reply(200, _pull(state, state.pulls[number], "pull-request")) if number in state.pulls else NOT_FOUND


def edit_pull(state: Repository, token: Token, number: int, body: dict[str, Any]) -> Reply:
    if "pull_requests" not in token.may:
        return NO_ACCESS
    if len(body.get("body", "")) > MAX_BODY:
        return failed(422, "Validation Failed", "body is too long (maximum is 65536 characters)")
    edited = state.pulls[number]
    edited.title, edited.body = body.get("title", edited.title), body.get("body", edited.body)
    edited.state = body.get("state", edited.state)
    return Reply(200, _pull(state, edited, "pull-request"))


def changed_files(state: Repository, number: int) -> Reply | list[dict[str, Any]]:
    if number not in state.pulls:
        return NOT_FOUND
    pull = state.pulls[number]
    fork = state.objects.fork(state.refs[pull.base], pull.head)
    old = state.objects.files(state.objects.made(fork).tree) if fork else {}
    new = state.objects.files(state.objects.made(pull.head).tree)
    changed = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    return [filled("diff-entry", filename=path, sha="0" * 40, status="modified") for path in changed]


def issues(state: Repository, query: dict[str, str]) -> Reply | list[dict[str, Any]]:
    tickets = state.tickets.values() if state.has_issues else ()
    found = [_ticket(ticket) for ticket in tickets if ticket.author.login == query.get("creator")]
    found += [
        _ticket(Ticket(pull.number, pull.title, pull.body, pull.author, pull.state))
        | {"pull_request": {"url": None, "diff_url": None, "html_url": None, "patch_url": None}}
        for pull in state.pulls.values()
        if pull.author.login == query.get("creator")
    ]
    return sorted(found, key=lambda one: -int(one["number"]))


def new_issue(state: Repository, token: Token, body: dict[str, Any]) -> Reply:
    if not state.has_issues:
        return Reply(410, {"message": "Issues are disabled for this repo", "documentation_url": "x"})
    if "issues" not in token.may:
        return NO_ACCESS
    if len(body["body"]) > MAX_BODY:
        return failed(422, "Validation Failed", "body is too long (maximum is 65536 characters)")
    ticket = Ticket(state.next_number(), body["title"], body["body"], token)
    state.tickets[ticket.number] = ticket
    return Reply(201, _ticket(ticket))


def edit_issue(state: Repository, token: Token, number: int, body: dict[str, Any]) -> Reply:
    if "issues" not in token.may:
        return NO_ACCESS
    state.tickets[number].body = body["body"]
    return Reply(200, _ticket(state.tickets[number]))


def label(state: Repository, number: int, body: dict[str, Any]) -> Reply:
    labelled = state.pulls[number]
    for name in body["labels"]:
        if name not in labelled.labels:
            labelled.labels.append(name)
            labelled.events.append({"event": "labeled", "label": name})
    return Reply(200, [filled("label", name=name, color="ededed") for name in labelled.labels])


def ask_review(state: Repository, number: int, body: dict[str, Any]) -> Reply:
    asked = state.pulls[number]
    if strangers := [name for name in body.get("reviewers", []) if name not in state.people]:
        return failed(422, "Reviews may only be requested from collaborators.", ", ".join(strangers))
    for name in set(body.get("reviewers", [])) - set(asked.reviewers):
        asked.reviewers.append(name)
        asked.events.append({"event": "review_requested", "user": name})
    for name in set(body.get("team_reviewers", [])) - set(asked.teams):
        asked.teams.append(name)
        asked.events.append({"event": "review_requested", "team": name})
    return Reply(201, _pull(state, asked, "pull-request-simple"))


def events(state: Repository, number: int) -> list[dict[str, Any]]:
    found = []
    for position, event in enumerate(state.pulls[number].events, 1):
        whole = filled(_EVENTS[event["event"]], id=position, event=event["event"])
        if "label" in event:
            whole["label"] = {"name": event["label"], "color": "ededed"}
        if "user" in event:
            whole["requested_reviewer"] = _user(Token(event["user"], "fine"))
        if "team" in event:
            whole["requested_team"] = _team(event["team"])
        found.append(whole)
    return found


def comments(state: Repository, number: int) -> list[dict[str, Any]]:
    return [_remark(remark) for remark in state.remarks.values() if remark.pull == number]


def new_comment(state: Repository, token: Token, number: int, body: dict[str, Any]) -> Reply:
    if not {"issues", "pull_requests"} & token.may:
        return NO_ACCESS
    if len(body["body"]) > MAX_BODY:
        return failed(422, "Validation Failed", "body is too long (maximum is 65536 characters)")
    remark = Remark(len(state.remarks) + 501, number, token, body["body"])
    state.remarks[remark.id] = remark
    return Reply(201, _remark(remark))


def edit_comment(state: Repository, number: int, body: dict[str, Any]) -> Reply:
    if number not in state.remarks:
        return NOT_FOUND
    state.remarks[number].body = body["body"]
    return Reply(200, _remark(state.remarks[number]))


def react(state: Repository, token: Token, number: int, body: dict[str, Any]) -> Reply:
    if number not in state.remarks:
        return NOT_FOUND
    known = (token.login, body["content"])
    there = known in state.remarks[number].reactions
    if not there:
        state.remarks[number].reactions.append(known)
    return Reply(200 if there else 201, filled("reaction", content=body["content"]))


def permission(state: Repository, user: str) -> Reply:
    role = state.people.get(user)
    if role is None:
        return failed(404, f"{user} is not a user")
    body = {"permission": LEVELS.get(role, role), "role_name": role, "user": None}
    return Reply(200, body)


def rules(state: Repository) -> list[dict[str, Any]]:
    if not state.rules:
        return []
    checks = [{"context": name, "integration_id": 15368} for name in state.rules]
    parameters = {"required_status_checks": checks, "strict_required_status_checks_policy": False}
    common = {"ruleset_source_type": "Repository", "ruleset_source": state.name, "ruleset_id": 7}
    return [{"type": "deletion", **common}, {"type": "required_status_checks", "parameters": parameters, **common}]


def protection(state: Repository, token: Token) -> Reply:
    if "administration" not in token.may:
        return NO_ACCESS if token.program else NOT_FOUND
    if state.protection is None:
        return failed(404, "Branch not protected")
    checks = [{"context": name, "app_id": None} for name in state.protection]
    url = "https://api.github.example.org/x"
    body = {"url": url, "contexts_url": url, "strict": False, "contexts": state.protection, "checks": checks}
    return Reply(200, body)


def branch(state: Repository, token: Token, name: str) -> Reply:
    if name not in state.refs:
        return NOT_FOUND
    body = filled("branch-with-protection", name=name, protected=state.protection is not None)
    if "contents" in token.may and state.protection is not None:
        checks = [{"context": check, "app_id": None} for check in state.protection]
        contexts = {"enforcement_level": "non_admins", "contexts": state.protection, "checks": checks}
        body["protection"] = {"enabled": True, "required_status_checks": contexts}
    return Reply(200, body)


def runs(state: Repository, workflow: str, query: dict[str, str]) -> list[dict[str, Any]]:
    found = [run for run in state.runs if run["path"].endswith(f"/{workflow}")]
    if query.get("status") == "completed":
        found = [run for run in found if run["status"] == "completed"]
    if made := re.fullmatch("<=(.+)", query.get("created", "")):
        found = [run for run in found if run["created_at"] <= made[1]]
    found.sort(key=lambda run: (run["created_at"], run["id"]), reverse=True)
    return found[:1000]  # GitHub's limit for one question


def add_run(state: Repository, number: int, jobs: int = 2, attempt: int = 1, workflow: str = "ci.yml") -> None:
    """A run that is over. The higher its number, the later."""
    start = 1_770_000_000 + number * 600
    path = f".github/workflows/{workflow}"
    run = filled("workflow-run", id=number, name="CI", run_attempt=attempt, path=path, event="push", status="completed")
    times = {"created_at": _iso(start), "run_started_at": _iso(start), "updated_at": _iso(start + 300)}
    run |= {"conclusion": "success", "head_branch": "main", "head_sha": f"{number:040x}", **times}
    state.runs = [run, *(other for other in state.runs if other["id"] != number)]
    state.jobs[number, attempt] = [
        filled(
            "job",
            id=number * 1000 + position,
            run_id=number,
            run_attempt=attempt,
            name=f"job {position}",
            status="completed",
            conclusion="success",
            created_at=_iso(start),
            started_at=_iso(start + 5),
            completed_at=_iso(start + 65 + position),
            labels=["ubuntu-latest"],
        )
        for position in range(jobs)
    ]


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _user(token: Token) -> dict[str, Any]:
    login = token.login
    return filled("simple-user", login=login, type="Bot" if token.program else "User", id=len(login))


def _team(slug: str) -> dict[str, Any]:
    return filled("team", slug=slug, name=slug, parent=None)


def _ticket(ticket: Ticket) -> dict[str, Any]:
    whole = filled("issue", number=ticket.number, title=ticket.title, body=ticket.body, state=ticket.state)
    url = f"https://github.example.org/acme/shop/issues/{ticket.number}"
    return {**whole, "html_url": url, "user": _user(ticket.author)}


def _remark(remark: Remark) -> dict[str, Any]:
    whole = filled("issue-comment", id=remark.id, body=remark.body, user=_user(remark.author))
    return {**whole, "created_at": _iso(1_770_000_000 + remark.id)}


def _pull(state: Repository, pull: Pull, schema: str) -> dict[str, Any]:
    whole = filled(
        schema, number=pull.number, title=pull.title, body=pull.body, state=pull.state, user=_user(pull.author)
    )
    owner, _, name = state.name.partition("/")
    whole["html_url"] = f"https://github.example.org/{state.name}/pull/{pull.number}"
    whole["created_at"] = _iso(pull.created)
    whole["merged_at"] = _iso(pull.merged_at) if pull.merged else None
    whole["labels"] = [filled("label", name=name, color="ededed", description="") for name in pull.labels]
    whole["requested_reviewers"] = [_user(Token(name, "fine")) for name in pull.reviewers]
    whole["requested_teams"] = [_team(name) for name in pull.teams]
    home = {**whole["head"]["repo"], "full_name": f"{pull.fork or owner}/{name}"}
    whole["head"] = {**whole["head"], "ref": pull.branch, "sha": pull.head, "repo": home}
    base = state.refs[pull.base]
    whole["base"] = {**whole["base"], "ref": pull.base, "sha": base}
    return whole
