"""A notice or an enquiry as its sender or its recipient keeps sight of it."""

from dataclasses import dataclass
from datetime import datetime

from gateway.core.documents.messages.words import Urgency
from gateway.core.notices import Side
from gateway.core.terms import CaseId, Commitment, DisclosureId, Kind, ParcelId, PartnerId, PurposeCode, UploadId


@dataclass(frozen=True, slots=True)
class Notice:
    """``partner`` is the organisation on the other side; ``matter`` finds all that belongs to one case of its sender.

    ``payload`` is the commitment in the line of its receipt, ``handles`` by what the child of an enquiry is matched.
    What is ``_due`` is wanted by then; None where nothing is wanted, or it has come. ``watched_until`` is the last
    instant of an enquiry that is not renewed, on either side.
    """

    disclosure: DisclosureId
    side: Side
    home: PartnerId
    partner: PartnerId
    parcel: ParcelId
    source: UploadId
    kind: Kind
    purpose: PurposeCode
    urgency: Urgency
    matter: str
    at: datetime
    payload: Commitment | None = None
    opened_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    receipt_due: datetime | None = None
    opening_due: datetime | None = None
    acknowledgement_due: datetime | None = None
    renewal_due: datetime | None = None
    watched_until: datetime | None = None
    handles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arrival:
    """Something that came in at ``home``, or a case that a person opened there, not yet matched against what is on
    watch there. ``pupil`` is the one child of it that another home of this gateway was told of; 0 where all came in.
    """

    source: UploadId | CaseId
    home: PartnerId
    pupil: int = 0
