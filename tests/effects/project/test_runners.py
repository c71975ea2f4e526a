"""Files of recipes with a language of their own: just, task, rake."""

from __future__ import annotations

import pytest

from effects.project.opened import bodies_of, opened, opening
from needful.effects.project.justfile import read_justfile, tokens
from needful.effects.project.model import Opening
from needful.effects.project.rakefile import read_rakefile


def commands(files: dict[str, str], asked: Opening, **environment: str) -> list[str] | None:
    """What runs, without the places."""
    found = opened(files, asked, **environment)
    return None if found is None else [line.split(": ", 1)[1] for line in found]


# --- just ------------------------------------------------------------------------------------------------------------

JUST = """#!/usr/bin/env just
set shell := ["bash", "-cu"]
set dotenv-load
version := `git describe --tags` # now
name := "a" + 'b' + version
long := '''
  text
'''
alias t := test

# the default
default: test

[group('x')]
test arg="all" *rest: build (other "q" + arg) && after
    @echo {{ arg }} {{name}} {{rest}} {{ uppercase(arg) }}

    -cd sub && \\
      make

build:
    #!/usr/bin/env bash
    set -e
    cargo build {{ "--x" }}
    echo {{{{ y
other p:
    echo {{p}}
after:
    echo after
[linux]
os:
  apt
[macos]
os:
  brew
"""


def test_a_recipe_with_those_around_it() -> None:
    assert opened({"justfile": JUST, "src/x": ""}, opening("just", folder="src")) == [
        "justfile:4 variables: git describe --tags",
        "justfile:23 build: set -e",
        "justfile:24 build: cargo build --x",
        "justfile:25 build: echo '{ {' y",
        "justfile:27 other: echo qall",
        "justfile:16 test: echo all ab<`git describe --tags`> <uppercase(arg)>",
        "justfile:18 test: cd sub",
        "justfile:19 test: make @sub (maybe)",
        "justfile:29 after: echo after",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        pytest.param(opening("just", "other", "x<y>"), ["echo x<y>"], id="an argument"),
        pytest.param(opening("just", "other a other b"), ["echo a", "echo b"], id="two recipes"),
        pytest.param(opening("just", "other"), ["echo <p>"], id="an argument that lacks"),
        pytest.param(opening("just", "os"), ["apt", "brew"], id="for several systems"),
        pytest.param(opening("just", "after after"), ["echo after"], id="once"),
    ],
)
def test_what_is_asked_for(asked: Opening, expected: list[str]) -> None:
    assert commands({"Justfile": JUST}, asked) == ["git describe --tags", *expected]


def test_all_arguments_of_a_recipe_that_takes_many() -> None:
    found = commands({".justfile": JUST}, opening("just", "t one two three"))
    assert found is not None
    assert "echo one ab<`git describe --tags`> two three <uppercase(arg)>" in found


@pytest.mark.parametrize(
    ("justfile", "asked", "expected"),
    [
        pytest.param("x := 'a'\nr:\n  echo {{x}}\n", "x=b r", ["echo b"], id="a variable that is given"),
        pytest.param(
            'r:\n  echo {{a / b}} {{a + }} {{x}} {{ "q\\tr" }}\n',
            "r",
            ["echo <a / b> <a +> <x> q r"],
            id="expressions",
        ),
        pytest.param("x := y\ny := x\nr:\n  echo {{x}}\n", "r", ["echo <y>"], id="of itself"),
        pytest.param(
            "set shell := ['pwsh']\nr:\n  x\n", "r", ["GAP for a shell that is not understood"], id="another shell"
        ),
        pytest.param(
            "r:\n  #!/usr/bin/perl\n  x\n", "r", ["GAP a script for a program that is not read"], id="another program"
        ),
        pytest.param("[script('bash')]\nr:\n  cd x\n  y\n", "r", ["cd x", "y @x"], id="a script"),
        pytest.param("[script]\nr:\n  x\n", "r", ["x"], id="a script for the shell"),
        pytest.param(
            "r x=`id` y=(`who` + 'a'):\n  echo {{x}} {{ `date` }} {{y}}\n",
            "r",
            ["id", "who", "date", "echo <`id`> <`date`> <(`who` + 'a')>"],
            id="commands in backticks",
        ),
        pytest.param(
            "r:\n  echo {{ shell('id') }}\n",
            "r",
            ["echo <shell('id')>", "GAP the function `shell`"],
            id="a function that runs",
        ),
        pytest.param(
            "export A := 'x'\n@_r +x='d':\n  @@-echo {{A}}{{x}}\n", "_r", ["echo xd"], id="other ways to write it"
        ),
        pytest.param("r:\n  echo \\\n", "r", ["GAP a line that goes on where nothing is"], id="a line that goes on"),
        pytest.param("r a \\\n  b:\n  echo {{b}}\n", "r 1 2", ["echo 2"], id="a head that goes on"),
        pytest.param("unexport X\nmod m\nmod? n 'x'\nr:\n", "r", [], id="what runs nothing"),
        pytest.param(
            "what is this\n  or this\nr:\n  x\n",
            "r",
            ["GAP a line of the justfile that could not be read", "x"],
            id="what is not understood",
        ),
        pytest.param("r *x:\n  echo [{{x}}]\n", "r", ["echo []"], id="no arguments for many"),
        pytest.param("x := 'a\nb'\nr:\n  echo {{x}}\n", "r", ["echo a", "b"], id="a text of two lines"),
        pytest.param("x := 'a\nr:\n  echo {{x}}\n", "r", None, id="quotes that do not close"),
        pytest.param("r: (s)\n  x\ns:\n  y\n", "r", ["y", "x"], id="brackets without arguments"),
        pytest.param("r: ()\n  x\n", "r", None, id="brackets of nothing"),
        pytest.param("r: s\ns: r\n  x\n", "r", ["x"], id="in a circle"),
        pytest.param("r: gone\n", "r", None, id="a dependency that lacks"),
        pytest.param("r: && gone\n", "r", None, id="one after it that lacks"),
        pytest.param("r:\n", "s", None, id="no such recipe"),
        pytest.param("r:\n", "<x>", None, id="a recipe that is not known"),
        pytest.param("r a:\n", "r 1 s", None, id="a second recipe that lacks"),
        pytest.param("", "", None, id="nothing"),
        pytest.param("r:\n  x\n[default]\ns:\n  y\n", "", ["y"], id="one that is marked"),
        pytest.param("".join(f"r{n}: r{n + 1}\n" for n in range(20)), "r0", None, id="too deep"),
        pytest.param(
            "r: " + " ".join(f"s{n}" for n in range(200)) + "\n" + "".join(f"s{n}:\n" for n in range(200)),
            "r",
            None,
            id="too many",
        ),
        pytest.param(
            "".join(f"x{n} := x{n + 1} + x{n + 1} + x{n + 1} + x{n + 1}\n" for n in range(9))
            + "r:\n  echo {{x0 + x0}}{{x0}}\n",
            "r",
            ...,
            id="values that explode",
        ),
    ],
)
def test_what_a_justfile_says(justfile: str, asked: str, expected: object) -> None:
    found = commands({"justfile": justfile}, opening("just", asked))
    assert found == expected or (expected is ... and found is not None)


def test_where_recipes_run() -> None:
    text = "set working-directory := 'w'\na:\n  x\n[no-cd]\nb:\n  x\n[working-directory: 'v']\nc:\n  x\n"
    files = {"top/justfile": text}
    for target, folder in (("a", "top/w"), ("b", "top/sub"), ("c", "top/v")):
        (body,) = bodies_of(files, opening("just", target, folder="top/sub"))
        assert body.folder == (folder,)
    (body,) = bodies_of(files, opening("just", "c", file="top/justfile"))
    assert body.path == "top/justfile"


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"justfile": "import 'a/b.just'\nx := 'mine'\n", "a/b.just": "x := 'its'\nr:\n  echo {{x}}\n"}, ["echo mine"]),
        ({"justfile": "import? 'gone'\nr:\n  x\n"}, ["x"]),
        ({"justfile": "import 'gone'\nr:\n  x\n"}, None),
        ({"justfile": "import '../gone'\nr:\n  x\n"}, None),
        ({"justfile": "import 'justfile'\nr:\n  x\n"}, ["x"]),
        ({"justfile": "".join(f"import 'f{n}'\n" for n in range(30)), **{f"f{n}": "" for n in range(30)}}, None),
    ],
)
def test_imports(files: dict[str, str], expected: list[str] | None) -> None:
    assert commands(files, opening("just", "r")) == expected


def test_just_that_cannot_be_seen() -> None:
    assert opened({}, opening("just")) is None
    assert opened({"justfile": "r:\n"}, opening("just", folder=None)) is None
    assert opened({"justfile": "r:\n"}, opening("just", file="<x>")) is None


def test_pieces_of_expressions() -> None:
    assert tokens("a + 'b c' + (d e)  `f g`") == ["a", "+", "'b c'", "+", "(d e)", "`f g`"]
    found = read_justfile("x := (\n  'a' +\n  'b'\n)\nr:\n")
    assert [variable.name for variable in found.variables] == ["x"]
    assert [recipe.name for recipe in found.recipes] == ["r"]


# --- task ------------------------------------------------------------------------------------------------------------

TASK = """version: "3"
vars:
  BIN: app
  NUMBER: 3
  REF: {ref: .X}
  FULL: "{{.BIN}}-full"
  V:
    sh: git describe
env:
  E:
    sh: id {{.BIN}}
includes:
  docs: ./docs
  flat: {taskfile: flat/Taskfile.yml, flatten: true, vars: {GIVEN: x}}
  moved: {taskfile: docs, dir: elsewhere}
  gone: gone/Taskfile.yml
  remote: {taskfile: 1}
tasks:
  default:
    cmds:
      - task: build
        vars: {PASSED: x}
      - echo {{.FULL}} {{.NUMBER}} {{.CLI_ARGS}} {{.REF}} {{.PASSED}} {{.GIVEN}} {{OS}}
      - defer: rm x
      - defer: {task: gen}
      - cmd: lint
        ignore_error: true
      - for: [a]
        cmd: each
      - {}
  build:
    aliases: [b]
    deps: [gen, {task: docs}]
    dir: "{{.DIR}}"
    vars:
      OWN: own
      S: {sh: whoami}
    preconditions:
      - sh: test -f x
    status: [test -f y]
    cmds: ["go build -o {{.BIN}} {{.V}} {{.OWN}}"]
  gen: go generate
  many: [a, b]
  test-*: pytest
  named:
    cmds: [{task: "{{.WHO}}"}, {task: "{{.BIN}}"}]
  app: {cmd: the app}
  empty:
"""
DOCS = "tasks:\n  default: [mk, {task: other}, {task: ':gen'}]\n  other: {cmds: [oth], dir: sub}\n"


def taskfiles(**more: str) -> dict[str, str]:
    return {"Taskfile.yml": TASK, "docs/Taskfile.yml": DOCS, "flat/Taskfile.yml": "tasks:\n  f: flat", **more}


def test_tasks_with_those_they_refer_to() -> None:
    found = opened(taskfiles(), opening("task", "", "-v <x>"))
    assert found == [
        "Taskfile.yml:8 vars: git describe",
        "Taskfile.yml:11 vars: id app",
        "Taskfile.yml:23 default: echo app-full 3 -v <x> <.REF> <.PASSED> <.GIVEN> <OS>",
        "Taskfile.yml:24 default: rm x (maybe)",
        "Taskfile.yml:26 default: lint",
        "Taskfile.yml:28 default: each (maybe)",
        "Taskfile.yml:30 default: GAP neither a command nor a task",
        "Taskfile.yml:37 build nowhere: whoami",
        "Taskfile.yml:39 build nowhere: test -f x (maybe)",
        "Taskfile.yml:40 build nowhere: test -f y (maybe)",
        "Taskfile.yml:41 build nowhere: go build -o app <.V> own",
        "Taskfile.yml:42 gen: go generate",
        "docs/Taskfile.yml:2 docs: mk",
        "docs/Taskfile.yml:3 docs:other in sub: oth",
    ]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (opening("task", "many BIN=<b>"), ["a", "b"]),
        (opening("task", "test-unit"), ["pytest"]),
        (opening("task", "f"), ["flat"]),
        (opening("task", "named"), ["the app", "GAP a task whose name is not known"]),
        (opening("task", "empty"), []),
        (opening("task", "moved:other"), ["oth"]),
    ],
)
def test_tasks_that_are_asked_for(asked: Opening, expected: list[str]) -> None:
    found = commands(taskfiles(), asked)
    assert found is not None
    assert sorted(found[2:]) == sorted(expected)


def test_a_variable_that_is_given() -> None:
    found = commands(taskfiles(), opening("task", "b BIN=<b>"))
    assert found is not None
    assert "go build -o <b> <.V> own" in found


def test_which_taskfile() -> None:
    assert commands({"x/taskfile.yaml": "tasks: {a: y}", "x/z/q": ""}, opening("task", "a", folder="x/z")) == ["y"]
    assert commands({"x/Taskfile.dist.yml": "tasks: {a: y}"}, opening("task", "a", file="x")) == ["y"]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("task"), id="no file"),
        pytest.param({"Taskfile.yml": "{"}, opening("task"), id="no YAML"),
        pytest.param({"x/y": ""}, opening("task", file="x"), id="no file in the folder"),
        pytest.param(taskfiles(), opening("task", "nothing"), id="no such task"),
        pytest.param(taskfiles(), opening("task", "<x>"), id="a task that is not known"),
        pytest.param(taskfiles(), opening("task", folder=None), id="a folder that is not known"),
        pytest.param(taskfiles(), opening("task", file="<x>"), id="a file that is not known"),
        pytest.param({"Taskfile.yml": "tasks: {a: [{task: b}]}"}, opening("task", "a"), id="a task that lacks"),
        pytest.param(
            {"Taskfile.yml": "tasks:\n" + "".join(f"  a{n}: [{{task: a{n + 1}}}]\n" for n in range(200))},
            opening("task", "a0"),
            id="too many",
        ),
    ],
)
def test_tasks_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_tasks_in_a_circle_and_values_that_explode() -> None:
    assert commands({"Taskfile.yml": "tasks: {a: [x, {task: a}]}"}, opening("task", "a")) == ["x"]
    values = "".join(f"  V{n}: '{f'{{{{.V{n + 1}}}}}' * 9}'\n" for n in range(9))
    found = commands({"Taskfile.yml": f"vars:\n{values}tasks: {{a: 'echo {{{{.V0}}}}'}}"}, opening("task", "a"))
    assert found is not None


def test_taskfiles_that_include_themselves() -> None:
    assert commands({"Taskfile.yml": "includes: {x: ./Taskfile.yml}\ntasks: {a: y}"}, opening("task", "a")) is None


# --- rake ------------------------------------------------------------------------------------------------------------

RAKE = """# frozen_string_literal: true
require "bundler/gem_tasks"
require 'rspec/core/rake_task'
NAMES = %w[a b].freeze

RSpec::Core::RakeTask.new(:spec) do |t|
  t.pattern = "x"
  run_it
end
RuboCop::RakeTask.new

namespace :db do
  desc "x"
  task :up, [:a] => [:env, "load"] do |t, args|
    # no
    puts "up"
    sh "make #{x} y", "z"
    sh 'echo a "b"'
    system("ls \\"q\\"")
    `date`
    Rake::Task["db:down"].invoke
    foo.bar
    if x
      sh "inner"
    end
  end
  task :env
  task(:load) { sh "load" }
  task "down" do
    sh "down", x
  end
end
task default: %i[spec db:up]
task lint: :rubocop
task :two => %w[lint default]
__END__
ignored
"""


def test_rake() -> None:
    assert opened({"Rakefile": RAKE, "x/y": ""}, opening("rake", folder="x")) == [
        "Rakefile:6 spec: rspec",
        "Rakefile:8 spec: GAP `run_it`",
        "Rakefile:17 db:up: 'make <x> y' z",
        "Rakefile:18 db:up: echo a b",
        "Rakefile:19 db:up: ls q",
        "Rakefile:20 db:up: date",
        "Rakefile:24 db:up: inner",
        "Rakefile:22 db:up: GAP `foo.bar`",
        "Rakefile:23 db:up: GAP `if x`",
        "Rakefile:25 db:up: GAP `end`",
        "Rakefile:28 db:load: load",
        'Rakefile:30 db:down: GAP `sh "down", x`',
    ]


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("lint", ["rubocop"]),
        ("rubocop[x]", ["rubocop"]),
        ("build", ["gem build"]),
        ("release", ["gem push"]),
        ("db:env", []),
    ],
)
def test_rake_tasks_by_name(target: str, expected: list[str]) -> None:
    assert commands({"Rakefile": RAKE}, opening("rake", target)) == expected


def test_tasks_of_other_files_and_two_of_one_name() -> None:
    files = {
        "Rakefile": "task :a do\n  sh 'x'\nend\n",
        "rakelib/b.rake": "task :a do\n  sh 'y'\nend\n",
        "rakelib/c": "no",
    }
    assert opened(files, opening("rake", "a")) == ["Rakefile:2 a: x", "rakelib/b.rake:2 a: y"]


@pytest.mark.parametrize(
    "line",
    [
        "Rails.application.load_tasks",
        "task name do",
        "task :a => deps",
        "task :a => [:b, *MORE]",
        "Foo::Task.new(:x)",
        "Dir.glob('x') { |f| load f }",
        "X = `id`",
        "x" * 2000,
    ],
)
def test_lines_that_may_do_anything_are_a_gap(line: str) -> None:
    found = commands({"Rakefile": f"{line}\nend\ntask :z do\nend\n"}, opening("rake", "z"))
    assert found is not None
    assert found[0].startswith("GAP `")


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("rake"), id="no file"),
        pytest.param({"Rakefile": ""}, opening("rake"), id="no default"),
        pytest.param({"Rakefile": RAKE}, opening("rake", "nothing"), id="no such task"),
        pytest.param({"Rakefile": RAKE}, opening("rake", "<x>"), id="a task that is not known"),
        pytest.param({"Rakefile": RAKE}, opening("rake", folder=None), id="a folder that is not known"),
        pytest.param({"Rakefile": "task a: :b"}, opening("rake", "a"), id="a need that lacks"),
        pytest.param(
            {"Rakefile": "".join(f"task a{n}: :a{n + 1}\n" for n in range(200))}, opening("rake", "a0"), id="too many"
        ),
    ],
)
def test_rake_that_cannot_be_seen(files: dict[str, str], asked: Opening) -> None:
    assert opened(files, asked) is None


def test_needs_of_a_namespace_are_looked_for_from_within() -> None:
    text = """namespace :a do
  namespace :b do
    task x: :y
    task z: :w
  end
  task :y do
    sh 'inner'
  end
end
task :w do
  sh 'out'
end
"""
    assert commands({"Rakefile": text}, opening("rake", "a:b:x")) == ["inner"]
    assert commands({"Rakefile": text}, opening("rake", "a:b:z")) == ["out"]
    assert [task.name for task in read_rakefile(text).tasks] == ["a:b:x", "a:b:z", "a:y", "w"]


def test_a_default_that_runs_to_the_end_of_its_line() -> None:
    assert commands({"justfile": "r x='a\n"}, opening("just", "r")) is None


def test_rake_needs_of_two_and_texts_side_by_side() -> None:
    text = "task a: [:c, :b]\ntask b: :c\ntask :c do\n  sh 'x' 'y'\n"
    assert commands({"Rakefile": text}, opening("rake", "a")) == ["GAP `sh 'x' 'y'`"]


def test_tasks_of_a_gem() -> None:
    assert commands({"Rakefile": "Bundler::GemHelper.install_tasks\n"}, opening("rake", "build")) == ["gem build"]
