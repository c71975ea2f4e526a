"""What would let a job do more than can be seen of it.

A command that nobody can see through, in a job on a fresh runner with a read-only token, without secrets and OIDC,
cannot change anything that another job could see, except through outputs, artifacts and caches, which stand in the
YAML. So a capability takes two: a *power* (a token, a secret, a login) and a *hand* that it is in reach of: a command
or an action that is not known, or the project's own code where somebody gives it a secret.

One power is nobody's wish: where no `permissions` are set, `actions/checkout` leaves the default token for `git`. It
counts for a hand only where some word about it speaks of pushing, or where the job makes commits. (Of 1,936 real
workflows, 16 run a script that pushes, and all are named for it. 14 were seen to be given the permission or a token;
two set no permissions, and were not opened.) What the job or the workflow is called is no such word where everybody's
pull requests run the command: in their runs that token may only read, so that whatever runs there does without it. (Of
159 commands that push in these workflows, those in scripts among them, the only script that pull requests run
unasked is a dry run that does not push.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from needful.effects.actions import facts_of
from needful.effects.caches import caches
from needful.effects.channels import EXTERNAL, Channel, Way
from needful.effects.events import lets_in
from needful.effects.irreversible import speaks_of_publishing, speaks_of_pushing
from needful.effects.model import Effect, Evidence
from needful.effects.names import show
from needful.effects.permissions import may_write
from needful.effects.step import StepEffects
from needful.workflow.model import Job, Permissions, Step, Text, Workflow

_COMMITS = re.compile(
    r"`git\b[^`]*? (?:am|branch|cherry-pick|commit|merge|push|rebase|remote|revert|subtree|tag|worktree|user\.\w+"
    r"|-[bBc])\b"
)


_TESTS = re.compile(
    r"(?:^|[^a-z])(?:bench\w*|check\w*|clippy|coverage|cypress|e2e|integration\w*|jest|lint\w*|mypy|\w*tests?|playwright"
    r"|spec\w*|type-?check\w*|unit\w*|verify|vet|vitest)(?:$|[^a-z])",
    re.IGNORECASE,
)


# what secrets and logins are called that let somebody publish, deploy or push
_PUBLISHERS = re.compile(
    r"(?:^|[^a-z])(?:\w*bot|app|aur|brew|cargo|certificate|cert|chocolatey|choco|clojars|cloudflare|codesign|crates|deploy"
    r"\w*|docker\w*|firebase|gem|ghcr|git\w*|gh|gpg|hackage|heroku|hex|homebrew|key_?chain|kube\w*|maven|netlify|node_auth"
    r"|notari\w*|npm|nuget|oidc|ossrh|ovsx|pat|powershell|prod\w*|publish\w*|push|pypi|quay|registry|releas\w*|rubygems|sign"
    r"\w*|snapcraft|snap|sonatype|ssh|twine|upload|vercel|vsce|write)(?:$|[^a-z])",
    re.IGNORECASE,
)


class _Power(NamedTuple):
    """`text` goes on after "and it": `holds …`. `tests`: the project's own tests may well use it.

    `git`: it serves to push commits and tags, and no more. `unasked`: it is there though nobody asked for it.
    """

    text: str
    tests: bool = True
    git: bool = False
    unasked: bool = False


class Able(NamedTuple):
    """What a job may do unseen.

    `pushes` are the capabilities that could push commits and tags, and no more; `trials` those of tests: they may leave
    something where they are signed in, but nobody publishes or deploys by them. `trusted` are hands that are taken not
    to use a power that nobody asked for.
    """

    capabilities: tuple[Evidence, ...]
    pushes: tuple[Evidence, ...]
    trials: tuple[Evidence, ...]
    trusted: tuple[Evidence, ...]


def of_job(
    workflow: Workflow,
    job: Job,
    permissions: Permissions | None,
    steps: tuple[StepEffects, ...],
    disk: Evidence | None,
    *,
    open_to_all: bool,
) -> Able:
    """The capabilities of a job.

    `permissions` are those that its token has, None where no file says. `disk`: why its machine may be one that
    somebody keeps. `open_to_all`: it runs for everybody's pull requests too.
    """
    around = _around(workflow, job, permissions, disk)
    powers = [*around, *(power for step in steps for power in _left(step, permissions))]
    hands = tuple(map(_hands, steps))
    found = list(_pairs((power for power in powers if not power.git), hands))
    for step in steps:
        found += _pairs(_given(step, permissions), (_hands(step),))
        if step.unknown is not None and may_write(permissions):
            found.append(_with(step.unknown, f"may use {token(permissions)}"))
        found += [effect.evidence for effect in step.effects if _may_happen(effect)]
        if disk is not None:
            # what a cache brings back was there before
            staying = (effect.evidence for effect in step.effects if _stays(effect) and not _restores(step))
            found += [_with(evidence, "its machine outlives the job") for evidence in staying]
    asked = [power for power in powers if power.git and not power.unasked]
    unasked = [power for power in powers if power.unasked]
    if any(map(_makes_commits, steps)):
        suspects = hands
    elif _is_named_for_it(workflow, job):
        suspects = tuple(_suspect(step) if open_to_all and lets_in(step.site) else _hands(step) for step in steps)
    else:
        suspects = tuple(map(_suspect, steps))
    pushes = (*_pairs(asked, hands), *_pairs(unasked, suspects))
    trusted = () if pushes else tuple(_pairs(unasked, hands))
    trials = tuple(_trials(job, steps, found)) if found else ()
    return Able((*found, *pushes), pushes, trials, trusted)


def _trials(job: Job, steps: Iterable[StepEffects], found: Iterable[Evidence]) -> Iterator[Evidence]:
    """Those of the capabilities that are there to try something.

    They are those of tests, and in a job that is named for tests those of commands that cannot be seen too: neither the
    command and its step nor the power may be called after anything that lasts.
    """
    tests: set[str] = set()
    helpers: set[str] = set()
    tries = _is_named_for_tests(job)
    for step in steps:
        tests.update(hand.text for hand in step.tests if _is_test(hand))
        own = step.site.step
        if tries and not speaks_of_publishing(own.id, own.name.value if own.name is not None else ""):
            helpers.update(hand.text for hand in step.opaque if not speaks_of_publishing(hand.text))
    for one in found:
        hand, _, power = one.text.rpartition(", and ")
        if hand in tests or (hand in helpers and (_TESTS.search(power) or not _PUBLISHERS.search(power))):
            yield one


def _is_named_for_tests(job: Job) -> bool:
    names = (job.id, *((job.name.value,) if job.name is not None else ()))
    return any(map(_TESTS.search, names)) and not speaks_of_publishing(*names)


def _is_test(hand: Evidence) -> bool:
    return _TESTS.search(hand.text) is not None and not speaks_of_publishing(hand.text)


def _is_named_for_it(workflow: Workflow, job: Job) -> bool:
    names = (text.value for text in (workflow.name, job.name) if text is not None)
    return speaks_of_pushing(workflow.path.rpartition("/")[2], job.id, *names)


def _makes_commits(step: StepEffects) -> bool:
    """Whether a command prepares what is pushed: commits, tags, branches, or somebody's name for them."""
    return any(
        effect.channel is Channel.GIT and effect.way is Way.WRITES and _COMMITS.search(effect.evidence.text)
        for effect in step.effects
    )


class _Hands(NamedTuple):
    """What of a step may use a power: what cannot be seen, and the project's own code."""

    unseen: tuple[Evidence, ...]
    tests: tuple[Evidence, ...] = ()


def _hands(step: StepEffects) -> _Hands:
    return _Hands((*step.opaque, *_once(step.unknown)), step.tests)


def _suspect(step: StepEffects) -> _Hands:
    """Those hands of a step that some word about them connects with pushing."""
    own = step.site.step
    if speaks_of_pushing(own.id, own.name.value if own.name is not None else ""):
        return _hands(step)
    opaque = (hand for hand in step.opaque if speaks_of_pushing(hand.text))
    return _Hands((*opaque, *_once(step.unknown)))


def _may_happen(effect: Effect) -> bool:
    """Something that may be done to the outside world, but is not sure to be."""
    return effect.channel in EXTERNAL and effect.way is Way.WRITES and not effect.certain


def _stays(effect: Effect) -> bool:
    """What goes on, or lies there, after the job on a machine that somebody keeps: that may well be a deployment."""
    outside = effect.channel is Channel.FILES and show(effect.name).startswith(("/", "~"))
    return effect.way is Way.WRITES and (effect.channel in (Channel.DAEMON, Channel.DOCKER) or outside)


def _restores(step: StepEffects) -> bool:
    facts = facts_of(step.site)
    return any(caches(step.site)) or (facts is not None and facts.tool_cache is not None)


def _pairs(powers: Iterable[_Power], hands: Iterable[_Hands]) -> Iterator[Evidence]:
    """Each power with the first hand that it is in reach of."""
    known = tuple(hands)
    unseen = [hand for step in known for hand in step.unseen]
    tests = [hand for step in known for hand in step.tests]
    for power in powers:
        hand = next(iter([*unseen, *tests] if power.tests else unseen), None)
        if hand is not None:
            yield _with(hand, power.text)


def _once(evidence: Evidence | None) -> tuple[Evidence, ...]:
    return () if evidence is None else (evidence,)


def _with(hand: Evidence, power: str) -> Evidence:
    return hand._replace(text=f"{hand.text}, and {power}")


def _around(workflow: Workflow, job: Job, permissions: Permissions | None, disk: Evidence | None) -> Iterator[_Power]:
    """What every step of a job has."""
    texts = [variable.value for variable in (*workflow.env, *job.env)]
    for container in (job.container, *job.services):
        texts += container.texts if container is not None else ()
    for secret in dict.fromkeys(secret for text in texts for secret in secrets_of(text)):
        yield _Power(f"has the secret {secret}")
    if may_write(permissions) and any(holds_token(text) for text in texts):
        yield _Power(f"holds {token(permissions)}")
    if may_write(permissions, "id-token"):
        yield _Power("can ask for an OIDC token", tests=False)
    if disk is not None:
        yield _Power("its machine may hold credentials of its own", tests=False)


def _given(step: StepEffects, permissions: Permissions | None) -> Iterator[_Power]:
    """What a step is given for itself."""
    given = step.site.step.texts
    for secret in dict.fromkeys(secret for text in given for secret in secrets_of(text)):
        yield _Power(f"receives the secret {secret}")
    if may_write(permissions) and any(holds_token(text) for text in given):
        yield _Power(f"receives {token(permissions)}")


def _left(step: StepEffects, permissions: Permissions | None) -> Iterator[_Power]:
    """What a step leaves in the job for those behind it; it is held against those before it as well."""
    own = step.site.step
    secrets = [secret for text in own.texts for secret in secrets_of(text)]
    if own.uses is not None and own.uses.name == "actions/checkout":
        if keeps_token(own) and (secrets or may_write(permissions, "contents")):
            what = f"the secret {secrets[0]}" if secrets else token(permissions)
            text = f"could push with what the checkout leaves: {what}"
            yield _Power(text, tests=False, git=not secrets, unasked=not secrets and permissions is None)
        return
    for effect in step.effects:
        if effect.channel is Channel.CREDENTIAL and effect.way is Way.WRITES and effect.certain:
            by = f" by {own.uses.name}" if own.uses is not None else ""
            yield _Power(f"is signed in{by} ({effect.evidence.text})")
            break
    if own.run is not None:
        yield from (_Power(f"may find the secret {secret}") for secret in secrets)


def keeps_token(checkout: Step) -> bool:
    """Whether a checkout leaves its credential in the job for `git` to use."""
    kept = checkout.input("persist-credentials")
    return kept is None or kept.value.strip().lower() != "false"


def holds_token(text: Text) -> bool:
    """Whether a text hands the job's token on."""
    reads = (access for part in text.template.expressions for access in part.accesses)
    return any(
        len(access) > 1 and (access[0], str(access[1]).lower()) in (("github", "token"), ("secrets", "github_token"))
        for access in reads
    )


def secrets_of(text: Text) -> Iterator[str]:
    """The secrets that a text reads, for people. The job's own token is none: permissions bound it."""
    for expression in text.template.expressions:
        for access in expression.accesses:
            if access[0] == "secrets" and (len(access) < 2 or str(access[1]).upper() != "GITHUB_TOKEN"):
                yield f"`{access[1]}`" if len(access) > 1 and access[1] else "(any)"


def token(permissions: Permissions | None) -> str:
    """A job's token, for people."""
    if permissions is None:
        return "the repository's default token, which may write: no `permissions` are set"
    return "a token that may write"
