"""Which tokens the action of a step holds: the job's own, and the runner's."""

from __future__ import annotations

from collections.abc import Mapping

from needful.effects.actions import facts_of, javascript
from needful.effects.artifacts import given
from needful.effects.channels import BETWEEN_JOBS, Touch, Way
from needful.effects.octokit import octokit_touches
from needful.effects.walk import Site
from needful.facts.actions import ActionFacts, TokenFacts
from needful.workflow.model import Text

_VARIABLES = ("github_token", "gh_token")


def uses_token(site: Site) -> Mapping[str, str] | None:
    """The permissions of the job's token that an action may use, as `permissions:` writes them; `*` is any.

    Nothing where it certainly does not hold that token, or only reads; None for an action that is not known. An
    identity token (`id-token`) is asked for without the job's token.
    """
    facts = facts_of(site)
    if facts is None:
        return None
    token = facts.token
    if token is None:
        return {}
    held = _holds(token, site)
    if "*" in token.permissions and held:
        held = _acts_unseen(site, facts) or any(map(_writes, _seen(site, facts)))
    return {scope: level for scope, level in token.permissions.items() if held or scope == "id-token"}


def holds_runner_token(site: Site) -> bool:
    """Whether what a step runs holds the runner's own token, and cannot be seen to leave it alone.

    With that token, scripts read and write the artifacts and caches of the run; commands of `run` do not have it.
    """
    facts = facts_of(site)
    return facts is not None and facts.runtime and _acts_unseen(site, facts)


def leaves_runner_token(site: Site) -> bool:
    """Whether a step hands the runner's token on to all commands of its job.

    Some action does so, and scripts of others name the variable. Caches of compilers that are set up in this way leave
    it there as well: those are taken to use it for their own entries.
    """
    facts = facts_of(site)
    return (facts is not None and facts.runtime and facts.credential) or any(
        "ACTIONS_RUNTIME_TOKEN" in variable.value.value for variable in site.step.inputs
    )


def _holds(token: TokenFacts, site: Site) -> bool:
    handed = [text for key in token.inputs if (text := given(site.step, key)) is not None]
    if not handed and not token.default:
        handed = [site.scope.env[key] for key in _VARIABLES if key in site.scope.env]
    return not all(map(_is_another, handed)) if handed else token.default


def _is_another(token: Text) -> bool:
    """Whether a text is certainly not the job's token: a secret of another name, or no expression at all."""
    reads = [access for part in token.template.expressions for access in part.accesses]
    return all(
        access[0] == "secrets" and len(access) > 1 and str(access[1]).upper() != "GITHUB_TOKEN" for access in reads
    )


def _acts_unseen(site: Site, facts: ActionFacts) -> bool:
    scripts = tuple(javascript(site, facts))
    return not scripts or any(octokit_touches(script) is None for script in scripts)


def _seen(site: Site, facts: ActionFacts) -> list[Touch]:
    return [touch for script in javascript(site, facts) for touch in octokit_touches(script) or ()]


def _writes(touch: Touch) -> bool:
    return touch.way is Way.WRITES and touch.channel in BETWEEN_JOBS
