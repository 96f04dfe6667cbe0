"""One viewer more than the server serves is told so in the socket; one who leaves makes room."""

import asyncio
import json

from starlette.types import Message, Receive, Scope, Send

from ronda.node.viewers import ViewerLimit


async def test_one_too_many_is_told_to_show_stills() -> None:
    leave = asyncio.Event()

    async def watched(_scope: Scope, _receive: Receive, _send: Send) -> None:
        await leave.wait()

    async def knock(path: str) -> list[Message]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "websocket.connect"}

        await limit({"type": "websocket", "path": path, "headers": []}, receive, send)
        return sent

    limit = ViewerLimit(watched, 1)
    async with asyncio.TaskGroup() as group:
        group.create_task(knock("/media/gate/live"))
        await asyncio.sleep(0)
        sending = group.create_task(knock("/media/own/push"))
        refused = await knock("/media/gate/playback")
        assert [message["type"] for message in refused] == ["websocket.accept", "websocket.send", "websocket.close"]
        said = json.loads(refused[1]["text"])
        assert (said["type"], said["code"]) == ("fallback", "crowded")
        assert "More people are watching" in said["reason"]
        assert refused[2]["code"] == 4406
        assert (limit.open, limit.refused) == (1, 1)
        assert not sending.done()
        leave.set()
    assert limit.open == 0
