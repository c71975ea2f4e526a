from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import pytest

from forge.places import OnGitHub, publication
from forge.samples import Clock, Connect
from github_server.answer import Reply, failed
from github_server.server import Cut, Server
from github_server.state import Token
from needful.app.publish import publish
from needful.errors import UserError
from needful.forge.github.connection import Answer, Connection, Kept, next_page
from needful.forge.github.service import GitHub
from needful.forge.outcomes import ComeBack, Denied, Refused, Stop, Unavailable


@pytest.fixture
def connection(server: Server, clock: Clock) -> Connection:
    server.tokens["ghs_secret"] = Token("needful[bot]")
    return Connection("acme/shop", "ghs_secret", clock.now, clock.sleep, api=server.url)


class TestHowManyRequests:
    def test_a_proposal(self, github: GitHub, server: Server) -> None:
        place = OnGitHub(server, github)
        publish(github, publication(place), 2)
        asked = [(asked.method, asked.path.removeprefix("/repos/acme/shop")) for asked in server.asked]
        assert len(asked) == 18
        assert len(server.writes) == 3 * 2 + 2  # blob, tree and commit per change; the branch, the pull request

    def test_the_same_again_asks_five_things_and_is_told_that_nothing_is_new(
        self, connect: Connect, server: Server
    ) -> None:
        kept: dict[str, Kept] = {}
        place = OnGitHub(server, connect(kept=kept))
        wanted = publication(place)
        for _ in range(2):
            publish(place.forge, wanted, 2)
        server.forget()
        publish(connect(kept=kept), wanted, 2)
        assert [(asked.method, asked.status) for asked in server.asked] == [("GET", 304)] * 5
        token = list(server.tokens.values())[-1]
        assert token.remaining == 5000  # conditional requests cost nothing


class TestPatience:
    @pytest.mark.parametrize("fault", [Cut.BEFORE, Cut.AFTER, Reply(502, b""), Reply(200, b"<html>")])
    def test_a_read_is_tried_again(
        self, connection: Connection, server: Server, clock: Clock, fault: Reply | Cut
    ) -> None:
        server.fail("GET", fault)
        assert connection.get("").status == 200
        assert clock.slept == [1.0]

    def test_silence_is_no_answer(self, server: Server, clock: Clock) -> None:
        server.tokens["ghs_secret"] = Token("needful[bot]")
        hasty = Connection("acme/shop", "ghs_secret", clock.now, clock.sleep, api=server.url, timeout=1)
        server.fail("GET", Cut.SILENCE)
        assert hasty.get("").status == 200
        assert clock.slept[0] == 1.0

    def test_but_not_for_ever(self, connection: Connection, server: Server, clock: Clock) -> None:
        server.fail("GET", Cut.BEFORE, times=100)
        with pytest.raises(Stop) as stopped:
            connection.get("")
        assert isinstance(stopped.value.reason, Unavailable)
        assert "ConnectionError on GET /repos/acme/shop" in str(stopped.value)
        assert clock.slept == [1.0, 2.0, 4.0]

    def test_a_server_that_is_not_there(self, clock: Clock) -> None:
        nowhere = Connection("acme/shop", "ghs_secret", clock.now, clock.sleep, api="http://127.0.0.1:9", timeout=1)
        with pytest.raises(Stop) as stopped:
            nowhere.get("")
        assert isinstance(stopped.value.reason, Unavailable)

    @pytest.mark.parametrize(
        ("headers", "message", "slept"),
        [
            pytest.param({"retry-after": "5"}, "slow down", [5.0], id="as long as it says"),
            pytest.param({"retry-after": "0"}, "slow down", [1.0], id="a moment at least"),
            pytest.param({}, "You have exceeded a secondary rate limit.", [60.0], id="a minute where it says nothing"),
        ],
    )
    def test_a_secondary_limit_is_waited_for(
        self,
        connection: Connection,
        server: Server,
        clock: Clock,
        headers: dict[str, str],
        message: str,
        slept: list[float],
    ) -> None:
        server.fail("GET", failed(403, message)._replace(headers=headers))
        assert connection.get("").status == 200
        assert clock.slept == slept

    def test_not_longer_than_it_can_be_borne(self, connection: Connection, server: Server, clock: Clock) -> None:
        server.fail("GET", failed(403, "slow down")._replace(headers={"retry-after": "900"}))
        with pytest.raises(Stop) as stopped:
            connection.get("")
        assert stopped.value.reason == ComeBack(clock.now() + 900, "slow down")
        assert clock.slept == []

    def test_a_used_up_limit_is_not_waited_for(self, connection: Connection, server: Server, clock: Clock) -> None:
        server.tokens["ghs_secret"].remaining = 1
        assert connection.get("").status == 200
        with pytest.raises(Stop) as stopped:
            connection.get("/pulls")
        assert stopped.value.reason == ComeBack(server.reset, "API rate limit exceeded for needful[bot].")
        assert clock.slept == []

    def test_a_limit_that_names_no_end(self, connection: Connection, server: Server, clock: Clock) -> None:
        server.fail("GET", failed(429, "enough")._replace(headers={"x-ratelimit-remaining": "0"}))
        with pytest.raises(Stop) as stopped:
            connection.get("")
        assert stopped.value.reason == ComeBack(clock.now() + 3600, "enough")


class TestSecrets:
    def test_the_token_is_in_no_log_and_no_message(
        self, connection: Connection, server: Server, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        server.fail("GET", failed(422, "Validation Failed", "you sent ghs_secret, did you?"))
        with pytest.raises(Stop) as stopped:
            connection.get("").expect("the repository", 200)
        assert "you sent ***, did you?" in str(stopped.value)
        server.fail("GET", Cut.BEFORE, times=100)
        with pytest.raises(Stop) as stopped:
            connection.get("/pulls")
        assert "ghs_secret" not in f"{stopped.value!r} {stopped.value.__context__!r}"
        assert caplog.text
        assert "ghs_secret" not in caplog.text

    def test_and_goes_to_no_other_host(self, connection: Connection, server: Server) -> None:
        server.fail("GET", Reply(301, None, {"location": "http://127.0.0.2:9/steal"}))
        with pytest.raises(Stop) as stopped:
            connection.get("")
        assert isinstance(stopped.value.reason, Refused)

    def test_pages_are_asked_for_at_the_same_address(self) -> None:
        answer = Answer(200, [], {"link": '<https://evil.example/x?page=2&per_page=100>; rel="next", <y>; rel="last"'})
        assert next_page(answer) == {"page": "2", "per_page": "100"}
        assert next_page(Answer(200, [], {"link": '<https://x/?page=1>; rel="prev"'})) is None


class TestWhatItIsGiven:
    @pytest.mark.parametrize("name", ["", "shop", "acme/", "/shop", "a/b/c"])
    def test_no_repository(self, name: str, clock: Clock) -> None:
        with pytest.raises(UserError, match="owner/name"):
            Connection(name, "ghs_secret", clock.now, clock.sleep)

    @pytest.mark.parametrize("token", ["", " ", "tok\nen", "tökén"])
    def test_no_token(self, token: str, clock: Clock) -> None:
        with pytest.raises(UserError) as wrong:
            Connection("acme/shop", token, clock.now, clock.sleep)
        assert not token.strip() or token not in str(wrong.value)

    def test_a_repository_that_was_renamed(self, connection: Connection, server: Server, clock: Clock) -> None:
        server.fail("GET .*/old", Reply(301, None, {"location": f"{server.url}/repos/acme/shop"}))
        renamed = GitHub("acme/old", "ghs_secret", clock.now, clock.sleep, api=server.url)
        assert renamed.facts().name == "acme/shop"
        assert server.asked[-1].path == "/repos/acme/shop/git/ref/heads/main"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (401, Denied),
        (403, Denied),
        (404, Denied),
        (410, Denied),
        (451, Denied),
        (400, Refused),
        (422, Refused),
        (500, Unavailable),
    ],
)
def test_what_was_not_expected_has_its_reason(status: int, reason: type[Any]) -> None:
    with pytest.raises(Stop) as stopped:
        Answer(status, {"message": "No.\nReally", "errors": ["not", {"message": "this"}]}).expect("it", 200)
    assert isinstance(stopped.value.reason, reason)
    assert "No. Really; not; this" in str(stopped.value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({}, id="nothing in it"),
        pytest.param([], id="a list"),
        pytest.param({"full_name": 1, "default_branch": "main"}, id="a number for a name"),
        pytest.param("text", id="a text"),
    ],
)
def test_an_answer_of_another_shape_stops_us(github: GitHub, server: Server, body: object) -> None:
    server.fail("GET", Reply(200, body))
    with pytest.raises(Stop) as stopped:
        github.facts()
    assert isinstance(stopped.value.reason, Unavailable)


def test_an_id_that_is_none_stops_us(github: GitHub, server: Server) -> None:
    server.fail("GET .*/git/ref", Reply(200, {"object": {"sha": "../../x"}}))
    with pytest.raises(Stop, match="no id of git"):
        github.facts()


def test_pygithub_is_loaded_with_the_first_request_only() -> None:
    code = (
        "import sys, needful.app.publish, needful.forge.local\n"
        "from needful.forge.github.service import GitHub\n"
        "GitHub('acme/shop', 'ghs_secret', float, print)\n"
        "sys.exit('github' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
