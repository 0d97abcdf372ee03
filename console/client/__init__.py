"""The typed client of the backend's HTTP interface; the only room that imports httpx (54 ms, so import it late)."""

from console.client.client import Client
from console.client.events import StreamEvent
from console.sign_in import Login, MemoryTokens, TokenSource

__all__ = ["Client", "Login", "MemoryTokens", "StreamEvent", "TokenSource"]
