"""Words of commands as the names that channels know things by: images, refs, packages, hosts, paths."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from needful.effects.images import image_name, is_local_registry
from needful.effects.names import UNKNOWN, Name, is_literal, joined, literal
from needful.effects.options import head_of, is_hole, text_of

_LOCAL_IMAGE = re.compile(r"(?:docker-daemon|containers-storage|oci|oci-archive|docker-archive|dir|tarball):(?!//)")
_LOCAL_HOST = re.compile(r"(?:localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?|host\.docker\.internal)(?:[:/]|\Z)")
_SERVICE_HOST = re.compile(r"[A-Za-z0-9_-]+:\d+(?:/|\Z)")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_HERE = re.compile(r"\A(?:\./+)+")
_GLOB = re.compile(r"[*?\[{]")


def is_local_host(text: str) -> bool:
    """Whether an address begins with a host that only this job sees: its own machine or one of its services."""
    return bool(_LOCAL_HOST.match(text) or _SERVICE_HOST.match(text))


def is_local_image(image: Name) -> bool:
    """Whether an image is kept where only this job sees it."""
    return is_local_registry(image) or bool(_LOCAL_IMAGE.match(head_of(image)))


def _image(word: Name) -> Name:
    return word if _LOCAL_IMAGE.match(head_of(word)) else image_name(word)


def is_elsewhere(word: Name, *, remote: bool) -> bool:
    """Whether a word is an address rather than a path; with `remote`, `host:path` is one too."""
    return bool(_URL.match(head_of(word))) or (remote and not is_hole(word) and ":" in text_of(word).partition("/")[0])


def is_own_server(word: Name, form: str) -> bool:
    """Whether a word that has no name in this form is the address of a server that only this job sees."""
    return form == "host" or (form in ("remote", "url") and ":" in text_of(word) and host_name(word) is None)


def ref_name(word: Name) -> Name:
    """The branch or tag that a refspec writes: `HEAD:main` → `main`."""
    name = without(word, "+")
    for index, part in enumerate(name):
        if isinstance(part, str) and ":" in part:
            name = literal(part.partition(":")[2]) + name[index + 1 :]
            break
    for prefix in ("refs/heads/", "refs/tags/", "refs/remotes/", "origin/"):
        name = without(name, prefix)
    return UNKNOWN if not name or name in (("HEAD",), ("@",)) or "*" in text_of(name) else name


def fetched_name(word: Name) -> Name:
    """The branch or tag that a refspec reads: `main:here` → `main`."""
    return ref_name(_before(without(word, "+"), ":"))


def without(name: Name, prefix: str) -> Name:
    """A name without a literal beginning."""
    head = head_of(name)
    return literal(head[len(prefix) :]) + name[1:] if prefix and head.startswith(prefix) else name


def host_name(word: Name) -> Name | None:
    """The host of a URL or of `user@host:path`; None for this machine and its services."""
    name = word
    scheme = _URL.match(head_of(name))
    if scheme:
        name = without(name, scheme[0])
    elif head_of(name).startswith(("/", ".")):
        return None  # a socket
    name = _before(name, "/", "?")
    name = _behind(name, "@")
    if is_local_host(head_of(name)):
        return None
    return _before(name, ":") or UNKNOWN


def up_to(name: Name, end: re.Pattern[str]) -> Name:
    """A name up to the first place in a literal where a pattern is found, its very first character apart."""
    for index, part in enumerate(name):
        cut = end.search(part, 0 if index else 1) if isinstance(part, str) else None
        if cut is not None:
            return name[:index] + literal(cut.string[: cut.start()])
    return name


def _before(name: Name, *marks: str) -> Name:
    """A name up to the first of these characters that stands in a literal."""
    for index, part in enumerate(name):
        if isinstance(part, str):
            cut = min((part.index(mark) for mark in marks if mark in part), default=-1)
            if cut >= 0:
                return name[:index] + literal(part[:cut])
    return name


def _behind(name: Name, mark: str) -> Name:
    """A name behind the last such character that stands in a literal."""
    for index in range(len(name) - 1, -1, -1):
        part = name[index]
        if isinstance(part, str) and mark in part:
            return literal(part.rpartition(mark)[2]) + name[index + 1 :]
    return name


def bucket_name(word: Name) -> Name:
    """A bucket by its address (`s3://bucket/key` → `aws s3://bucket`), or what stands before the colon."""
    head = head_of(word)
    scheme = _URL.match(head)
    if scheme is None:
        return _before(word, ":")
    bucket = _before(without(word, scheme[0]), "/") or UNKNOWN
    return joined((literal(("aws " if scheme[0] == "s3://" else "") + scheme[0]), bucket))


def path_name(word: Name, folder: Name | None) -> Name:
    """A path as seen from where the script started; from its first glob on nobody knows it."""
    name = tuple(part.replace("\\", "/") if isinstance(part, str) else part for part in word)
    for index, part in enumerate(name):
        if isinstance(part, str) and (glob := _GLOB.search(part)):
            name = name[:index] + literal(part[: glob.start()]) + UNKNOWN
            break
    inside = within(folder, name)
    return UNKNOWN if inside is None else inside or (".",)


def within(folder: Name | None, path: Name) -> Name | None:
    """A path as seen from where the script started, `()` for that folder itself, None where nobody knows."""
    head = head_of(path)
    name = literal(_HERE.sub("", head, count=1)) + path[1:] if head else path
    if name in ((), (".",)):
        return folder
    if is_rooted(name) or folder == ():
        return name
    return None if folder is None else joined((folder, ("/",), name))


def is_rooted(path: Name) -> bool:
    """Whether a path does not depend on the folder it is used in, or may not."""
    head = head_of(path)
    return not head or head[0] in "/~" or head[1:2] == ":"


_NO_PACKAGE = re.compile(
    r"[./~-]|[A-Za-z][A-Za-z0-9+.-]*:/|(?:git|file|link|workspace|github)[+:]|.*\.(?:whl|tgz|gz|zip|gem|nupkg|deb|rpm|jar|txt)\Z"
)


def _package(prefix: str, separators: str, *, paths: bool = True) -> Callable[[Name], Name | None]:
    """How the words of one package manager become names. A file or an address names no package.

    `separators` end the name; `paths`: a slash may be part of it.
    """
    end = re.compile(separators)

    def named(word: Name) -> Name | None:
        if _NO_PACKAGE.match(head_of(word)):
            return None
        name = up_to(word, end)
        return None if not paths and "/" in text_of(name) else joined((literal(prefix), name))

    return named


def _python_package(word: Name) -> Name | None:
    """Python's index takes capitals, underscores and dots for the same as small letters and dashes."""
    name = _PYPI(word)
    return name and tuple(re.sub(r"[_.]", "-", part.lower()) if isinstance(part, str) else part for part in name)


_PYPI = _package("pypi:", r"[=<>!~\[;@ ]", paths=False)


def _composer_package(word: Name) -> Name | None:
    """Packages of Composer have a vendor in front; versions may stand as words of their own."""
    return _COMPOSER(word) if "/" in text_of(word) or is_hole(word) else None


_COMPOSER = _package("composer:", ":")


def stored_name(word: Name) -> Name | None:
    """A bucket, None for a path of this machine."""
    return bucket_name(word) if _URL.match(head_of(word)) or is_hole(word) else None


def remote_name(word: Name) -> Name | None:
    """The host of `host:path`, None for a path of this machine. Of a hole nobody knows which it is."""
    if is_hole(word):
        return UNKNOWN
    before = _before(word, ":")
    local = before == word or "/" in text_of(before) or (is_literal(before) and len(text_of(before)) == 1)
    return host_name(word) if _URL.match(head_of(word)) or not local else None


def url_name(word: Name) -> Name | None:
    """The host of a URL, None for any other word."""
    return host_name(word) if _URL.match(head_of(word)) else None


def _bucket_of_s3(word: Name) -> Name:
    return joined((literal("aws s3://"), word))


def _itself(word: Name) -> Name:
    return word


# fmt: off
_REGISTRIES = (
    "brew", "buf", "cargo", "charm", "choco", "chrome", "conan", "conda", "cpan", "elm", "galaxy", "go", "hackage",
    "helm", "hex", "jsr", "luarocks", "maven", "mozilla", "nimble", "npm", "nuget", "opam", "pod", "psgallery", "pub",
    "snap", "store", "vagrant", "vscode", "wasm",
)
# fmt: on

FORMS: Mapping[str, Callable[[Name], Name | None]] = {
    "": _itself,
    "image": _image,
    "ref": ref_name,
    "fetched": fetched_name,
    "host": host_name,
    "remote": remote_name,
    "url": url_name,
    "bucket": bucket_name,
    "stored": stored_name,
    "s3": _bucket_of_s3,
    "pypi": _python_package,
    "gem": _package("gem:", ":"),
    "composer": _composer_package,
    **{registry: _package(f"{registry}:", "@") for registry in _REGISTRIES},
}
"""How a word becomes a name, by the `form` of the tables; None: it names nothing that others could see."""
