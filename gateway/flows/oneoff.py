"""A disclosure without an agreement: a recorded decision about one named child, on the decision form.

Police requests come on their own form. Somebody else than the person who asked approves it, before it goes or, where
a child may come to harm meanwhile, by the end of the next working day.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from gateway.core import days, documents, forms, tables
from gateway.core.days import day_of
from gateway.core.decisions import OneOff
from gateway.core.documents import Document, Identity
from gateway.core.documents.identities import plain
from gateway.core.errors import Code, Refusal
from gateway.core.forms import DecisionForm, PoliceForm
from gateway.core.records import Kept
from gateway.core.terms import PartnerId, PersonId, PurposeCode, UploadId, digest
from gateway.flows.disclose import Attached
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation

FRESH = timedelta(days=31)
"""So long a form speaks of today."""

LONGEST = 7
"""One more than the words of the longest surname that is looked for."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form as somebody brought it, and the upload it came with, where that is not new."""

    text: str
    by: PersonId
    upload: UploadId | None = None


def attach(
    gateway: Gateway, here: Situation, text: str, by: PersonId, purpose: PurposeCode, reader: PartnerId
) -> tuple[Attached, Kept]:
    """The form as it is attached to one disclosure, and as it rests.

    Raises Refusal with every field that is wrong, and with those that name another purpose, discloser or recipient.
    """
    attached = known(gateway, here, Form(text, by), reader)
    form = _form(text)
    misfits = forms.misfits(form, purpose, here.home.id, reader)
    if misfits:
        raise Refusal(Code.POLICE_FORM if isinstance(form, PoliceForm) else Code.DECISION_FORM, misfits)
    kept = here.keep(json.dumps({"form": text, "by": by}).encode())
    return replace(attached, form=kept.id), kept


def known(gateway: Gateway, here: Situation, brought: Form, reader: PartnerId | None) -> Attached:
    """What a form decides, and what went out before on it or to the same partner. Raises as ``read`` does."""
    asked = read(brought.text, brought.by, earlier(gateway, here, reader))
    handle = _handle(brought.text, here)
    used = _used(gateway.store.released_on(handle), brought.upload, here)
    return Attached(one_off=replace(asked, used=used), form_text=brought.text, form_handle=handle)


def refuse_another(text: str, document: Document, day: date) -> None:
    """A form is about the very children of the document, and of these weeks.

    Raises Refusal where it names somebody else, or another case, or was filled in long ago or for a day to come.
    """
    if not text:
        return
    form = _form(text)
    police = isinstance(form, PoliceForm)
    wanted = [one.name for one in form.subjects] if isinstance(form, PoliceForm) else [form.child]
    known = documents.identities(document)
    named = [number for number, one in known.items() if any(_names(said, one) for said in wanted)]
    case = not isinstance(form, PoliceForm) and form.child.strip() == documents.case_of(document)
    enough = len(named) == len(known) or (form.siblings and bool(named)) or case
    if not enough or not timedelta(0) <= day - form.day <= FRESH:
        raise Refusal(Code.POLICE_FORM if police else Code.DECISION_FORM)


def _names(said: str, child: Identity) -> bool:
    """Whether what somebody wrote is this child's number, or holds a surname and a forename of it, each in whole words.

    Ann Lee is not in Kayleen Hannahson, and Smith-Jones may be written in two words.
    """
    words = [plain(word) for word in said.replace(",", " ").split()]
    written = {"".join(words[first:end]) for first in range(len(words)) for end in range(first + 1, first + LONGEST)}
    numbers = any(plain(upn) in written for upn in child.upns)
    return numbers or any(
        surname and forename and plain(surname) in written and plain(forename) in written
        for surname, forename in child.names
    )


def read(text: str, by: PersonId, before: int) -> OneOff:
    """What a form decides. Raises Refusal(DECISION_FORM) or Refusal(POLICE_FORM) naming every field that is wrong."""
    form = _form(text)
    stated = form.stated()
    if not form.shares or stated is None:
        raise Refusal(Code.POLICE_FORM if isinstance(form, PoliceForm) else Code.DECISION_FORM)
    return OneOff(stated, form.items, by, form.siblings, before)


def _form(text: str) -> DecisionForm | PoliceForm:
    try:
        key = tables.parse(text).get("form")
    except ValueError:
        key = None
    return forms.police.from_toml(text) if key == forms.police.KEY else forms.decision.from_toml(text)


def _used(released: Sequence[tuple[UploadId, datetime]], mine: UploadId | None, here: Situation) -> bool:
    """Whether another file went out on the form on an earlier day; what is sealed anew went out on it itself."""
    today = day_of(here.at)
    first = min((day_of(at) for _, at in released), default=today)
    return first < today and all(upload != mine for upload, _ in released)


def _handle(text: str, here: Situation) -> str:
    """By what a form is known again, however it is laid out: the request that it answers, or else all that it says."""
    form = _form(text)
    if isinstance(form, PoliceForm):
        asked = (form.force, form.reference, *sorted(one.name for one in form.subjects))
    elif form.on_request:
        asked = (form.recipient, form.request, form.child)
    else:
        asked = (digest(forms.decision.to_toml(form).encode()),)
    return here.blind(json.dumps(["form", here.home.id, *map(plain, asked)]))


def earlier(gateway: Gateway, here: Situation, reader: PartnerId | None) -> int:
    """How many one-off disclosures went to this partner in this quarter."""
    if reader is None:
        return 0
    return gateway.store.earlier_one_offs(here.home.id, reader, quarter(here.at))


def quarter(at: datetime) -> datetime:
    """When the quarter of ``at`` began, in London."""
    day = day_of(at)
    return days.begins(date(day.year, day.month - (day.month - 1) % 3, 1))
