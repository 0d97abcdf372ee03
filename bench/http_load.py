"""A bare HTTP/1.1 load generator on asyncio streams: keep-alive connections that each send the next request at once.

A full client library would cost more than the handlers it measures.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Load:
    """What a run gave: requests per second and the latency of each request in seconds."""

    per_s: float
    latencies_s: list[float]


async def request(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, body: bytes
) -> tuple[int, bytes]:
    """Send one request on an open connection and read its whole answer; ``head`` ends before Content-Length."""
    writer.write(head + b"Content-Length: %d\r\n\r\n" % len(body) + body)
    status = int((await reader.readline()).split()[1])
    length = 0
    while (line := await reader.readline()) != b"\r\n":
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return status, await reader.readexactly(length)


async def drive(port: int, head: bytes, bodies: Callable[[int], Iterator[bytes]], clients: int) -> Load:
    """Let ``clients`` connections post their bodies one after the other; raises if an answer is not a 2xx."""
    latencies: list[float] = []

    async def one(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for body in bodies(number):
            start = time.perf_counter()
            status, answer = await request(reader, writer, head, body)
            latencies.append(time.perf_counter() - start)
            if not 200 <= status < 300:
                raise RuntimeError(f"answer {status}: {answer[:200]!r}")
        writer.close()
        await writer.wait_closed()

    start = time.perf_counter()
    await asyncio.gather(*(one(number) for number in range(clients)))
    return Load(len(latencies) / (time.perf_counter() - start), latencies)
