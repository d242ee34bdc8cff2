"""What marks a child as invented: a name that begins with XXTEST, which nobody's does. Nothing marked becomes a case.

The mark stands in the content itself, beside the service that the message names (``flows.closing``), so that a file
which lost its envelope is still known for what it is.
"""

import re

from gateway.core.documents.identities import Identity, identities
from gateway.core.documents.values import Document

MARK = "XXTEST"

_SURNAME = re.compile(rb"(<[A-Za-z]*Surname>)")
_FORENAME = re.compile(rb"(<Forename>)")


def marked(content: bytes) -> bytes:
    """An invented file, every surname in it marked; where it has none, every forename."""
    place = _SURNAME if _SURNAME.search(content) else _FORENAME
    return place.sub(rb"\1" + MARK.encode() + b" ", content)


def is_specimen(document: Document) -> bool:
    """Whether every child that it names is marked; a message about messages names none."""
    return all(_marked(one) for one in identities(document).values() if one.names or one.upns)


def holds_specimen(document: Document) -> bool:
    """Whether any child in it is marked; who is in it is only looked up where the mark stands anywhere."""
    return MARK.encode() in document.content.upper() and any(_marked(one) for one in identities(document).values())


def bears_mark(name: str) -> bool:
    """Whether nobody is called so."""
    return name.upper().startswith(MARK)


def _marked(one: Identity) -> bool:
    usual = one.names[:1]
    return any(bears_mark(name) for pair in usual for name in pair)
