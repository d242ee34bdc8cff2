"""A disclosure without an agreement: a recorded decision about one named child, on the decision form.

Police requests come on their own form. Somebody else than the person who asked approves it, before it goes or, where
a child may come to harm meanwhile, by the end of the next working day.
"""

import json
from datetime import date, datetime, time

from gateway.core import forms, tables
from gateway.core.days import LONDON
from gateway.core.decisions import OneOff
from gateway.core.errors import Code, Refusal
from gateway.core.forms import DecisionForm, PoliceForm
from gateway.core.records import Kept
from gateway.core.terms import PartnerId, PersonId, PurposeCode
from gateway.flows.disclose import Attached
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation


def attach(
    gateway: Gateway, here: Situation, text: str, by: PersonId, purpose: PurposeCode, reader: PartnerId
) -> tuple[Attached, Kept]:
    """The form as it is attached to one disclosure, and as it rests.

    Raises Refusal with every field that is wrong, and with those that name another purpose, discloser or recipient.
    """
    asked = read(text, by, earlier(gateway, here, reader))
    form = _form(text)
    misfits = forms.misfits(form, purpose, here.home.id, reader)
    if misfits:
        raise Refusal(Code.POLICE_FORM if isinstance(form, PoliceForm) else Code.DECISION_FORM, misfits)
    kept = here.keep(json.dumps({"form": text, "by": by}).encode())
    return Attached(one_off=asked, form=kept.id, form_text=text), kept


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


def earlier(gateway: Gateway, here: Situation, reader: PartnerId | None) -> int:
    """How many one-off disclosures went to this partner in this quarter."""
    if reader is None:
        return 0
    return gateway.store.earlier_one_offs(here.home.id, reader, quarter(here.at))


def quarter(at: datetime) -> datetime:
    """When the quarter of ``at`` began, in London."""
    day = at.astimezone(LONDON).date()
    return datetime.combine(date(day.year, day.month - (day.month - 1) % 3, 1), time(0), LONDON)
