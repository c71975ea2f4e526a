"""Dockerfiles: stages, variables, what is copied where, and the commands of a build."""

from __future__ import annotations

import pytest

from effects.project.opened import bodies_of, opened, opening
from needful.effects.names import show
from needful.effects.project.dockerfile import read_dockerfile
from needful.effects.project.model import Opening

BUILD = """# syntax=docker/dockerfile:1.7
ARG BASE=python:3.12
FROM --platform=linux/amd64 ${BASE} AS build
WORKDIR /app
COPY package.json ./
RUN --mount=type=cache,target=/root/.npm \\
    npm ci \\
    # why not

    && npm run build
COPY . .
RUN make

FROM node AS unused
RUN never

FROM scratch
COPY --from=build /app /app
COPY --from=ghcr.io/x/y:1 /y /y
"""


def commands(text: str, asked: Opening | None = None, **files: str) -> list[str] | None:
    """The commands of a build, without lines."""
    found = opened({"Dockerfile": text, **files}, asked or opening("dockerfile"))
    return None if found is None else [line.split(" ", 1)[1] for line in found]


def test_the_stages_that_are_needed() -> None:
    assert opened({"web/Dockerfile": BUILD, "web/package.json": ""}, opening("dockerfile", "web")) == [
        "web/Dockerfile:3 build nowhere (contained): docker pull python:3.12",
        "web/Dockerfile:7 build in web (contained): npm ci",
        "web/Dockerfile:10 build in web (contained): npm run build (maybe)",
        "web/Dockerfile:12 build in web (contained): make",
        "web/Dockerfile:19 stage 2 nowhere (contained): docker pull ghcr.io/x/y:1",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(opening("dockerfile", target="unused"), ["docker pull node", "never"], id="by name"),
        pytest.param(opening("dockerfile", target="1"), ["docker pull node", "never"], id="by number"),
        pytest.param(
            opening("dockerfile", ".", "BASE=pypy:<v> OTHER", target="build"),
            ["docker pull pypy:<v>", "npm ci", "npm run build (maybe)", "make"],
            id="with an argument",
        ),
    ],
)
def test_what_is_asked_for(asked: Opening, expected: list[str]) -> None:
    found = commands(BUILD, asked)
    assert found is not None
    assert [line.rsplit(": ", 1)[1] for line in found] == expected


def test_which_file() -> None:
    files = {"a/x.Dockerfile": "FROM a\n", "b/Containerfile": "FROM b\n"}
    assert opened(files, opening("dockerfile", "b", file="a/x.Dockerfile")) == [
        "a/x.Dockerfile:1 stage 0 nowhere (contained): docker pull a"
    ]
    assert opened(files, opening("dockerfile", folder="b")) == [
        "b/Containerfile:1 stage 0 nowhere (contained): docker pull b"
    ]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("dockerfile"), id="no file"),
        pytest.param({"Dockerfile": ""}, opening("dockerfile"), id="no stage"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", target="b"), id="no such stage"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", target="<x>"), id="a target that is not known"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", file="<x>"), id="a file that is not known"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", "<x>"), id="a context that is not known"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", "-"), id="from its input"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", "https://x.org/y.git"), id="from elsewhere"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", ".."), id="outside"),
        pytest.param({"Dockerfile": "FROM a\n"}, opening("dockerfile", folder=None), id="a folder that is not known"),
        pytest.param({"Dockerfile": "# syntax=my/own:1\nFROM a\n"}, opening("dockerfile"), id="another language"),
        pytest.param({"Dockerfile": "FROM a\n" * 200}, opening("dockerfile"), id="too many stages"),
    ],
)
def test_what_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('RUN ["a", "b c"]', ["a 'b c'"], id="words"),
        pytest.param('RUN ["a", \\\n "b"]', ["a b"], id="words on two lines"),
        pytest.param("RUN [ -f x ]", [], id="no words"),
        pytest.param("RUN <<EOF\na\nb $X\nEOF\nRUN c", ["a", "b <$X>", "c"], id="a document"),
        pytest.param("RUN <<-'E'\n\ta\n\tE", ["a"], id="a document with tabs"),
        pytest.param("RUN <<E\n#!/bin/perl\nx\nE", ["GAP a script for a program that is not read"], id="a script"),
        pytest.param("RUN <<E\n#!/bin/sh\nx\nE", ["x"], id="a script for a shell"),
        pytest.param("RUN <<E\na", ["a"], id="a document without an end"),
        pytest.param("RUN cat <<E > x\na\nE", ["cat"], id="a document for a command"),
        pytest.param("COPY <<E /x\nRUN a\nE\nRUN b", ["b"], id="a document for a file"),
        pytest.param("ARG A=1\nARG B\nRUN x $A $B", ["x 1 <$B>"], id="arguments"),
        pytest.param("ENV A=1 B='2 3'\nENV C 4 5\nRUN x $A $B $C", ["x 1 2 3 4 5"], id="variables"),
        pytest.param("ENV A=1\nARG A=2\nRUN x $A", ["x 1"], id="a variable wins over an argument"),
        pytest.param("ARG A='b\nRUN x $A", ["x <$A>"], id="quotes that do not close"),
        pytest.param("ADD https://x.org/a.tgz /a/", ["curl https://x.org/a.tgz"], id="a download"),
        pytest.param("ADD $X /a/\nCOPY a", [], id="what is no download"),
        pytest.param('COPY ["a", "b"]\nCMD x\nENTRYPOINT ["y"]\nLABEL a=b\nUSER z', [], id="what runs nothing"),
        pytest.param("ONBUILD RUN x\nONBUILD ONBUILD RUN y", ["x (maybe)"], id="for a build on top"),
        pytest.param("INCLUDE x", ["GAP the instruction INCLUDE"], id="what nobody knows"),
        pytest.param('SHELL ["/bin/bash", "-c"]\nRUN x', ["x"], id="a shell"),
        pytest.param('SHELL ["perl"]\nRUN x', ["GAP a script for a program that is not read"], id="another shell"),
        pytest.param("SHELL nonsense\nRUN x", ["GAP a script for a program that is not read"], id="no shell at all"),
        pytest.param("RUN --mount=type=bind,from=img:1,target=/x y", ["docker pull img:1", "y"], id="a mount"),
        pytest.param("COPY --from=$X a b", ["docker pull <$X>"], id="a source that is not known"),
        pytest.param("run x\n  # no\n\nRun\ty", ["x", "y"], id="small letters, tabs"),
        pytest.param("RUN --network=none \\\n  --security=insecure x", ["x"], id="flags on two lines"),
    ],
)
def test_instructions(text: str, expected: list[str]) -> None:
    found = commands(f"FROM scratch\n{text}\n")
    assert found is not None
    assert [line.split(": ", 1)[1] for line in found] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("FROM a AS b\nRUN x\nFROM b\nRUN y", ["docker pull a", "x", "y"], id="on top of another"),
        pytest.param("FROM a AS b\nENV A=1\nFROM b\nRUN x $A", ["docker pull a", "x 1"], id="with its variables"),
        pytest.param("FROM a AS b\nFROM c\nCOPY --from=0 x y", ["docker pull a", "docker pull c"], id="by number"),
        pytest.param("FROM a AS b-x\nFROM c AS d\nFROM b-$T", ["docker pull a", "docker pull b-<$T>"], id="perhaps"),
        pytest.param(
            "FROM a AS b\nRUN x\nFROM c\nCOPY --from=$X y z",
            ["docker pull a", "x", "docker pull c", "docker pull <$X>"],
            id="by a name that is not known",
        ),
        pytest.param("FROM a AS b\nFROM c AS b\nFROM b\nRUN x", ["docker pull c", "x"], id="the last of that name"),
        pytest.param("ARG A=1\nFROM a:$A AS b\nARG A\nRUN x $A", ["docker pull a:1", "x 1"], id="an argument for both"),
        pytest.param("RUN lost\nFROM a\nFROM", ["docker pull ''"], id="broken"),
        pytest.param("FROM a\n", ["docker pull a"], id="an image"),
    ],
)
def test_stages(text: str, expected: list[str]) -> None:
    found = commands(text)
    assert found is not None
    assert [line.split(": ", 1)[1] for line in found] == expected


@pytest.mark.parametrize(
    ("text", "variables", "expected"),
    [
        ("a$X-b", "X=1", "a1-b"),
        ("${X}${Y}", "X=1", "1${{ $Y }}"),
        ("${X:-d}|${E:-d}|${Y:-d}", "X=1 E=", "1|d|${{ $Y }}"),
        ("${X:+d}|${E:+d}", "X=1 E=", "d|"),
        ("${E:?no}|${X?no}", "X=1 E=", "|1"),
        ("${X:-${Y}}|${E:-a${X}b}", "X=1 E=", "1|a1b"),
        (r"\$X \\ $$", "X=1", r"$X \ $"),
        ("${E:-unclosed", "E=", "unclosed"),
        ("${E:-${E:-${E:-${E:-${E:-${E:-${E:-x}}}}}}}", "E=", "${{ ${E:-x} }}"),
    ],
)
def test_variables(text: str, variables: str, expected: str) -> None:
    names = " ".join(pair for pair in variables.split())
    lines = "".join(f"ARG {pair}\n" for pair in names.split())
    (body,) = bodies_of({"Dockerfile": f"{lines}FROM {text.replace(' ', '_')}\n"}, opening("dockerfile"))
    assert show(body.script.commands[0].words[2]) == expected.replace(" ", "_").replace("${{_", "${{ ").replace(
        "_}}", " }}"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("COPY . .", " in ctx", id="all of it"),
        pytest.param("WORKDIR /w\nCOPY . /w\n", " in ctx", id="all of it, by its path"),
        pytest.param("COPY . /w\nWORKDIR /w/src\n", " in ctx/src", id="a folder below"),
        pytest.param("COPY src .", " in ctx/src", id="a folder"),
        pytest.param("COPY src/a.js ./", " in ctx/src", id="a file"),
        pytest.param("COPY src/a.js x.js ./", " nowhere", id="files of two folders"),
        pytest.param("COPY src/a.js b.js", " in ctx/src", id="a file of another name"),
        pytest.param("COPY src/a.js src/b.js .", " in ctx/src", id="two files"),
        pytest.param("COPY . .\nCOPY src .", " nowhere", id="two folders"),
        pytest.param("COPY ../x .", " in ctx", id="a folder outside"),
        pytest.param("COPY $X .", " nowhere", id="a source that is not known"),
        pytest.param("COPY . $X", " nowhere", id="a target that is not known"),
        pytest.param("WORKDIR $X\nCOPY . .", " nowhere", id="a place that is not known"),
        pytest.param("COPY . /w", " nowhere", id="another place"),
        pytest.param("WORKDIR /\nCOPY a /w/", " nowhere", id="the root"),
    ],
)
def test_folders_that_hold_copies(text: str, expected: str) -> None:
    files = {"ctx/Dockerfile": f"FROM scratch\n{text}\nRUN x\n", "ctx/src/a.js": "", "ctx/x.js": "", "ctx/a": ""}
    found = opened(files, opening("dockerfile", "ctx"))
    assert found is not None
    assert found[-1].split(" ", 3)[3] == f"{expected} (contained): x".strip()


def test_commands_for_windows() -> None:
    (body,) = bodies_of({"Dockerfile": "# escape=`\nFROM base\nRUN dir\n"}, opening("dockerfile"))
    assert body.label == "stage 0"
    (body,) = bodies_of({"Dockerfile": "FROM mcr.microsoft.com/windows/nanoserver\nRUN dir\n"}, opening("dockerfile"))
    assert body.contained


def test_variables_of_the_image_are_the_environment() -> None:
    (body,) = bodies_of({"Dockerfile": "FROM a\nENV A=1\nRUN x\n"}, opening("dockerfile"))
    assert body.environment == {"A": ("1",)}


def test_an_argument_without_a_value_is_taken_from_the_environment() -> None:
    asked = opening("dockerfile", ".", "A <x>")
    assert opened({"Dockerfile": "ARG A=0\nFROM a:$A\n"}, asked, A="1") == [
        "Dockerfile:2 stage 0 nowhere (contained): docker pull a:1"
    ]
    assert opened({"Dockerfile": "ARG A=0\nFROM a:$A\n"}, asked) == [
        "Dockerfile:2 stage 0 nowhere (contained): docker pull a:<$A>"
    ]


def test_lines_that_go_on() -> None:
    found = read_dockerfile("FROM a\\\nb\nRUN x `\n y\n# escape=`\n")
    assert [(one.name, one.text, one.line) for one in found.instructions] == [
        ("FROM", "a\\\nb", 1),
        ("RUN", "x `", 3),
        ("Y", "", 4),
    ]
    assert read_dockerfile("# escape=`\nRUN x `\n y").instructions[0].text == "x \\\n y"


def test_a_file_of_directives_only_and_one_that_breaks_off() -> None:
    assert read_dockerfile("# escape=`").instructions == ()
    assert read_dockerfile("RUN x \\").instructions[0].text == "x"


def test_a_stage_that_two_others_need() -> None:
    text = "FROM a AS b\nFROM b AS c\nFROM b AS d\nCOPY --from=c x y\n"
    assert commands(text) == ["b nowhere (contained): docker pull a"]
