"""The server that stands in for GitHub is worth what it refuses."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from github_server import contract
from github_server.contract import BrokenContract
from github_server.server import Server
from github_server.state import Token
from trim_openapi import USED

SHOP = "/repos/acme/shop"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        running.state.push("main", {"README.md": b"# Shop\n"})
        running.tokens["secret"] = Token("needful[bot]")
        yield running


def ask(server: Server, method: str, path: str, body: object = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
    data = json.dumps(body).encode() if body is not None else None
    sent = {"Authorization": "token secret", "Content-Type": "application/json", **headers}
    request = urllib.request.Request(server.url + path, data, sent, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer), dict(answer.headers)
    except urllib.error.HTTPError as error:
        raw = error.read()
        return error.code, json.loads(raw) if raw else None, dict(error.headers)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        pytest.param("POST", "/git/commits", {"message": "x"}, id="a commit without a tree"),
        pytest.param("POST", "/git/refs", {"ref": 1, "sha": "a" * 40}, id="a number for a name"),
        pytest.param("POST", "/git/blobs", {"content": "x", "mode": "100644"}, id="a key that GitHub does not know"),
        pytest.param("GET", "/pulls?state=merged", None, id="a state that there is not"),
        pytest.param("GET", "/pulls?newest=1", None, id="a parameter that there is not"),
        pytest.param("GET", "/secrets", None, id="a path that is not described"),
    ],
)
def test_what_github_would_not_understand_is_a_failure(server: Server, method: str, path: str, body: object) -> None:
    status, _, _ = ask(server, method, SHOP + path, body)
    assert status == 500
    assert len(server.broken) == 1


def test_the_description_is_trimmed_to_what_is_used() -> None:
    described = {path: set(entry) - {"parameters"} for path, entry in contract.description()["paths"].items()}
    assert described == {path: set(verbs) for path, verbs in USED.items()}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        pytest.param(200, {"full_name": "acme/shop"}, id="what is required is missing"),
        pytest.param(202, {}, id="a status that it never answers"),
        pytest.param(404, {"message": 1}, id="a number for a text"),
    ],
)
def test_what_github_would_not_answer_is_a_failure(status: int, body: object) -> None:
    with pytest.raises(BrokenContract):
        contract.check_answer("GET", SHOP, status, json.dumps(body).encode())


def test_the_same_again_is_not_sent_again(server: Server) -> None:
    status, body, headers = ask(server, "GET", SHOP)
    assert (status, body["full_name"], headers["x-ratelimit-remaining"]) == (200, "acme/shop", "4999")
    status, body, headers = ask(server, "GET", SHOP, **{"If-None-Match": headers["etag"]})
    assert (status, body, headers["x-ratelimit-remaining"]) == (304, None, "4999")


def test_unknown_tokens_and_used_up_ones(server: Server) -> None:
    assert ask(server, "GET", SHOP, Authorization="token other")[0] == 401
    server.tokens["secret"].remaining = 0
    status, body, headers = ask(server, "GET", SHOP)
    assert (status, headers["x-ratelimit-remaining"]) == (403, "0")
    assert "rate limit" in body["message"]
    assert server.broken == []


@pytest.mark.parametrize(
    "query",
    [
        "mutation { updateRefs(input: {refUpdates: []}) { clientMutationId } }",
        "mutation { deleteEverything }",
        "{ viewer { password } }",
    ],
)
def test_graphql_is_held_against_its_schema(server: Server, query: str) -> None:
    _, body, _ = ask(server, "POST", "/graphql", {"query": query})
    assert body["errors"]


def test_a_branch_moves_only_from_where_it_is_said_to_be(server: Server) -> None:
    main = server.state.refs["main"]
    other = server.state.push("other", {"README.md": b"new\n"})
    mutation = "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"

    def move(**update: object) -> list[str]:
        variables = {"input": {"repositoryId": "R_1", "refUpdates": [update]}}
        _, body, _ = ask(server, "POST", "/graphql", {"query": mutation, "variables": variables})
        return [error["message"] for error in body.get("errors", [])]

    assert "expected" in move(name="refs/heads/main", beforeOid=other, afterOid=other)[0]
    assert move(name="refs/heads/other", beforeOid=other, afterOid=main) == ["Update is not a fast forward"]
    assert move(name="refs/heads/other", beforeOid=other, afterOid=main, force=True) == []
    assert server.state.refs["other"] == main
