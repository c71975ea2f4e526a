"""Scripts of the repository, run by their path: the line `#!` or the end of the name says what reads them."""

from __future__ import annotations

import posixpath
import re

from needful.effects.names import Name, is_literal, literal
from needful.effects.project.bodies import in_language
from needful.effects.project.model import Body, Files, Opening
from needful.effects.project.paths import folder_of, inside, option, text_of

_BY_SUFFIX = {
    ".sh": "bash",
    ".bash": "bash",
    ".zsh": "bash",
    ".ksh": "bash",
    ".py": "python",
    ".ps1": "pwsh",
    ".cmd": "cmd",
    ".bat": "cmd",
}
_BY_PROGRAM = {
    **dict.fromkeys(("bash", "sh", "dash", "ash", "ksh", "zsh"), "bash"),
    **dict.fromkeys(("python", "pypy", "uv"), "python"),
    **dict.fromkeys(("pwsh", "powershell"), "pwsh"),
    "cmd": "cmd",
}
_MAX_SHEBANG = 256  # what Linux reads of it
_SHEBANG = re.compile(r"#![ \t]*(\S[^\n]*)")
_VERSION = re.compile(r"[0-9.]*(?:\.exe)?\Z")

_MAX_POSITIONAL = 9


def script(opening: Opening, files: Files) -> tuple[Body, ...] | None:
    """The commands of a script. The option `interpreter` names the program that it is given to, if it is."""
    folder, target = folder_of(opening), text_of(opening.targets[0]) if opening.targets else None
    if folder is None or not target:
        return None
    path = inside(folder, target.replace("\\", "/"))
    text = files.text(path) if path else None
    interpreter = option(opening, "interpreter")
    if not path or text is None or interpreter is None:
        return None
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    language = _language(interpreter, path, text)
    if language is None:
        return None
    variables = dict(opening.environment)
    if language == "bash":
        variables |= _positional(literal(target), opening.arguments)
    return (Body(path, 1, target, in_language(literal(text), language, variables, folder), literal(folder)),)


def _language(interpreter: str, path: str, text: str) -> str | None:
    if interpreter:
        return language_of(interpreter)
    if shebang := _SHEBANG.match(text):
        return language_of(shebang[1])
    suffix = posixpath.splitext(path)[1].lower()
    # a shell that is asked to run a text without `#!` reads it itself
    return _BY_SUFFIX.get(suffix) if suffix else "bash"


def language_of(line: str) -> str | None:
    """What reads a script whose `#!` line (without the mark) is this: `bash`, `python`, `pwsh`, `cmd`, or None."""
    for word in line[:_MAX_SHEBANG].split():
        name = posixpath.basename(word)
        if name != "env" and not word.startswith("-") and "=" not in word:
            return _BY_PROGRAM.get(_VERSION.sub("", name.lower()))
    return None


def _positional(script: Name, arguments: tuple[Name, ...]) -> dict[str, Name]:
    """The arguments by number, up to the first that is not known: it may be no word, or several."""
    known = {"0": script}
    for number, word in enumerate(arguments, 1):
        if not is_literal(word):
            return known
        known[str(number)] = word
    known |= {str(number): literal("") for number in range(len(arguments) + 1, _MAX_POSITIONAL + 1)}
    known["#"] = literal(str(len(arguments)))
    texts = ["".join(map(str, word)) for word in arguments]
    if not any(character.isspace() for text in texts for character in text):
        known["@"] = known["*"] = literal(" ".join(texts))
    return known
