"""Branches, commits, trees and blobs through GitHub's git data API.

Commits are made without author, committer and signature: GitHub then signs those of an App itself, and they are shown
as verified. https://docs.github.com/en/authentication/managing-commit-signature-verification
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import quote

from needful.errors import Defect
from needful.forge.github.answers import at, entries, text
from needful.forge.github.connection import Answer, Connection, segment, sha_of
from needful.forge.model import Ahead, Commit, Facts, File, blob_id
from needful.forge.outcomes import CannotPushWorkflows, Moved, Refused, Stop, Unavailable
from needful.history.fields import Json

_NOWHERE = "0" * 40
_MOST_LISTS = 150
"""Folders of a commit that are listed by themselves, of the 1,000 requests that a run's token has in an hour."""
_NO_PERMISSION = re.compile("refusing to allow .* workflow|[Rr]esource not accessible by")
_MOVE = "mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"


def facts(connection: Connection) -> Facts:
    """The repository, by the name it has now: one that was renamed is asked for by its new name from here on."""
    body = connection.get("").expect("the repository", 200)
    if at(body, "archived") is True:
        raise Stop(Refused("proposing", "the repository is archived"))
    connection.repository = text(body, "full_name")
    branch = text(body, "default_branch")
    tip = head(connection, branch)
    if tip is None:
        raise Stop(Refused("proposing", f"the branch {branch} has no commit yet"))
    return Facts(connection.repository, branch, tip, at(body, "private") is True)


def head(connection: Connection, branch: str) -> str | None:
    """The newest commit of a branch."""
    answer = connection.get(f"/git/ref/heads/{quote(branch)}")
    if answer.status == 404 or (answer.status == 409 and "empty" in answer.said):
        return None
    return sha_of(answer.expect(f"the branch {branch}", 200), "object", "sha")


def commit(connection: Connection, sha: str) -> Commit:
    """One commit."""
    return _commit(connection.get(f"/git/commits/{segment(sha)}").expect(f"the commit {sha}", 200))


def files(connection: Connection, start: Commit, folder: str) -> tuple[File, ...]:
    """The files right in a folder of a commit: a request per level, so that a large repository costs no more."""
    tree = start.tree
    for name in folder.split("/"):
        folders = (entry for entry in _tree(connection, tree) if at(entry, "type") == "tree")
        below = next((entry for entry in folders if at(entry, "path") == name), None)
        if below is None:
            return ()
        tree = sha_of(below, "sha")
    return tuple(
        File(f"{folder}/{text(entry, 'path')}", text(entry, "mode"), sha_of(entry, "sha"))
        for entry in _tree(connection, tree)
        if at(entry, "type") == "blob"
    )


def every_file(connection: Connection, start: Commit) -> tuple[File, ...] | None:
    """All files of a commit, by one request where that will do; None where it would take too many.

    GitHub cuts a list short at 100,000 entries or 7 MB (https://docs.github.com/en/rest/git/trees#get-a-tree). Then
    each folder is asked for by itself, and its folders where even that is cut.
    """
    found: list[File] = []
    folders = [("", start.tree)]
    left = _MOST_LISTS
    while folders and left:
        left -= 1
        path, sha = folders.pop()
        answer = connection.get(f"/git/trees/{segment(sha)}", {"recursive": "1"})
        listed = answer.expect("the files of the repository", 200)
        if at(listed, "truncated") is not True:
            found += _blobs(entries(listed, "tree"), path)
            continue
        own = _tree(connection, sha)
        found += _blobs(own, path)
        below = (entry for entry in own if at(entry, "type") == "tree")
        folders += [(f"{path}{text(entry, 'path')}/", sha_of(entry, "sha")) for entry in below]
    return None if folders else tuple(sorted(found, key=lambda file: file.path))


def _blobs(listed: list[Json], folder: str) -> list[File]:
    blobs = (entry for entry in listed if at(entry, "type") == "blob")
    return [File(folder + text(entry, "path"), text(entry, "mode"), sha_of(entry, "sha")) for entry in blobs]


def content(connection: Connection, file: File) -> bytes:
    """The exact bytes of a file: what arrives must have the id that was asked for."""
    body = connection.get(f"/git/blobs/{segment(file.blob)}").expect(file.path, 200)
    try:
        data = base64.b64decode(text(body, "content"))
    except binascii.Error:
        raise Stop(Unavailable(file.path, "its bytes arrived garbled")) from None
    if blob_id(data) != file.blob:
        raise Stop(Unavailable(file.path, "its bytes arrived changed"))
    return data


def ahead(connection: Connection, base: str, tip: str) -> Ahead:
    """What one commit has that another has not. Histories without a common commit are all the branch's own."""
    fork, found = "", list[Commit]()
    for answer in connection.answers(f"/compare/{segment(base)}...{segment(tip)}", {}):
        if answer.status == 404 and "No common ancestor" in answer.said:
            return Ahead("", (commit(connection, tip),))
        body = answer.expect("the comparison of two commits", 200)
        fork = sha_of(body, "merge_base_commit", "sha")
        found += [_compared(entry) for entry in entries(body, "commits")]
    return Ahead(fork, tuple(found))


def put_tree(connection: Connection, parent: Commit, file: File, data: bytes) -> str:
    """A blob with exactly these bytes, and a tree like the parent's that has it in the file's place."""
    blob: dict[str, Json] = {"content": base64.b64encode(data).decode("ascii"), "encoding": "base64"}
    answer = connection.send("POST", "/git/blobs", blob, again=True)
    if sha_of(_pushed(answer, 201), "sha") != blob_id(data):
        raise Defect(f"GitHub keeps other bytes than those that were sent for {file.path}")
    entry: Json = {"path": file.path, "mode": file.mode, "type": "blob", "sha": blob_id(data)}
    answer = connection.send("POST", "/git/trees", {"base_tree": parent.tree, "tree": [entry]}, again=True)
    return sha_of(_pushed(answer, 201), "sha")


def put_commit(connection: Connection, message: str, tree: str, parent: str) -> Commit:
    """A commit that nothing points to: one made twice is rubbish that git collects."""
    body: dict[str, Json] = {"message": message, "tree": tree, "parents": [parent]}
    return _commit(_pushed(connection.send("POST", "/git/commits", body, again=True), 201))


def move_branch(connection: Connection, branch: str, old: str | None, new: str | None) -> None:
    """Move, make or remove a branch if it is where it is expected, else raise `Moved`.

    REST can make a branch only where there is none, but moves it blindly; GraphQL's `updateRefs` takes the old value:
    https://docs.github.com/en/graphql/reference/mutations#updaterefs. What it answers is not relied on: after a refusal
    or a lost answer the branch itself is looked at.
    """
    if old == new:
        return

    def arrived() -> bool | None:
        found = head(connection, branch)
        if found not in {old, new}:
            raise Stop(Moved(branch, old or "", found or ""))
        return True if found == new else None

    answer = connection.written(lambda: _move(connection, branch, old, new), arrived)
    if isinstance(answer, bool) or (answer.status in {200, 201} and not at(answer.body, "errors")) or arrived():
        return
    if answer.status in {403, 404} or _NO_PERMISSION.search(answer.said):
        raise Stop(CannotPushWorkflows(answer.said))
    raise Stop(Refused(f"moving {branch}" if new else f"removing {branch}", answer.said))


def _move(connection: Connection, branch: str, old: str | None, new: str | None) -> Answer:
    name = f"refs/heads/{branch}"
    if old is None:
        return connection.send("POST", "/git/refs", {"ref": name, "sha": new}, again=False)
    update: Json = {"name": name, "beforeOid": old, "afterOid": new or _NOWHERE, "force": True}
    node = text(connection.get("").expect("the repository", 200), "node_id")
    return connection.graphql(_MOVE, {"input": {"repositoryId": node, "refUpdates": [update]}})


def _pushed(answer: Answer, status: int) -> Json:
    """The answer to a write of code. 403 is what an App gets without the permission, 404 a classic token."""
    if answer.status in {403, 404}:
        raise Stop(CannotPushWorkflows(answer.said))
    return answer.expect("pushing a workflow", status)


def _tree(connection: Connection, sha: str) -> list[Json]:
    body = connection.get(f"/git/trees/{segment(sha)}").expect("a folder of the repository", 200)
    if at(body, "truncated") is True:
        raise Stop(Refused("reading a folder of the repository", "it has too many files for GitHub to list"))
    return entries(body, "tree")


def _commit(body: Json) -> Commit:
    parents = tuple(sha_of(parent, "sha") for parent in entries(body, "parents"))
    return Commit(sha_of(body, "sha"), sha_of(body, "tree", "sha"), parents, text(body, "message").strip())


def _compared(entry: Json) -> Commit:
    parents = tuple(sha_of(parent, "sha") for parent in entries(entry, "parents"))
    message = text(entry, "commit", "message").strip()
    return Commit(sha_of(entry, "sha"), sha_of(entry, "commit", "tree", "sha"), parents, message)
