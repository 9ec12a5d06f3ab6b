"""Real servers for tests: PostgreSQL in a container where Docker has it, else embedded; our own Temporal."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import docker
from docker.errors import DockerException, ImageNotFound
from requests.exceptions import RequestException
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.config import testcontainers_config

from stack.guardian import Guardian
from stack.paths import StackPaths, cache_folder
from stack.ports import PortBook
from stack.postgres import EmbeddedPostgres
from stack.temporal_server import LocalTemporal, TemporalEndpoint

IMAGE = os.environ.get("CLAIMFLOW_TEST_POSTGRES_IMAGE", "postgres:18.6")


@dataclass(frozen=True, kw_only=True)
class PostgresForTests:
    url: str
    description: str


@contextlib.contextmanager
def postgres_for_tests(state: Path) -> Iterator[PostgresForTests]:
    """A server for the length of a test session, without fsync: its data is thrown away."""
    obstacle = container_obstacle()
    if obstacle is None:
        # Without its reaper, one more image to pull: the context manager removes the container.
        testcontainers_config.ryuk_disabled = True
        with PostgresContainer(IMAGE, driver="psycopg2").with_command("postgres -c fsync=off") as container:
            yield PostgresForTests(url=container.get_connection_url(), description=f"container {IMAGE}")
        return
    server = EmbeddedPostgres(paths_for(state), ports=ephemeral_ports(state), durable=False)
    with Guardian(paths_for(state)):
        try:
            yield PostgresForTests(url=server.start(), description=f"embedded server ({obstacle})")
        finally:
            server.stop()


def container_obstacle() -> str | None:
    """Why the container cannot be used here, or None when it can."""
    if not _daemon_listens():
        return "no Docker daemon answers"
    client = docker.from_env(timeout=5)
    try:
        client.images.get(IMAGE)
    except ImageNotFound:
        return f"Docker has no image {IMAGE}"
    except (DockerException, RequestException):
        return "no Docker daemon answers"
    finally:
        client.close()
    return None


def _daemon_listens() -> bool:
    """Docker's client leaks the socket of a question to a daemon that is not there: look before asking."""
    scheme, _, place = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").partition("://")
    if scheme != "unix":
        return True
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        return probe.connect_ex(place) == 0


@contextlib.contextmanager
def temporal_for_tests(
    state: Path, dynamic_config: Mapping[str, object] | None = None
) -> Iterator[TemporalEndpoint]:
    server = LocalTemporal(paths_for(state), ports=ephemeral_ports(state), dynamic_config=dynamic_config)
    with Guardian(paths_for(state)):
        try:
            yield server.start()
        finally:
            server.stop()


def paths_for(state: Path) -> StackPaths:
    return StackPaths(state=state, cache=cache_folder())


def ephemeral_ports(state: Path) -> PortBook:
    return PortBook(paths_for(state).ports, ephemeral=True)
