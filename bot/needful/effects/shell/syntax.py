"""The door to tree-sitter: the text of a bash script → its syntax tree, with bounded work."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node

# Over text made to confuse it, the parser looks ahead to the end at every step, so what it reads is counted: scripts
# that people write are read twice at most. It also reports each hundred of its steps: the densest scripts take one
# report for 40 bytes, long ones one for more than 160. What confuses it costs more, the longer it is.
_CHUNK = 1024
_FREE_READS, _READS_PER_CHUNK = 64, 8
_FREE_REPORTS, _DENSE, _BYTES_PER_DENSE_REPORT, _BYTES_PER_REPORT = 100, 16_384, 32, 128
# Neither sees what a pipeline of thousands of commands costs: more than its length. Scripts that people write have less
# than a hundred of these characters.
_MAX_PIPES = 1000


def parse(code: bytes) -> Node | None:
    """The tree of a script, None where it would take too much work. Errors are nodes of the tree.

    Its nodes know places only: without the code they have no text.
    """
    if code.count(b"|") > _MAX_PIPES:
        return None
    reads = _FREE_READS + len(code) // _CHUNK * _READS_PER_CHUNK
    dense = min(len(code), _DENSE) // _BYTES_PER_DENSE_REPORT
    reports = _FREE_REPORTS + dense + len(code) // _BYTES_PER_REPORT

    def read(offset: int, _point: object) -> bytes:
        nonlocal reads
        reads -= 1
        return code[offset : offset + _CHUNK]

    def enough(_offset: int, _has_error: bool) -> bool:
        nonlocal reports
        reports -= 1
        return reads <= 0 or reports <= 0

    import tree_sitter  # here, because it takes as long as everything else that a small plan does

    # a new one each time: one that was stopped once keeps things in mind
    parser = tree_sitter.Parser(_language())
    try:
        return parser.parse(read, progress_callback=enough).root_node
    except ValueError:
        return None


@lru_cache(maxsize=1)
def _language() -> Language:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Language(tree_sitter_bash.language())
