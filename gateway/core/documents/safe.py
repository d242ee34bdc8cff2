"""Turn bytes from a stranger into a tree, or refuse them.

Nothing is fetched, nothing is expanded, and time and memory are bounded before libxml2 sees the first byte.
"""

import re
from io import BytesIO
from typing import Any, NoReturn

from lxml import etree

from gateway.core.documents.catalogue import whole_file
from gateway.core.documents.trees import Element, question
from gateway.core.errors import Code, Refusal

MOST_BYTES = 20_000_000
MOST_SALVAGED = 2_000_000  # each error on the way costs
MOST_TAGS = 1_500_000  # counted as "<", so an element with text counts twice
MOST_ATTRIBUTES = 100_000  # counted as "="
MOST_OF_ONE_ELEMENT = 16  # libxml2 validates and sorts attributes in quadratic time; CTF has none
MOST_NAMESPACES = 16  # canonical XML looks at each of them for each element
DEEPEST = 40
LONGEST_TEXT = 65_536  # characters in one text

OLD_DFE_NAMESPACE = "http://www.dcsf.gov.uk/schemas/cbds"  # CTF 9 and 10; real files have none (ctf.md §3.1)
TRANSFER_FILE = "CTfile"  # the namespace of the current schema is not known: in this root any will do (ctf.md §13)

_DECLARATION = re.compile(
    rb"""<\?xml\s+version\s*=\s*(["'])(?P<version>[A-Za-z0-9._:-]+)\1"""
    rb"""(?:\s+encoding\s*=\s*(["'])(?P<encoding>[A-Za-z][A-Za-z0-9._-]*)\3)?"""
    rb"""(?:\s+standalone\s*=\s*(["'])(?:yes|no)\5)?\s*\?>"""
)
_NOT_AT_THE_TOP = re.compile(rb"\s+<\?xml\s")  # an editor put a line before the declaration
_DECLARED = re.compile(r"\A\ufeff?\s*<\?xml[^>]*>")
_UNPRINTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_NEVER_NEEDED = re.compile(rb"<\?|<!(?!--|\[CDATA\[)")
_NAMESPACE = re.compile(rb"""\s(xmlns(?::[^\s=<>"']+)?)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""")
_ABSOLUTE = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]*:[!-;=?-~]+")
_PROLOGUE = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_TOO_DEEP = question("/*" * (DEEPEST + 1))
_TOO_MANY = question(f"//*[count(@*) > {MOST_OF_ONE_ELEMENT}]")
_TOO_LONG = question(f"//text()[string-length() > {LONGEST_TEXT}]")


def parse(content: bytes) -> tuple[Element, bytes]:
    """The root of ``content`` and the UTF-8 that was parsed, line for line as it came.

    The tree has no comment, processing instruction, entity or DTD, no element of the old DfE namespace or of that of a
    transfer file, and no layout: what is blank between elements says nothing, and would be a third of the tree.
    Raises Refusal with TOO_LARGE, ENCODING, UNSAFE_XML or NOT_XML (reliability.md §2.3 rows 1 to 9).
    """
    if len(content) > MOST_BYTES:
        _refuse(Code.TOO_LARGE, "XML-001")
    text, begins = _utf8(content)
    return _root(text, begins), text


def salvage(content: bytes) -> Element:
    """What can be read of a file that is not even well-formed, to see whose alarm it stops; nothing else reads it.

    The same bounds hold, and a smaller size. Raises Refusal as ``parse`` does.
    """
    if len(content) > MOST_SALVAGED:
        _refuse(Code.TOO_LARGE, "XML-001")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = _UNPRINTED.sub("", content.decode("utf-16" if wide else "utf-8", errors="replace"))
    return _root(_DECLARED.sub("", text).encode(), 0, recover=True)


def _root(text: bytes, begins: int, *, recover: bool = False) -> Element:
    if _NEVER_NEEDED.search(text, begins):
        _refuse(Code.UNSAFE_XML, "XML-002")
    attributes = text.count(b"=")
    if text.count(b"<") > MOST_TAGS or attributes > MOST_ATTRIBUTES:
        _refuse(Code.TOO_LARGE, "XML-001")
    _check_namespaces(text)
    root = _tree(text, recover=recover)
    too_many = attributes > MOST_OF_ONE_ELEMENT and _TOO_MANY(root)
    if _TOO_DEEP(root) or too_many or (_may_be_long(text) and _TOO_LONG(root)):
        _refuse(Code.UNSAFE_XML, "XML-003")
    if OLD_DFE_NAMESPACE.encode() in text:
        _strip(root, OLD_DFE_NAMESPACE)
    name = etree.QName(root)
    if name.namespace and name.localname == TRANSFER_FILE:
        _strip(root, name.namespace)
    return root


def canonical(root: Element) -> bytes:
    """The declaration, a newline, Canonical XML 1.0."""
    return _written(root, BytesIO())


def laid_out(root: Element) -> bytes:
    """A parsed document as the gateway keeps and sends it: canonical, and each element on a line of its own, so that a
    recipient's findings have lines. The layout of the file that came is in none of it.
    """
    return _written(root, _OnLines())


class _OnLines(BytesIO):
    """Begins a line before each start tag but the first, piece by piece: a large file is never there twice.

    Canonical XML escapes "<" and ">" in every text, and "<" in every attribute: only tags can meet as "><".
    """

    _held = b""

    def write(self, piece: Any, /) -> int:
        written = self._held + piece
        kept = next((len(end) for end in (b"><", b">") if written.endswith(end)), 0)
        whole = len(written) - kept
        self._held = written[whole:]
        super().write(written[:whole].replace(b"><", b">\n<").replace(b">\n</", b"></"))
        return len(piece)

    def getvalue(self) -> bytes:
        super().write(self._held)
        self._held = b""
        return super().getvalue()


def _written(root: Element, into: BytesIO) -> bytes:
    into.write(_PROLOGUE)
    try:
        root.getroottree().write_c14n(into)
    except etree.C14NError:
        _refuse(Code.UNSAFE_XML, "XML-004")
    return into.getvalue()


def _tree(text: bytes, *, recover: bool) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_blank_text=True,  # an empty text of a leaf stays
        recover=recover,
    )
    try:
        root: Element | None = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        _refuse(Code.NOT_XML, "XML-005", error.lineno or 0)
    if root is None:  # nothing was left to recover
        _refuse(Code.NOT_XML, "XML-005")
    return root


def _may_be_long(text: bytes) -> bool:
    """Whether some text could be too long, without looking at each: the exact look costs more than parsing."""
    at = 0
    while at + LONGEST_TEXT < len(text):
        at = text.rfind(b"<", at + 1, at + LONGEST_TEXT)
        if at < 0:
            return True
    return b"<!" in text  # comments and CDATA cut one text into several runs


def _utf8(content: bytes) -> tuple[bytes, int]:
    """``content`` in UTF-8 without byte-order mark, and where its declaration ends, which must agree with the bytes."""
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16").encode() if wide else content.removeprefix(b"\xef\xbb\xbf")
        if not wide:
            text.decode()
    except UnicodeError:
        _refuse(Code.ENCODING, "XML-006")
    if b"\x00" in text:
        _refuse(Code.ENCODING, "XML-006")
    if not text.startswith(b"<?xml"):
        if _NOT_AT_THE_TOP.match(text):
            _refuse(Code.NOT_XML, "XML-005", 1)
        return text, 0
    declared = _DECLARATION.match(text)
    if declared is None:
        _refuse(Code.NOT_XML, "XML-005", 1)
    if declared["version"] != b"1.0":
        _refuse(Code.UNSAFE_XML, "XML-007", 1)
    if (declared["encoding"] or b"").lower() not in {b"", b"utf-16" if wide else b"utf-8"}:
        _refuse(Code.ENCODING, "XML-006", 1)
    if not wide:
        return text, declared.end()
    return b"\n" * declared[0].count(b"\n") + text[declared.end() :], 0  # the lines stay where they were


def _check_namespaces(text: bytes) -> None:
    """Few, and absolute: canonical XML is not defined for relative namespace names."""
    if b"xmlns" not in text:
        return
    declared = {(prefix, double or single) for prefix, double, single in _NAMESPACE.findall(text)}
    if len(declared) > MOST_NAMESPACES or any(name and not _ABSOLUTE.fullmatch(name) for _, name in declared):
        _refuse(Code.UNSAFE_XML, "XML-004")


def _strip(root: Element, namespace: str) -> None:
    start = f"{{{namespace}}}"
    for element in root.iter(start + "*"):
        element.tag = str(element.tag).removeprefix(start)
    etree.cleanup_namespaces(root)


def _refuse(code: Code, rule: str, line: int = 0) -> NoReturn:
    raise Refusal(code, (whole_file(rule, line),)) from None
