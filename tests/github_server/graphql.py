"""GraphQL: the few types in use, checked and carried out by graphql-core."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLError, GraphQLSchema, build_schema, graphql_sync

from github_server.answer import Reply
from github_server.git_data import update_ref
from github_server.state import Repository, Token


@cache
def _schema() -> GraphQLSchema:
    return build_schema(Path(__file__).with_name("schema.graphql").read_text("utf-8"))


def execute(state: Repository, token: Token, body: dict[str, Any]) -> Reply:
    """GitHub answers 200 also where something is wrong, and says what below `errors`."""

    def update_refs(_: object, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002 (GitHub's name)
        (update,) = input["refUpdates"]
        if wrong := update_ref(state, token, update):
            raise GraphQLError(wrong)
        return {}

    root = {"viewer": {"login": token.login}, "updateRefs": update_refs}
    done = graphql_sync(_schema(), body["query"], root, variable_values=body.get("variables"))
    answer: dict[str, Any] = {"data": done.data}
    if done.errors:
        answer["errors"] = [{"message": error.message, "type": "UNPROCESSABLE"} for error in done.errors]
    return Reply(200, answer)
