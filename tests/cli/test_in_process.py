"""Calling an application of this process: like a server, piece by piece."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ronda.cli.in_process import InProcess

SENT: list[int] = []


async def echo(request: Request) -> Response:
    body = await request.body()
    return JSONResponse({"q": request.query_params["q"], "body": body.decode(), "host": request.headers["host"]}, 201)


async def endless(request: Request) -> Response:
    async def pieces() -> object:
        SENT.clear()
        while True:
            SENT.append(1)
            yield b"x" * 1000

    return StreamingResponse(pieces())  # type: ignore[arg-type]


async def broken(request: Request) -> Response:
    raise ZeroDivisionError("broken")


async def breaks_off(request: Request) -> Response:
    async def pieces() -> object:
        yield b"x"
        raise ZeroDivisionError("broken")

    return StreamingResponse(pieces())  # type: ignore[arg-type]


ANSWERS = {"/endless": endless, "/broken": broken, "/breaks-off": breaks_off}

APP = Starlette(
    routes=[
        Route("/echo", echo, methods=["POST"]),
        Route("/endless", endless),
        Route("/broken", broken),
        Route("/breaks-off", breaks_off),
    ],
)


async def test_request_and_answer() -> None:
    async with httpx.AsyncClient(transport=InProcess(APP), base_url="http://ronda") as client:
        answer = await client.post("/echo?q=a%20b", content="halo")
    assert answer.status_code == 201
    assert answer.json() == {"q": "a b", "body": "halo", "host": "ronda"}


async def test_the_application_waits_for_a_slow_reader_and_ends_with_it() -> None:
    async with httpx.AsyncClient(transport=InProcess(APP), base_url="http://ronda") as client:
        async with client.stream("GET", "/endless") as response:
            await anext(response.aiter_raw())
            await asyncio.sleep(0.05)
            assert len(SENT) < 20
    assert len(SENT) < 20


async def test_a_failure_is_told_as_a_server_tells_it() -> None:
    async with httpx.AsyncClient(transport=InProcess(APP), base_url="http://ronda") as client:
        assert (await client.get("/broken")).status_code == 500
        with pytest.raises(httpx.RemoteProtocolError, match="broke off"):
            await client.get("/breaks-off")


async def test_an_error_of_the_callers_own_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        async with httpx.AsyncClient(transport=InProcess(APP), base_url="http://ronda") as client:
            await client.get("/echo?q=1")
            raise ZeroDivisionError
