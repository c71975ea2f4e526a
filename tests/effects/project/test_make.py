"""Makefiles: rules, variables, functions, includes, and what runs for a goal."""

from __future__ import annotations

import pytest

from effects.project.opened import opened, opening
from needful.effects.project.make_functions import stem_of
from needful.effects.project.makefile import read_makefile


def runs(makefile: str, targets: str = "", folder: str = "", **more: str) -> list[str] | None:
    """The commands for some goals, without their places."""
    start = f"{folder}/" if folder else ""
    files = {f"{start}Makefile": makefile, **{f"{start}{name.replace('__', '.')}": text for name, text in more.items()}}
    found = opened(files, opening("make", targets, folder=folder))
    return None if found is None else [line.split(": ", 1)[1] for line in found]


def test_a_goal_with_what_it_needs() -> None:
    makefile = (
        "all: lint test\n\nlint:\n\truff check\n\ntest: build | tools ; pytest\nbuild: # nothing\n\t@-+ make it\n"
    )
    assert opened({"Makefile": makefile}, opening("make", "test")) == [
        "Makefile:8 build: make it",
        "Makefile:6 test: pytest",
    ]
    assert opened({"Makefile": makefile}, opening("make")) == [
        "Makefile:4 lint: ruff check",
        "Makefile:8 build: make it",
        "Makefile:6 test: pytest",
    ]


def test_where_it_runs() -> None:
    found = opened({"sub/Makefile": "a:\n\tx\n\tcd y && z\n\tw\n"}, opening("make", "a", folder="sub"))
    assert found == [
        "sub/Makefile:2 a in sub: x",
        "sub/Makefile:3 a in sub: cd y",
        "sub/Makefile:3 a in sub: z @y (maybe)",
        "sub/Makefile:4 a in sub: w",
    ]


def test_which_file() -> None:
    files = {"makefile": "a:\n\tx\n", "Makefile": "a:\n\ty\n", "GNUmakefile": "a:\n\tz\n", "ci.mk": "a:\n\tci\n"}
    assert opened(files, opening("make")) == ["GNUmakefile:2 a: z"]
    assert opened(files, opening("make", file="./ci.mk")) == ["ci.mk:2 a: ci"]


@pytest.mark.parametrize(
    ("makefile", "expected"),
    [
        pytest.param("X = a\nall:\n\t$(X) ${X} $X $(X)b\n", ["a a a ab"], id="a variable"),
        pytest.param("X := $(Y)\nY = b\nall:\n\tx $(X)\n", ["x b"], id="a variable of a variable"),
        pytest.param("X = a\nX = b\nall:\n\tx $(X)\n", ["x b"], id="set twice"),
        pytest.param("X ?= a\nX ?= b\nall:\n\tx $(X)\n", ["x a"], id="a default"),
        pytest.param("X = a\nX += b\nY += c\nall:\n\tx $(X) $(Y)\n", ["x a b c"], id="more of it"),
        pytest.param("X ::= a\nexport override Y = b\nall:\n\tx $(X) $(Y)\n", ["x a b"], id="other ways"),
        pytest.param("all:\n\tx $(NOBODY) $N\n", ["x <$(NOBODY)> <$(N)>"], id="set nowhere"),
        pytest.param("all:\n\t$(MAKE) -C sub x\n\t$(RM) y\n", ["make -C sub x", "rm -f y"], id="what make sets"),
        pytest.param("X = $(X) a\nall:\n\tx $(X)\n", ["x <$(X)> a"], id="of itself"),
        pytest.param("all:\n\techo $$HOME $$\n", ["echo <$HOME> $"], id="a dollar of the shell"),
        pytest.param("X = a # b\nY = c\\#d\nall:\n\tx $(X)$(Y)\n", ["x ac#d"], id="a comment"),
        pytest.param("X = a \\\n  b\nall:\n\tx $(X) \\\n\t  c\n", ["x a b c"], id="lines that go on"),
        pytest.param(
            "ifeq ($(A),1)\nX = a\nelse ifdef B\nX = b\nelse\nX = c\nendif\nall:\n\tx $(X)\n",
            ["x <$(X)>"],
            id="by a condition",
        ),
        pytest.param("ifdef A\nX = a\nelse\nX = a\nendif\nall:\n\tx $(X)\n", ["x <$(X)>"], id="the same, perhaps"),
        pytest.param("X = a\nifdef A\nX += b\nendif\nall:\n\tx $(X)\n", ["x <$(X)>"], id="more by a condition"),
        pytest.param("X = a\nifdef A\nX = a\nendif\nall:\n\tx $(X)\n", ["x a"], id="the same for sure"),
        pytest.param("ifndef V\nQ = @\nelse\nQ =\nendif\nall:\n\t$(Q)x\n", ["x"], id="whether it is shown"),
        pytest.param("all: X = a\nall:\n\tx $(X)\n", ["x <$(X)>"], id="of one target"),
        pytest.param(
            "X = $(Y:.c=.o) $(Z:%.c=b/%)\nY = a.c\nZ = z.c\nall:\n\tx $(X)\n", ["x a.o b/z"], id="other suffixes"
        ),
        pytest.param("X != git log\nall:\n\tx $(X)\n", ["git log", "x <$(X)>"], id="what a command prints"),
        pytest.param(
            "X := $(shell git log)\nall:\n\tx $(X)\n", ["git log", "x <$(shell git log)>"], id="and in a function"
        ),
        pytest.param("X = $(shell git log)\nall:\n\tx\n", ["x"], id="a command for a variable that is not used"),
        pytest.param(
            "Y = $(X)\nX = $(shell git log)\nall:\n\tx $(Y)\n", ["git log", "x <$(shell git log)>"], id="or is"
        ),
        pytest.param(
            "all:\n\tx $(CURDIR)/a $(shell pwd)\n", ["pwd", "x <github.workspace>/a <github.workspace>"], id="here"
        ),
        pytest.param("$(info hi)\nall:\n\tx $(info ho)y\n", ["x y"], id="what prints"),
        pytest.param("$(info $(shell id))\nall:\n\tx\n", ["id", "x"], id="what prints what a command does"),
        pytest.param("unexport A\nundefine B\nvpath %.c src\nall:\n\tx\n", ["x"], id="words of make"),
        pytest.param(".RECIPEPREFIX = >\nall:\n>x\n", ["x"], id="another mark of recipes"),
        pytest.param(".RECIPEPREFIX =\nall:\n\tx\n", ["x"], id="the usual mark of recipes"),
        pytest.param(".ONESHELL:\nall:\n\tcd x\n\ty\n", ["cd x", "y @x"], id="one shell for all lines"),
        pytest.param("SHELL := /bin/bash\nall:\n\tx\n", ["x"], id="a shell"),
        pytest.param("SHELL := $(shell which bash)\nall:\n\tx\n", ["which bash", "x"], id="a shell that is looked for"),
        pytest.param(
            "SHELL = pwsh\nall:\n\tx\n", ["GAP the recipe is not for a shell that is understood"], id="another shell"
        ),
        pytest.param("all:\n\t\n", [], id="nothing"),
        pytest.param("endif\nall:\n\tx\n", ["x"], id="an end of nothing"),
        pytest.param("\tx = 1\nall:\n\ty\n", ["y"], id="a recipe of nothing"),
        pytest.param("all:\n\tx $(unclosed\n", ["x <$(unclosed)>"], id="brackets that do not close"),
        pytest.param("all:\n\tx $\n", ["x <$()>"], id="a dollar at the end"),
        pytest.param("all:\n\tx \\\n", ["x"], id="a line that goes on at the end"),
        pytest.param("X = a\nexport X\nall:\n\techo $$X\n", ["echo a"], id="handed to the shell"),
        pytest.param("X = a\nexport\nall:\n\techo $$X\n", ["echo a"], id="all handed to the shell"),
        pytest.param("export:\n\tx\n", ["x"], id="a goal called export"),
    ],
)
def test_what_a_makefile_says(makefile: str, expected: list[str]) -> None:
    assert runs(makefile) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(strip  a   b )", "a b"),
        ("$(sort b a b)", "a b"),
        ("$(subst a,x,banana)", "bxnxnx"),
        ("$(subst ,x,a)", "a"),
        ("$(patsubst %.c,%.o,a.c b.h)", "a.o b.h"),
        ("$(patsubst a,b,a c)", "b c"),
        ("$(filter %.c d,a.c b.h d)", "a.c d"),
        ("$(filter-out %.c,a.c b.h)", "b.h"),
        ("$(addprefix p/,a b)", "p/a p/b"),
        ("$(addsuffix .o,a b)", "a.o b.o"),
        ("$(notdir a/b c)", "b c"),
        ("$(dir a/b c)", "a/ ./"),
        ("$(basename a.c d/b.c)", "a d/b"),
        ("$(foreach v,a b,x-$(v))", "x-a x-b"),
        ("$(foreach v,$(NOBODY),x-$(v))", "x-<$(NOBODY)>"),
        ("$(foreach v,a)", "<$(foreach v,a)>"),
        ("$(call f,a,b)", "f:a:b"),
        ("$(call g,a)", "<$(call g,a)>"),
        ("$(call nobody,a)", "<$(call nobody,a)>"),
        ("$(if $(A),b,c)", "<$(if $(A),b,c)>"),
        ("$(subst a,b)", "<$(subst a,b)>"),
        ("$(addprefix p,$(NOBODY))", "<$(addprefix p,$(NOBODY))>"),
        ("$(wildcard *.c)", "<$(wildcard *.c)>"),
        ("$($(N))", "value"),
        ("$($(NOBODY))", "<$($(NOBODY))>"),
    ],
)
def test_functions(text: str, expected: str) -> None:
    makefile = f"f = f:$(1):$(2)\ng = a\ng += b\nN = V\nV = value\nall:\n\tx {text}\n"
    assert runs(makefile) == [f"x {expected}"]


def test_variables_of_the_command_line_and_of_the_environment() -> None:
    makefile = "A = a\nB ?= b\nall:\n\tx $(A) $(B) $(C)\n"
    assert runs(makefile, "all A=1 B:=<b> C=") == ["x 1 <b>"]
    found = opened({"Makefile": makefile}, opening("make", arguments="C=3"), A="1", B="2")
    assert found == ["Makefile:4 all: x a 2 3"]


def test_several_lines_by_a_name() -> None:
    makefile = (
        "define two\n\t@x $(1) \\\n\t  $@\ny\nendef\ndefine none =\nendef\n"
        "all: dep\n\t$(call two,a)\ndep:\n\t$(none)z\n"
    )
    assert runs(makefile) == ["z", "x a all", "y"]


def test_a_definition_within_another_is_text() -> None:
    assert runs("define out\ndefine in\nx\nendef\nendef\nall:\n\t$(in)y\n") == ["<$(in)>y"]


@pytest.mark.parametrize(
    ("makefile", "targets", "expected"),
    [
        pytest.param("a b: c\n\tx $@ $<\nc:\n\ty\n", "b", ["y", "x b c"], id="several targets"),
        pytest.param("a:: \n\tx\na::\n\ty\n", "a", ["x", "y"], id="two rules for one"),
        pytest.param(
            "a: b\na: c\n\tx $^\nb c:\n\ty $(@F) $(@D)\n", "a", ["y b .", "y c .", "x c"], id="needs by two rules"
        ),
        pytest.param(
            "%.o: %.c h\n\tcc $< -o $@ $* $+ $?\n",
            "s/a.o",
            ["cc s/a.c -o s/a.o s/a s/a.c h <$?> (maybe)"],
            id="a pattern",
        ),
        pytest.param("a.o b.o: %.o: %.c\n\tcc $<\n", "b.o", ["cc b.c"], id="a static pattern"),
        pytest.param("a: ./b\n\tx\nb:\n\ty\n", "./a", ["y", "x"], id="names with a dot"),
        pytest.param("a: a\n\tx\n", "a", ["x"], id="of itself"),
        pytest.param("a: gone\n\tx\n", "a", ["x"], id="a need without a rule"),
        pytest.param("a:\n\tx\n\n# no\n\ty\nb:\n", "a", ["x", "y"], id="blank lines and comments"),
        pytest.param(
            "ifdef A\na:\n\tx\nelse\na:\n\ty\nendif\nb:\n", "a", ["x (maybe)", "y (maybe)"], id="both branches"
        ),
        pytest.param("a:\nifdef A\n\tx\nendif\n\ty\n", "a", ["x (maybe)", "y"], id="a branch of a recipe"),
        pytest.param(
            "ifdef A\nT = t\nelse\nT = u\nendif\n$(T):\n\tx\nall: $(T)\n",
            "all",
            ["x (maybe)", "x (maybe)"],
            id="one name of two",
        ),
        pytest.param(
            "ifdef A\nD = b\nendif\na: $(D)\n\tx\nb:\n\ty\n", "a", ["y (maybe)", "x"], id="a need by a condition"
        ),
        pytest.param(".DEFAULT:\n\tcd src && make $@\n", "odd", ["cd src", "make odd @src (maybe)"], id="all others"),
        pytest.param("a: b$(NOBODY)\n\tx\nbc:\n\ty\nd:\n\tz\n", "a", ["y (maybe)", "x"], id="a need that may be one"),
        pytest.param("a: $(NOBODY)\n\tx\nb:\n\ty\n", "a", ["x"], id="a need that is set nowhere"),
        pytest.param(
            "T := $(shell id)/t\na: $(T)\n\tx\n$(T):\n\ty $@\n",
            "a",
            ["id", "y <$?> (maybe)", "x"],
            id="a name that is not known",
        ),
        pytest.param(
            "T := $(shell id)\na: p$(T)\n\tx\np%: q\n\ty $@\n",
            "a",
            ["id", "y <$?> (maybe)", "x"],
            id="a pattern that may fit",
        ),
        pytest.param("a: $(wildcard *.c)\n\tx\nb.c: d\n\ty\n", "a", ["y (maybe)", "x"], id="files that are there"),
        pytest.param("a: $(wildcard *.c)\n\tx\nc.c: d\n\ty\n", "a", ["x"], id="files that are not there"),
        pytest.param("a: $(wildcard *.c)\n\tx\nb.c:\n\ty\n", "a", ["x"], id="files that need nothing"),
        pytest.param(
            "S = $(wildcard *.c)\na: $(S:.c=.o)\n\tx\n%.o: %.c\n\ty\n",
            "a",
            ["y (maybe)", "x"],
            id="files made from them",
        ),
        pytest.param(
            "a: s/$(notdir $(wildcard *.c))\n\tx\ns/b.o: c\n\ty\n.PHONY: s/p\ns/p:\n\tz\n",
            "a",
            ["y (maybe)", "x"],
            id="files, not names",
        ),
        pytest.param("b.c: c\n\tx\n", "b.c", ["x"], id="a file that has a rule"),
    ],
)
def test_what_runs_for_a_goal(makefile: str, targets: str, expected: list[str]) -> None:
    assert runs(makefile, targets, b__c="") == expected


@pytest.mark.parametrize(
    ("makefile", "expected"),
    [
        pytest.param(".PHONY: b\n.x: y\n%.o: c\nb:\n\tx\n", ["x"], id="the first that is a goal"),
        pytest.param(".DEFAULT_GOAL := b\na:\n\tx\nb:\n\ty\n", ["y"], id="one that is named"),
        pytest.param("ifdef A\na:\n\tx\nendif\nb:\n\ty\nc:\n\tz\n", ["x (maybe)", "y"], id="one of two"),
        pytest.param(
            "ifdef A\nT = a\nelse\nT = b\nendif\n$(T) z:\n\tx\nc:\n\ty\n",
            ["x (maybe)", "x (maybe)"],
            id="one name of two",
        ),
        pytest.param("./a/b:\n\tx\n", ["x"], id="a path"),
    ],
)
def test_the_default_goal(makefile: str, expected: list[str]) -> None:
    assert runs(makefile) == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param({"Makefile": "include x.mk\n", "x.mk": "a:\n\tx\n"}, ["x.mk:2 a: x"], id="a file"),
        pytest.param(
            {"Makefile": "D = d\ninclude $(D)/x.mk\n", "d/x.mk": "a:\n\tx\n"}, ["d/x.mk:2 a: x"], id="by a variable"
        ),
        pytest.param(
            {"Makefile": "-include x.mk\nsinclude y.mk\na:\n\tx\n"}, ["Makefile:4 a: x"], id="files that may lack"
        ),
        pytest.param({"Makefile": "-include $(NOBODY)\na:\n\tx\n"}, ["Makefile:3 a: x"], id="files that nobody knows"),
        pytest.param(
            {
                "Makefile": "include $(wildcard mk/*.mk) other*.x\n",
                "mk/a.mk": "a: b\n",
                "mk/b.mk": "b:\n\tx\n",
                "mk/c": "",
            },
            ["mk/b.mk:2 b: x"],
            id="all files of a folder",
        ),
        pytest.param({"Makefile": "include Makefile\na:\n\tx\n"}, ["Makefile:3 a: x"], id="itself"),
        pytest.param(
            {"Makefile": "A = 1\ninclude x.mk\nA = 3\n", "x.mk": "A = 2\na:\n\tx $(A)\n"},
            ["x.mk:3 a: x 3"],
            id="in order",
        ),
        pytest.param(
            {"Makefile": "-include gen.mk\na:\n\tx\ngen.mk:\n\tmake it\n"},
            ["Makefile:5 gen.mk: make it", "Makefile:3 a: x"],
            id="a file that is made first",
        ),
        pytest.param(
            {"Makefile": "a:\n\tx\nMakefile: y\n\tz\n"},
            ["Makefile:4 Makefile: z", "Makefile:2 a: x"],
            id="itself, made",
        ),
    ],
)
def test_includes(files: dict[str, str], expected: list[str]) -> None:
    assert opened(files, opening("make")) == expected


def test_rules_that_are_made_up_are_a_gap() -> None:
    makefile = "define R\n$(1):\n\tx\nendef\n$(foreach t,a b,$(eval $(call R,$(t))))\nall:\n\ty\n"
    assert opened({"Makefile": makefile}, opening("make", "all")) == [
        "Makefile:5 $(eval): GAP what it expands to is not known",
        "Makefile:7 all: y",
    ]


BOMB = "A0 = a a a a a a a a a a\n" + "".join(f"A{n + 1} = $(A{n}) $(A{n}) $(A{n}) $(A{n})\n" for n in range(18))


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        pytest.param({}, opening("make"), id="no makefile"),
        pytest.param({"Makefile": ""}, opening("make"), id="no goal"),
        pytest.param({"Makefile": "a:\n"}, opening("make", "b"), id="no such goal"),
        pytest.param({"Makefile": "a:\n"}, opening("make", "<x>"), id="a goal that is not known"),
        pytest.param({"Makefile": "a:\n"}, opening("make", "a", folder=None), id="a folder that is not known"),
        pytest.param({"Makefile": "a:\n"}, opening("make", "a", file="<x>"), id="a file that is not known"),
        pytest.param({"Makefile": "a:\n"}, opening("make", "a", file="../x"), id="a file outside"),
        pytest.param(
            {"Makefile": "include gone.mk\na:\n\tx\n"}, opening("make", "a"), id="an include that is not there"
        ),
        pytest.param({"Makefile": "include $(NOBODY)\na:\n\tx\n"}, opening("make", "a"), id="an include nobody knows"),
        pytest.param({"Makefile": "$(NOBODY): b\n\tx\n"}, opening("make"), id="a default that is not known"),
        pytest.param(
            {"Makefile": ".DEFAULT_GOAL = $(X)\na:\n"}, opening("make"), id="a named default that is not known"
        ),
        pytest.param({"Makefile": "a: $(if $(B),c)\n\tx\n"}, opening("make", "a"), id="a need that may be any goal"),
        pytest.param({"Makefile": BOMB + "all:\n\tx $(A18)\n"}, opening("make", "all"), id="values that explode"),
        pytest.param({"Makefile": BOMB + "X := $(A18)\nall:\n\tx $(A18)\n"}, opening("make", "all"), id="at once"),
        pytest.param(
            {
                "Makefile": "X = a\n"
                + "X += "
                + "a" * 1000
                + "\n" * 1
                + ("X += " + "a" * 1000 + "\n") * 80
                + "a:\n\tx $(X)\n"
            },
            opening("make", "a"),
            id="values that grow",
        ),
        pytest.param(
            {"Makefile": "".join(f"%.{n}:\n\tx\n" for n in range(400))}, opening("make", "a.1"), id="too many patterns"
        ),
        pytest.param(
            {"Makefile": "".join(f"a{n}: a{n + 1}\n" for n in range(600))}, opening("make", "a0"), id="too long a chain"
        ),
        pytest.param({"Makefile": "a:\n" * 6000}, opening("make", "a"), id="too many rules"),
        pytest.param({"Makefile": "a: " + "b " * 30000}, opening("make", "a"), id="too many needs"),
        pytest.param(
            {"Makefile": "include x*\n", **{f"x{n}": "" for n in range(60)}}, opening("make"), id="too many files"
        ),
        pytest.param({"Makefile": "a:\n\tx " + "$(" * 60 + ")" * 60}, opening("make", "a"), id="too deep"),
    ],
)
def test_what_cannot_be_seen(files: dict[str, str], asked: object) -> None:
    assert opened(files, asked) is None  # type: ignore[arg-type]


def test_a_goal_that_is_a_file_is_nothing_to_do() -> None:
    assert runs("a:\n", "b.c", b__c="") == []
    assert opened({"Makefile": "a:\n", "src/x": ""}, opening("make", "src")) == []
    assert opened({"Makefile": "a:\n", "src/x": ""}, opening("make", ".")) == []


def test_depth_of_variables_is_bounded() -> None:
    chain = "".join(f"A{n} = $(A{n + 1})\n" for n in range(60))
    assert runs(f"{chain}all:\n\tx $(A0)\n") is None


def test_a_choice_of_many_names_stays_one() -> None:
    choice = "".join(f"ifdef A\n{x} = 1\nelse\n{x} = 2\nendif\n" for x in "abcdef")
    assert runs(f"{choice}all: $(a)$(b)$(c)$(d)$(e)$(f)\n\tx\n") == ["x"]


@pytest.mark.parametrize(
    ("pattern", "word", "stem"),
    [("a", "a", ""), ("a", "b", None), ("%.c", "a.c", "a"), ("a%", "b", None), ("aa%aa", "aaa", None), ("%", "", "")],
)
def test_stems(pattern: str, word: str, stem: str | None) -> None:
    assert stem_of(pattern, word) == stem


def test_comments_and_continued_lines_keep_their_numbers() -> None:
    found = read_makefile("a: b \\\n  c\n\tx\n# d \\\n e\nb:\n\ty\n", "Makefile")
    assert [
        (rule.targets, rule.prerequisites, rule.line, [one.line for one in rule.recipe]) for rule in found.rules
    ] == [
        ("a", "b    c", 1, [3]),
        ("b", "", 6, [7]),
    ]


def test_an_empty_word_is_no_goal() -> None:
    asked = opening("make", "a")._replace(arguments=((),))
    assert opened({"Makefile": "a:\n\tx\n"}, asked) == ["Makefile:2 a: x"]


def test_a_backslash_at_the_end_of_the_file() -> None:
    assert runs("a:\n\tx \\") == ["x"]


def test_choices_of_choices_are_followed_so_far() -> None:
    chain = "".join(f"ifdef A\nX{n} = $(X{n + 1})\nelse\nX{n} = t{n}\nendif\n" for n in range(9))
    assert runs(f"{chain}all: $(X6)\n\tx\nt8:\n\ty\n") == ["y (maybe)", "x"]
    assert runs(f"{chain}all: $(X0)\n\tx\n") is None


def test_many_needs_that_may_be_many_goals() -> None:
    makefile = "all: " + "x$(if $(B),c)y " * 150 + "\n" + "".join(f"b{n} " for n in range(1900)) + ":\n"
    assert runs(makefile) is None


def test_a_variable_of_itself_by_a_condition() -> None:
    assert runs("ifdef A\nX = $(X)a\nendif\nall: $(X)b\n\tx\nab:\n\ty\n") == ["y (maybe)", "x"]


def test_too_many_references() -> None:
    assert runs("B =\nall:\n\tx " + "$(B)" * 21_000 + "\n") is None


def test_a_function_of_long_texts_is_not_known() -> None:
    assert runs(f"A = {'x' * 5000}\nall:\n\tx $(words $(subst x,$(A),$(A)))\n") == ["x <$(words $(subst x,$(A),$(A)))>"]


def test_a_value_is_worked_out_once() -> None:
    doubled = "".join(f"A{number} = $(A{number - 1})$(A{number - 1})\n" for number in range(1, 19))
    assert runs(f"A0 =\n{doubled}all:\n\tx $(A18)y\n") == ["x y"]


@pytest.mark.parametrize(
    ("makefile", "expected"),
    [
        pytest.param("V = $(1)\nf = $(V)\nall:\n\tx $(call f,a) $(call f,b)\n", ["x a b"], id="arguments"),
        pytest.param("V = $@\na: b\n\tx $(V)\nb:\n\tx $(V)\n", ["x b", "x a"], id="a target"),
        pytest.param("A = $(B)\nB = $(A)b\nall:\n\tx $(A) $(B)\n", ["x <$(A)>b <$(B)>b"], id="a circle"),
        pytest.param("V = $(e)\nall:\n\tx $(foreach e,a b,$(V))\n", ["x a b"], id="each of a list"),
    ],
)
def test_a_value_that_is_another_at_another_place(makefile: str, expected: list[str]) -> None:
    assert runs(makefile) == expected
