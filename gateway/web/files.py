"""Files as a browser sends and takes them."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import Response, request

TYPES: Mapping[str, str] = MappingProxyType(
    {
        "csv": "text/csv; charset=utf-8",
        "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
"""The kinds of table that are taken away, by the end of their name."""


def uploaded(name: str) -> bytes:
    """What was chosen in one field; nothing where none was, for a browser then sends one without a name."""
    chosen = request.files.get(name)
    return chosen.read() if chosen is not None and chosen.filename else b""


def uploaded_as(name: str) -> tuple[str, bytes]:
    """The same with the name under which it was chosen."""
    chosen = request.files.get(name)
    return (chosen.filename or "", uploaded(name)) if chosen is not None else ("", b"")


def download(content: bytes, name: str, content_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=content_type, headers=headers)
