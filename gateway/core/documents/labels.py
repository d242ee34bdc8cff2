"""By what a school's office knows a pupil in its own file again, without the name: initials and the end of the UPN."""

import re
from collections.abc import Mapping

from gateway.core.documents import layouts, rules, safe
from gateway.core.documents.trees import Element
from gateway.core.errors import Refusal

_END = re.compile(r"[A-Z0-9]{3}\Z")


def labels(content: bytes) -> Mapping[int, str]:
    """Each record's label by its number in the file, from 1; none for what cannot be read or is no file we know.

    A label is read from what is wrong as well as from what is right, so it is never more than two letters and three
    characters of the number: ``A.B., UPN ending 12X``.
    """
    try:
        root, _ = safe.parse(content)
    except Refusal:
        return {}
    layout = layouts.BY_ROOT.get(str(root.tag))
    if layout is None:
        return {}
    records = list(root.iterfind(f"{layout.records}/{layout.record}"))[: layout.most_records]
    return {number: label for number, record in enumerate(records, 1) if (label := of_record(record))}


def of_record(record: Element) -> str:
    """The label of one record."""
    first = (rules.text(record, name)[:1].upper() for name in ("Forename", "Surname"))
    initials = "".join(f"{letter}." for letter in first if letter.isalpha())
    end = _END.search(rules.text(record, "UPN"))
    return ", ".join([*([initials] if initials else []), *([f"UPN ending {end[0]}"] if end else [])])
