"""What a run of the bot on GitHub has at hand."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from needful.app.proposing import Proposer
from needful.app.recording import Recording
from needful.forge.model import WORKFLOWS
from needful.forge.outcomes import Denied, Refused, Stop
from needful.forge.protocol import Service
from needful.forge.remarks import find, say


@dataclass(frozen=True)
class Bot:
    """`proposer.forge` is the same as `service`. `seed` is for what is drawn at random: the same gives the same.

    `run_url` is the address of this run, `""` where there is none; `workspace` the folder of the checkout.
    """

    service: Service
    proposer: Proposer
    recording: Recording
    seed: int = 0
    run_url: str = ""
    workspace: str = "."

    @property
    def dry_run(self) -> bool:
        return self.proposer.dry_run

    def by_hand(self) -> Bot:
        """The same, started by a person."""
        return replace(self, proposer=replace(self.proposer, by_hand=True))

    def say(self, number: int, key: str, text: str, *, first: bool = True) -> str:
        """Say something on a pull request in place of what was said; not `first`: only where something was said.

        Returns, in a sentence, why it could not be said, `""` where it was. Raises `Stop` where GitHub does not answer.
        """
        if self.dry_run:
            return ""
        try:
            if first or find(self.service, number, key) is not None:
                say(self.service, number, key, text)
        except Stop as stop:
            if isinstance(stop.reason, Denied | Refused):
                return f"it could not be said on #{number}: {stop.reason}"
            raise
        return ""

    def react(self, comment: int, reaction: str) -> None:
        """React to a comment; that it cannot be done matters little."""
        if not self.dry_run:
            with suppress(Stop):
                self.service.react(comment, reaction)


def touches_workflows(path: str) -> bool:
    """Whether a file can change what our checks find: workflows, local actions, and our settings."""
    name = path.rpartition("/")[2]
    return path.startswith((f"{WORKFLOWS}/", ".github/")) or name in ("action.yml", "action.yaml")
