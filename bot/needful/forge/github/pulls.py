"""Pull requests from branches of the repository itself. Those from forks are never ours, whatever they claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from needful.forge.github.answers import at, entries, moment, number, text, text_or_nothing
from needful.forge.github.connection import Answer, Connection, sha_of
from needful.forge.model import PullRequest, State
from needful.forge.outcomes import CannotOpenPullRequests, Stop
from needful.history.fields import Json


def pull_requests(connection: Connection, branch: str) -> tuple[PullRequest, ...]:
    """All pull requests that there ever were from a branch, the newest first."""
    wanted = {"head": f"{connection.owner}:{branch}", "state": "all", "sort": "created", "direction": "desc"}
    return tuple(pull for pull in _listed(connection, wanted) if pull.branch == branch)


def open_pull_requests(connection: Connection, prefix: str) -> tuple[PullRequest, ...]:
    """The open pull requests from branches that start so, the newest first."""
    wanted = {"state": "open", "sort": "created", "direction": "desc"}
    return tuple(pull for pull in _listed(connection, wanted) if pull.branch.startswith(prefix))


def open_pull_request(connection: Connection, branch: str, base: str, title: str, body: str) -> PullRequest:
    """Open a pull request. Where GitHub says that there is one, or its answer is lost, the one that is there."""
    wanted: dict[str, Json] = {"title": title, "head": branch, "base": base, "body": body}

    def there() -> PullRequest | None:
        return next((pull for pull in pull_requests(connection, branch) if pull.state is State.OPEN), None)

    answer = connection.written(lambda: connection.send("POST", "/pulls", wanted, again=False), there)
    if isinstance(answer, PullRequest):
        return answer
    if answer.status == 422 and (found := there()):
        return found
    return _pull(_allowed(answer, "opening a pull request", 201))


def pull_request(connection: Connection, wanted: int) -> PullRequest | None:
    """Any pull request by its number."""
    answer = connection.get(f"/pulls/{wanted}")
    if answer.status == 404:
        return None
    body = answer.expect(f"pull request {wanted}", 200)
    return replace(_pull(body), fork=not _is_own(connection, body))


def changed_files(connection: Connection, wanted: int) -> tuple[str, ...]:
    """The files that a pull request changes, with the old names of those that it renames."""
    found: dict[str, None] = {}
    for entry in connection.pages(f"/pulls/{wanted}/files", {}, f"the files of pull request {wanted}"):
        found |= {text(entry, "filename"): None}
        if before := text_or_nothing(entry, "previous_filename"):
            found |= {before: None}
    return tuple(found)


def reread(connection: Connection, pull: PullRequest) -> PullRequest:
    """The pull request as it is now."""
    return _pull(connection.get(f"/pulls/{pull.number}").expect(f"pull request {pull.number}", 200))


def edit_pull_request(
    connection: Connection, pull: PullRequest, title: str | None, body: str | None, *, close: bool
) -> PullRequest:
    """Change what is given."""
    given: dict[str, Json] = {"title": title, "body": body, "state": "closed" if close else None}
    wanted = {name: value for name, value in given.items() if value is not None}
    answer = connection.send("PATCH", f"/pulls/{pull.number}", wanted, again=True)
    return _pull(_allowed(answer, f"changing pull request {pull.number}", 200))


def dress(connection: Connection, pull: PullRequest, labels: Sequence[str], reviewers: Sequence[str]) -> list[str]:
    """Add what is missing and nobody ever took away; events remember that. Returns what could not be done."""
    bare = [label for label in labels if label.lower() not in {known.lower() for known in pull.labels}]
    unasked = [one for one in reviewers if _login(one) not in {known.lower() for known in pull.reviewers}]
    if not bare and not unasked:
        return []
    events = list(connection.pages(f"/issues/{pull.number}/events", {}, f"the events of pull request {pull.number}"))
    removed = {text(event, "label", "name").lower() for event in events if at(event, "event") == "unlabeled"}
    asked = {_asked(event) for event in events if at(event, "event") == "review_requested"}
    bare = [label for label in bare if label.lower() not in removed]
    unasked = [one for one in unasked if _login(one) not in asked]
    problems = []
    if bare:
        answer = connection.send("POST", f"/issues/{pull.number}/labels", {"labels": list(bare)}, again=True)
        if answer.status != 200:
            problems.append(f"the labels {', '.join(bare)} could not be added: {answer.said}")
    for one in unasked:  # one at a time: GitHub refuses them all where it does not know one
        name: dict[str, Json] = {"team_reviewers": [_login(one)]} if "/" in one else {"reviewers": [one]}
        answer = connection.send("POST", f"/pulls/{pull.number}/requested_reviewers", name, again=True)
        if answer.status != 201:
            problems.append(f"{one} could not be asked for a review: {answer.said}")
    return problems


def _login(reviewer: str) -> str:
    """How GitHub calls a reviewer, a team without its organisation."""
    return reviewer.rpartition("/")[2].lower()


def _asked(event: Json) -> str:
    user = at(event, "requested_reviewer", "login") or at(event, "requested_team", "slug")
    return user.lower() if isinstance(user, str) else ""


def _listed(connection: Connection, wanted: dict[str, str]) -> list[PullRequest]:
    found = connection.pages("/pulls", wanted, "the list of pull requests")
    return [_pull(entry) for entry in found if _is_own(connection, entry)]


def _is_own(connection: Connection, entry: Json) -> bool:
    owner = at(entry, "head", "repo", "full_name")  # no repository where a fork was deleted
    return isinstance(owner, str) and owner.lower() == connection.repository.lower()


def _allowed(answer: Answer, what: str, status: int) -> Json:
    if answer.status in {403, 404}:
        raise Stop(CannotOpenPullRequests(answer.said))
    return answer.expect(what, status)


def _pull(entry: Json) -> PullRequest:
    merged = at(entry, "merged_at") is not None
    return PullRequest(
        number=number(entry, "number"),
        url=text(entry, "html_url"),
        state=State.MERGED if merged else State.OPEN if text(entry, "state") == "open" else State.CLOSED,
        title=text(entry, "title"),
        body=text_or_nothing(entry, "body"),
        branch=text(entry, "head", "ref"),
        head=sha_of(entry, "head", "sha"),
        base=text(entry, "base", "ref"),
        author=text_or_nothing(entry, "user", "login"),
        labels=tuple(text(label, "name") for label in entries(entry, "labels")),
        reviewers=(
            *(text(user, "login") for user in entries(entry, "requested_reviewers")),
            *(text(team, "slug") for team in entries(entry, "requested_teams")),
        ),
        created=moment(entry, "created_at"),
        merged=moment(entry, "merged_at"),
    )
