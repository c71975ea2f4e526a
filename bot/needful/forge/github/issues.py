"""Issues: where something has to be said and there is no pull request to say it on."""

from __future__ import annotations

from needful.forge.github.answers import at, number, text, text_or_nothing
from needful.forge.github.connection import Answer, Connection
from needful.forge.github.talk import itself
from needful.forge.model import Issue
from needful.history.fields import Json


def issues(connection: Connection) -> tuple[Issue, ...]:
    """The issues that the token's account opened, the newest first; none where it cannot tell who it is."""
    login = itself(connection)
    if not login:
        return ()
    wanted = {"creator": login, "state": "all", "sort": "created", "direction": "desc"}
    found = connection.pages("/issues", wanted, "the list of issues")
    return tuple(_issue(entry) for entry in found if at(entry, "pull_request") is None)


def open_issue(connection: Connection, title: str, body: str) -> Issue:
    """Open an issue. Where the answer is lost, the newest open one with the same first line is it."""
    first = _first(body)

    def there() -> Issue | None:
        return next((issue for issue in issues(connection) if issue.open and _first(issue.body) == first), None)

    def write() -> Answer:
        return connection.send("POST", "/issues", {"title": title, "body": body}, again=False)

    answer = connection.written(write, there)
    return answer if isinstance(answer, Issue) else _issue(answer.expect("opening an issue", 201))


def edit_issue(connection: Connection, issue: Issue, body: str) -> Issue:
    """Replace the text of an issue."""
    answer = connection.send("PATCH", f"/issues/{issue.number}", {"body": body}, again=True)
    return _issue(answer.expect("changing an issue", 200))


def _first(text_of: str) -> str:
    return text_of.partition("\n")[0].rstrip("\r")


def _issue(entry: Json) -> Issue:
    return Issue(
        number=number(entry, "number"),
        url=text(entry, "html_url"),
        open=text(entry, "state") == "open",
        title=text(entry, "title"),
        body=text_or_nothing(entry, "body"),
    )
