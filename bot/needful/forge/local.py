"""A repository on disk as a forge: branches and commits by git, the pull request as a file.

Neither the checked-out files nor the index are touched, and a branch that is checked out is not moved. The pull request
of a branch is `pull-request.md` in the folder `needful/<workflow>` beside git's own files. Who removes the branch
without having merged it declines.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from needful.errors import Defect, UserError
from needful.forge.branches import PREFIX
from needful.forge.git import Git
from needful.forge.local_pulls import LocalPull, read_pull, written
from needful.forge.model import WORKFLOWS, Ahead, Commit, Facts, File, PullRequest, State
from needful.forge.outcomes import Moved, Refused, Stop

_OLD = "earlier-{}.md"
_NEW = "pull-request.md"


class LocalForge:
    """The repository at `root`. `now` (seconds since 1970) dates commits; `environment` is what git runs in.

    `folder`: where pull requests are kept, beside git's own files if None. `private`: what the facts say.
    """

    def __init__(
        self,
        root: Path,
        now: Callable[[], float],
        environment: Mapping[str, str],
        folder: Path | None = None,
        *,
        private: bool = False,
    ) -> None:
        self._git = Git(root, environment)
        self._root = root
        self._now = now
        self._private = private
        self._folder = folder

    def facts(self) -> Facts:
        """The branch that is checked out. Raises `UserError` where there is none, `Stop` where files are changed."""
        top = self._git.ask("rev-parse", "--show-toplevel")
        if top.code:
            raise UserError(f"no git repository with files: {top.said}", path=str(self._root))
        if not Path(top.text).samefile(self._root):
            raise UserError("this is a folder inside a repository", path=str(self._root), hint=f"name {top.text}")
        branch = self._git.ask("symbolic-ref", "--quiet", "--short", "HEAD")
        if branch.code:
            raise UserError("no branch is checked out", path=str(self._root), hint="`git switch` to one first")
        if branch.text.startswith(PREFIX):
            hint = "`git switch` to the branch that it is to be merged into"
            raise UserError(f"{branch.text} is a branch of Needful's own", path=str(self._root), hint=hint)
        head = self.head(branch.text)
        if head is None:
            raise UserError(f"the branch {branch.text} has no commit yet", path=str(self._root))
        self._refuse_changes()
        return Facts(self._root.resolve().name, branch.text, head, private=self._private)

    def head(self, branch: str) -> str | None:
        answer = self._git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{_ref(branch)}^{{commit}}")
        return answer.text if answer.code == 0 else None

    def commit(self, sha: str) -> Commit:
        return _parsed(sha, self._git.do("cat-file", "commit", sha).out)

    def files(self, commit: Commit, folder: str) -> tuple[File, ...]:
        return _files(self._git.do("ls-tree", "-z", "--full-tree", commit.tree, "--", f"{folder}/").out)

    def every_file(self, commit: Commit) -> tuple[File, ...]:
        return _files(self._git.do("ls-tree", "-r", "-z", "--full-tree", commit.tree).out)

    def content(self, file: File) -> bytes:
        return self._git.do("cat-file", "blob", file.blob).out

    def ahead(self, base: str, head: str) -> Ahead:
        fork = self._git.ask("merge-base", base, head)
        if fork.code:
            return Ahead("", (self.commit(head),))
        listed = self._git.do("rev-list", "--reverse", "--topo-order", head, f"^{base}").text
        return Ahead(fork.text, tuple(self.commit(sha) for sha in listed.split()))

    def put_tree(self, parent: Commit, file: File, content: bytes) -> str:
        """Through an index of its own, so that the user's is not touched; no filter changes the bytes."""
        blob = self._git.do("hash-object", "-w", "--no-filters", "--stdin", given=content).text
        with tempfile.TemporaryDirectory(prefix="needful-") as folder:
            also = {"GIT_INDEX_FILE": str(Path(folder, "index"))}
            self._git.do("read-tree", parent.tree, also=also)
            line = f"{file.mode} {blob}\t{file.path}\0".encode("utf-8", "surrogateescape")
            self._git.do("update-index", "-z", "--index-info", given=line, also=also)
            return self._git.do("write-tree", also=also).text

    def put_commit(self, message: str, tree: str, parent: str) -> Commit:
        when = f"{int(self._now())} +0000"
        also = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        given = f"{message.strip()}\n".encode("utf-8", "surrogateescape")
        made = self._git.ask("commit-tree", tree, "-p", parent, "-F", "-", given=given, also=also)
        if made.code:
            hint = "tell it who you are with `git config user.name` and `git config user.email`"
            raise UserError(f"git commit-tree: {made.said}", path=str(self._root), hint=hint)
        return self.commit(made.text)

    def move_branch(self, branch: str, old: str | None, new: str | None) -> None:
        """`git update-ref` moves a branch only from where it is expected."""
        if old == new:
            return
        self._refuse_checked_out(branch)
        self._settle(branch)
        if new is None:
            moved = self._git.ask("update-ref", "--no-deref", "-d", _ref(branch), old or "")
        else:
            moved = self._git.ask("update-ref", "--no-deref", "--create-reflog", _ref(branch), new, old or "")
        if moved.code:
            found = self.head(branch)
            if found != old:
                raise Stop(Moved(branch, old or "", found or ""))
            raise Stop(Refused(f"moving {branch}", moved.said))

    def pull_requests(self, branch: str) -> tuple[PullRequest, ...]:
        folder = self._kept(branch)
        old = len(list(folder.glob(_OLD.format("*")))) if folder.is_dir() else 0
        names = [_NEW, *(_OLD.format(number) for number in range(old, 0, -1))]
        pulls = (self._pull(branch, folder / name) for name in names)
        return tuple(pull for pull in pulls if pull is not None)

    def open_pull_requests(self, prefix: str) -> tuple[PullRequest, ...]:
        """Of the branches that are ours, the newest file of each."""
        listed = self._git.do("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/needful/").text.split("\n")
        found = (self.pull_requests(branch)[:1] for branch in listed if branch.startswith(prefix))
        return tuple(pull for pulls in found for pull in pulls if pull.state is State.OPEN)

    def open_pull_request(self, branch: str, base: str, title: str, body: str) -> PullRequest:
        there = self.pull_requests(branch)
        folder = self._kept(branch)
        if there and there[0].state is State.OPEN:
            return there[0]
        if there:  # what was declined stays remembered
            (folder / _NEW).replace(folder / _OLD.format(len(there)))
        head = self.head(branch)
        if head is None:
            raise Defect(f"a pull request from {branch}, which is not there")
        return self._write(branch, LocalPull(base, head, title, body))

    def reread(self, pull: PullRequest) -> PullRequest:
        again = self._pull(pull.branch, Path(pull.url))
        if again is None:
            raise Stop(Refused("reading the pull request", f"{pull.url} is gone"))
        return again

    def edit_pull_request(
        self, pull: PullRequest, *, title: str | None = None, body: str | None = None, close: bool = False
    ) -> PullRequest:
        now = read_pull(Path(pull.url))
        if now is None:
            raise Stop(Refused("changing the pull request", f"{pull.url} is gone"))
        head = self.head(pull.branch) or now.head
        changed = now._replace(head=head, state=State.CLOSED if close else now.state)
        changed = changed._replace(title=now.title if title is None else title, body=now.body if body is None else body)
        return self._write(pull.branch, changed)

    def dress(self, pull: PullRequest, labels: Sequence[str], reviewers: Sequence[str]) -> tuple[str, ...]:
        """A file has neither labels nor reviewers."""
        del pull, labels, reviewers
        return ()

    # --- what is refused

    def _refuse_changes(self) -> None:
        """A plan is made of the files as they are; a commit must say the same."""
        listed = self._git.do("status", "--porcelain", "-z", "--untracked-files=no", "--ignore-submodules=all").out
        untracked = self._git.do("ls-files", "-z", "--others", "--exclude-standard", "--", WORKFLOWS).out
        changed = [entry for entry in listed.decode("utf-8", "replace").split("\0") if entry[2:3] == " "]
        names = [entry[3:] for entry in changed] + [
            name for name in untracked.decode("utf-8", "replace").split("\0") if name
        ]
        if names:
            shown = ", ".join(names[:3]) + (" …" if len(names) > 3 else "")
            raise Stop(Refused("proposing", f"not everything is committed ({shown}): commit or stash it first"))

    def _refuse_checked_out(self, branch: str) -> None:
        for block in self._git.do("worktree", "list", "--porcelain").text.split("\n\n"):
            lines = block.split("\n")
            if f"branch {_ref(branch)}" in lines:
                where = lines[0].removeprefix("worktree ")
                raise Stop(Refused(f"moving {branch}", f"it is checked out at {where}: `git switch` to another branch"))

    # --- pull requests as files

    def _kept(self, branch: str) -> Path:
        if self._folder is None:
            folder = Path(self._root, self._git.do("rev-parse", "--git-common-dir").text)
            self._folder = folder.resolve() / "needful"
        name = branch.removeprefix(PREFIX)
        if not name or "/" in name or name.startswith("."):
            raise Defect(f"{branch!r} is no branch of ours")
        return self._folder / name

    def _pull(self, branch: str, file: Path) -> PullRequest | None:
        kept = read_pull(file)
        if kept is None:
            return None
        head = self.head(branch)
        state = kept.state
        if state is State.OPEN:
            merged = self._git.ask("merge-base", "--is-ancestor", head or kept.head, "HEAD").code == 0
            state = State.MERGED if merged else State.OPEN if head else State.CLOSED
        return PullRequest(0, str(file), state, kept.title, kept.body, branch, head or kept.head, kept.base)

    def _settle(self, branch: str) -> None:
        """Before a branch comes back: what became of its pull request is told by the branch as it is now."""
        file = self._kept(branch) / _NEW
        kept, pull = read_pull(file), self._pull(branch, file)
        if kept and pull and pull.state is not kept.state:
            written(file, kept._replace(state=pull.state))

    def _write(self, branch: str, pull: LocalPull) -> PullRequest:
        file = self._kept(branch) / _NEW
        written(file, pull)
        again = self._pull(branch, file)
        if again is None:
            raise Defect(f"{file} cannot be read again")
        return again


def _ref(branch: str) -> str:
    return f"refs/heads/{branch}"


def _files(listed: bytes) -> tuple[File, ...]:
    found = []
    for line in listed.decode("utf-8", "surrogateescape").split("\0"):
        about, _, path = line.partition("\t")
        if path and about.split(" ")[1] == "blob":
            found.append(File(path, about.split(" ")[0], about.split(" ")[2]))
    return tuple(found)


def _parsed(sha: str, raw: bytes) -> Commit:
    head, _, message = raw.partition(b"\n\n")
    named = [line.split(" ", 1) for line in head.decode("utf-8", "replace").split("\n") if " " in line]
    tree = next(value for name, value in named if name == "tree")
    parents = tuple(value for name, value in named if name == "parent")
    return Commit(sha, tree, parents, message.decode("utf-8", "surrogateescape").strip())
