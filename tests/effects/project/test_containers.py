"""compose and bake: services and targets as commands that pull and build images."""

from __future__ import annotations

import json

import pytest

from effects.project.opened import opened, opening
from needful.effects.project.hcl import read_hcl
from needful.effects.project.model import Opening


def commands(files: dict[str, str], asked: Opening, **environment: str) -> list[str] | None:
    """What runs, without the places."""
    found = opened(files, asked, **environment)
    return None if found is None else [line.split(": ", 1)[1] for line in found]


# --- compose ---------------------------------------------------------------------------------------------------------

COMPOSE = """x-base: &base
  image: base:1
services:
  web:
    build:
      context: ./web
      dockerfile: ci/Dockerfile
      target: dev
      args: {A: "1", B: "${V:-2}"}
      tags: ["web:${V}"]
    image: org/web
    depends_on: [db]
  api:
    build: api
    depends_on: {db: {condition: healthy}}
  list:
    build: {args: [A=1], context: .}
  db:
    image: postgres:$V
  merged:
    <<: *base
    command: x
  several:
    <<: [*base]
  inline:
    build: {dockerfile_inline: FROM a}
  child:
    extends: {service: db}
  empty: {}
"""


def test_services() -> None:
    files = {"compose.yaml": COMPOSE, "src/x": ""}
    assert opened(files, opening("compose", "web", folder="src"), V="7") == [
        "compose.yaml:5 web: docker build -f ./web/ci/Dockerfile --target dev -t org/web --build-arg A=1 "
        "--build-arg B=7 -t web:7 ./web",
        "compose.yaml:19 db: docker pull postgres:7",
    ]
    found = commands(files, opening("compose"))
    assert found is not None
    assert found[1:] == [
        "docker build api",
        "docker build --build-arg A=1 .",
        "docker pull postgres:<$V>",
        "docker pull base:1",
        "docker pull base:1",
        "GAP a build that is written down in the service",
        "GAP the service extends another",
    ]


def test_files_over_files() -> None:
    files = {
        "a/docker-compose.yml": "services: {x: {image: a}, y: {image: b}}",
        "a/docker-compose.override.yaml": "services: {x: {build: .}, z: {image: c}}",
        "a/one.yml": "services: {x: {image: one}}",
    }
    assert opened(files, opening("compose", folder="a")) == [
        "a/docker-compose.yml:1 x in a: docker build -t a .",
        "a/docker-compose.yml:1 y in a: docker pull b",
        "a/docker-compose.override.yaml:1 z in a: docker pull c",
    ]
    asked = opening("compose", "x")._replace(options={"file": ("a/docker-compose.yml a/one.yml",)})
    assert opened(files, asked) == ["a/docker-compose.yml:1 x in a: docker pull one"]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("compose"), id="no file"),
        pytest.param({"compose.yml": "{"}, opening("compose"), id="no YAML"),
        pytest.param({"compose.yml": "services: {}"}, opening("compose"), id="no services"),
        pytest.param({"compose.yml": "include: [x]\nservices: {a: {}}"}, opening("compose"), id="other files"),
        pytest.param({"compose.yml": COMPOSE}, opening("compose", "gone"), id="no such service"),
        pytest.param({"compose.yml": COMPOSE}, opening("compose", "<x>"), id="a service that is not known"),
        pytest.param({"compose.yml": COMPOSE}, opening("compose", folder=None), id="a folder that is not known"),
        pytest.param({"compose.yml": COMPOSE}, opening("compose", file="<x>"), id="a file that is not known"),
        pytest.param({"compose.yml": COMPOSE}, opening("compose", file="../x.yml"), id="a file outside"),
        pytest.param(
            {"compose.yml": "services:\n" + "".join(f"  s{n}: {{image: a}}\n" for n in range(150))},
            opening("compose"),
            id="too many services",
        ),
    ],
)
def test_services_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


# --- bake ------------------------------------------------------------------------------------------------------------

HCL = """# comment
variable "TAG" { default = "1" }
variable "OTHER" {
  type = string
  default = upper("x")
  validation { condition = TAG != "" }
}
group "default" { targets = ["app", "tools"] }
target "_common" {
  context = "."
  args = { A = "a", B = OTHER
    "C" : "c" }
}
target "app" {
  inherits = ["_common"]
  dockerfile = "ci/${TAG}.Dockerfile"
  target = "run"
  tags = ["org/app:${TAG}", "org/app:${OTHER}"] // two
  output = ["type=registry"]
  contexts = { base = "target:base", src = "./src" }
}
target "base" { context = "base" }
target "tools" {
  matrix = { v = ["1", "2"] }
}
target "inline" { dockerfile-inline = "FROM a" }
function "f" {
  params = [a]
  result = "${a}"
}
"""


def test_bake() -> None:
    assert opened({"docker-bake.hcl": HCL}, opening("bake")) == [
        "docker-bake.hcl:14 app: docker build -f ./ci/1.Dockerfile --target run -t org/app:1 -t org/app:<OTHER> "
        "--build-arg A=a --build-arg B=<B> --build-arg C=c --output type=registry .",
        "docker-bake.hcl:23 tools: GAP a target with a matrix, or arguments that are not written out",
        "docker-bake.hcl:22 base: docker build base",
    ]
    found = commands({"docker-bake.hcl": HCL}, opening("bake", "app"), TAG="9")
    assert found is not None
    assert "ci/9.Dockerfile" in found[0]
    assert commands({"docker-bake.hcl": HCL}, opening("bake", "inline")) == ["GAP a target that is not written out"]


def test_bake_in_json_and_over_another_file() -> None:
    data = {
        "target": {"a": {"context": "x", "args": {"B": 1}}},
        "group": {"g": {"targets": ["a"]}},
        "variable": {"V": {}},
    }
    files = {
        "sub/docker-bake.json": json.dumps(data),
        "sub/docker-bake.override.hcl": 'target "a" { tags = ["t"] }',
    }
    assert opened(files, opening("bake", "g", folder="sub")) == [
        "sub/docker-bake.json:1 a in sub: docker build -t t --build-arg B=<B> x"
    ]
    assert opened(files, opening("bake", "a", file="sub/docker-bake.json")) == [
        "sub/docker-bake.json:1 a: docker build --build-arg B=<B> x"
    ]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("bake"), id="no file"),
        pytest.param({"docker-bake.json": "["}, opening("bake"), id="no JSON"),
        pytest.param({"docker-bake.hcl": "target"}, opening("bake"), id="no HCL"),
        pytest.param({"docker-bake.hcl": HCL}, opening("bake", "gone"), id="no such target"),
        pytest.param({"docker-bake.hcl": HCL}, opening("bake", "<x>"), id="a target that is not known"),
        pytest.param({"docker-bake.hcl": HCL}, opening("bake", folder=None), id="a folder that is not known"),
        pytest.param({"docker-bake.hcl": HCL}, opening("bake", file="<x>"), id="a file that is not known"),
        pytest.param({"docker-bake.hcl": HCL}, opening("bake", file="gone.hcl"), id="a file that is not there"),
        pytest.param(
            {"docker-bake.hcl": 'group "default" { targets = f() }'},
            opening("bake"),
            id="a group that is not written out",
        ),
        pytest.param(
            {
                "docker-bake.hcl": 'group "default" { targets = ['
                + ",".join(f'"t{n}"' for n in range(150))
                + "] }\n"
                + "".join(f'target "t{n}" {{}}\n' for n in range(150))
            },
            opening("bake"),
            id="too many targets",
        ),
    ],
)
def test_bake_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_targets_that_inherit_in_a_circle() -> None:
    text = 'group "default" { targets = ["default", "a"] }\ntarget "a" { inherits = ["a", "gone"]\n context = "x" }\n'
    assert commands({"docker-bake.hcl": text}, opening("bake")) == ["docker build x"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a "b" { c = "d" }', [("a", "b", {"c": "d"})]),
        ("a { }", [("a", "", {})]),
        ("x = 1\na {}", [("a", "", {})]),
        ('a { c = ["d", e], f = ["g"] }', [("a", "", {"c": None, "f": ["g"]})]),
        ('a { c = { d = "e", f = g("h", 1), odd } }', [("a", "", {"c": {"d": "e", "f": None}})]),
        ('a { b { c = "d" }\n e "f" { } }', [("a", "", {})]),
        ('a { c = "unclosed }', None),
        ("a { c d }", None),
        ("a { c", None),
        ("a b", None),
        ("{", None),
        ("a {}\n" * 20_000, None),
    ],
)
def test_hcl(text: str, expected: list[tuple[str, str, object]] | None) -> None:
    found = read_hcl(text)
    assert (None if found is None else [(one.type, one.label, one.values) for one in found]) == expected


def test_services_that_are_merged_in_are_not_followed() -> None:
    text = "x: &x {a: {image: b}}\nservices:\n  <<: *x\n  c: {image: d}\n"
    assert opened({"compose.yml": text}, opening("compose")) is None
