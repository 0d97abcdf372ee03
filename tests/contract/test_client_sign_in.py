"""The client's sign-in against the real backend: refreshing once, sharing a sign-in, trusting a company's own CA."""

import asyncio
import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from backend.config import NO_LIMITS, Config, system_clock
from backend.embedded import EmbeddedServer
from console.client import Client
from console.client_errors import SignedOut, UntrustedServer, WrongCredentials
from console.credentials import Credentials
from console.credentials.os_keyring import KeyringUnusable, OsKeyring
from console.sign_in import MemoryTokens

HOUR_MS = 3_600_000


class LateClock:
    """The backend's clock, which a test may move on."""

    def __init__(self) -> None:
        self.ahead_ms = 0

    def __call__(self) -> int:
        return system_clock() + self.ahead_ms


class NoKeyring(OsKeyring):
    """A host without one."""

    def probe(self) -> None:
        raise KeyringUnusable("none here")

    def get(self, name: str) -> str | None:
        raise KeyringUnusable("none here")

    put = probe  # type: ignore[assignment]


@pytest.fixture
def clock() -> LateClock:
    return LateClock()


@pytest.fixture
def server(tmp_path: Path, clock: LateClock) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS, clock=clock)
    with EmbeddedServer(config) as running:
        running.add_team("t", "Team")
        running.add_agent("mei", teams=("t",), password="correct horse")
        yield running


async def test_an_old_token_is_renewed_once_and_kept(server: EmbeddedServer, clock: LateClock) -> None:
    tokens = MemoryTokens()
    async with Client(server.url, tokens) as client:
        await client.login("mei", "correct horse")
        first = tokens.load()
        clock.ahead_ms = HOUR_MS
        answers = await asyncio.gather(*(client.session() for _ in range(5)))
    assert {session.me.handle for session in answers} == {"mei"}
    assert first is not None
    renewed = tokens.load()
    assert renewed is not None
    assert renewed.refresh != first.refresh


async def test_two_consoles_share_a_sign_in_without_spending_a_refresh_token_twice(
    server: EmbeddedServer, clock: LateClock, tmp_path: Path
) -> None:
    def credentials() -> Credentials:
        environ = {"CONSOLE_PASSPHRASE": "open sesame"}
        return Credentials(tmp_path / "home", "mei@here", keyring=NoKeyring(), environ=environ)

    async with Client(server.url, credentials()) as one, Client(server.url, credentials()) as other:
        await one.login("mei", "correct horse")
        for hours in range(1, 4):
            clock.ahead_ms = hours * HOUR_MS
            sessions = await asyncio.gather(one.session(), other.session())
            assert [session.me.handle for session in sessions] == ["mei", "mei"]


async def test_a_revoked_sign_in_is_over_for_all(server: EmbeddedServer) -> None:
    tokens = MemoryTokens()
    async with Client(server.url, tokens) as client:
        await client.login("mei", "correct horse")
        kept = tokens.load()
        await client.revoke()
        assert tokens.load() is None
        with pytest.raises(SignedOut):
            await client.session()
    async with Client(server.url, MemoryTokens(kept)) as late:
        with pytest.raises(SignedOut):
            await late.session()


async def test_a_wrong_password_does_not_touch_the_sign_in_there_is(server: EmbeddedServer) -> None:
    tokens = MemoryTokens()
    async with Client(server.url, tokens) as client:
        await client.login("mei", "correct horse")
        kept = tokens.load()
        with pytest.raises(WrongCredentials):
            await client.login("mei", "wrong")
        assert tokens.load() == kept


@pytest.fixture
def https(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A real HTTPS server with a certificate of its own making: its address and the certificate's file."""
    certificate = self_signed(tmp_path)

    class Healthy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            pass

    class Quiet(HTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            pass  # a client that does not trust us hangs up, which is the point

    server = Quiet(("127.0.0.1", 0), Healthy)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, tmp_path / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{server.server_port}", certificate
    server.shutdown()
    server.server_close()
    thread.join()


async def test_only_a_named_certificate_is_trusted(https: tuple[str, Path]) -> None:
    url, certificate = https
    async with Client(url, MemoryTokens()) as client:
        with pytest.raises(UntrustedServer) as told:
            await client.healthy()
    assert "--ca-file" in told.value.sentence
    async with Client(url, MemoryTokens(), ca_file=certificate) as client:
        assert await client.healthy()


def self_signed(folder: Path) -> Path:
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem"
