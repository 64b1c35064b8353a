"""The proxies that the environment names, as `urllib` reads them."""

from __future__ import annotations

from typing import NamedTuple, Optional
from urllib.parse import SplitResult, unquote, urlsplit

from .hosts import is_loopback
from .secrets import Secret


class Proxy(NamedTuple):
    """An HTTP proxy."""

    scheme: str
    host: str
    port: int
    #: The value of `proxy-authorization`.
    authorization: Optional[Secret[str]]
    url: Secret[str]


def proxy_for(scheme: str, host: str, port: int) -> Optional[Proxy]:
    """The proxy on the way to a server, or None. To this machine there is none, which would read the token."""
    if is_loopback(host):
        return None
    # Late, for it takes long to import.
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    found = Secret(proxies.get(scheme) or proxies.get("all") or "")
    proxies.clear()
    if not found.reveal() or proxy_bypass(f"{host}:{port}"):
        return None
    return _parsed(found if "://" in found.reveal() else Secret(f"http://{found.reveal()}"))


def _parsed(url: Secret[str]) -> Proxy:
    parts = urlsplit(url.reveal())
    if parts.scheme not in ("http", "https"):
        raise OSError(f"a proxy of the kind {parts.scheme} is not supported")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return Proxy(parts.scheme, parts.hostname or "", port, _authorization(parts), url)


def _authorization(parts: SplitResult) -> Optional[Secret[str]]:
    if not parts.username:
        return None
    from base64 import b64encode

    user = Secret(f"{unquote(parts.username)}:{unquote(parts.password or '')}")
    return Secret("Basic " + b64encode(user.reveal().encode()).decode())
