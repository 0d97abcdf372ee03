"""Which addresses a password may be sent to."""

import ipaddress
from urllib.parse import urlsplit

from console.client_errors import InsecureAddress


def check_address(url: str) -> str:
    """The origin (and path prefix) of a backend, without a trailing slash.

    Plain http is for this machine alone. Raises :class:`InsecureAddress` for anything else, for addresses with a user
    name or password in them, and for what is no address at all.
    """
    text = url.strip()
    if "://" not in text:
        text = ("http://" if is_loopback(urlsplit(f"//{text}").hostname or "") else "https://") + text
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        raise InsecureAddress(url) from None
    fits = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
    if not fits or not host or parts.username or parts.password or parts.query or parts.fragment:
        raise InsecureAddress(url)
    shown_host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown_host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and nothing else."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs share scheme, host and port."""
    return _origin(one) == _origin(other)


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
