"""Every request and every answer, held against GitHub's own description of its API."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

DESCRIPTION = Path(__file__).with_name("api.json")
ALWAYS = frozenset((304, 401, 403, 404, 409, 429, 500, 502, 503))
"""What GitHub may answer to anything, whether its description says so or not."""

_RANGE = re.compile("[<>]=?.+")
"""A time alone is what the description allows for `created`; the text that it links to allows ranges of them:
https://docs.github.com/search-github/getting-started-with-searching-on-github/understanding-the-search-syntax"""


class BrokenContract(AssertionError):
    """Somebody sent what GitHub would not understand, or this server answered what GitHub would not."""


@cache
def description() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
    return loaded


@cache
def _openapi() -> OpenAPI:
    return OpenAPI.from_dict(description())


def load() -> None:
    """Read the description now, so that no request waits for it."""
    _openapi()


@cache
def check_request_once(method: str, path: str, query: tuple[tuple[str, str], ...], body: bytes) -> None:
    """`check_request`, which says the same of the same again."""
    check_request(method, path, dict(query), body)


@cache
def check_answer_once(method: str, path: str, status: int, body: bytes) -> None:
    """`check_answer`, which says the same of the same again."""
    check_answer(method, path, status, body)


def check_request(method: str, path: str, query: Mapping[str, str], body: bytes) -> None:
    """Raises `BrokenContract` for what GitHub's description does not allow; also for keys that it does not know."""
    if _RANGE.fullmatch(created := query.get("created", "")):
        query = {**query, "created": created.lstrip("<>=")}
    request = _request(method, path, query, body)
    try:
        _openapi().validate_request(request)
    except OpenAPIError as error:
        raise BrokenContract(f"{method} {path}: {_why(error)}") from None
    operation = description()["paths"][_template(path)][method.lower()]
    parameters = {_resolved(parameter)["name"] for parameter in operation.get("parameters", [])}
    if unknown := query.keys() - parameters:
        raise BrokenContract(f"{method} {path}: GitHub knows no {sorted(unknown)}")
    if body:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        known = set(schema.get("properties", {})) | {
            key for one in schema.get("oneOf", []) for key in one.get("properties", {})
        }
        if unknown := json.loads(body).keys() - known:
            raise BrokenContract(f"{method} {path}: GitHub knows no {sorted(unknown)} in a body")


def check_answer(method: str, path: str, status: int, body: bytes) -> None:
    """Raises `BrokenContract` where GitHub's description says that an answer looks otherwise."""
    described = description()["paths"][_template(path)][method.lower()]["responses"]
    if str(status) not in described:
        if status not in ALWAYS:
            raise BrokenContract(f"{method} {path} never answers {status}")
        return
    if status == 304:
        return
    try:
        _openapi().validate_response(_request(method, path, {}, b""), MockResponse(body, status))
    except OpenAPIError as error:
        raise BrokenContract(f"{method} {path} answered {status}: {_why(error)}") from None


def _request(method: str, path: str, query: Mapping[str, str], body: bytes) -> MockRequest:
    # `{ref}` may hold slashes, which templates of OpenAPI do not know
    head, mark, ref = path.partition("/git/ref/")
    return MockRequest("http://localhost", method, head + mark + quote(ref, safe="%"), args=dict(query), data=body)


@cache
def _template(path: str) -> str:
    parts = path.strip("/").split("/")
    for template in sorted(description()["paths"], key=lambda known: known.count("{")):
        wanted = template.strip("/").split("/")
        if template.endswith("/git/ref/{ref}") and parts[3:5] == ["git", "ref"]:
            return str(template)
        same = len(wanted) == len(parts) and all(
            want.startswith("{") or want == part for want, part in zip(wanted, parts, strict=True)
        )
        if same:
            return str(template)
    raise BrokenContract(f"GitHub has no {path}, or the trimmed description leaves it out")


def _resolved(parameter: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in parameter:
        return parameter
    found: dict[str, Any] = description()["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
    return found


def _why(error: BaseException) -> str:
    causes = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    details = getattr(causes[-1], "schema_errors", None) or ()
    return "; ".join([str(causes[-1]), *(f"{list(one.path)}: {one.message[:200]}" for one in details)])
