"""The crowd: asks servers for pages at the moments that a plan says, whether or not the answers before have come, and
says how long each took from its moment on. A process of its own: ``python -m bench.nation.load < plan.json``.

The plan is ``{"servers": [[host, port], …], "asked": [[seconds, server, cookie, method, address, body], …]}``; the
answer a list of ``[status, milliseconds, address]`` in the order of the plan.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

STATUS_AT: Final = 9
LATEST: Final = 60


@dataclass
class Server:
    """A server and its connections that nobody uses just now."""

    host: str
    port: int
    free: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = field(default_factory=list)

    async def ask(self, request: bytes) -> int:
        """Sends a request and reads the whole answer; its status."""
        reader, writer = self.free.pop() if self.free else await asyncio.open_connection(self.host, self.port)
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
        if length:
            await reader.readexactly(int(length))
        elif b"transfer-encoding: chunked" in head:
            await _chunks(reader)
        if b"connection: close" in head:
            writer.close()
        else:
            self.free.append((reader, writer))
        return int(head[STATUS_AT : STATUS_AT + 3])


async def _chunks(reader: asyncio.StreamReader) -> None:
    while size := int((await reader.readline()).partition(b";")[0], 16):
        await reader.readexactly(size + 2)
    await reader.readline()


def written(cookie: str, method: str, address: str, body: str) -> bytes:
    """The request as it goes over the wire."""
    head = f"{method} {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\n"
    if method == "POST":
        head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    return f"{head}\r\n{body}".encode()


async def crowd(plan: dict[str, Any]) -> list[tuple[int, float, str]]:
    """What became of each request; status 0 for one that got no answer."""
    servers = [Server(host, port) for host, port in plan["servers"]]
    begun = time.perf_counter() + 0.5

    async def one(at: float, server: int, cookie: str, method: str, address: str, body: str) -> tuple[int, float, str]:
        await asyncio.sleep(max(0, begun + at - time.perf_counter()))
        try:
            status = await asyncio.wait_for(servers[server].ask(written(cookie, method, address, body)), LATEST)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            status = 0
        return status, (time.perf_counter() - begun - at) * 1000, address

    return await asyncio.gather(*(one(*asked) for asked in plan["asked"]))


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asyncio.run(crowd(orjson.loads(sys.stdin.buffer.read())))))
