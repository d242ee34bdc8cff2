"""Every finding the gateway can make: its severity, what it says, how to mend it, and where the rule comes from.

``{name}`` is the name of an element of our own schema, and ``{word}`` comes out of our own reference
(``destinations.word``): never anything that stood in the file. A code begins with the kind of the document (CTF,
CML, CMJ, CME, ENQ …), or DOC where the kind is not yet known.
"""

from collections.abc import Mapping
from types import MappingProxyType

from gateway.core.documents.catalogue.archives import ZIP
from gateway.core.documents.catalogue.beside import BESIDE
from gateway.core.documents.catalogue.frame import XML, XSD
from gateway.core.documents.catalogue.heading import HEAD, NAME, VERSION
from gateway.core.documents.catalogue.messages import MESSAGE
from gateway.core.documents.catalogue.pupils import PUPIL
from gateway.core.documents.catalogue.returns import RETURNS
from gateway.core.documents.catalogue.rule import AGAIN, MEND, SUPPLIER, Rule
from gateway.core.documents.catalogue.strangers import FILE
from gateway.core.documents.catalogue.tables import CELL, SHEET
from gateway.core.errors import Finding

__all__ = ["RULES", "Rule", "finding", "whole_file"]

RULES: Mapping[str, Rule] = MappingProxyType(
    {**XML, **ZIP, **FILE, **SHEET, **XSD, **NAME, **HEAD, **VERSION, **PUPIL, **RETURNS, **BESIDE, **MESSAGE}
)


def finding(
    prefix: str,
    rule: str,
    *,
    line: int = 0,
    path: str = "",
    pupil: int | None = None,
    word: str = "",
    name: str = "",
    rows: bool = False,
) -> Finding:
    """``rule`` as it is told about one place; ``path`` has passed ``shape.known_path``.

    ``name`` is what a person calls the place, where that is not the element; ``rows``: the file was a sheet, which is
    mended by hand. ``word`` is one that only the directory or the calendar knows.
    """
    made = RULES[rule]
    name = name or path.rsplit("/", 1)[-1].replace("*", "this element")
    fix = CELL if rows and made.fix in {AGAIN, MEND, SUPPLIER} else made.fix
    sentence = made.sentence.format(name=name, word=word)
    return Finding(f"{prefix}-{rule}", made.severity, sentence, fix, line, path, pupil)


def whole_file(rule: str, line: int = 0) -> Finding:
    """``rule`` about a file whose kind is not yet known."""
    return finding("DOC", rule, line=line)
