"""The one way to GitHub: requests that are conditional where they read and patient where that is safe.

Reads, and writes that may be made twice without harm, are tried again when GitHub answers 5xx or not at all. After
another write the answer may be lost though GitHub did it: that raises `Lost`, and whoever wrote looks before it writes
again (`written`). A used-up limit is not waited for; the secondary one is, within `PATIENCE`.
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import parse_qsl, quote, urlsplit

from needful import __version__
from needful.errors import UserError
from needful.forge.github.answers import at, entries, text
from needful.forge.outcomes import ComeBack, Denied, Reason, Refused, Stop, Unavailable
from needful.history.fields import Json

if TYPE_CHECKING:
    from github.Requester import Requester

API = "https://api.github.com"
TRIES = 4
PATIENCE = 120.0
"""Seconds that one connection waits at most, in all, before it says when to come back."""
TIMEOUT = 30
"""Seconds without a byte after which a request counts as not answered."""
_SECONDARY_WAIT = 60.0  # what GitHub asks for where it names no time
_MAX_PAGES = 100

Found = TypeVar("Found")
Parameters = Mapping[str, str | int]


class Kept(NamedTuple):
    """What was answered before: its tag, its JSON text (`""` where only the tag is worth keeping), its `Link`."""

    etag: str
    body: str = ""
    link: str = ""


class Lost(Exception):
    """A write may have happened or not. Never leaves this folder."""


@dataclass(frozen=True)
class Answer:
    """`body` is parsed JSON. `changed` is false where GitHub said that nothing is new since `Kept`."""

    status: int
    body: Json
    headers: Mapping[str, str] = field(default_factory=dict)
    changed: bool = True

    @property
    def said(self) -> str:
        """GitHub's own words for what went wrong, in one line."""
        parts = [at(self.body, "message")]
        listed = at(self.body, "errors")
        if isinstance(listed, list):
            parts += [item if isinstance(item, str) else at(item, "message") for item in listed]
        words = [part for part in parts if isinstance(part, str) and part]
        return " ".join("; ".join(words).split())[:500] or f"status {self.status}"

    def expect(self, what: str, *statuses: int) -> Json:
        """The body of an answer with one of these statuses. Raises `Stop` for any other; `what` was asked for."""
        if self.status in statuses:
            return self.body
        if self.status == 401:
            raise Stop(Denied(what, f"GitHub does not know the token ({self.said})"))
        if self.status in {403, 404, 410, 451}:
            raise Stop(Denied(what, self.said))
        if self.status < 500:
            raise Stop(Refused(what, self.said))
        raise Stop(Unavailable(what, self.said))


class Connection:
    """Requests for one repository (`owner/name`).

    `now` (seconds since 1970) and `sleep` are the clock; `kept` remembers tagged answers, for as long as it lives.
    """

    def __init__(
        self,
        repository: str,
        token: str,
        now: Callable[[], float],
        sleep: Callable[[float], None],
        kept: MutableMapping[str, Kept] | None = None,
        api: str = API,
        timeout: int = TIMEOUT,
    ) -> None:
        if repository.count("/") != 1 or not all(repository.split("/")):
            raise UserError(f"{repository!r} names no repository", hint="write it as owner/name")
        if not token.strip() or not token.isascii() or not token.isprintable():
            raise UserError("the token is empty, or no token", hint="hand over a token that GitHub made")
        self.repository = repository
        self.kept: MutableMapping[str, Kept] = {} if kept is None else kept
        self.scopes: tuple[str, ...] | None = None
        self._token = token.strip()
        self._api = api
        self._timeout = timeout
        self._now = now
        self._sleep = sleep
        self._waited = 0.0
        self._made: Requester | None = None

    @property
    def owner(self) -> str:
        return self.repository.split("/")[0]

    def get(self, path: str, parameters: Parameters | None = None) -> Answer:
        """Read something below the repository; what was read before is not sent again."""
        key = _key(self._below(path), parameters)
        kept = self.kept.get(key)
        answer = self.ask(path, parameters or {}, kept.etag if kept and kept.body else "")
        if not answer.changed and kept and kept.body:
            return Answer(200, json.loads(kept.body), {**answer.headers, "link": kept.link}, changed=False)
        if answer.status == 200 and (etag := answer.headers.get("etag", "")):
            # the link to the next page is no part of the body, and 304 does not repeat it
            self.kept[key] = Kept(etag, json.dumps(answer.body), answer.headers.get("link", ""))
        return answer

    def ask(self, path: str, parameters: Parameters, etag: str) -> Answer:
        """Read something if its tag is not this one any more; nothing is kept. Not `changed`: the tag still holds."""
        headers = {"If-None-Match": etag} if etag else {}
        answer = self._patiently("GET", self._below(path), parameters, headers, None, again=True)
        return Answer(200, None, answer.headers, changed=False) if answer.status == 304 else answer

    def pages(self, path: str, parameters: Parameters, what: str, *keys: str) -> Iterator[Json]:
        """The entries of a list that comes in pages; `keys` lead to it where the answer is an object."""
        for answer in self.answers(path, parameters):
            yield from entries(answer.expect(what, 200), *keys)

    def answers(self, path: str, parameters: Parameters) -> Iterator[Answer]:
        """The pages of a list, one after the other."""
        wanted: dict[str, str | int] = {"per_page": 100, **parameters}
        for _ in range(_MAX_PAGES):
            answer = self.get(path, wanted)
            yield answer
            following = next_page(answer)
            if following is None:
                return
            wanted |= following

    def send(self, verb: str, path: str, body: Mapping[str, Json], *, again: bool) -> Answer:
        """Write something below the repository. `again`: doing it twice is the same as once.

        Raises `Lost` where it is not, and nobody knows whether it was done.
        """
        return self._patiently(verb, self._below(path), {}, {}, dict(body), again=again)

    def written(self, write: Callable[[], Answer], look: Callable[[], Found | None]) -> Answer | Found:
        """Write once: where the answer was lost, look whether it is done before writing again."""
        for attempt in range(TRIES):
            try:
                return write()
            except Lost as lost:
                found = look()
                if found is not None:
                    return found
                self._pause(2.0**attempt, Unavailable("GitHub", str(lost)))
        raise Stop(Unavailable("GitHub", "no answer to a write, which did not happen"))

    def graphql(self, query: str, variables: Mapping[str, Json]) -> Answer:
        """Ask GraphQL. Raises `Lost` where nobody knows whether it was done; what GitHub refuses is in `said`."""
        body: dict[str, Json] = {"query": query, "variables": dict(variables)}
        answer = self._patiently("POST", self._requester().graphql_url, {}, {}, body, again=False)
        errors = at(answer.body, "errors")
        if isinstance(errors, list) and any(at(error, "type") == "RATE_LIMITED" for error in errors):
            raise Stop(self._used_up(answer))
        return answer

    def _below(self, path: str) -> str:
        return f"/repos/{quote(self.repository)}{path}"

    def _patiently(
        self,
        verb: str,
        url: str,
        parameters: Parameters,
        headers: Mapping[str, str],
        body: dict[str, Json] | None,
        *,
        again: bool,
    ) -> Answer:
        problem = ""
        tried = 0
        while tried < TRIES:
            try:
                answer = self._once(verb, url, parameters, headers, body)
            except OSError as error:  # every exception of `requests` is one
                problem = f"{type(error).__name__} on {verb} {urlsplit(url).path}"
            else:
                if wait := self._limited(answer):
                    self._pause(wait, ComeBack(self._now() + wait, answer.said))
                    continue
                if answer.status < 500 and not _not_yet(answer):
                    return answer
                problem = f"status {answer.status} on {verb} {urlsplit(url).path}"
            if not again:
                raise Lost(problem)
            tried += 1
            if tried < TRIES:
                self._pause(2.0 ** (tried - 1), Unavailable("GitHub", problem))
        raise Stop(Unavailable("GitHub", problem))

    def _once(
        self, verb: str, url: str, parameters: Parameters, headers: Mapping[str, str], body: dict[str, Json] | None
    ) -> Answer:
        requester = self._requester()
        try:
            status, answered, raw = requester.requestJson(verb, url, dict(parameters), dict(headers), body)
        except RuntimeError as error:  # what PyGithub raises rather than follow GitHub to another host
            raise Stop(Refused("a request", str(error))) from None
        if "x-oauth-scopes" in answered:
            self.scopes = tuple(scope.strip() for scope in answered["x-oauth-scopes"].split(","))
        try:
            parsed: Json = json.loads(raw.replace(self._token, "***")) if raw else None
        except ValueError:
            return Answer(502, {"message": "an answer that is no JSON"}, answered)
        return Answer(status, parsed, answered)

    def _limited(self, answer: Answer) -> float:
        """Seconds to wait because of a secondary limit, 0 without one. Raises `Stop` where a limit is used up."""
        if answer.status not in {403, 429}:
            return 0.0
        after = answer.headers.get("retry-after", "")
        if after.isdecimal():
            return max(float(after), 1.0)
        if answer.headers.get("x-ratelimit-remaining") == "0":
            raise Stop(self._used_up(answer))
        return _SECONDARY_WAIT if answer.status == 429 or "secondary rate limit" in answer.said else 0.0

    def _used_up(self, answer: Answer) -> ComeBack:
        reset = answer.headers.get("x-ratelimit-reset", "")
        return ComeBack(float(reset) if reset.isdecimal() else self._now() + 3600.0, answer.said)

    def _pause(self, seconds: float, otherwise: Reason) -> None:
        """Wait, or stop for this reason where patience is at its end."""
        if self._waited + seconds > PATIENCE:
            raise Stop(otherwise)
        self._waited += seconds
        self._sleep(seconds)

    def _requester(self) -> Requester:
        if self._made is None:
            from github import Auth, Github

            self._made = Github(
                auth=Auth.Token(self._token),
                base_url=self._api,
                timeout=self._timeout,
                user_agent=f"needful/{__version__}",
                retry=None,
                seconds_between_requests=None,
                seconds_between_writes=None,
            ).requester
        return self._made


def next_page(answer: Answer) -> dict[str, str] | None:
    """What the `Link` header wants to be asked for the next page. Only its parameters: never another address."""
    for part in answer.headers.get("link", "").split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            return dict(parse_qsl(urlsplit(address.strip(" <>")).query))
    return None


def _not_yet(answer: Answer) -> bool:
    """A repository that is being moved answers 409 for a while; an empty one for ever."""
    return answer.status == 409 and "empty" not in answer.said


def _key(url: str, parameters: Parameters | None) -> str:
    return "&".join([url, *(f"{name}={value}" for name, value in sorted((parameters or {}).items()))])


def segment(name: str) -> str:
    """A name as one part of an address, whatever is in it."""
    return quote(name, safe="")


def sha_of(value: Json, *keys: str) -> str:
    """An id of git. Raises `Stop` for what is none."""
    found = text(value, *keys)
    if len(found) != 40 or set(found) - set("0123456789abcdef"):
        raise Stop(Unavailable("GitHub", f"its answer has no id of git at {'.'.join(keys)}"))
    return found
