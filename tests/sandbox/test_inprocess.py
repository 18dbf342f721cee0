"""The sandbox as an httpx transport."""

import asyncio

import httpx

from hillstone_ccc.sandbox import Sandbox
from hillstone_ccc.sandbox.inprocess import transport


def test_a_body_left_midway_can_be_read_on() -> None:
    """What is left of a body comes to whoever goes on with the same iterator, as it does from a real connection."""

    async def read() -> tuple[bytes, bytes]:
        web = transport(Sandbox(records=1))
        request = httpx.Request("POST", "http://sandbox.invalid/", headers={"accept-encoding": "identity"})
        whole = await httpx.Response(200, stream=(await web.handle_async_request(request)).stream).aread()
        answer = await web.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        pieces = aiter(answer.stream)
        begun = await anext(pieces)
        return whole, begun + b"".join([piece async for piece in pieces])

    whole, in_two = asyncio.run(read())
    assert len(whole) == len(in_two)
    assert b"InvalidApi.NotFound" in in_two
