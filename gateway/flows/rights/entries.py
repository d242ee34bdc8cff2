"""What the case files of a home hold about a child, as the copy of the data shows it: every entry with its time."""

import json
from collections.abc import Sequence

from gateway.core.law.words import Exemption
from gateway.core.records import Entry
from gateway.core.rights import Document, Shown
from gateway.core.terms import Item, PartnerId, stamp
from gateway.flows import enquiry
from gateway.flows.ports import Gateway
from gateway.flows.rights.ports import Cases

NOTE = Item("Note")
"""By which an officer leaves an entry's text out: ``Note=X3S``."""


def about(
    gateway: Gateway, store: Cases, home: PartnerId, handles: Sequence[str], left_out: Exemption | None = None
) -> tuple[Document, ...]:
    """Each entry as a document of its own, oldest first. With whom it was and who wrote it is not shown.

    A case that a name and a birth alone lead to is another child's if it has a number that none of these is.
    """
    name, known = enquiry.name_of(gateway, home), set(handles)
    mine = [one for one in store.cases_on(home, handles) if not one.strong or one.strong & known]
    found = [entry for case in mine for entry in store.entries(case.id)]
    return tuple(_shown(gateway, one, name, left_out) for one in found)


def _shown(gateway: Gateway, entry: Entry, home: str, left_out: Exemption | None) -> Document:
    text = str(json.loads(gateway.vault.open_kept(entry.kept)).get("text", ""))
    said = Shown(NOTE, "" if left_out else text, left_out)
    return Document(f"case file: {entry.kind}", home, stamp(entry.told_at)[:10], (said,))
