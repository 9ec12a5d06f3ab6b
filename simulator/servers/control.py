"""The control endpoint: the conductor tells the date, tests order misbehaviour. Loopback only, no log-in."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from simulator.clearinghouse.day import Standing
from simulator.clearinghouse.misbehaviour import Misbehaviour
from simulator.servers.office import Office
from simulator.store.database import moment


def control_app(office: Office, obey: Callable[[Misbehaviour], Awaitable[None]]) -> FastAPI:
    """The application behind the control port; `obey` opens or closes the doors after an order."""
    app = FastAPI(openapi_url=None)

    @app.exception_handler(ValueError)
    async def refuse(_request: Request, error: ValueError) -> JSONResponse:
        return JSONResponse({"error": str(error)}, 400)

    @app.post("/advance")
    async def advance(request: Request) -> JSONResponse:
        order = await _order(request)
        return _told(await office.advance(moment(str(order.get("now", "")))))

    @app.get("/status")
    async def status() -> JSONResponse:
        return _told(await office.standing())

    @app.post("/misbehave")
    async def misbehave(request: Request) -> JSONResponse:
        habits = await office.misbehave(await _order(request))
        await obey(habits)
        return JSONResponse(asdict(habits))

    @app.post("/control/plant")
    async def plant(request: Request) -> JSONResponse:
        return JSONResponse(await office.plant(await _order(request)))

    return app


async def _order(request: Request) -> dict[str, Any]:
    """The JSON object in the body; ValueError when it is none."""
    order = json.loads(await request.body() or b"{}")
    if not isinstance(order, dict):
        raise ValueError("the body must be one JSON object")
    return order


def _told(standing: Standing) -> JSONResponse:
    body: dict[str, Any] = {
        **asdict(standing),
        "next_due": standing.next_due.isoformat() if standing.next_due else None,
        "now": standing.now.isoformat() if standing.now else None,
    }
    return JSONResponse(body)
