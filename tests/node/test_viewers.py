"""One viewer more than the server serves is told so; one who leaves makes room."""

import asyncio

from starlette.types import Message, Receive, Scope, Send

from ronda.node.viewers import ViewerLimit


async def test_one_too_many_is_refused_with_a_sentence() -> None:
    leave = asyncio.Event()

    async def watched(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await leave.wait()

    async def knock(path: str) -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        extensions: dict[str, object] = {"websocket.http.response": {}}
        await limit({"type": "websocket", "path": path, "headers": [], "extensions": extensions}, receive, send)
        return sent

    limit = ViewerLimit(watched, 1)
    async with asyncio.TaskGroup() as group:
        group.create_task(knock("/media/gate/live"))
        await asyncio.sleep(0)
        sending = group.create_task(knock("/media/own/push"))
        refused = await knock("/media/gate/playback")
        assert refused[0]["status"] == 503
        assert b"as many people are watching" in refused[1]["body"]
        assert (limit.open, limit.refused) == (1, 1)
        assert not sending.done()
        leave.set()
    assert limit.open == 0
