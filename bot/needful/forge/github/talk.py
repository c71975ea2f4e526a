"""Comments, reactions and who may say what."""

from __future__ import annotations

from needful.forge.github.answers import at, moment, number, text, text_or_nothing
from needful.forge.github.connection import Answer, Connection, Lost, segment
from needful.forge.model import Comment, Permission
from needful.history.fields import Json

_VIEWER = "query { viewer { login } }"


def comments(connection: Connection, pull: int) -> tuple[Comment, ...]:
    """All comments on a pull request, the oldest first."""
    found = connection.pages(f"/issues/{pull}/comments", {}, f"the comments on pull request {pull}")
    return tuple(_comment(entry) for entry in found)


def add_comment(connection: Connection, pull: int, body: str) -> Comment:
    """Comment. Where the answer is lost, the newest comment that says exactly this is it."""

    def there() -> Comment | None:
        newest = reversed(comments(connection, pull))
        return next((comment for comment in newest if comment.body.replace("\r\n", "\n") == body), None)

    def write() -> Answer:
        return connection.send("POST", f"/issues/{pull}/comments", {"body": body}, again=False)

    answer = connection.written(write, there)
    return answer if isinstance(answer, Comment) else _comment(answer.expect("commenting", 201))


def edit_comment(connection: Connection, comment: Comment, body: str) -> Comment:
    """Replace the text of a comment."""
    answer = connection.send("PATCH", f"/issues/comments/{comment.id}", {"body": body}, again=True)
    return _comment(answer.expect("changing a comment", 200))


def react(connection: Connection, comment: int, reaction: str) -> None:
    """Add a reaction; GitHub keeps one of each kind per account."""
    answer = connection.send("POST", f"/issues/comments/{comment}/reactions", {"content": reaction}, again=True)
    answer.expect("a reaction", 200, 201)


def permission(connection: Connection, user: str) -> Permission:
    """What somebody may do. GitHub tells `maintain` and `triage` as write and read.

    https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
    Never from what was kept: whoever could write there would grant permissions.
    """
    answer = connection.ask(f"/collaborators/{segment(user)}/permission", {}, "")
    if answer.status == 404:
        return Permission.NONE
    level = text(answer.expect(f"the permission of {user}", 200), "permission")
    return {"read": Permission.READ, "write": Permission.WRITE, "admin": Permission.ADMIN}.get(level, Permission.NONE)


def itself(connection: Connection) -> str:
    """The login that the token speaks as. REST tells it to people only, GraphQL also to Apps."""
    try:
        answer = connection.graphql(_VIEWER, {})
    except Lost:
        return ""
    return text_or_nothing(answer.body, "data", "viewer", "login")


def _comment(entry: Json) -> Comment:
    return Comment(
        id=number(entry, "id"),
        author=text_or_nothing(entry, "user", "login"),
        body=text_or_nothing(entry, "body"),
        program=at(entry, "user", "type") == "Bot" or at(entry, "performed_via_github_app") is not None,
        created=moment(entry, "created_at"),
        url=text_or_nothing(entry, "html_url"),
    )
