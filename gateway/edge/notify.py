"""Tells systemd how this program stands (sd_notify(3)): ``READY=1`` once it serves, ``STOPPING=1`` when it ends."""

import contextlib
import socket


def notify(state: str, address: str | None) -> None:
    """Send ``state`` to the socket that systemd named in NOTIFY_SOCKET; without one, or without a reader, nothing."""
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out, contextlib.suppress(OSError):
        # an address that begins with @ stands in the abstract namespace
        out.sendto(state.encode(), "\0" + address[1:] if address.startswith("@") else address)
