"""GitHub on loopback: one repository with real git objects, whose every request and answer keeps GitHub's contract.

A test hands out tokens, lets people work behind the bot's back (`server.state`), orders faults, and reads afterwards
what was asked (`server.asked`).
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from github_server import contract, graphql
from github_server.answer import Reply, failed
from github_server.routes import route
from github_server.state import Repository, Token


class Asked(NamedTuple):
    """A request that came, and the status it was answered with (0: not at all)."""

    method: str
    path: str
    query: dict[str, str]
    status: int
    conditional: bool

    @property
    def writes(self) -> bool:
        return self.method != "GET" and not (self.path == "/graphql" and "mutation" not in self.query)


class Cut(Enum):
    """Ways not to answer: the request is lost, the answer is lost though all was done, or silence until time is up."""

    BEFORE = auto()
    AFTER = auto()
    SILENCE = auto()


@dataclass
class Fault:
    """What happens to the `nth` request (from 1) that matches; `times` of them in a row."""

    pattern: re.Pattern[str]
    what: Reply | Cut | Callable[[], object]
    nth: int
    times: int
    seen: int = 0

    def strikes(self, request: str) -> bool:
        if not self.pattern.search(request):
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


@dataclass
class Server:
    """Runs while it is entered."""

    state: Repository = field(default_factory=Repository)
    tokens: dict[str, Token] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    reset: int = 1_770_003_600
    _faults: list[Fault] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _over: threading.Event = field(default_factory=threading.Event)
    _http: ThreadingHTTPServer | None = None

    def __enter__(self) -> Server:
        contract.load()
        handler = type("Handler", (_Handler,), {"serve": lambda _, request: self._handle(request)})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._http is not None:
            self._http.shutdown()
            self._http.server_close()

    @property
    def url(self) -> str:
        assert self._http is not None
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def fail(self, request: str, what: Reply | Cut, nth: int = 1, times: int = 1) -> None:
        """Let the nth request that matches (`POST .*/git/trees`) fail."""
        self._faults.append(Fault(re.compile(request), what, nth, times))

    def relent(self) -> None:
        """No more faults."""
        self._faults.clear()

    def mend(self) -> bool:
        """Let nothing more fail. Returns whether all that was to fail did."""
        struck = all(fault.seen >= fault.nth for fault in self._faults)
        self._faults.clear()
        return struck

    def meanwhile(self, request: str, act: Callable[[], object], nth: int = 1) -> None:
        """Let something happen right before the nth request that matches is carried out."""
        self._faults.append(Fault(re.compile(request), act, nth, 1))

    @property
    def writes(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.writes]

    def forget(self) -> None:
        """Count from here on."""
        self.asked.clear()

    # --- one request

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("content-length") or 0)
        raw = handler.rfile.read(length)
        address = urlsplit(handler.path)
        query = dict(parse_qsl(address.query, keep_blank_values=True))
        strikes = [fault for fault in self._faults if fault.strikes(f"{handler.command} {handler.path}")]
        for fault in strikes:
            if not isinstance(fault.what, Reply | Cut):
                fault.what()
        ordered = next((fault.what for fault in strikes if isinstance(fault.what, Reply | Cut)), None)
        with self._lock:
            if isinstance(ordered, Reply):
                reply = ordered
            elif ordered in {Cut.BEFORE, Cut.SILENCE}:
                reply = Reply(0, None)
            else:
                reply = self._carry_out(handler, address.path, query, raw)
            conditional = "if-none-match" in handler.headers
            if address.path == "/graphql" and b"mutation" in raw:
                query["mutation"] = "1"
            status = 0 if isinstance(ordered, Cut) else reply.status
            self.asked.append(Asked(handler.command, address.path, query, status, conditional))
        if isinstance(ordered, Cut):
            if ordered is Cut.SILENCE:
                self._over.wait(20)
            handler.close_connection = True
            return
        with suppress(OSError):  # nobody waits any more
            _send(handler, reply)

    def _carry_out(self, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str], raw: bytes) -> Reply:
        token = self.tokens.get(handler.headers.get("authorization", "").removeprefix("token "))
        if token is None:
            return failed(401, "Bad credentials")
        limits = {"x-ratelimit-limit": "5000", "x-ratelimit-reset": str(self.reset)}
        if token.remaining <= 0:
            reply = failed(403, f"API rate limit exceeded for {token.login}.")
            return reply._replace(headers={**limits, "x-ratelimit-remaining": "0"})
        reply = self._answer(token, handler, path, query, raw)
        if reply.status == 200 and handler.command == "GET":
            etag = '"' + hashlib.sha256(json.dumps(reply.body).encode()).hexdigest()[:32] + '"'
            reply = reply._replace(headers={**reply.headers, "etag": etag})
            if handler.headers.get("if-none-match") == etag:
                reply = Reply(304, None, {"etag": etag})
        if reply.status != 304:
            token.remaining -= 1
        scopes = {"x-oauth-scopes": "repo"} if token.kind == "classic" else {}
        return reply._replace(
            headers={**reply.headers, **limits, **scopes, "x-ratelimit-remaining": str(token.remaining)}
        )

    def _answer(
        self, token: Token, handler: BaseHTTPRequestHandler, path: str, query: dict[str, str], raw: bytes
    ) -> Reply:
        body = json.loads(raw) if raw else {}
        try:
            if path == "/graphql":
                return graphql.execute(self.state, token, body)
            contract.check_request_once(handler.command, path, tuple(sorted(query.items())), raw)
            reply = route(self.state, token, handler.command, path, query, body)
            contract.check_answer_once(handler.command, path, reply.status, json.dumps(reply.body).encode())
        except Exception as broken:  # noqa: BLE001 (whatever breaks here, the test must hear of it)
            self.broken.append(f"{type(broken).__name__}: {broken}")
            return failed(500, f"broken contract: {broken}")
        if "x-more" in reply.headers:
            following = {**query, "page": str(int(query.get("page", 1)) + 1)}
            return reply._replace(headers={"link": f'<{self.url}{path}?{urlencode(following)}>; rel="next"'})
        return reply


class _Handler(BaseHTTPRequestHandler):
    """Hands every request to the server that made it."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: the second would wait for the first to be acknowledged

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        raise NotImplementedError

    def handle_any(self) -> None:
        self.serve(self)

    do_GET = do_POST = do_PATCH = handle_any  # noqa: N815 (their names are http.server's)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        del code, size


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    data = (
        b"" if reply.body is None else reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
    )
    handler.send_response(reply.status)
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    if reply.status != 304:
        handler.send_header("content-type", "application/json; charset=utf-8")
        handler.send_header("content-length", str(len(data)))
    handler.end_headers()
    if reply.status != 304:
        handler.wfile.write(data)
