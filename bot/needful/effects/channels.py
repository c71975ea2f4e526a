"""The channels through which one job, or one step, can affect another, and effects on them."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from needful.effects.names import Name


class Channel(Enum):
    """First those between jobs of a run, then those between steps of one job, as people call them."""

    OUTPUT = "output"  # outputs and result of a job: the `needs` context
    ARTIFACT = "artifact"
    PAGES = "GitHub Pages"
    CACHE = "cache"
    IMAGE = "image"  # in a registry; named by repository, without tag
    REF = "git ref"  # branches and tags of a remote repository
    RELEASE = "release"  # of GitHub, with its assets; named by tag
    PACKAGE = "package"  # in a registry of packages; named as the registry's tool names it
    ATTESTATION = "attestation"
    DEPLOYMENT = "deployment"  # sites, clusters, servers
    INFRASTRUCTURE = "infrastructure"  # state of terraform, pulumi, cdk …
    DISK = "runner disk"  # what a self-hosted runner keeps between jobs
    SNAPSHOT = "runner snapshot"
    REPORT = "report"  # services that collect coverage and test results
    SCAN = "code scanning"
    CONVERSATION = "conversation"  # comments, labels, statuses and checks of issues and pull requests
    RUN = "workflow run"  # other runs: started, cancelled, waited for
    SERVICE = "service"  # any other thing outside: buckets, databases, APIs; named by tool or address
    VARIABLE = "variable"  # variables and secrets of the repository
    TOKEN = "token"  # credentials handed on
    BUILD_CACHE = "build cache"  # remote caches of build tools

    FILES = "files"  # workspace, home and temporary files; named by path
    CHECKOUT = "checkout"
    ENV = "environment variable"  # through GITHUB_ENV
    PATH = "search path"  # through GITHUB_PATH
    STEP_OUTPUT = "step output"  # named `<id>.<output>`
    STATUS = "status"  # outcome and conclusion of a step; named by its id
    TOOL = "tool"  # installed programs; named by program
    DEPENDENCIES = "dependencies"  # what a lock file lists, installed; named by tool family: npm, pip …
    DAEMON = "daemon"  # background processes, services, ports, emulators, clusters on the runner
    DOCKER = "local image"  # images, containers and builders of the local docker
    CREDENTIAL = "credential"  # logins, keys and agents left in the job
    GIT = "git state"  # index, branch, configuration of the local repository
    LOG = "log"  # masks and problem matchers
    POST = "post step"  # what an action does at the end of the job; named by action
    LOCK = "lock"  # what only one at a time can use: a build directory, a cache, what test suites share


BETWEEN_JOBS = frozenset(list(Channel)[: list(Channel).index(Channel.FILES)])

OUTLASTING = BETWEEN_JOBS - {Channel.OUTPUT, Channel.CACHE, Channel.BUILD_CACHE}
"""Where what is written outlasts the job. A cache that is saved twice is saved once: the second finds its key taken."""


EXTERNAL = frozenset(
    {
        *(Channel.PAGES, Channel.IMAGE, Channel.REF, Channel.RELEASE, Channel.PACKAGE, Channel.ATTESTATION),
        *(Channel.DEPLOYMENT, Channel.INFRASTRUCTURE, Channel.CONVERSATION, Channel.RUN, Channel.SERVICE),
        *(Channel.VARIABLE, Channel.TOKEN),
    }
)
"""Where what is written cannot be taken back, or is seen by people and other systems."""


class Way(Enum):
    READS = "reads"
    WRITES = "writes"


class Touch(NamedTuple):
    """What a command or an action does on a channel. `name` says to what; a lone hole: nobody knows.

    `text` says it in plain words with a verb first (`pushes an image`). Not `certain`: it could not be excluded.
    """

    channel: Channel
    way: Way
    name: Name
    text: str
    certain: bool = True
