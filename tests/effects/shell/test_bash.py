"""Bash scripts, and the commands that they may run."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from needful.effects.names import Hole, Name, same, show
from needful.effects.shell.bash import read_bash
from needful.effects.shell.model import Assignment, Gap, Script

Tell = Callable[[Script], list[str]]
HOLE = Hole("inputs.x")


# --- which commands there are ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("# only a comment", [], id="a comment"),
        pytest.param("make", ["make"], id="one"),
        pytest.param("a; b\nc # d\n# e\nf", ["a", "b", "c", "f"], id="one after the other"),
        pytest.param(
            "a --x 1 \\\n  -y \\\n  z\r\nb\r\n", ["a --x 1 -y z", "b"], id="joined lines, line ends of Windows"
        ),
        pytest.param("a b \\\n", ["a b"], id="a joined line at the end"),
        pytest.param("a b\\\\\n", ["a b\\"], id="a backslash at the end"),
        pytest.param("a\\\nb c\\\nd e", ["ab cd e"], id="words over two lines"),
        pytest.param("a && b || c", ["a", "? b", "? c"], id="a list"),
        pytest.param("a | b |& c", ["a", "| b", "| c"], id="a pipeline"),
        pytest.param("a | b || c && d | e", ["a", "| b", "? c", "? d", "? | e"], id="pipelines in a list"),
        pytest.param("a | b | c || d", ["a", "| b", "| c", "? d"], id="as the shell groups it, not the parser"),
        pytest.param("a | b |\n c\nd\n# x\ne || (f && g)", ["a", "| b", "| c", "d", "e", "? f", "? g"], id="line ends"),
        pytest.param("a | b |\n c # x\nd || e", ["a", "| b", "| c", "d", "? e"], id="line ends behind comments"),
        pytest.param("a | # x\n b && # y\n c", ["a", "| b", "? c"], id="comments in a list"),
        pytest.param("a <((b)) $( (c) )", ["a <<((b))> <$( (c) )>", "b", "c"], id="shells within shells"),
        pytest.param("a & b", ["& a", "b"], id="in the background"),
        pytest.param("a && b &\nc", ["& a", "? & b", "c"], id="a list in the background"),
        pytest.param("! a\n! b | c", ["a", "b", "| c"], id="negated"),
        pytest.param("! { a; }\n! (b)", ["a", "b"], id="negated groups"),
        pytest.param("time make -j\ntime -p a\ntime", ["make -j", "a"], id="timed"),
        pytest.param(
            "time X=1 Y=$Z a\ntime { b c; d; }\ne", ["X=1 Y=<$Z> a", "b c", "d", "e"], id="timed with variables"
        ),
        pytest.param("time (a)\nX=1 time b", ["a", "X=1 time b"], id="timed in a shell of its own"),
        pytest.param("coproc a\ncoproc N { b; }", ["& a", "& b"], id="coprocesses"),
        pytest.param("(a; b) | { c; d; }", ["a", "b", "| c", "| d"], id="groups"),
        pytest.param("if a; then b; elif c; then d; else e; fi", ["a", "? b", "? c", "? d", "? e"], id="if"),
        pytest.param("while a; do b; done\nuntil c\ndo\nd\ndone", ["a", "? b", "c", "? d"], id="while and until"),
        pytest.param("for i in $(a) b; do c $i; done", ["a", "? c <$i>"], id="for"),
        pytest.param("for ((i=$(a); i<$(b); i++)); do c; done", ["a", "b", "? c"], id="for with numbers"),
        pytest.param("for i; do c; done\nselect x in a; do d; done", ["? c", "? d"], id="for arguments, select"),
        pytest.param("case $(a) in b|$(c)) d;; (e) f;& *) g; esac", ["a", "? c", "? d", "? f", "? g"], id="case"),
        pytest.param("case x in esac", [], id="an empty case"),
        pytest.param("f() { a; }\nfunction g { b; }\nf 1", ["? a", "? b", "f 1"], id="functions"),
        pytest.param("f() (a)\ng() if a; then b; fi", ["? a", "? a", "? b"], id="functions with other bodies"),
        pytest.param("f() { a; b | c; }\nd | f", ["? | a", "? | b", "? | c", "d", "| f"], id="piped into a function"),
        pytest.param("f() { a; }\nf <<< x", ["? | a", "f << x"], id="a text for a function"),
        pytest.param("f() { a; } > x", ["? a > x"], id="a function with a redirection"),
        pytest.param("[ -f x ] && [[ a =~ b ]] && ((1))", [], id="conditions"),
        pytest.param(
            'test -f x && [ -n "$(a)" ] && [[ $(b) == *"`c`"* ]]', ["test -f x", "? a", "? b", "? c"], id="tests"
        ),
        pytest.param('[ "$a" > "$(b)" ] || c', ["b", "? c"], id="a redirection in a test"),
        pytest.param("(( i = $(a) + 1 ))\n(( i++ ))", ["a"], id="arithmetic"),
        pytest.param("if ! ((${#A[@]})); then b; fi", ["? b"], id="negated arithmetic"),
        pytest.param(
            "echo $((1 + $(a))) $[ $(b) ]", ["echo <$((1 + $(a)))> <$[ $(b) ]>", "a", "b"], id="numbers in words"
        ),
        pytest.param("echo $( (a b); (c) )", ["echo <$( (a b); (c) )>", "a b", "c"], id="a shell in a substitution"),
        pytest.param(
            "trap 'rm x' EXIT\nset -x\nalias a=b", ["trap 'rm x' EXIT", "set -x", "alias a=b"], id="as they are"
        ),
        pytest.param("a $(b $(c `d`))", ["a <$(b $(c `d`))>", "b <$(c `d`)>", "c <`d`>", "d"], id="nested"),
        pytest.param("a `b \\`c\\``", ["a <`b \\`c\\``>", "b <`c`>", "c"], id="nested backticks"),
        pytest.param('a "x $(b "y") z"', ["a 'x <$(b \"y\")> z'", "b y"], id="in a text"),
        pytest.param("a '$(b) `c`' \"\\$(d \\`e\"", ["a '$(b) `c`' '$(d `e'"], id="in a text that is none"),
        pytest.param(
            "diff <(a) >(b) < <(c)", ["diff <<(a)> <>(b)> < <<(c)>", "a", "| b", "c"], id="processes as files"
        ),
        pytest.param("a=$(b) c=`d`\nexport e=$(f)", ["b", "d", "f"], id="in assignments"),
        pytest.param("a=(x $(b) y)\nc[$(d)]=$(e)\ndeclare -a f=($(g))", ["b", "d", "e", "g"], id="in arrays"),
        pytest.param(
            "a ${b:-$(c)} ${d//$(e)/`f`}", ["a <${b:-$(c)}> <${d//$(e)/`f`}>", "c", "e", "f"], id="in expansions"
        ),
        pytest.param(': "${A:=$((n + 1))}"', [": <${A:=$((n + 1))}>"], id="numbers in an expansion"),
        pytest.param("a > $(b) 2>&1", ["a > <$(b)>", "b"], id="in a redirection"),
        pytest.param("X=$(<file)\ny", [": < file", "y"], id="a file as a value"),
        pytest.param("unset $(a) X", ["a"], id="in unset"),
        pytest.param("$X\n$(a) b", ["<$X>", "<$(a)> b", "a"], id="a program that is not known"),
        pytest.param("'' a\n\"\"", ["'' a", "''"], id="a program without a name"),
    ],
)
def test_the_commands_of_a_script(script: str, expected: list[str], tell: Tell) -> None:
    assert tell(read_bash((script,))) == expected


# --- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("a 'b c' \"d e\" f\\ g", ["a 'b c' 'd e' 'f g'"], id="quotes"),
        pytest.param("a b'c d'\"e\"f", ["a 'bc def'"], id="parts of a word"),
        pytest.param("a '' \"\"", ["a '' ''"], id="empty words"),
        pytest.param('a "\\$b \\\\ \\" \\x\\\ny"', ["a '$b \\\\ \" \\\\xy'"], id="escapes in a text"),
        pytest.param("a \\$b \\\\ \\é", ["a $b \\ é"], id="escapes"),
        pytest.param("a '\\$b \\\\'", ["a '\\\\$b \\\\\\\\'"], id="no escapes in single quotes"),
        pytest.param(
            "a $'b\\tc\\x41\\u00e9\\101\\'\\q' $\"d\"", ['a "b\\tcAéA\'\\\\q" d'], id="texts with C's escapes"
        ),
        pytest.param("a $'\\ud800'", ["a \ufffd"], id="half a character"),
        pytest.param("a $b ${c} $1 $@ ${10} $?", ["a <$b> <$c> <$1> <$@> <$10> <$?>"], id="variables"),
        pytest.param('a x$b/$c.d "${e}f"', ["a x<$b>/<$c>.d <$e>f"], id="variables in words"),
        pytest.param("a S/$b/$c.d > $e/$f.g h", ["a S/<$b>/<$c>.d h > <$e>/<$f>.g"], id="paths of variables"),
        pytest.param('a "  $b  ${c} "', ["a '  <$b>  <$c> '"], id="blanks around variables"),
        pytest.param('a "x $ y" $ z', ["a 'x $ y' $ z"], id="a dollar"),
        pytest.param("a ${b:-c} ${d:?} ${e%x} ${#f} ${g[@]}", None, id="expansions"),
        pytest.param('a {b,c} d{1..3} {} @{u} "{e,f}"', ["a <{b,c}> <d{1..3}> {} @{u} {e,f}"], id="braces"),
        pytest.param("a *.js ~/b [cd]? e#f #g", ["a *.js ~/b [cd]? e#f"], id="patterns"),
        pytest.param('a x=1 --y="z w" == =~ b', ["a x=1 '--y=z w' == =~ b"], id="words like assignments"),
        pytest.param("a - b -- -", ["a - b -- -"], id="dashes"),
        pytest.param("a - <<E\nE\nb -<<E\nE", ["a - << ''", "b - << ''"], id="dashes that the parser forgets"),
        pytest.param("A=1 B=$C a", ["A=1 B=<$C> a"], id="variables of one command"),
        pytest.param("A=x/$b/$c.d a", ["A=x/<$b>/<$c>.d a"], id="a path as a variable"),
        pytest.param('a "`b`" $((1+1))', ["a <`b`> <$((1+1))>", "b"], id="holes"),
    ],
)
def test_words(script: str, expected: list[str] | None, tell: Tell) -> None:
    wanted = expected or ["a <${b:-c}> <$d> <${e%x}> <${#f}> <${g[@]}>"]
    assert tell(read_bash((script,))) == wanted


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("a > b", ["a > b"], id="to a file"),
        pytest.param("a >> b 2> c < d", ["a >> b > c < d"], id="several"),
        pytest.param("a &> b; c &>> d; e >| f; g >& h; i <& j", None, id="all kinds"),
        pytest.param("a 2>&1; b >&2; c <&-; d 2>&-", ["a", "b", "c", "d"], id="streams are no files"),
        pytest.param("a > b c 2>&1 d", ["a c d > b"], id="words behind them"),
        pytest.param("2> a b c", ["b c > a"], id="in front"),
        pytest.param("> a", [": > a"], id="alone"),
        pytest.param("> a\nb", [": > a", "b"], id="alone on its line"),
        pytest.param("a | b > c", ["a", "| b > c"], id="of the last in a pipeline"),
        pytest.param("a && b > c", ["a", "? b > c"], id="of the last in a list"),
        pytest.param("{ a; b > c; } >> d", ["a >> d", "b > c >> d"], id="of a group"),
        pytest.param("(a) > b; if c; then d; fi > e", ["a > b", "c > e", "? d > e"], id="of a branch"),
        pytest.param("while a; do b; done < c", ["a < c", "? b < c"], id="of a loop"),
        pytest.param("a | { b; c; } < d", ["a", "b < d", "c < d"], id="a file in the place of a pipe"),
        pytest.param("a | b < c", ["a", "b < c"], id="a file in the place of a pipe, for one"),
        pytest.param("{ a; } > $(b)", ["a > <$(b)>", "b"], id="a name that is worked out"),
        pytest.param("a > '' > $b", ["a > '' > <$b>"], id="strange names"),
        pytest.param("time { a b; c; } > d", ["a b", "c", ": > d"], id="of what is timed"),
    ],
)
def test_redirections(script: str, expected: list[str] | None, tell: Tell) -> None:
    assert tell(read_bash((script,))) == (expected or ["a > b", "c >> d", "e > f", "g > h", "i < j"])


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("a <<E\nb\n c\nE\nd", ["a << 'b\\n c\\n'", "d"], id="a document"),
        pytest.param("a <<E\nE\nd", ["a << ''", "d"], id="an empty one"),
        pytest.param("a <<E\n$b ${c} \\$d\nE", ["a << '<$b> <$c> $d\\n'"], id="variables"),
        pytest.param("a <<'E'\n$b $(c)\nE", ["a << '$b $(c)\\n'"], id="quoted"),
        pytest.param('a <<"E"\n$b\nE\na <<\\E\n$b\nE', ["a << '$b\\n'"] * 2, id="quoted otherwise"),
        pytest.param("a <<-E\n\tb\n\t\t$c\td\n\tE\nf", ["a << 'b\\n<$c>\\td\\n'", "f"], id="tabs"),
        pytest.param("a <<-'E'\n\tb\n\tE", ["a << 'b\\n'"], id="tabs and quotes"),
        pytest.param("a <<E\n$(b) `c` $((1+$(d))) ${e:-$(f)}\nE", None, id="what runs in it"),
        pytest.param("a <<E\n\\`b\\` \\\nc\nE", ["a << '`b` c\\n'"], id="escapes"),
        pytest.param("a <<E\n\"b\" 'c'\nE", ["a << '\"b\" \\'c\\'\\n'"], id="quotes mean nothing"),
        pytest.param("a <<E > b 2>&1\nc\nE", ["a > b << 'c\\n'"], id="with a file"),
        pytest.param("a <<E -b c\nd\nE", ["a -b c << 'd\\n'"], id="with words behind it"),
        pytest.param("a <<E | b -\nc\nE\nd", ["a << 'c\\n'", "| b -", "d"], id="with a pipe"),
        pytest.param("a <<E | b | c && d\nx\nE", ["a << 'x\\n'", "| b", "| c", "? d"], id="with a pipeline"),
        pytest.param("a <<E && b > c\nx\nE", ["a << 'x\\n'", "? b > c"], id="with a list"),
        pytest.param("x && a <<E | b\nc\nE", ["x", "? a << 'c\\n'", "? | b"], id="in a list"),
        pytest.param("a <<E \\\n | b\nc\nE", ["a << 'c\\n'", "| b"], id="with a joined line"),
        pytest.param("{ a; b; } <<E\nc\nE", ["a << 'c\\n'", "b << 'c\\n'"], id="for a group"),
        pytest.param("while a; do b; done <<E\nc\nE", ["a << 'c\\n'", "? b << 'c\\n'"], id="for a loop"),
        pytest.param("x=$(a <<E\n$(b)\nE\n)", ["a << '<$(b)>\\n'", "b"], id="in a substitution"),
        pytest.param('a <<< b; c <<< "$d e"', ["a << b", "c << '<$d> e'"], id="a here string"),
        pytest.param("a <<< $(b) -c", ["a -c << <$(b)>", "b"], id="a here string that is worked out"),
        pytest.param("a | b <<< c", ["a", "b << c"], id="a here string in the place of a pipe"),
        pytest.param('while a; do b; done <<< "$(c "x y")"', None, id="a here string for a loop"),
    ],
)
def test_here_documents(script: str, expected: list[str] | None, tell: Tell) -> None:
    other = {
        "a <<E\n$(": ["a << '<$(b)> <`c`> <$((1+$(d)))> <${e:-$(f)}>\\n'", "b", "c", "d", "f"],
        "while": ['a << <$(c "x y")>', '? b << <$(c "x y")>', "c 'x y'"],
    }
    wanted = expected or next(told for start, told in other.items() if script.startswith(start))
    assert tell(read_bash((script,))) == wanted


# --- variables -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("A=1\nx $A ${A} \"${A}b\" '$A'", ["x 1 1 1b $A"], id="a value"),
        pytest.param("A=1 B=$A$C; x $B", ["x 1<$C>"], id="a value of others"),
        pytest.param("A=x/$b/$c.d\nx $A", ["x x/<$b>/<$c>.d"], id="a path"),
        pytest.param("A=' b '; x $A c$A", ["x b c b"], id="a value with blanks around it"),
        pytest.param("local A; declare B; x $A", ["x <$A>"], id="a variable without a value"),
        pytest.param("for i in 1; do x $1; shift; done", ["? x <$1>", "? shift"], id="arguments in a loop"),
        pytest.param("A='b c'; x $A \"$A\" d$A", ["x b c 'b c' db c"], id="a value with blanks"),
        pytest.param('A=; x $A y "$A"; $A z', ["x y ''", "z"], id="an empty value"),
        pytest.param("A=; $A", [], id="nothing to run"),
        pytest.param("A=1 x $A; y $A", ["A=1 x <$A>", "y <$A>"], id="a value for one command only"),
        pytest.param("A=1; A+=2; x $A; B+=3; x $B", ["x 12", "x <$B>3"], id="an addition"),
        pytest.param("A=$(b); x $A", ["b", "x <$(b)>"], id="a value that is worked out"),
        pytest.param("A=(1 2); x $A; B[0]=1; x $B", ["x <A=(1 2)>", "x <B[0]=1>"], id="lists"),
        pytest.param("A=1; if b; then A=2; fi; x $A", ["b", "x <$A>"], id="set in a branch"),
        pytest.param("if b; then A=1; else A=1; fi; x $A", ["b", "x 1"], id="set alike in all branches"),
        pytest.param("if b; then A=1; x $A; fi", ["b", "? x 1"], id="within its branch"),
        pytest.param("A=1; if b; then A=2; exit; fi; x $A", ["b", "? exit", "x 1"], id="a branch that ends"),
        pytest.param(
            "if b; then exit; else exit 1; fi\nx", ["b", "? exit", "? exit 1", "x"], id="branches that all end"
        ),
        pytest.param("A=1; b && A=2; x $A", ["b", "x <$A>"], id="set perhaps"),
        pytest.param("A=1; b || { A=2; }; x $A", ["b", "x <$A>"], id="set perhaps, in a group"),
        pytest.param("A=1; case b in c) A=2;; esac; x $A", ["x <$A>"], id="set in a case"),
        pytest.param("A=1; for i in b; do x $A; A=2; done; x $A", ["? x <$A>", "x <$A>"], id="set in a loop"),
        pytest.param("A=1; for i in b; do x $A $i; done; x $A", ["? x 1 <$i>", "x 1"], id="not set in a loop"),
        pytest.param("i=1; for i in 2; do :; done; x $i", ["? :", "x <$i>"], id="a loop's own variable"),
        pytest.param("A=1; while b; do ((A++)); done; x $A", ["b", "x <$A>"], id="counted in a loop"),
        pytest.param("A=1; ((A++)); x $A; B=2; let B=3; x $B", ["x <$A>", "let B=3", "x <$B>"], id="arithmetic"),
        pytest.param("A=1; (A=2; x $A); x $A", ["x 2", "x 1"], id="set in a shell of its own"),
        pytest.param("A=1; b | A=2; x $A; A=3 & x $A", ["b", "x 1", "x 1"], id="set in a pipeline"),
        pytest.param("A=1; y $(A=2; x $A); x $A", ["y <$(A=2; x $A)>", "x 2", "x 1"], id="set in a substitution"),
        pytest.param("f() { A=2; x $A; }; A=1; x $A; f; x $A", ["? x 2", "x 1", "f", "x <$A>"], id="set by a function"),
        pytest.param("f() { local A=2; }; A=1; f; x $A", ["f", "x 1"], id="a function's own variable"),
        pytest.param("f() { eval b; }; A=1; f; x $A", ["? eval b", "f", "x <$A>"], id="a function that may set any"),
        pytest.param("A=1; f() { x $A $B $1; }; f", ["? x <$A> env <$1>", "f"], id="read by a function"),
        pytest.param("A=1; read A; x $A; B=1; printf -v B c; x $B", None, id="read and printed"),
        pytest.param("A=1; unset A; x $A; B=1; unset $C; x $B", ["x <$A>", "x <$B>"], id="unset"),
        pytest.param("A=1; x ${A:=2} $A; y ${C:=3} $C", ["x 1 1", "y <${C:=3}> <$C>"], id="set where it is used"),
        pytest.param("A=1; B=; x ${A:-2} ${B:-2} ${B-2} ${A:+3} ${B:+3} ${A:?}", ["x 1 2 <${B-2}> 3 1"], id="defaults"),
        pytest.param('A=; x "${A:-d $B}" "${A:-"b c"}" ${A:-\'b c\'}', ["x 'd <$B>' 'b c' b c"], id="quoted"),
        pytest.param("A=1; source b; x $A", ["source b", "[-] x <$A>"], id="after another script"),
        pytest.param("A=1; . venv/bin/activate; x $A", [". venv/bin/activate", "x <$A>"], id="after an environment"),
        pytest.param('A=1; eval "$b"; x $A', ["eval <$b>", "x <$A>"], id="after commands that are worked out"),
        pytest.param("set -- a b; x $1; shift; x $B", ["set -- a b", "x <$1>", "shift", "x env"], id="arguments"),
        pytest.param('x $B ${B} $0 "$@" $@', ["x env env ci/run.sh 1 2 1 2"], id="the environment and the arguments"),
        pytest.param("B=own; x $B", ["x own"], id="the environment, overwritten"),
    ],
)
def test_values_of_variables(script: str, expected: list[str] | None, tell: Tell) -> None:
    variables: dict[str, Name] = {"B": ("env",), "0": ("ci/run.sh",), "@": ("1 2",)}
    environment = variables if "env" in str(expected) or "$0" in script or "B=own" in script else {}
    other = ["read A", "x <$A>", "printf -v B c", "x <$B>"]
    assert tell(read_bash((script,), environment)) == (other if expected is None else expected)


# --- folders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("cd a; x; cd b/../c/./; x; cd ../..; x", ["x [a]", "x [a/c]", "x []"], id="one after the other"),
        pytest.param("cd ..; x; cd ../a; x", ["x [..]", "x [../../a]"], id="above"),
        pytest.param(
            "cd a; cd -; x; cd -; x; cd -- b; x; cd -P c; x", ["x []", "x [a]", "x [a/b]", "x [a/b/c]"], id="back"
        ),
        pytest.param("pushd a; x; pushd b; x; popd; x; popd; x", ["x [a]", "x [a/b]", "x [a]", "x []"], id="pushd"),
        pytest.param("popd; x", ["x -"], id="popd without pushd"),
        pytest.param("pushd a; popd +1; x; cd .; pushd +1; x", ["x -", "x -"], id="other uses of pushd"),
        pytest.param("cd a && x; y", ["x [a]", "y [a]"], id="a list that begins with it"),
        pytest.param("cd a || exit 1; x", ["x [a]"], id="or the end"),
        pytest.param("cd a || y; x", ["y []", "x -"], id="or something else"),
        pytest.param("mkdir a && cd a && x; y", ["x [a]", "y [a]"], id="behind what does not fail"),
        pytest.param("[ -d a ] && cd a && x; y", ["x [a]", "y -"], id="behind a test"),
        pytest.param("[ -d a ] && cd a || exit; y", ["y [a]"], id="behind a test, or the end"),
        pytest.param("if y; then cd a; x; fi; x", ["y []", "x [a]", "x -"], id="in a branch"),
        pytest.param("if y; then cd a; else cd ./a; fi; x", ["y []", "x [a]"], id="alike in all branches"),
        pytest.param("if cd a; then x; else y; fi; x", ["x [a]", "y -", "x -"], id="as a condition"),
        pytest.param("(cd a && x); y", ["x [a]", "y []"], id="in a shell of its own"),
        pytest.param("y $(cd a; x); y", ["y []", "x [a]", "y []"], id="in a substitution"),
        pytest.param("cd a | x; y & cd b & x", ["x []", "y []", "x []"], id="in a pipeline"),
        pytest.param("for i in 1 2; do x; cd a; y; done; y", ["x -", "y -", "y -"], id="in a loop"),
        pytest.param("for i in 1 2; do (cd a && x); y; done; y", ["x [a]", "y []", "y []"], id="in a loop's own shell"),
        pytest.param("while x; do . y; done; x", ["x -", "x -"], id="another script in a loop"),
        pytest.param("f() { x; }; cd a; f; y", ["x -", "y [a]"], id="for a function"),
        pytest.param("f() { x; }; f; y", ["x []", "y []"], id="for a function where none changes it"),
        pytest.param("f() { cd a; x; }; f; y", ["x -", "y -"], id="changed by a function"),
        pytest.param("f() { cd a; }; for i in 1; do x; done; y", ["x -", "y -"], id="changed by a function, in a loop"),
        pytest.param("cd; x; cd a b; x", ["x -", "x -"], id="home"),
        pytest.param("cd /a; x; cd b; x; cd ~/c; x", ["x -", "x -", "x -"], id="outside"),
        pytest.param("cd 'C:/a'; x; cd $a; x; cd a$b; x", ["x -", "x -", "x -"], id="not known"),
        pytest.param("source y; x", ["x -"], id="behind another script"),
        pytest.param("source ~/.bashrc; x; . a/activate; x", ["x []", "x []"], id="behind an environment"),
        pytest.param("builtin cd a; x; command cd b; x", ["x [a]", "x [a/b]"], id="by its full name"),
        pytest.param('cd a; cd $PWD/b; x; cd "$(pwd)"; x', ["x [a/b]", "x [a/b]"], id="from here"),
        pytest.param(
            "cd a; cd $GITHUB_WORKSPACE; x; cd ${GITHUB_WORKSPACE}/b; x", ["x [../..]", "x [../../b]"], id="top"
        ),
        pytest.param("cd $(git rev-parse --show-toplevel)/b; x", ["x [../../b]"], id="the top as git knows it"),
        pytest.param('cd "$(dirname "$0")/.."; x', ["x [ci]"], id="from the script"),
        pytest.param('D="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"; cd $D; x', ["x [ci/b]"], id="its folder"),
        pytest.param("cd ${0%/*}; x; cd $GITHUB_WORKSPACE-a; x; cd $D/a; x", ["x [ci/b]", "x -", "x -"], id="its path"),
    ],
)
def test_where_commands_run(script: str, expected: list[str]) -> None:
    variables: dict[str, Name] = {"0": ("ci/b/run.sh",)} if "0" in script or "BASH" in script else {}
    found = read_bash((script,), {}, workspace="../..") if not variables else read_bash((script,), variables)
    places = [
        f"{show(command.words[0])} {'-' if command.folder is None else f'[{show(command.folder)}]'}"
        for command in found.commands
        if command.words[0] in (("x",), ("y",))
    ]
    assert places == expected


def test_the_workspace_may_not_be_known() -> None:
    script = read_bash(("cd a; cd $GITHUB_WORKSPACE; x; cd ", Hole("github.workspace"), "; y"), workspace=None)
    assert [command.folder for command in script.commands] == [(), ("a",), None, None, None]
    script = read_bash(("cd a; cd ", Hole("github.workspace"), "/b; x"))
    assert script.commands[-1].folder == ("b",)
    script = read_bash(("cd $(dirname $0); x",), {"0": ("/opt/run.sh",)})
    assert script.commands[-1].folder is None
    script = read_bash(("cd $(dirname $0); x",), {"0": (HOLE,)})
    assert script.commands[-1].folder is None


# --- holes, assignments, functions, places ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param(("a ", HOLE, " b"), ["a <inputs.x> b"], id="a word"),
        pytest.param(("a --b=", HOLE, "/c"), ["a --b=<inputs.x>/c"], id="in a word"),
        pytest.param(('a "b ', HOLE, "\" 'c ", HOLE, "'"), ["a 'b <inputs.x>' 'c <inputs.x>'"], id="in quotes"),
        pytest.param((HOLE,), ["<inputs.x>"], id="the whole script"),
        pytest.param((HOLE, HOLE), ["<inputs.x><inputs.x>"], id="two in a row"),
        pytest.param(("a $b", HOLE), ["a <$b${{ inputs.x }}>"], id="behind a variable"),
        pytest.param(("A=", HOLE, "\nb $A"), ["b <inputs.x>"], id="a value"),
        pytest.param((HOLE, "=1\nb"), ["<${{ inputs.x }}>=", "b"], id="a name of a variable"),
        pytest.param(("export ", HOLE, "\nb"), ["export <inputs.x>", "b"], id="variables to export"),
        pytest.param(("A=1; export ", HOLE, "; b $A"), ["export <inputs.x>", "b <$A>"], id="what it may change"),
        pytest.param(("export A$B ", HOLE, "=1 $(c)"), None, id="more of that"),
        pytest.param(("a <<E\n", HOLE, "\nE"), ["a << '<inputs.x>\\n'"], id="in a document"),
        pytest.param(("a <<'E'\n", HOLE, "\nE"), ["a << '<inputs.x>\\n'"], id="in a quoted document"),
        pytest.param(("a > ", HOLE), ["a > <inputs.x>"], id="a file"),
        pytest.param(("if ", HOLE, "; then a; fi"), ["<inputs.x>", "? a"], id="a condition"),
        pytest.param(("a $(( ", HOLE, " + 1 ))"), ["a <$(( ${{ inputs.x }} + 1 ))>"], id="a number"),
        pytest.param(("# ", HOLE, "\na"), ["a"], id="in a comment"),
        pytest.param(("echo Hole0x Holee ", HOLE), ["echo Hole0x Holee <inputs.x>"], id="a text like a mark"),
    ],
)
def test_holes_come_back(source: Name, expected: list[str] | None, tell: Tell) -> None:
    wanted = expected or ["export A<$B> <$(c)>", "<${{ inputs.x }}>=", "c"]
    assert tell(read_bash(source)) == wanted


def test_what_a_script_works_out_is_never_the_same() -> None:
    first, second = read_bash(("a $B $(c)\na $B $(c)",)).commands[::2]
    assert first.words == second.words
    assert [same(one, other) for one, other in zip(first.words, second.words, strict=True)] == [True, False, False]


def test_assignments_and_which_of_them_programs_see() -> None:
    script = read_bash(
        (
            "A=1\nexport B=$A C\nD=2; export D\ndeclare -rx E=3\nlocal F=4\nB=5\nG+=6\nset -a\nH=7\nENV=8\n"
            'export -p "I=$J"',
        ),
        {"ENV": ("x",)},
    )
    assert script.assignments == (
        Assignment("A", ("1",), exported=False, line=0),
        Assignment("B", ("1",), exported=True, line=1),
        Assignment("C", (Hole("$C", "script"),), exported=True, line=1),
        Assignment("D", ("2",), exported=False, line=2),
        Assignment("D", ("2",), exported=True, line=2),
        Assignment("E", ("3",), exported=True, line=3),
        Assignment("F", ("4",), exported=False, line=4),
        Assignment("B", ("5",), exported=True, line=5),
        Assignment("G", (Hole("$G", "script"), "6"), exported=False, line=6),
        Assignment("H", ("7",), exported=True, line=8),
        Assignment("ENV", ("8",), exported=True, line=9),
        Assignment("I", (Hole("$J", "script"),), exported=True, line=10),
    )
    assert [command.text for command in script.commands] == ["set -a"]


def test_functions_have_names() -> None:
    script = read_bash(("f() { :; }\nfunction g-h:i { if j; then k() { :; }; fi; }",))
    assert script.functions == {"f", "g-h:i", "k"}
    assert read_bash(("f",)).functions == frozenset()


def test_lines_and_texts() -> None:
    source = "a \\\n  b\n\nif c; then\n  X=1 d  'e'   > f 2>&1\nfi\ncat <<E | g\n$(h\ni)\n`j`\nE\nk `\nl\n\\`m\\``"
    script = read_bash((source,))
    assert [(command.line, command.text) for command in script.commands] == [
        (0, "a b"),
        (3, "c"),
        (4, "X=1 d 'e' > f 2>&1"),
        (6, "cat <<E"),
        (6, "g"),
        (7, "h"),
        (8, "i"),
        (9, "j"),
        (11, "k ` l \\`m\\``"),
        (12, "l"),
        (13, "`m`"),
        (13, "m"),
    ]
    assert read_bash(("echo " + "x" * 200,)).commands[0].text == "echo " + "x" * 94 + "…"
    assert read_bash(("a ", HOLE)).commands[0].text == "a ${{ inputs.x }}"


# --- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        pytest.param("a; b; if c", ["a", "b"], id="no end of a branch"),
        pytest.param("a 'b", ["a"], id="no end of a text"),
        pytest.param("fi\na", ["a"], id="a keyword in the place of a program"),
        pytest.param("a; }", ["a"], id="a brace too many"),
        pytest.param("a <> b", ["a"], id="a redirection that the parser does not know"),
        pytest.param("a $(b", ["b"], id="no end of a substitution"),
        pytest.param("a <<E |\nb\nE\nc", ["a", "b", "c"], id="a document before the next command"),
        pytest.param("a <<E; b\nc\nE", ["a"], id="a document and another command"),
        pytest.param("a <<E\n$(b\nE\nc", ["a"], id="a document with half a substitution"),
        pytest.param("a <<E\n`b\nE\nc", ["a"], id="a document with half a backtick"),
        pytest.param("a <<E\n${b:-$(c}\nE\nd", ["a", "d"], id="a document with half an expansion"),
        pytest.param('x="', [], id="half a value"),
        pytest.param("|('$((;", [], id="half of everything"),
        pytest.param("a ${b:-'c}", [], id="half a text in an expansion"),
        pytest.param('a ${b:-"c}', [], id="half a text in quotes in an expansion"),
        pytest.param("a <<E\n${b:-$c${d:-'}\nE", ["a"], id="half an expansion in another"),
        pytest.param("a `b \\`c`", ["b"], id="half a backtick in backticks"),
        pytest.param("echo !(x)", ["x"], id="a pattern that the parser does not know"),
        pytest.param("x=`\\$a | b |\n c\nd || (e && f)`", ["b", "c"], id="commands that run into each other"),
        pytest.param("(s)i$a|b|c\n\nq\n|}\n<", [], id="ends of lines that the parser overlooks again and again"),
        pytest.param("if ! ((a)); then (b c))", ["b"], id="a parenthesis too many"),
    ],
)
def test_what_is_not_understood_is_said(script: str, expected: list[str]) -> None:
    found = read_bash((script,))
    assert found.gaps
    programs = {show(command.words[0]) for command in found.commands}
    assert programs >= set(expected)


def test_what_the_parser_stumbles_over_is_read_anew() -> None:
    script = read_bash(("A=\"${B//$'\\n'/$'\\n'> $(c)}\"\n[[ a = *'b'* && \\\n d = *'e'* ]]\nf",))
    assert [show(command.words[0]) for command in script.commands][-1] == "f"
    assert read_bash(('a > /dev/null <<< "$b" \\\n  || c',)).gaps == ()


@pytest.mark.parametrize(
    ("script", "text"),
    [
        pytest.param("a" * 70_000, "a script that is too long to be read", id="length"),
        pytest.param("a\0b", "a binary script", id="null bytes"),
        pytest.param("a |" * 2000, "a script that is too tangled to be read", id="pipes"),
        pytest.param("$[" * 20_000, "a script that is too tangled to be read", id="what confuses the parser"),
    ],
)
def test_a_script_that_is_not_read(script: str, text: str) -> None:
    assert read_bash((script,)) == Script(gaps=(Gap(0, text),))


def test_there_is_an_end_to_everything() -> None:
    deep = read_bash(("( " * 60 + "a" + " )" * 60,))
    assert deep.commands == ()
    assert len(deep.gaps) == 1
    nested = read_bash(("a " + "$(b " * 60 + ")" * 60,))
    assert len(nested.gaps) == 1
    defaults = read_bash(("a " + "${b:-" * 60 + "$(c)" + "}" * 60,))
    assert len(defaults.gaps) == 1
    many = read_bash(("make a\n" * 2100,))
    assert len(many.commands) == 2000
    assert [gap.text for gap in many.gaps] == ["more commands than are read"]
    errors = read_bash(("fi\n" * 50,))
    assert len(errors.gaps) == 20


def test_values_do_not_grow_without_end() -> None:
    doubled = "A=xxxxxxxxxx\n" + "A=$A$A\n" * 40 + "b $A"
    assert show(read_bash((doubled,)).commands[-1].words[1]).startswith("${{ $A")
    repeated = "A=" + "x" * 900 + "\nb" + " $A" * 2000
    words = read_bash((repeated,)).commands[-1].words
    assert words[1] == ("x" * 900,)
    assert words[-1] == (Hole("$A", "script"),)
    many = "".join(f"A{number}=1\n" for number in range(600)) + "b $A0 $A599"
    assert read_bash((many,)).commands[-1].words == (("b",), ("1",), (Hole("$A599", "script"),))
