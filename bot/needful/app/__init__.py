"""The only orchestration: where files, clock, network and randomness are handed in."""

from needful.app.choosing import Wishes, choose, only_defects
from needful.app.plans import expect_found, explain_target, graph_target, plan_repository, plan_target, verified
from needful.app.targets import WORKFLOWS, Target, find_targets
from needful.app.writing import folder_names, write_below, write_drawing, write_in_place

__all__ = [
    "WORKFLOWS",
    "Target",
    "Wishes",
    "choose",
    "expect_found",
    "explain_target",
    "find_targets",
    "folder_names",
    "graph_target",
    "only_defects",
    "plan_repository",
    "plan_target",
    "verified",
    "write_below",
    "write_drawing",
    "write_in_place",
]
