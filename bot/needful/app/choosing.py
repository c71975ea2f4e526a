"""What is to be done about a repository: its settings, and what the user says, which wins over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from needful.app.files import failed, reader
from needful.config.reader import PATH, PATHS, read_settings
from needful.config.settings import Objective, Settings
from needful.dependence.analysis import Wants
from needful.errors import UserError
from needful.planning.planner import Choice
from needful.report.terminal import shown_path
from needful.rules import RULES
from needful.rules.api import Tier


@dataclass(frozen=True)
class Wishes:
    """What stands on the command line: a tier (`""`: that of the settings), rules and changes by id.

    `config` is a settings file in place of the repository's own; `no_config` is for none at all. `defects`: only the
    rules that mend defects are meant. `objective` wins over that of the settings.
    """

    include: str = ""
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    wanted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    config: str | None = None
    no_config: bool = False
    defects: bool = False
    objective: Objective | None = None

    def for_defects(self) -> Wishes:
        """The same, about defects alone."""
        return replace(self, defects=True)

    def under(self, settings: Settings) -> Choice:
        """The choice, under settings. Raises `UserError` for a rule that does not exist."""
        choice = choose(self.include, self.only, self.skip, self.wanted, self.refused, settings)
        choice = replace(choice, wants=Wants(self.objective or settings.objective))
        return only_defects(choice) if self.defects else choice


def choose(
    include: str,
    only: Iterable[str],
    skip: Iterable[str],
    wanted: Iterable[str] = (),
    refused: Iterable[str] = (),
    settings: Settings = Settings(),
) -> Choice:
    """The user's choice of rules and changes, under settings. Raises `UserError` for a rule that does not exist."""
    known = [rule.id for rule in RULES]
    for name in (*only, *skip):
        if name not in known:
            raise UserError(f"there is no rule {name!r}", hint=f"the rules are {', '.join(known)}")
    for change in (*wanted, *refused):
        if change.partition(":")[0] not in known:
            raise UserError(f"{change!r} is no id of a change", hint="`needful plan` prints the ids")
    return Choice(
        Tier[(include or settings.tier).upper()],
        frozenset(only),
        frozenset(skip) | (settings.rules.off - frozenset(only)),
        settings.rules.on,
        frozenset(wanted),
        dict.fromkeys(refused, "left out by --without"),
        settings.ignore,
    )


def only_defects(choice: Choice) -> Choice:
    """The choice narrowed to the rules that mend defects, which is what a check is about."""
    defects = {rule.id for rule in RULES if rule.defect}
    if misplaced := sorted(choice.only - defects):
        raise UserError(
            f"{misplaced[0]!r} finds no defects, so there is nothing to check",
            hint=f"`needful check` knows {', '.join(sorted(defects))}; `needful plan` knows all rules",
        )
    usual = {rule.id for rule in RULES if rule.defect and (not rule.on_request or rule.id in choice.also)}
    return replace(choice, only=choice.only or frozenset(usual), wanted=frozenset(), refused={})


@dataclass(frozen=True)
class Found:
    """Settings, and the file they are from, as people name it; `""` where there is none."""

    settings: Settings = Settings()
    path: str = ""
    wrong: tuple[UserError, ...] = ()


def settings_of(root: str, wishes: Wishes) -> Found:
    """The settings of a checkout. Raises `UserError` where the file that the user names is not there."""
    return settings_in(reader(root), root, wishes)


def settings_in(read: Callable[[str], bytes | None], root: str, wishes: Wishes) -> Found:
    """The settings among files that are read by their paths; `root` is the folder as people name it."""
    if wishes.no_config:
        return Found()
    if wishes.config is not None:
        return _found(wishes.config, _named(wishes.config))
    try:
        there = [(path, data) for path in PATHS if (data := read(path)) is not None]
    except UserError as error:
        return Found(wrong=(error,))
    if len(there) > 1:
        two = UserError(f"there are two settings files, this one and {PATH}", path=shown_path(root, there[1][0]))
        return Found(wrong=(two,))
    return _found(shown_path(root, there[0][0]), there[0][1]) if there else Found()


def _named(path: str) -> bytes:
    folder, name = Path(path).parent, Path(path).name
    try:
        data = reader(str(folder))(name)
    except OSError as error:
        raise failed("cannot be read", path, error) from None
    if data is None:
        raise UserError("there is no such settings file", path=path)
    return data


def _found(path: str, data: bytes) -> Found:
    settings, wrong = read_settings(path, data, {rule.id: rule.summary for rule in RULES})
    return Found(settings, path, wrong)
