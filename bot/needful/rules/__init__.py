"""All rules, in the order in which they are applied: defects first."""

from __future__ import annotations

from needful.rules import add_missing_needs, drop_false_needs, drop_implied_needs
from needful.rules.api import Obligation, Proposal, Rule, Tier

RULES: tuple[Rule, ...] = (add_missing_needs.RULE, drop_false_needs.RULE, drop_implied_needs.RULE)

__all__ = ["RULES", "Obligation", "Proposal", "Rule", "Tier"]
