"""Which hosts are this machine."""

from __future__ import annotations


def is_loopback(host: str) -> bool:
    """Whether what is sent there stays on this machine. An address of IPv6 stands without brackets."""
    # Late, for only some addresses need it.
    from ipaddress import ip_address

    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
