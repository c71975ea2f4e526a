"""What one step does on every channel, and what of it cannot be seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain

from needful.effects.actions import action_touches, facts_of
from needful.effects.channels import EXTERNAL, OUTLASTING, Channel, Touch, Way
from needful.effects.commands import Meaning
from needful.effects.expressed import asked_for, expressed, put_out
from needful.effects.images import image_name
from needful.effects.manifests import package_name
from needful.effects.model import Effect, Evidence
from needful.effects.names import Name, literal
from needful.effects.walk import Site
from needful.effects.work import Deed, Walk, Work, inside_repository
from needful.memory import Lazily
from needful.workflow.model import StepKind, UsesKind
from needful.workflow.repository import Repository

# what an image or an environment of its own has of its own as well
_OF_THE_MACHINE = frozenset({Channel.FILES, Channel.TOOL, Channel.DEPENDENCIES, Channel.PATH, Channel.ENV, Channel.GIT})
# what a command writes there only serves the steps behind it
_PREPARED = frozenset({Channel.ENV, Channel.PATH, Channel.STEP_OUTPUT, Channel.LOG, Channel.TOOL, Channel.DEPENDENCIES})
_SET_UP = re.compile(r"setup|set-up|install|toolchain|checkout|cache|harden-runner")


@dataclass(frozen=True)
class StepEffects:
    """What one step does, on all channels. Nothing is read before it is asked for: commands cost the most of a plan.

    `images` are those that `docker/metadata-action` names, by the ids of its steps in lower case.
    """

    site: Site
    repository: Repository = field(repr=False, compare=False)
    images: Mapping[str, tuple[Name, ...]] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def _walk(self) -> Walk:
        return Walk(self.site, self.repository)

    @cached_property
    def _work(self) -> Work:
        return self._walk.work()

    @cached_property
    def effects(self) -> Lazily[Effect]:
        """All that it does, each once."""
        return Lazily(_each_once(self._effects()))

    def _effects(self) -> Iterator[Effect]:
        site, repository = self.site, self.repository
        touched = (
            _effect(_named(touch, site, (), repository), site.evidence(touch.text))
            for touch in action_touches(site, self.images)
        )
        said = (_effect(touch, site.evidence(touch.text)) for touch in (*expressed(site), *_image(site)))
        done = (effect for deed in self.deeds for effect in _effects(site, deed, repository))
        return chain(touched, said, done)

    @cached_property
    def unknown(self) -> Evidence | None:
        """The action that it uses, if nobody knows that one."""
        step = self.site.step
        if step.kind is not StepKind.USES or step.uses is None or facts_of(self.site) is not None:
            return None
        return self.site.evidence(f"uses {step.uses.text.value}, an action that is not known here")

    @property
    def deeds(self) -> Lazily[Deed]:
        """The commands that it runs, one by one."""
        return self._walk.deeds

    @property
    def hides(self) -> bool:
        """Whether something that cannot be seen was met on the way to those commands that were gone through so far."""
        return self._walk.hides

    @property
    def opaque(self) -> tuple[Evidence, ...]:
        """What of it cannot be seen."""
        return self._work.gaps

    @property
    def meant(self) -> tuple[Evidence, ...]:
        """What of it cannot be seen, but for what an install runs.

        That runs on the machine of everybody who installs, where there is no run that it could look at, and no
        checkout that lets it push: nothing that other jobs wait for is made there.
        """
        return tuple(gap for gap in self._work.gaps if gap not in self._work.hooks)

    @property
    def own(self) -> tuple[Evidence, ...]:
        """Programs of the repository, as in `work.Work`."""
        return self._work.own

    @cached_property
    def irreversible(self) -> Lazily[Evidence]:
        """What it certainly does outside the run."""
        return Lazily(effect.evidence for effect in self.effects if _lasts(effect))

    def outlasting(self) -> Iterator[Evidence]:
        """What it leaves outside of its job, or may leave: what cannot be seen comes last."""
        for effect in self.effects:
            if effect.way is Way.WRITES and effect.channel in OUTLASTING:
                yield effect.evidence
        yield from self.opaque[:1]
        if self.unknown is not None:
            yield self.unknown

    @cached_property
    def checks(self) -> tuple[Evidence, ...]:
        """What runs the project's own code by its tool's ordinary work (tests, builds)."""
        return tuple(_checks(self.site, self._work, lints=True))

    @cached_property
    def tests(self) -> tuple[Evidence, ...]:
        """Those of `checks` that may use what they are given: linters and formatters do nothing with a secret."""
        return tuple(_checks(self.site, self._work, lints=False))

    @cached_property
    def works(self) -> tuple[Evidence, ...]:
        """What does more than set up and install."""
        return tuple(_works(self.site, self._work))


def _lasts(effect: Effect) -> bool:
    return effect.certain and effect.channel in EXTERNAL and effect.way is Way.WRITES


def _each_once(effects: Iterable[Effect]) -> Iterator[Effect]:
    seen: set[Effect] = set()
    for effect in effects:
        if effect not in seen:
            seen.add(effect)
            yield effect


def _image(site: Site) -> Iterator[Touch]:
    """The image that a step runs."""
    uses = site.step.uses
    if uses is not None and uses.kind is UsesKind.DOCKER:
        yield Touch(Channel.IMAGE, Way.READS, image_name(literal(uses.name)), "runs an image")


def _checks(site: Site, done: Work, *, lints: bool) -> Iterator[Evidence]:
    facts = facts_of(site)
    if facts is not None and facts.checks:
        yield site.evidence(f"uses {site.step.uses.text.value}" if site.step.uses else "")
    for deed in done.deeds:
        if deed.meaning.checks and not deed.sealed and (lints or not deed.meaning.lints):
            yield _said(site, deed, "runs")
    yield from done.own


def _effect(touch: Touch, evidence: Evidence) -> Effect:
    return Effect(touch.channel, touch.way, touch.name, evidence, touch.certain)


def _effects(site: Site, deed: Deed, repository: Repository) -> Iterator[Effect]:
    for touch in (*deed.meaning.touches, *asked_for(deed.command)):
        if not (deed.contained and touch.channel in _OF_THE_MACHINE):
            named = put_out(site, _named(touch, site, deed.folder, repository))
            yield _effect(named, _said(site, deed, touch.text))


def _named(touch: Touch, site: Site, folder: Name | None, repository: Repository) -> Touch:
    """What is published from a folder is called as its manifest says."""
    if touch.channel is not Channel.PACKAGE or touch.way is Way.READS or len(touch.name) != 2:
        return touch
    registry, inside = touch.name[0], inside_repository(site, folder)
    name = package_name(registry, inside, repository) if isinstance(registry, str) and inside is not None else None
    return touch if name is None else touch._replace(name=literal(f"{registry}{name}"))


def _said(site: Site, deed: Deed, text: str) -> Evidence:
    """What a command does, where the command stands and how it is reached."""
    quoted = f"{text} `{deed.command.text}`" if text == "runs" else f"{text} (`{deed.command.text}`)"
    return site.seen(quoted, deed.spot.line, deed.spot.way)


def _works(site: Site, done: Work) -> Iterator[Evidence]:
    """What does more than set up and install: a job without it is there to fill caches."""
    step = site.step
    if step.uses is not None and not (facts_of(site) is not None and _SET_UP.search(step.uses.name)):
        yield site.evidence(f"uses {step.uses.text.value}")
    for deed in done.deeds:
        if not deed.hook and _is_work(deed.meaning):
            yield _said(site, deed, "runs")
            return
    yield from [seen for seen in (*done.own, *done.gaps) if seen not in done.hooks][:1]


def _is_work(means: Meaning) -> bool:
    """Whether a command does more than prepare for others. One that leads to others is judged by those."""
    if means.neutral or means.installs or means.opens or means.runs or means.scripts:
        return False
    return (
        not means.known
        or means.checks
        or any(t.way is Way.WRITES and t.channel not in _PREPARED for t in means.touches)
    )
