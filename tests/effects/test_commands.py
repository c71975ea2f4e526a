"""What commands do: `commands.txt` says it of each in words, and this compares; then what no list can say."""

from __future__ import annotations

import fnmatch
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.effects import commands
from needful.effects.channels import Channel, Touch, Way
from needful.effects.commands import meaning
from needful.effects.meanings import Call, Meaning
from needful.effects.names import Hole, Name, literal, may_be_same, same
from needful.effects.options import Arguments
from needful.effects.shell.model import Command, Redirect
from needful.facts import table
from needful.facts.commands import AREAS, Entry, program, programs

IN_THE_JOB = set(list(Channel)[list(Channel).index(Channel.FILES) :])
LINES = Path(__file__).with_name("commands.txt").read_text("utf-8").splitlines()
CASES = [line.split(" => ") for line in LINES if " => " in line]


def word(text: str) -> Name:
    """`$X` and `${X}` are holes; `\\n` ends a line."""
    parts: list[str | Hole] = []
    for piece in re.split(r"(\$env:\w+|\$\w+|\$\{[^}]*\}|\$\([^)]*\))", text.replace("\\n", "\n")):
        parts += [Hole(piece, "job")] if piece.startswith("$") else literal(piece)
    return tuple(parts)


def command(text: str) -> Command:
    words, redirects = [], []
    pieces = iter(shlex.split(text.replace("\\n", "\\\\n")))
    for piece in pieces:
        if piece in (">", ">>", "<", "2>"):
            redirects.append(Redirect(piece, word(next(pieces))))
        else:
            words.append(word(piece))
    return Command(tuple(words), 0, text, redirects=tuple(redirects))


def told(found: Meaning) -> str:
    """A meaning in words, without what goes without saying: that a program reads itself, that a check reads files."""
    said = [flag for flag in ("neutral", "checks", "installs") if getattr(found, flag)]
    said += [] if found.known else ["unknown"]
    said += [told_touch(touch) for touch in found.touches if not goes_without_saying(touch, found)]
    said += ["runs " + " ".join(shown(word) for word in inner.words) for inner in found.runs]
    for opening in found.opens:
        options = [f"{key}={shown(value)}" for key, value in opening.options.items()]
        folder = "anywhere" if opening.folder is None else shown(opening.folder) if opening.folder else ""
        said.append(
            " ".join(
                [f"opens {opening.kind}", *map(shown, opening.targets), *(["in", folder] if folder else [])]
                + (["with", *map(shown, opening.arguments)] if opening.arguments else [])
                + ([f"({', '.join(options)})"] if options else [])
            )
        )
    said += [f"script of {shell}: {shown(text)}" for shell, text in found.scripts]
    return "; ".join(said) or "works"


def goes_without_saying(touch: Touch, found: Meaning) -> bool:
    if touch.channel is Channel.TOOL and touch.way is Way.READS:
        return True
    return found.checks and touch.way is Way.READS and touch.channel in IN_THE_JOB and touch.name == (Hole("?", "?"),)


def told_touch(touch: Touch) -> str:
    perhaps = "" if touch.certain else "perhaps "
    return f"{perhaps}{touch.way.value} {touch.channel.value} {shown(touch.name)}"


def shown(name: Name) -> str:
    return "".join(part if isinstance(part, str) else "?" if part.key == "?" else part.key for part in name) or "''"


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0] for case in CASES])
def test_commands(text: str, expected: str) -> None:
    assert told(meaning(command(text))) == expected


def test_the_list_has_every_command_once() -> None:
    assert len(CASES) == len({text for text, _ in CASES}) == len([line for line in LINES if line and line[0] != "#"])


def paths(entry: Entry, words: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Entry]]:
    """All entries of a program without any below them, each with a command that means it."""
    if not entry.sub:
        yield words, entry
    for key, below in entry.sub.items():
        word = "no-such-word" if key == "*" else re.sub(r"\[(.)[^]]*\]", r"\1", key).replace("*", "x")
        if not any(key != "*" and fnmatch.fnmatchcase("no-such-word", key) for key in entry.sub):
            yield from paths(below, (*words, word) if word else words)


@pytest.mark.parametrize("area", AREAS)
def test_every_entry_is_reached(area: str) -> None:
    for row in table(f"programs/{area}.json")["programs"]:
        name = row["names"][0]
        top = program(name)
        assert top is not None
        for words, entry in paths(top, (name,)):
            asked = command(shlex.join(words))
            leaves = list(commands._leaves(Call(asked, (name,), top, Arguments(), asked.words[1:])))
            assert [leaf.entry for leaf in leaves if isinstance(leaf, Call)] == [entry], words


def test_what_stands_behind_the_command_is_a_script() -> None:
    assert meaning(replace(command("bash"), stdin=("make",))).scripts == (("bash", ("make",)),)
    assert meaning(replace(command("python -"), stdin=("x",))).scripts == (("python", ("x",)),)
    assert not meaning(replace(command("bash -s"), piped=True)).known


def test_text_from_a_here_document_reaches_the_runner() -> None:
    found = meaning(replace(command("cat >> $GITHUB_OUTPUT"), stdin=("a=1\nb<<EOF\nc=2\nEOF\n",)))
    assert told(found) == "reads files ?; writes step output a; writes step output b"
    assert told(meaning(replace(command("tee -a $GITHUB_PATH"), stdin=("bin\n",)))) == "writes search path bin"


def test_functions_of_the_script_are_calls() -> None:
    called = frozenset({"docker"})
    assert meaning(command("docker push x"), called).neutral
    assert told(meaning(command("docker x > out"), called)) == "writes files out"


def test_what_goes_on_in_the_background_keeps_running() -> None:
    assert told(meaning(replace(command("./server"), background=True))) == "writes daemon server; opens script ./server"
    assert "writes daemon npm" in told(meaning(replace(command("npm start"), background=True)))


def test_paths_are_seen_from_where_the_script_started() -> None:
    there = replace(command("mkdir out /tmp/x ./a $HOME/b"), folder=("sub",))
    assert told(meaning(there)) == (
        "writes files sub/out; writes files /tmp/x; writes files sub/a; writes files $HOME/b"
    )
    nowhere = replace(command("mkdir out /tmp/x"), folder=None)
    assert told(meaning(nowhere)) == "writes files ?; writes files /tmp/x"
    assert told(meaning(replace(command("touch ."), folder=("sub",)))) == "writes files sub"
    assert told(meaning(command("touch . ''"))) == "writes files ."


def test_openings_and_inner_commands_are_in_the_right_folder() -> None:
    def folder(text: str, at: Name | None = ("sub",)) -> Name | None:
        found = meaning(replace(command(text), folder=at))
        return found.opens[0].folder if found.opens else found.runs[0].folder

    assert folder("npm run x") == ("sub",)
    assert folder("npm --prefix web run x") == ("sub/web",)
    assert folder("make -C a -C b", ()) == ("a/b",)
    assert folder("make -C . x") == ("sub",)
    assert folder("make -C /opt") is None
    assert folder("make -C $DIR") is None
    assert folder("make -C a", None) is None
    assert folder("env -C a make") == ("sub/a",)
    assert folder("sudo make") == ("sub",)
    assert folder("docker run x make") is None
    assert folder("git submodule foreach make") is None


def test_what_a_program_runs_has_its_variables_and_none_of_its_redirections() -> None:
    inner = meaning(replace(command("env A=1 make > log"), variables=(("B", ("2",)),))).runs[0]
    assert inner.variables == (("B", ("2",)), ("A", ("1",)))
    assert inner.redirects == ()


def test_what_is_too_long_is_not_known() -> None:
    assert not meaning(command("echo " + "x " * 1001)).known
    assert not meaning(Command((("x" * 501,),), 0, "x")).known
    assert meaning(command("echo " + "x " * 900)).known


def test_the_same_word_in_two_jobs_is_not_certainly_one_thing() -> None:
    (touch,) = (touch for touch in meaning(command("npm publish")).touches if touch.channel is Channel.PACKAGE)
    assert not same(touch.name, touch.name)
    assert may_be_same(touch.name, ("npm:left-pad",))
    assert not may_be_same(touch.name, ("pypi:left-pad",))


texts = st.text("ab-/.=:@*?{}[]; \\\n\"'<>$%", max_size=12)
holes = st.builds(
    Hole, st.sampled_from(["$A", "$OPTS", "${X[@]}", "github.ref", "$HOME", "$GITHUB_ENV", "$GITHUB_WORKSPACE"])
)
names = st.lists(st.one_of(texts.filter(bool), holes), max_size=3).map(tuple)
heads = st.sampled_from([*sorted(programs()), "./gradlew", "bin/x", "python3.12", "Get-Item", "docker.exe"])
folders = st.one_of(st.none(), st.just(()), st.just(("sub",)))


@st.composite
def invented(draw: st.DrawFn) -> Command:
    """Commands of known programs with their own words among any others."""
    head = draw(heads)
    entry = program(head)
    words: list[Name] = [(head,)]
    while entry is not None and entry.sub and draw(st.booleans()):
        key = draw(st.sampled_from(sorted(entry.sub)))
        words.append(literal(key))
        entry = entry.sub[key]
    options = sorted(entry.values) if entry is not None else []
    own = st.sampled_from(options).map(literal) if options else st.nothing()
    words += draw(st.lists(st.one_of(names, own), max_size=6))
    return Command(
        tuple(words),
        0,
        "x",
        redirects=tuple(Redirect(">>", name) for name in draw(st.lists(names, max_size=1))),
        stdin=draw(st.one_of(st.none(), names)),
        folder=draw(folders),
        background=draw(st.booleans()),
    )


@given(
    st.one_of(
        invented(), st.builds(lambda words: Command(tuple(words), 0, "x"), st.lists(names, min_size=1, max_size=6))
    )
)
def test_any_command_means_something_and_what_it_runs_comes_to_an_end(first: Command) -> None:
    todo = [first]
    for _ in range(200):
        if not todo:
            break
        found = meaning(todo.pop())
        todo += found.runs
        assert not (found.neutral and any(touch.way is Way.WRITES for touch in found.touches))
        assert found.known or not (found.neutral or found.installs)
        assert all(opening.kind for opening in found.opens)
    assert not todo
