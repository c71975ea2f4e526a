"""What modules and functions of Python can do to the world outside of their process."""

from __future__ import annotations

# Modules that neither reach the network, nor start programs, nor load code by name. `os` and `subprocess` do start
# programs, by the functions below.
_HARMLESS = frozenset(
    {
        *("__future__", "abc", "argparse", "array", "ast", "base64", "binascii", "bisect", "builtins", "bz2"),
        *("calendar", "codecs", "collections", "colorsys", "configparser", "contextlib", "copy", "csv", "dataclasses"),
        *("datetime", "decimal", "difflib", "email", "enum", "errno", "fileinput", "filecmp", "fnmatch", "fractions"),
        *("functools", "gc", "getopt", "getpass", "glob", "graphlib", "gzip", "hashlib", "heapq", "hmac", "html"),
        *("inspect", "io", "ipaddress", "itertools", "json", "keyword", "linecache", "locale", "logging", "lzma"),
        *("math", "mimetypes", "numbers", "operator", "os", "pathlib", "platform", "plistlib", "pprint", "queue"),
        *("random", "re", "sched", "secrets", "shlex", "shutil", "signal", "stat", "statistics", "string", "struct"),
        *("subprocess", "sys", "sysconfig", "tarfile", "tempfile", "textwrap", "threading", "time", "timeit", "token"),
        *("tokenize", "tomllib", "traceback", "types", "typing", "unicodedata", "uuid", "warnings", "weakref", "xml"),
        *("zipfile", "zlib", "zoneinfo", "typing_extensions", "urllib.parse", "concurrent.futures", "xml.etree"),
        # readers of data that are no part of Python, but as well known
        *("packaging", "ruamel.yaml", "semver", "toml", "tomli", "tomlkit", "yaml"),
    }
)
_REACHING = frozenset({"logging.handlers", "logging.config", "xml.sax", "xml.dom.xmlbuilder"})

IN_A_SHELL = frozenset({"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"})
"""Functions whose first argument is a text for a shell."""

WITH_WORDS = frozenset({f"subprocess.{name}" for name in ("call", "check_call", "check_output", "Popen", "run")})
"""Functions whose first argument is a program with its arguments."""

READS_CODE = frozenset(
    {"eval", "exec", "compile", "__import__", "__builtins__", "__loader__", "globals", "sys.modules", "builtins.exec"}
    | {"builtins.eval", "builtins.compile", "builtins.__import__"}
)
"""What makes code of texts, or finds modules by name."""

RUNNER_FILES = frozenset({"GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"})
"""Variables that hold the files through which a step speaks to the runner."""


def is_harmless(module: str) -> bool:
    """Whether importing a module, by its full name, leaves a script readable."""
    if module in _REACHING:
        return False
    parts = module.split(".")
    return any(".".join(parts[:length]) in _HARMLESS for length in range(1, len(parts) + 1))


def starts_programs(path: str) -> bool:
    """Whether a function, by its full name, starts another program."""
    name = path.removeprefix("os.")
    if name != path and name.startswith(("exec", "spawn", "posix_spawn", "fork", "startfile")):
        return True
    return path in IN_A_SHELL or path in WITH_WORDS
