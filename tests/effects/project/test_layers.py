"""Which layers of a Dockerfile the next commit can take over."""

from __future__ import annotations

import pytest

from needful.effects.project.layers import takes_over

TAKEN_OVER = [
    "FROM debian\nRUN apt-get update\n",
    "FROM debian\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build\n",
    "FROM debian AS all\nCOPY . .\nRUN make\nFROM debian\nRUN apk add jq\n",
    "FROM debian AS tools\nRUN true\nFROM debian\nCOPY --from=tools /bin/true /bin/\nRUN make -C /usr/src\n",
    "FROM debian\nRUN --mount=type=cache,target=/root/.cache pip install ruff\n",
    "FROM debian\nRUN --mount=type=bind,from=tools,target=/tools make\n",
    "FROM debian\nRUN <<EOF\ncurl https://example.org/tool\nEOF\n",
    "FROM debian\nRUN apt-get update\nARG COMMIT\nRUN make\n",
]
MADE_ANEW = [
    "",
    "FROM debian\nRUN mkdir /data\n",
    "FROM debian\nCOPY . .\nRUN make\n",
    "FROM debian\nADD ./ /src\nRUN make\n",
    "FROM debian\nCOPY --chown=1000 * /src/\nRUN make\n",
    "FROM debian\nRUN --mount=type=bind,target=/src make -C /src\n",
    "FROM debian\nRUN --mount=type=bind,target=/src true\nRUN make\n",
    "FROM debian AS all\nCOPY . .\nFROM all\nRUN make\n",
    "FROM debian AS all\nCOPY . .\nFROM debian\nCOPY --from=all /src /src\nRUN make\n",
    "FROM debian\nCOPY . .\nFROM debian\nCOPY --from=0 /src /src\nRUN make\n",
    "FROM debian\nARG COMMIT=none\nRUN make\n",
    "ARG COMMIT\nFROM debian:${COMMIT}\nRUN make\n",
    "ARG COMMIT\nFROM debian:$COMMIT\nRUN make\n",
]


@pytest.mark.parametrize("text", TAKEN_OVER)
def test_layer_that_takes_time_is_the_same_for_the_next_commit(text: str) -> None:
    assert takes_over(text, ["COMMIT"])


@pytest.mark.parametrize("text", MADE_ANEW)
def test_every_layer_that_takes_time_is_made_anew(text: str) -> None:
    assert not takes_over(text, ["COMMIT"])
