"""A Temporal server: TEMPORAL_ADDRESS, else one of our own on this machine.

Of our own, in this order: the binary of `stack/devserver/` in the cache, the same built now, a `temporal`
command on PATH, the SDK's download. Ours comes before the last two because it alone is sure to have time
skipping, without which the local stack cannot move through months.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.service import RPCError

from stack.asynchronous import run_apart
from stack.errors import StackError
from stack.paths import StackPaths
from stack.ports import LOOPBACK, PortBook
from stack.processes import ManagedProcess, wait_healthy
from stack.temporal_binary import build_binary, cached_binary
from stack.temporal_fallback import cli_on_path, fetched_by_sdk

USUAL_PORT = 7233
USUAL_UI_PORT = 8233
NAMESPACE = "claimflow"
SEARCH_ATTRIBUTES: Mapping[str, str] = {
    "ClaimStage": "Keyword",
    "Payer": "Keyword",
    "WhoOwes": "Keyword",
    "NextDeadline": "Datetime",
    "DenialGroup": "Keyword",
    "Organisation": "Keyword",
}
_STARTUP_SECONDS = 60.0
_HEALTH_SECONDS = 3.0


def tell(line: str) -> None:
    """Progress goes to stderr: stdout belongs to the answer, which may be JSON."""
    print(line, file=sys.stderr, flush=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalEndpoint:
    """What a client needs to find the server; `ui` is None where we do not know of one."""

    address: str
    namespace: str
    ui: str | None
    ours: bool

    def environment(self) -> dict[str, str]:
        return {"TEMPORAL_ADDRESS": self.address, "TEMPORAL_NAMESPACE": self.namespace}


def external_endpoint() -> TemporalEndpoint | None:
    """The server named by TEMPORAL_ADDRESS (TLS and API key as the SDK reads them), or None."""
    if not os.environ.get("TEMPORAL_ADDRESS"):
        return None
    config = ClientConfig.load_client_connect_config()
    return TemporalEndpoint(
        address=config["target_host"],
        namespace=config.get("namespace", "default"),
        ui=os.environ.get("TEMPORAL_UI_URL"),
        ours=False,
    )


async def connect(endpoint: TemporalEndpoint) -> Client:
    """A client of the endpoint; TLS, API key and headers come from the environment for one not our own."""
    if endpoint.ours:
        return await Client.connect(endpoint.address, namespace=endpoint.namespace)
    return await Client.connect(**ClientConfig.load_client_connect_config())


async def ensure_search_attributes(client: Client) -> list[str]:
    """Registers the search attributes that the namespace lacks and returns their names."""
    service = client.operator_service
    listed = await service.list_search_attributes(ListSearchAttributesRequest(namespace=client.namespace))
    missing = {name: kind for name, kind in SEARCH_ATTRIBUTES.items() if name not in listed.custom_attributes}
    if missing:
        kinds = {
            name: IndexedValueType.Value(f"INDEXED_VALUE_TYPE_{kind.upper()}")
            for name, kind in missing.items()
        }
        await service.add_search_attributes(
            AddSearchAttributesRequest(namespace=client.namespace, search_attributes=kinds)
        )
    return sorted(missing)


class LocalTemporal:
    """One server on this machine with its data in `paths.temporal`."""

    def __init__(
        self,
        paths: StackPaths,
        *,
        ports: PortBook | None = None,
        dynamic_config: Mapping[str, object] | None = None,
        codec_endpoint: str | None = None,
        say: Callable[[str], None] = tell,
    ) -> None:
        self._paths = paths
        self._ports = ports or PortBook(paths.ports)
        self._dynamic_config = dynamic_config or {}
        self._codec_endpoint = codec_endpoint
        self._say = say
        self.process = ManagedProcess("temporal", paths)

    def start(self) -> TemporalEndpoint:
        """Starts the server unless it runs. Raises StackError when none can be had or it stays silent."""
        if not (self.process.is_alive() and self.is_healthy()):
            self.process.stop()
            self._paths.temporal.mkdir(parents=True, exist_ok=True)
            command = self._command()
            self.process.spawn(command, environment=_without_temporal_settings())
            wait_healthy(self.process, self.is_healthy, _STARTUP_SECONDS)
            run_apart(self._register)
        return self.endpoint()

    def stop(self) -> bool:
        return self.process.stop()

    def kill(self) -> bool:
        return self.process.kill()

    @property
    def port(self) -> int | None:
        """The port of this or the latest start; None before the first."""
        return self._ports.known("temporal")

    def endpoint(self) -> TemporalEndpoint:
        return TemporalEndpoint(
            address=f"{LOOPBACK}:{self._ports.known('temporal')}",
            namespace=NAMESPACE,
            ui=f"http://{LOOPBACK}:{self._ports.known('temporal_ui')}",
            ours=True,
        )

    def is_healthy(self) -> bool:
        if self._ports.known("temporal") is None:
            return False
        return run_apart(lambda: serves(self.endpoint()))

    async def _register(self) -> None:
        await ensure_search_attributes(await connect(self.endpoint()))

    def _command(self) -> list[str | Path]:
        attributes: list[str] = []
        for name, kind in SEARCH_ATTRIBUTES.items():
            attributes += ["--search-attribute", f"{name}={kind}"]
        port = self._ports.choose("temporal", USUAL_PORT)
        ui_port = self._ports.choose("temporal_ui", USUAL_UI_PORT)
        common = ["--ip", LOOPBACK, "--port", str(port), "--ui-port", str(ui_port), "--namespace", NAMESPACE]
        own = self._own_binary()
        if own:
            database = self._paths.temporal / "temporal.db"
            command: list[str | Path] = [own, "--db", database, *common, *attributes]
            for key, value in self._dynamic_config.items():
                command += ["--dynamic-config", f"{key}={value}"]
            if self._codec_endpoint:
                command += ["--codec-endpoint", self._codec_endpoint]
            return command
        cli = cli_on_path() or fetched_by_sdk(self._paths.cache, self._say)
        return cli.command(self._paths.temporal, [*common, *attributes], self._dynamic_config, self._say)

    def _own_binary(self) -> Path | None:
        ready = cached_binary(self._paths.cache)
        if ready:
            return ready
        try:
            return build_binary(self._paths.cache, self._say)
        except StackError as refusal:
            self._say(f"Temporal server: {refusal}; looking for another one")
            return None


async def serves(endpoint: TemporalEndpoint) -> bool:
    """Whether the server answers and has the namespace."""
    try:
        async with asyncio.timeout(_HEALTH_SECONDS):
            client = await connect(endpoint)
            return await client.service_client.check_health()
    except (RPCError, RuntimeError, TimeoutError):
        return False


def _without_temporal_settings() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("TEMPORAL_")}
