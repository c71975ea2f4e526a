"""The demonstration on the loopback GitHub: a repository with recorded runs, people in it, and the bot that they meet.

Events arrive as GitHub sends them, held against its description; the bot answers as the Action would.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forge.payloads import Json, payload
from github_server.server import Server
from github_server.shapes import filled
from github_server.state import Pull, Token
from needful.app.acting import Acted, Mode, act
from needful.app.bot import Bot
from needful.app.choosing import Wishes
from needful.app.proposing import Proposer
from needful.app.recording import Recording
from needful.forge.events import event_of
from needful.forge.github.connection import Kept
from needful.forge.github.service import GitHub
from needful.history.fields import Place, fields_at
from needful.history.store import Store

DEMO = Path(__file__).resolve().parents[2] / "fixtures" / "demo"
CI = ".github/workflows/ci.yml"
BRANCH = "needful/ci.yml"
APP = Token("needful[bot]")
ACTIONS = Token("github-actions[bot]", "actions", frozenset(("contents", "pull_requests", "issues", "actions")))
NOW = 1_789_500_000.0  # in September 2026, after the recorded runs
TYPES = "drop-false-needs:ci.yml:types:lint"
UNIT = "drop-false-needs:ci.yml:unit:types"
BUILD = "drop-false-needs:ci.yml:build:unit"
END_TO_END = "drop-false-needs:ci.yml:end-to-end:unit"
HANDBOOK = "drop-false-needs:ci.yml:handbook:lint"
PEOPLE = {"alice": "admin", "bob": "write", "carol": "read"}


@dataclass
class Stage:
    """`run` lets an event arrive. What was asked of GitHub is in `server.asked`, what there is in `server.state`."""

    server: Server
    store: Store | None = None
    token: Token = field(default_factory=lambda: APP)
    now: float = NOW
    newest: int = 100
    timeout: int = 3
    dry_run: bool = False
    workspace: str = ""
    kept: dict[str, Kept] | None = None
    wishes: Wishes = field(default_factory=Wishes)

    def bot(self) -> Bot:
        secret = f"ghs_{self.token.login}{self.token.kind}{'-'.join(sorted(self.token.may))}"
        # a copy: what a token may still ask is counted, and other tests have it too
        self.server.tokens.setdefault(secret, replace(self.token))
        url, clock = self.server.url, (lambda: self.now, self._sleep)
        service = GitHub("acme/shop", secret, *clock, self.kept, url, timeout=self.timeout)
        recording = Recording(service, "acme/shop", self.newest, self.store)
        proposer = Proposer(
            service,
            self.wishes,
            datetime.fromtimestamp(self.now, UTC),
            runs_of=recording.of,
            requirements=service.required_checks,
            server="https://github.example.org",
            dry_run=self.dry_run,
        )
        return Bot(service, proposer, recording, run_url="https://github.example.org/acme/shop/actions/runs/1")

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self, name: str, changed: dict[str, Json], mode: Mode = Mode.AUTO) -> Acted:
        """An event with some of its values, by paths with dots; `issue_comment$created` in GitHub's description."""
        event = event_of(name.partition("$")[0], fields_at(Place("event.json"), _sent(name, changed)))
        return act(self.bot(), event, mode, (self.workspace or ".",))

    # --- what happens

    def schedule(self) -> Acted:
        return self.run("schedule", {})

    def click(self) -> Acted:
        return self.run("workflow_dispatch$event", {})

    def comment(self, body: str, author: str = "alice", number: int = 0) -> Acted:
        """A person comments, and GitHub tells the bot."""
        number = number or self.pull.number
        return self.deliver(self.server.state.comment(number, body, author))

    def deliver(self, comment: int) -> Acted:
        """GitHub tells the bot about a comment, perhaps not for the first time."""
        remark = self.server.state.remarks[comment]
        return self.run(
            "issue_comment$created",
            {
                "issue.number": remark.pull,
                "issue.pull_request": {"url": "x"} if remark.pull in self.server.state.pulls else None,
                "comment.id": comment,
                "comment.body": remark.body,
                "comment.user.login": remark.author.login,
                "comment.user.type": "User",
                "sender.type": "User",
            },
        )

    def edit(self, body: str, author: str = "alice") -> Acted:
        """A person edits the text of the pull request, and GitHub tells the bot."""
        pull = self.pull
        before, pull.body = pull.body, body
        return self.run(
            "pull_request$edited",
            {
                "pull_request.number": pull.number,
                "pull_request.head.ref": BRANCH,
                "pull_request.body": body,
                "changes": {"body": {"from": before}},
                "sender.login": author,
                "sender.type": "User",
            },
        )

    def ended(self, branch: str, path: str = CI) -> Acted:
        """A run of a workflow ended on a branch."""
        return self.run(
            "workflow_run$completed",
            {"workflow_run.head_branch": branch, "workflow_run.path": path, "workflow_run.id": 1},
        )

    # --- what there is

    @property
    def pull(self) -> Pull:
        """The one pull request of the bot."""
        (pull,) = self.server.state.open_pulls()
        return pull

    @property
    def subjects(self) -> list[str]:
        """The first lines of the commits on the branch, the oldest first."""
        return [made.message.split("\n")[0] for made in self.server.state.log(BRANCH)]

    @property
    def workflow(self) -> str:
        return self.server.state.file(BRANCH, CI).decode()

    def said(self, key: str) -> str:
        """What the bot says about a matter, in its one comment on it."""
        mark = f"<!-- needful:{key} -->\n"
        found = [one.body for one in self.server.state.remarks.values() if one.body.startswith(mark)]
        assert len(found) <= 1, "one comment for each matter"
        return found[0].removeprefix(mark) if found else ""

    def reactions(self, comment: int) -> list[str]:
        return [content for _, content in self.server.state.remarks[comment].reactions]

    def last_comment(self) -> int:
        """The newest comment of a person."""
        return max(one.id for one in self.server.state.remarks.values() if not one.author.program)

    def faster_runs(self, branch: str, event: str, count: int, factor: float = 0.6) -> None:
        """Runs of the recorded kind whose every time is a fixed share of what it was."""
        alike = [run for run in recorded() if run["event"] == event and run["conclusion"] == "success"]
        for run in alike[:count]:
            self.now += 3600
            add_run(self.server, _moved(run, 900_000 + len(self.server.state.runs), self.now, factor), branch)


def _sent(name: str, changed: dict[str, Json]) -> Json:
    common: dict[str, Json] = {"repository.default_branch": "main"}
    if name == "schedule":  # which GitHub does not describe
        return {"schedule": "0 6 * * 1", "repository": {"default_branch": "main"}}
    return payload(name, {**common, **changed})


def demo_files() -> dict[str, bytes]:
    found = (file for file in DEMO.rglob("*") if file.is_file() and "history" not in file.parts)
    return {file.relative_to(DEMO).as_posix(): file.read_bytes() for file in found}


def recorded() -> Iterator[dict[str, Any]]:
    """The recorded runs of the demonstration, as GitHub's API returned them."""
    with gzip.open(DEMO / "history" / "runs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def add_run(server: Server, run: dict[str, Any], branch: str = "") -> None:
    """Let GitHub know a run and its jobs."""
    jobs = run["jobs"]
    own = {key: run[key] for key in _RUN} | {"head_branch": branch or run["head_branch"]}
    # GitHub lists each run once, with its latest attempt
    server.state.runs = [known for known in server.state.runs if known["id"] != own["id"]]
    server.state.runs.append(filled("workflow-run", **own))
    server.state.jobs[run["id"], run["run_attempt"]] = [
        filled("job", **{key: job[key] for key in _JOB}) for job in jobs
    ]


_TIMES = ("created_at", "run_started_at", "started_at", "completed_at", "updated_at")
_RUN = ("id", "name", "path", "event", "head_sha", "run_attempt", "status", "conclusion", *_TIMES[:2], "updated_at")
_JOB = (
    *("id", "run_id", "head_sha", "run_attempt", "status", "name", "conclusion", "created_at", "started_at"),
    *("completed_at", "labels", "steps"),
)


def _moved(run: dict[str, Any], number: int, start: float, factor: float) -> dict[str, Any]:
    """The same run at another time, faster."""
    zero = _seconds(run["created_at"])

    def moved(value: Any) -> Any:  # noqa: ANN401
        match value:
            case dict():
                return {key: _iso(key, item) if key in _TIMES and item else moved(item) for key, item in value.items()}
            case list():
                return [moved(item) for item in value]
        return value

    def _iso(_: str, text: str) -> str:
        at = start + (_seconds(text) - zero) * factor
        return datetime.fromtimestamp(round(at), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    made: dict[str, Any] = moved(run) | {"id": number}
    made["jobs"] = [job | {"id": number * 100 + place, "run_id": number} for place, job in enumerate(made["jobs"])]
    return made


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
