"""Endpoints: refs, commits, trees, blobs, comparisons; and the GraphQL mutation that moves refs."""

from __future__ import annotations

import base64
from typing import Any

from github_server.answer import NO_ACCESS, NOT_FOUND, Reply, failed
from github_server.objects import Made
from github_server.shapes import filled
from github_server.state import Repository, Token

WORKFLOWS = ".github/workflows/"
NOWHERE = "0" * 40


def ref(repository: Repository, name: str) -> Reply:
    if not repository.refs:
        return failed(409, "Git Repository is empty.")
    branch = name.removeprefix("heads/")
    if name == branch or branch not in repository.refs:
        return NOT_FOUND
    return Reply(200, _ref(branch, repository.refs[branch]))


def new_ref(repository: Repository, token: Token, body: dict[str, Any]) -> Reply:
    branch = body["ref"].removeprefix("refs/heads/")
    if branch in repository.refs:
        return failed(422, "Reference already exists")
    if refused := _may_not_move(repository, token, branch, body["sha"]):
        return refused
    repository.move(branch, body["sha"])
    return Reply(201, _ref(branch, body["sha"]))


def update_ref(repository: Repository, token: Token, update: dict[str, Any]) -> str:
    """The one entry of `updateRefs` that is in use. Returns what is wrong, `""` if nothing is."""
    branch = update["name"].removeprefix("refs/heads/")
    now = repository.refs.get(branch, NOWHERE)
    before, after = update.get("beforeOid") or now, update["afterOid"]
    if before != now:
        return f'Ref "{update["name"]}" is at {now} but expected {before}'
    if after != NOWHERE and (refused := _may_not_move(repository, token, branch, after)):
        return str(refused.body["message"])
    if "contents" not in token.may:
        return str(NO_ACCESS.body["message"])
    forced = now not in {NOWHERE, *([] if after == NOWHERE else repository.objects.history(after))}
    if after != NOWHERE and forced and not update.get("force"):
        return "Update is not a fast forward"
    repository.move(branch, None if after == NOWHERE else after)
    return ""


def commit(repository: Repository, sha: str) -> Reply:
    return Reply(200, _commit(repository.objects.made(sha))) if repository.objects.has(sha, "commit") else NOT_FOUND


def new_commit(repository: Repository, token: Token, body: dict[str, Any]) -> Reply:
    if "contents" not in token.may:
        return _denied(token)
    author = body.get("author", {}).get("name", token.login)
    made = repository.objects.commit(body["tree"], tuple(body["parents"]), body["message"], author, repository.tick())
    signed = token.program and not {"author", "committer", "signature"} & body.keys()
    verification = {
        "verified": signed,
        "reason": "valid" if signed else "unsigned",
        "signature": "-----BEGIN PGP SIGNATURE-----" if signed else None,
        "payload": "tree" if signed else None,
        "verified_at": None,
    }
    return Reply(201, _commit(made) | {"verification": verification})


def tree(repository: Repository, sha: str, *, whole: bool = False) -> Reply:
    if not repository.objects.has(sha, "tree"):
        return NOT_FOUND
    if whole:
        return _whole_tree(repository, sha)
    entries = [
        {
            "path": entry.name,
            "mode": "040000" if entry.is_tree else entry.mode,
            "type": "tree" if entry.is_tree else "blob",
            "sha": entry.sha,
            **({} if entry.is_tree else {"size": len(repository.objects.data(entry.sha))}),
        }
        for entry in repository.objects.entries(sha)
    ]
    return Reply(200, {"sha": sha, "url": _api(f"git/trees/{sha}"), "tree": entries, "truncated": False})


def _whole_tree(repository: Repository, sha: str) -> Reply:
    """Folders are told as well; a long list is cut short."""
    files = repository.objects.files(sha)
    folders = {path.rpartition("/")[0] for path in files} - {""}
    entries: list[dict[str, Any]] = [
        {"path": path, "mode": entry.mode, "type": "blob", "sha": entry.sha, "size": 1} for path, entry in files.items()
    ]
    entries += [{"path": path, "mode": "040000", "type": "tree", "sha": NOWHERE} for path in sorted(folders)]
    cut = entries[: repository.listed_at_once]
    return Reply(200, {"sha": sha, "url": _api(f"git/trees/{sha}"), "tree": cut, "truncated": len(cut) < len(entries)})


def new_tree(repository: Repository, token: Token, body: dict[str, Any]) -> Reply:
    if "contents" not in token.may:
        return _denied(token)
    sha: str = body["base_tree"]
    if not repository.objects.has(sha, "tree"):
        return failed(422, "base_tree is not a tree")
    for entry in body["tree"]:
        if entry["path"].startswith(WORKFLOWS) and "workflows" not in token.may:
            return _denied(token)
        blob = entry.get("sha") or repository.objects.blob(entry["content"].encode())
        if not repository.objects.has(blob, "blob"):
            return failed(422, f"tree.sha {blob} is not a valid blob")
        sha = repository.objects.with_file(sha, entry["path"], entry["mode"], blob)
    made = tree(repository, sha)
    return Reply(201, made.body)


def blob(repository: Repository, sha: str) -> Reply:
    if not repository.objects.has(sha, "blob"):
        return NOT_FOUND
    data = repository.objects.data(sha)
    # GitHub breaks lines as encoders for mail do
    body = {"content": base64.encodebytes(data).decode(), "encoding": "base64", "size": len(data)}
    return Reply(200, body | {"sha": sha, "url": _api(f"git/blobs/{sha}"), "node_id": "B_1"})


def new_blob(repository: Repository, token: Token, body: dict[str, Any]) -> Reply:
    if "contents" not in token.may:
        return _denied(token)
    data = base64.b64decode(body["content"]) if body.get("encoding") == "base64" else body["content"].encode()
    sha = repository.objects.blob(data)
    return Reply(201, {"sha": sha, "url": _api(f"git/blobs/{sha}")})


def compare(repository: Repository, base_and_head: str, page: int, per_page: int) -> Reply:
    base, _, head = base_and_head.partition("...")
    objects = repository.objects
    if not (objects.has(base, "commit") and objects.has(head, "commit")):
        return NOT_FOUND
    fork = objects.fork(base, head)
    if fork is None:
        return failed(404, "No common ancestor between the two commits.")
    ahead, behind = objects.ahead(base, head), objects.ahead(head, base)
    status = "identical" if base == head else "diverged" if ahead and behind else "ahead" if ahead else "behind"
    start = (page - 1) * per_page
    body = filled(
        "commit-comparison",
        base_commit=_listed(objects.made(base)),
        merge_base_commit=_listed(objects.made(fork)),
        status=status,
        ahead_by=len(ahead),
        behind_by=len(behind),
        total_commits=len(ahead),
        commits=[_listed(made) for made in ahead[start : start + per_page]],
    )
    return Reply(200, body, {"x-more": "1"} if start + per_page < len(ahead) else {})


def _may_not_move(repository: Repository, token: Token, branch: str, sha: str) -> Reply | None:
    if "contents" not in token.may:
        return _denied(token)
    if not repository.objects.has(sha, "commit"):
        return failed(422, "Object does not exist")
    if branch in repository.locked:
        return failed(422, "Repository rule violations found", "Cannot create ref due to creations being restricted.")
    known = {path: entry.sha for path, entry in _workflows(repository, repository.refs[repository.default]).items()}
    new = {path: entry.sha for path, entry in _workflows(repository, sha).items()}
    if new != known and "workflows" not in token.may:
        return failed(403, "refusing to allow a GitHub App to create or update workflow without `workflows` permission")
    return None


def _workflows(repository: Repository, sha: str) -> dict[str, Any]:
    files = repository.objects.files(repository.objects.made(sha).tree)
    return {path: entry for path, entry in files.items() if path.startswith(WORKFLOWS)}


def _denied(token: Token) -> Reply:
    """A classic token without the scope is told that there is nothing."""
    return NOT_FOUND if token.kind == "classic" else NO_ACCESS


def _ref(branch: str, sha: str) -> dict[str, Any]:
    target = {"sha": sha, "type": "commit", "url": _api(f"git/commits/{sha}")}
    return {"ref": f"refs/heads/{branch}", "node_id": "R_1", "url": _api(f"git/refs/heads/{branch}"), "object": target}


def _commit(made: Made) -> dict[str, Any]:
    who = {"name": made.author, "email": "someone@example.org", "date": "2026-03-01T12:00:00Z"}
    return filled(
        "git-commit",
        sha=made.sha,
        author=who,
        committer=who,
        message=made.message,
        tree={"sha": made.tree, "url": _api(f"git/trees/{made.tree}")},
        parents=[{"sha": parent, "url": _api("x"), "html_url": _api("x")} for parent in made.parents],
    )


def _listed(made: Made) -> dict[str, Any]:
    whole = filled("commit", sha=made.sha, parents=[{"sha": sha, "url": _api("x")} for sha in made.parents])
    tree_of = {"sha": made.tree, "url": _api(f"git/trees/{made.tree}")}
    whole["commit"] = {**whole["commit"], "message": made.message, "tree": tree_of}
    return whole


def _api(path: str) -> str:
    return f"https://api.github.example.org/repos/acme/shop/{path}"
