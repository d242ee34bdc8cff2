"""The MIME package around a message: written in one form, read strictly but in every form that other products write.

Parts are told apart by their place and their Content-ID. A package that was cut anywhere is refused.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import SEEK_END, BytesIO
from types import MappingProxyType

from gateway.core.as4 import names
from gateway.core.as4.causes import As4Error, Cause
from gateway.core.as4.values import Rules

Content = bytes | memoryview

ROOT_ID = "root@gateway"


@dataclass(frozen=True, slots=True)
class Package:
    """A SOAP part, the charset its header names (lower case, empty if none) and the attachments by Content-ID."""

    soap: bytes
    charset: str
    attachments: Mapping[str, Content]


def pack(soap: bytes, attachments: Mapping[str, bytes], boundary: str) -> tuple[str, bytes]:
    """The content type, on one line, and the body (RFC 2387, SOAP Messages with Attachments)."""
    return pack_into({content_id: BytesIO(content) for content_id, content in attachments.items()}, soap, boundary)


def pack_into(attachments: dict[str, BytesIO], soap: bytes, boundary: str) -> tuple[str, bytes]:
    """As ``pack``, in the memory of the first attachment; the others are taken out of the mapping one by one."""
    line = f"--{boundary}\r\n".encode()
    root = f"Content-Type: {names.SOAP_CONTENT_TYPE}\r\nContent-ID: <{ROOT_ID}>\r\n\r\n".encode()
    head, body = [line, root, soap, b"\r\n"], None
    for content_id in tuple(attachments):
        header = (
            "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"
            f"Content-ID: <{content_id}>\r\n\r\n"
        )
        content = attachments.pop(content_id)
        if body is None:
            body = _behind(b"".join([*head, line, header.encode()]), content)
        else:
            body.writelines([line, header.encode(), content.getbuffer()])
        body.write(b"\r\n")
    body = body or BytesIO(b"".join(head))
    body.seek(0, SEEK_END)
    body.write(f"--{boundary}--\r\n".encode())
    kind = f'multipart/related; type="{names.SOAP_TYPE}"; start="<{ROOT_ID}>"; boundary="{boundary}"'
    return kind, body.getvalue()


def unpack(content_type: str, body: bytes, rules: Rules) -> Package:
    """Take a package apart; a bare SOAP envelope is a package without attachments.

    Raises As4Error: TOO_LARGE, TOO_MANY_PARTS, MIME_TYPE, MIME_CUT, MIME_HEADER, MIME_ENCODING, REPEATED_CONTENT_ID.
    """
    if len(body) > rules.message_bytes:
        raise As4Error(Cause.TOO_LARGE)
    kind, parameters = content_kind(content_type)
    if kind == names.SOAP_TYPE:
        return Package(_small_enough(body, rules), _charset(parameters), {})
    boundary = parameters.get("boundary", "")
    if kind != "multipart/related" or not _BOUNDARY.fullmatch(boundary):
        raise As4Error(Cause.MIME_TYPE)
    if content_kind(parameters.get("type", names.SOAP_TYPE))[0] != names.SOAP_TYPE:  # some write its charset there too
        raise As4Error(Cause.MIME_TYPE)
    root, *rest = [_part(body, *span, rules) for span in _spans(body, boundary.encode(), rules)]
    charset = _root_charset(root, parameters.get("start"))
    attachments = {part.content_id: _decoded(part, rules) for part in rest}
    if len({root.content_id, *attachments}) != 1 + len(rest) or "" in attachments:
        raise As4Error(Cause.REPEATED_CONTENT_ID)
    return Package(_small_enough(bytes(root.content), rules), charset, attachments)


@lru_cache(maxsize=16)  # those of a part are the same in every message
def content_kind(field: str) -> tuple[str, Mapping[str, str]]:
    """The media type in lower case and its parameters: quoted or not, folded or not, each at most once."""
    kind, *pairs = _split(_unfolded(field))
    parameters: dict[str, str] = {}
    for pair in pairs:
        match = _PARAMETER.fullmatch(pair)
        if match is None or match["name"].lower() in parameters:
            raise As4Error(Cause.MIME_HEADER)
        value = match["bare"] if match["quoted"] is None else re.sub(r"\\(.)", r"\1", match["quoted"])
        parameters[match["name"].lower()] = value
    if not _KIND.fullmatch(kind):
        raise As4Error(Cause.MIME_HEADER)
    return kind.lower(), MappingProxyType(parameters)


# The small print.

_WORD = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_KIND = re.compile(rf"{_WORD}/{_WORD}")
# Without quotation marks a value should be a word; type=application/soap+xml and start=<root@x> are met all the same.
_PARAMETER = re.compile(
    rf'(?P<name>{_WORD})[ \t]*=[ \t]*(?:(?P<bare>[!#-+\--:<-~]+)|"(?P<quoted>(?:[^"\\\r\n]|\\.)*)")'
)
_PIECE = re.compile(r'(?:[^";\r\n]|"(?:[^"\\\r\n]|\\.)*")*')
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")  # RFC 2046 §5.1.1
_FIELD = re.compile(rf"({_WORD}):([\t\x20-\x7e\x80-\xff]*)")  # a file's name may stand there as it is
_CONTENT_ID = re.compile(r"<([!-;=?-~]{1,300})>|([!-;=?-~]{1,300})")
_AS_IT_IS = frozenset({"binary", "8bit", "7bit"})


def _behind(head: bytes, content: BytesIO) -> BytesIO:
    """``head`` put in front of a content, which moves up in its own memory."""
    size = content.seek(0, SEEK_END)
    content.write(bytes(len(head)))
    with content.getbuffer() as held:
        held[len(head) :] = held[:size]
        held[: len(head)] = head
    return content


@dataclass(frozen=True, slots=True)
class _Part:
    headers: Mapping[str, str]
    content_id: str
    content: memoryview


def _split(field: str) -> list[str]:
    """Cut at the semicolons that no quotation mark protects."""
    pieces: list[str] = []
    at = 0
    while True:
        match = _PIECE.match(field, at)
        assert match is not None  # it matches the empty text too
        pieces.append(match[0].strip(" \t"))
        if match.end() == len(field):
            return pieces if pieces[-1] or len(pieces) == 1 else pieces[:-1]
        if field[match.end()] != ";":
            raise As4Error(Cause.MIME_HEADER)
        at = match.end() + 1


def _spans(body: bytes, boundary: bytes, rules: Rules) -> list[tuple[int, int]]:
    """Where each part starts and ends; preamble and epilogue are passed over."""
    mark = b"\r\n--" + boundary
    at = 0 if body.startswith(mark[2:]) else body.find(mark) + 2
    if at == 1:
        raise As4Error(Cause.MIME_CUT)
    spans: list[tuple[int, int]] = []
    while True:
        start, closed = _after_delimiter(body, at + len(mark) - 2)
        if closed:
            if not spans:
                raise As4Error(Cause.MIME_CUT)
            return spans
        if len(spans) > rules.parts:
            raise As4Error(Cause.TOO_MANY_PARTS)
        # An empty part shares its line end with the delimiter after it.
        end = body.find(mark, start - 2)
        if end < 0:
            raise As4Error(Cause.MIME_CUT)
        spans.append((start, max(start, end)))
        at = end + 2


def _after_delimiter(body: bytes, at: int) -> tuple[int, bool]:
    """The place after a delimiter's line, and whether it was the closing one."""
    closed = body.startswith(b"--", at)
    end = body.find(b"\r\n", at)
    rest = body[at + 2 * closed : end if end >= 0 else len(body)]
    if rest.strip(b" \t") or (end < 0 and not closed):
        raise As4Error(Cause.MIME_CUT)
    return end + 2, closed


def _part(body: bytes, start: int, end: int, rules: Rules) -> _Part:
    if body.startswith(b"\r\n", start):
        return _Part({}, "", memoryview(body)[start + 2 : end])
    stop = body.find(b"\r\n\r\n", start, min(end, start + rules.header_bytes))
    if stop < 0:
        raise As4Error(Cause.MIME_HEADER)
    headers = _headers(body[start:stop])
    return _Part(headers, _content_id(headers.get("content-id")), memoryview(body)[stop + 4 : end])


@lru_cache(maxsize=16)  # those of the root are the same in every message of a product
def _headers(written: bytes) -> Mapping[str, str]:
    headers: dict[str, str] = {}
    for line in _unfolded(written.decode("latin-1")).split("\r\n"):
        match = _FIELD.fullmatch(line)
        if match is None or match[1].lower() in headers:
            raise As4Error(Cause.MIME_HEADER)
        headers[match[1].lower()] = match[2].strip(" \t")
    return MappingProxyType(headers)


def _unfolded(field: str) -> str:
    return re.sub(r"\r\n(?=[ \t])", "", field)


def _content_id(field: str | None) -> str:
    if field is None:
        return ""
    match = _CONTENT_ID.fullmatch(field)
    if match is None:
        raise As4Error(Cause.MIME_HEADER)
    return match[1] or match[2]


def _root_charset(root: _Part, start: str | None) -> str:
    """SOAP is the first part (ebMS3 core §5.1.1); a ``start`` that names another part is refused."""
    kind, parameters = content_kind(root.headers.get("content-type", ""))
    if kind != names.SOAP_TYPE or (start is not None and _content_id(start) != root.content_id):
        raise As4Error(Cause.MIME_TYPE)
    if root.headers.get("content-transfer-encoding", "binary").lower() not in _AS_IT_IS:
        raise As4Error(Cause.MIME_ENCODING)
    return _charset(parameters)


def _charset(parameters: Mapping[str, str]) -> str:
    """In lower case; ``utf8`` is no registered name, but is written."""
    named = parameters.get("charset", "").lower()
    return "utf-8" if named == "utf8" else named


def _decoded(part: _Part, rules: Rules) -> Content:
    encoding = part.headers.get("content-transfer-encoding", "binary").lower()
    if encoding in _AS_IT_IS:
        return part.content
    if encoding != "base64" or not rules.base64_parts:
        raise As4Error(Cause.MIME_ENCODING)
    try:
        return base64.b64decode(bytes(part.content).translate(None, b" \t\r\n"), validate=True)
    except binascii.Error:
        raise As4Error(Cause.MIME_ENCODING) from None


def _small_enough(soap: bytes, rules: Rules) -> bytes:
    if len(soap) > rules.soap_bytes:
        raise As4Error(Cause.TOO_LARGE, "Envelope")
    return soap
