"""Whether a form is about the disclosure to which it is attached: complete for one recipient, void for another."""

from gateway.core.errors import Finding
from gateway.core.forms.decision import DecisionForm
from gateway.core.forms.lines import Rule, wrong
from gateway.core.forms.police import PoliceForm
from gateway.core.terms import PartnerId, PurposeCode

ON_POLICE_FORM = frozenset({PurposeCode("P12"), PurposeCode("P29")})
"""The purposes that are asked for on the form of law.md §1.5."""


def misfits(
    form: DecisionForm | PoliceForm, purpose: PurposeCode, discloser: PartnerId, recipient: PartnerId
) -> tuple[Finding, ...]:
    """What the form says otherwise than the disclosure that it is attached to."""
    if isinstance(form, PoliceForm):
        same = {"form": purpose in ON_POLICE_FORM, "force": form.force == recipient}
    else:
        same = {
            "form": purpose not in ON_POLICE_FORM,
            "purpose": form.purpose == purpose,
            "discloser": form.discloser == discloser,
            "recipient": form.recipient == recipient,
        }
    return tuple(wrong(Rule.ANOTHER, key) for key, fits in same.items() if not fits)
