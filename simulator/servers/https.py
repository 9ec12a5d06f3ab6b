"""The real-time endpoint: POST /realtime with X12 in the body, as CAQH CORE connectivity does it."""

from __future__ import annotations

import asyncio
import base64
import binascii
import secrets

from fastapi import FastAPI, Request, Response

from simulator.realtime.desk_clerk import NotAQuestionError
from simulator.servers.credentials import USER
from simulator.servers.office import Office

X12_TYPE = "application/edi-x12"
RETRY_AFTER_SECONDS = 1
LARGEST_BODY = 1_000_000


def realtime_app(office: Office, password: str) -> FastAPI:
    """The application behind the HTTPS port."""
    app = FastAPI(openapi_url=None)

    @app.post("/realtime")
    async def realtime(request: Request) -> Response:
        if not _may_enter(request.headers.get("Authorization", ""), password):
            return Response("log in", 401, {"WWW-Authenticate": 'Basic realm="clearinghouse"'})
        if await office.spends_a_refusal():
            return Response("too many requests", 429, {"Retry-After": str(RETRY_AFTER_SECONDS)})
        if not request.headers.get("Content-Type", "").lower().startswith(X12_TYPE):
            return Response(f"send {X12_TYPE}", 415)
        body = await request.body()
        if len(body) > LARGEST_BODY:
            return Response("a real-time question is one interchange of at most a megabyte", 413)
        await asyncio.sleep(office.habits.slow_ms / 1000)
        try:
            return Response(await office.answer(body), 200, media_type=X12_TYPE)
        except NotAQuestionError as refused:
            return Response(str(refused), 400)

    return app


def _may_enter(authorization: str, password: str) -> bool:
    """Basic authentication (RFC 7617)."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(token, validate=True)
    except (binascii.Error, ValueError):
        return False
    return secrets.compare_digest(given, f"{USER}:{password}".encode())
