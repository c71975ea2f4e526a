"""What must hold before a pull request is merged, as far as the token may ask."""

from __future__ import annotations

from needful.forge.github.answers import at, entries, text
from needful.forge.github.connection import Connection, segment
from needful.forge.model import Check, Requirements
from needful.history.fields import Json


def required_checks(connection: Connection, branch: str) -> Requirements:
    """From rulesets, which everybody who reads may ask, and from branch protection, which only administrators may.

    Where protection may not be asked, the branch itself tells its checks to whoever may push.
    https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
    """
    checks: dict[Check, None] = {}
    unknown = []
    for answer in connection.answers(f"/rules/branches/{segment(branch)}", {}):
        if answer.status in {403, 404}:
            unknown.append(f"the rulesets of {branch} could not be asked: {answer.said}")
            break
        for rule in entries(answer.expect(f"the rules of {branch}", 200)):
            if at(rule, "type") == "required_status_checks":
                listed = entries(rule, "parameters", "required_status_checks")
                checks |= dict.fromkeys(_checks(listed, "integration_id"))
    protected = connection.get(f"/branches/{segment(branch)}/protection/required_status_checks")
    if protected.status == 200:
        checks |= dict.fromkeys(_checks(entries(protected.body, "checks"), "app_id"))
    elif not (protected.status == 404 and ("not protected" in protected.said or "not enabled" in protected.said)):
        found = _seen_from_outside(connection, branch)
        if found is None:
            unknown.append(f"the protection of {branch} could not be asked: {protected.said}")
        else:
            checks |= dict.fromkeys(found)
    return Requirements(tuple(checks), tuple(unknown))


def _seen_from_outside(connection: Connection, branch: str) -> list[Check] | None:
    answer = connection.get(f"/branches/{segment(branch)}")
    if answer.status != 200:
        return None
    if at(answer.body, "protected") is False:
        return []
    listed = at(answer.body, "protection", "required_status_checks", "checks")
    return None if listed is None else _checks(entries(listed), "app_id")


def _checks(listed: list[Json], app: str) -> list[Check]:
    found = []
    for entry in listed:
        by = at(entry, app)
        found.append(Check(text(entry, "context"), by if isinstance(by, int) and by > 0 else None))
    return found
