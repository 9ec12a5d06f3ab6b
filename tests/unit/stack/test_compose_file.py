"""docker-compose.yml and Dockerfile: what can be said of their text without a daemon."""

from __future__ import annotations

import re

import pytest

from stack.paths import CHECKOUT
from stack.temporal_server import SEARCH_ATTRIBUTES

COMPOSE = (CHECKOUT / "docker-compose.yml").read_text()
IMAGES = re.findall(r"image: (\S+)", COMPOSE) + re.findall(
    r"^FROM (\S+)", (CHECKOUT / "Dockerfile").read_text(), re.MULTILINE
)


@pytest.mark.parametrize("image", IMAGES)
def test_every_image_is_named_with_a_version(image: str) -> None:
    assert re.fullmatch(r"[\w./-]+:\d+\.\d+[\w.-]*", image)


def test_every_published_port_is_on_the_loopback_address() -> None:
    published = re.findall(r"ports: \[(.*)\]", COMPOSE)

    assert published
    assert all(re.fullmatch(r'"127\.0\.0\.1:\d+:\d+"', ports) for ports in published)


def test_the_namespace_job_registers_the_search_attributes_of_the_local_stack() -> None:
    script = COMPOSE.partition("temporal-namespace:")[2].partition("temporal-ui:")[0]

    assert [name for name in SEARCH_ATTRIBUTES if name not in script] == []
