"""Whatever people and runs of ours do in whatever order, and whatever fails on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from forge.places import OnGitHub
from forge.samples import BRANCH, CI, Clock
from github_server.answer import Reply, failed
from github_server.server import Cut, Server
from github_server.state import Token
from needful.app.publish import (
    Declined,
    Done,
    Named,
    Nothing,
    Patch,
    Publication,
    Published,
    change_digest,
    publish,
)
from needful.forge.branches import meant_by
from needful.forge.github.service import GitHub
from needful.forge.marks import remembered
from needful.forge.model import Commit
from needful.forge.outcomes import PersonsWork

FAULTS: tuple[Reply | Cut, ...] = (
    failed(403, "Resource not accessible by integration"),
    failed(404, "Not Found"),
    failed(422, "Validation Failed", "no"),
    Reply(502, b""),
    Cut.BEFORE,
    Cut.AFTER,
)
REQUESTS = ("GET", "POST .*/git/", "POST .*/pulls$", "POST /graphql", "PATCH", "POST .*/git/refs", "GET .*/compare/")


class AnyCourse(RuleBasedStateMachine):
    """One workflow, whose text is a number of the people and the letters of the changes that were merged."""

    @initialize()
    def begin(self) -> None:
        self.server = Server().__enter__()
        self.state = self.server.state
        self.state.push("main", {CI: b"text 0 \r\n"})
        clock = Clock()
        self.server.tokens["ghs_secret"] = Token("needful[bot]")
        self.forge = GitHub("acme/shop", "ghs_secret", clock.now, clock.sleep, api=self.server.url)
        self.place = OnGitHub(self.server, self.forge)
        self.letters = "ab"
        self.number = 0
        self.no: set[str] = set()
        """Digests of the changes that somebody declined."""
        self.we_propose()

    def teardown(self) -> None:
        if hasattr(self, "server"):
            self.server.__exit__()
            assert self.server.broken == []

    # --- what we want

    def wanted(self) -> Publication:
        before = self.state.file("main", CI)
        patches, text = [], before
        for letter in self.letters:
            if letter.encode() not in before:
                text = text.replace(b"\r\n", letter.encode() + b"\r\n")
                patches.append(Patch((Named(f"add:{letter}"),), f"Add {letter}", text))
        base, body = self.state.refs["main"], f"Adds {self.letters}."
        return Publication(CI, base, before, tuple(patches), f"Add {self.letters}", lambda _: body)

    @rule(letters=st.sampled_from(["a", "ab", "ba", "abc", "c", "d"]))
    def plan_something_else(self, letters: str) -> None:
        self.letters = letters

    # --- what people do

    @rule()
    def people_change_the_workflow(self) -> None:
        self.number += 1
        merged = self.state.file("main", CI).rpartition(b" ")[2]
        self.state.push("main", {CI: f"text {self.number} ".encode() + merged})

    @rule()
    def people_work_elsewhere(self) -> None:
        self.number += 1
        self.state.push("main", {"README.md": f"{self.number}".encode()})

    @precondition(lambda self: BRANCH in self.state.refs)
    @rule()
    def people_commit_on_our_branch(self) -> None:
        self.number += 1
        self.state.push(BRANCH, {CI: f"mine {self.number}\n".encode()}, "Mine")
        self.we_propose()

    @precondition(lambda self: self.state.open_pulls())
    @rule(how=st.sampled_from(["close", "remove the branch"]))
    def people_decline(self, how: str) -> None:
        (pull,) = self.state.open_pulls()
        known = remembered(pull.body)
        self.no |= set(known.changes) if known else set()
        if how == "close":
            self.state.decline(pull.number)
        else:
            self.state.move(BRANCH, None)
        self.we_propose()

    @precondition(lambda self: self.state.open_pulls())
    @rule()
    def people_merge(self) -> None:
        (pull,) = self.state.open_pulls()
        behind = self.state.objects.fork(pull.head, self.state.refs["main"]) != self.state.refs["main"]
        if not behind:
            self.state.merge(pull.number)

    @precondition(lambda self: BRANCH in self.state.refs and not self.state.open_pulls())
    @rule()
    def people_clean_up(self) -> None:
        self.state.move(BRANCH, None)

    @precondition(lambda self: self.state.open_pulls())
    @rule(letters=st.sampled_from(["ab", "abc"]))
    def people_write_in_the_text(self, letters: str) -> None:
        (pull,) = self.state.open_pulls()
        pull.body = f"By hand.\n\n{pull.body}"
        self.letters = letters
        self.we_propose()

    # --- what we do

    @rule(
        fault=st.sampled_from(FAULTS),
        request=st.sampled_from(REQUESTS),
        nth=st.integers(1, 6),
    )
    def we_propose_and_something_fails(self, fault: Reply | Cut, request: str, nth: int) -> None:
        self.server.fail(request, fault, nth)
        self._propose()
        self.server.relent()

    @rule()
    def we_propose(self) -> None:
        wanted = self.wanted()
        outcome = self._propose()
        theirs = self._theirs()
        digests = {change_digest(wanted, change) for change in wanted.changes}
        if not wanted.patches:
            assert isinstance(outcome, Nothing)
        elif not self.state.open_pulls() and digests <= self.no:
            assert isinstance(outcome, Declined)
        elif theirs:
            assert isinstance(outcome, PersonsWork)
        else:
            assert isinstance(outcome, Published), outcome
            assert self.state.file(BRANCH, CI) == wanted.patches[-1].content
            messages = [made.message.split("\n")[0] for made in self.state.log(BRANCH)]
            assert messages == [patch.message for patch in wanted.patches]
            self.server.forget()
            again = publish(self.forge, self.wanted(), 2)
            assert isinstance(again, Published)
            assert (again.done, self.server.writes) == (Done.UNCHANGED, [])

    @precondition(lambda self: self._theirs())
    @rule()
    def somebody_asks_us_to_replace_their_work(self) -> None:
        wanted = replace(self.wanted(), replaces=self.state.refs[BRANCH])
        outcome = publish(self.forge, wanted, 2)
        assert not isinstance(outcome, PersonsWork)

    def _propose(self) -> object:
        theirs, head, main = self._theirs(), self.state.refs.get(BRANCH), self.state.refs["main"]
        by_hand = [pull.body.count("By hand.") for pull in self.state.pulls.values()]
        outcome = publish(self.forge, self.wanted(), 2)
        if theirs:
            assert self.state.refs[BRANCH] == head
        assert self.state.refs["main"] == main
        now = [pull.body.count("By hand.") for pull in self.state.pulls.values()]
        assert now[: len(by_hand)] == by_hand
        assert str(outcome)
        return outcome

    def _theirs(self) -> bool:
        """Whether our branch holds what we did not make."""
        if BRANCH not in self.state.refs:
            return False
        commits = (Commit(made.sha, made.tree, made.parents, made.message) for made in self.state.log(BRANCH))
        return any(meant_by(commit) is None for commit in commits)

    @invariant()
    def there_is_never_a_second_pull_request(self) -> None:
        if hasattr(self, "server"):
            assert len(self.state.open_pulls()) <= 1


AnyCourse.TestCase.settings = settings(
    max_examples=25, stateful_step_count=15, deadline=None, suppress_health_check=list(HealthCheck)
)
test_any_course = pytest.mark.slow(AnyCourse.TestCase)
