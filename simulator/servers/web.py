"""A web server that can be opened and closed again on the same address."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI


class _Server(uvicorn.Server):
    """Leaves signals to the process as a whole."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


class WebDoor:
    """One application on one socket address."""

    def __init__(self, app: FastAPI, certificate: Path | None = None, key: Path | None = None) -> None:
        self._app, self._certificate, self._key = app, certificate, key
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def open(self, listening: socket.socket) -> None:
        """Serve connections of a listening socket; returns when it does."""
        config = uvicorn.Config(
            self._app,
            log_config=None,
            access_log=False,
            lifespan="off",
            ssl_certfile=self._certificate,
            ssl_keyfile=self._key,
            timeout_graceful_shutdown=2,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve(sockets=[listening]))
        while not self._server.started and not self._serving.done():
            await asyncio.sleep(0.005)

    async def close(self) -> None:
        """Refuse new connections, let running requests end within two seconds."""
        server, serving, self._server, self._serving = self._server, self._serving, None, None
        if server is not None and serving is not None:
            server.should_exit = True
            await serving
