"""Image names without tags and digests, and registries on the runner."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from needful.effects.images import image_name, is_local_registry
from needful.effects.names import Hole, Name

TAG, ORG, PORT = Hole("github.ref_name"), Hole("github.repository"), Hole("env.PORT", "a")


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(("alpine",), ("alpine",), id="plain"),
        pytest.param(("alpine:3.20",), ("alpine",), id="tag"),
        pytest.param(("docker.io/library/alpine:3",), ("alpine",), id="the hub in full"),
        pytest.param(("library/alpine@sha256:00ff",), ("alpine",), id="digest"),
        pytest.param(("index.docker.io/me/app",), ("me/app",), id="another name of the hub"),
        pytest.param(("docker://ghcr.io/me/app:1@sha256:00",), ("ghcr.io/me/app",), id="scheme, tag and digest"),
        pytest.param((" ghcr.io/me/app ",), ("ghcr.io/me/app",), id="blanks"),
        pytest.param(("localhost:5000/app",), ("localhost:5000/app",), id="port without tag"),
        pytest.param(("localhost:5000/app:1",), ("localhost:5000/app",), id="port and tag"),
        pytest.param(("ghcr.io/me/app:", TAG), ("ghcr.io/me/app",), id="tag that is not known"),
        pytest.param(("ghcr.io/me/app:v", TAG, "-slim"), ("ghcr.io/me/app",), id="tag around a hole"),
        pytest.param(("ghcr.io/", ORG), ("ghcr.io/", ORG), id="name that is not known"),
        pytest.param(("ghcr.io/", ORG, ":", TAG), ("ghcr.io/", ORG), id="name and tag that are not known"),
        pytest.param(("ghcr.io/", ORG, "/app@", TAG), ("ghcr.io/", ORG, "/app"), id="digest that is not known"),
        pytest.param((ORG, ":5000/app:1"), (ORG, ":5000/app"), id="registry that is not known"),
        pytest.param(("localhost:", PORT, "/app:1"), ("localhost:", PORT, "/app"), id="port that is not known"),
        pytest.param(("docker.io/", ORG), (ORG,), id="only the hub is known"),
        pytest.param((ORG,), (ORG,), id="nothing known"),
        pytest.param(("library/",), (), id="nothing left"),
        pytest.param((), (), id="nothing"),
    ],
)
def test_name_of_an_image(image: Name, expected: Name) -> None:
    assert image_name(image) == expected


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        pytest.param(("localhost:5000/app:1",), True, id="localhost"),
        pytest.param(("localhost/app",), True, id="localhost without port"),
        pytest.param(("127.0.0.1:5000/app",), True, id="loopback"),
        pytest.param(("docker://127.0.0.1/app",), True, id="loopback with a scheme"),
        pytest.param(("kind-registry:5000/app",), True, id="service of the job"),
        pytest.param(("localhost:", PORT, "/app"), True, id="port that is not known"),
        pytest.param(("ghcr.io/me/app",), False, id="registry"),
        pytest.param(("registry.example:5000/app",), False, id="registry with a port"),
        pytest.param(("me/app",), False, id="the hub"),
        pytest.param(("localhost:5000",), False, id="an image called localhost"),
        pytest.param(("localhost.example/app",), False, id="begins like localhost"),
        pytest.param((ORG, "/app"), False, id="host that is not known"),
        pytest.param(("localhost", ORG, "/app"), False, id="host of which only the beginning is known"),
        pytest.param(("/app",), False, id="no host"),
        pytest.param((), False, id="nothing"),
    ],
)
def test_registries_on_the_runner(image: Name, expected: bool) -> None:
    assert is_local_registry(image) is expected


PARTS = st.text(alphabet="a./:@ ", min_size=1, max_size=12) | st.builds(Hole, st.text(max_size=3))


@given(st.lists(PARTS, max_size=5))
def test_any_name_has_an_image_name(parts: list[str | Hole]) -> None:
    name = image_name(tuple(parts))
    assert len(name) <= len(parts)
    assert "@" not in "".join(part for part in name if isinstance(part, str))
    assert is_local_registry(tuple(parts)) in (True, False)
