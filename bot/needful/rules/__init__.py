"""All rules, in the order in which they are applied: defects first."""

from __future__ import annotations

from needful.rules import (
    add_missing_needs,
    background_step,
    bound_job_time,
    cache_builds,
    cache_dependencies,
    cache_docker_layers,
    cache_downloads,
    cancel_superseded,
    drop_false_needs,
    drop_implied_needs,
    drop_useless_cache,
    fix_cache_key,
    frozen_install,
    longest_first,
    merge_tiny_jobs,
    no_double_run,
    parallel_steps,
    shallow_checkout,
    shard_tests,
    split_job,
    split_matrix_barrier,
)
from needful.rules.api import Proposal, Rule, Subject, Tier

RULES: tuple[Rule, ...] = (
    add_missing_needs.RULE,
    drop_false_needs.RULE,
    drop_implied_needs.RULE,
    drop_useless_cache.RULE,
    fix_cache_key.RULE,
    cache_dependencies.RULE,
    cache_builds.RULE,
    cache_downloads.RULE,
    cache_docker_layers.RULE,
    shallow_checkout.RULE,
    frozen_install.RULE,
    cancel_superseded.RULE,
    no_double_run.RULE,
    split_job.RULE,
    background_step.RULE,
    parallel_steps.RULE,
    longest_first.RULE,
    split_matrix_barrier.RULE,
    bound_job_time.RULE,
    shard_tests.RULE,
    merge_tiny_jobs.RULE,
)

__all__ = ["RULES", "Proposal", "Rule", "Subject", "Tier"]
