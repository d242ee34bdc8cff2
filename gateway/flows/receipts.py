"""What became of what somebody's organisation sent: its receipts, and where each disclosure stands now, in words."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from gateway.core import documents
from gateway.core.delivery import State
from gateway.core.documents.names import FileType
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.records import Answer, Collection, Person
from gateway.core.terms import Basis, DisclosureId, Outcome, ParcelId, PartnerId, PurposeCode, UploadId
from gateway.flows import answering, apart, enquiry, intake, uncollected
from gateway.flows.enquiry import Row
from gateway.flows.ports import Gateway
from gateway.flows.reports import READERS
from gateway.flows.situations import parse_named

MOST_RECEIPTS = 200

BASES: Mapping[Basis, str] = MappingProxyType(
    {
        Basis.A6A: "consent",
        Basis.A6C: "legal obligation",
        Basis.A6D: "vital interests",
        Basis.A6E: "public task",
        Basis.A6EA: "recognised legitimate interest",
        Basis.A6F: "legitimate interests",
    }
)
"""Article 6(1) UK GDPR in words."""

NOT_SENT = {Outcome.HOLD: "held: not sent yet", Outcome.REFUSE: "not sent"}


class Receipts(Protocol):
    def receipt(self, sender: PartnerId, upload: UploadId) -> Answer | None: ...
    def receipts(self, sender: PartnerId, most: int) -> Sequence[Answer]: ...
    def collections(self, parcels: Sequence[ParcelId]) -> Mapping[ParcelId, Sequence[Collection]]: ...


@dataclass(frozen=True, slots=True)
class Told:
    """One decision as the sender reads it. ``row`` is where its parcel stands; None when nothing was released.

    ``raw`` is the decision as ``intake`` answered it; ``purpose`` and ``basis`` say its codes in words.
    """

    raw: Mapping[str, Any]
    purpose: str
    basis: str
    row: Row | None
    collected: tuple[Collection, ...] = ()
    """When it was collected and by whom, first to last."""

    expires: datetime | None = None
    """When it goes back to its sender's list, if nobody collects it."""

    @property
    def words(self) -> str:
        return self.row.words if self.row else NOT_SENT.get(Outcome(self.raw["outcome"]), "decided")

    @property
    def settled(self) -> bool:
        """Nothing more will happen to it."""
        return bool(self.row and self.row.state in enquiry.SETTLED)

    @property
    def overdue(self) -> bool:
        return bool(self.row and self.row.overdue)

    @property
    def closed(self) -> bool:
        """It was called back, or came to somebody whom it was not for: nobody can open it any more."""
        return bool(self.row and self.row.state is State.FROZEN)

    @property
    def stopped(self) -> bool:
        """Somebody has to look at it: it was not released."""
        return bool(self.raw["outcome"] != Outcome.RELEASE)


@dataclass(frozen=True, slots=True)
class Receipt:
    """One accepted file: what was decided about it for whom. ``note`` is the text that the gateway signed."""

    upload: UploadId
    at: datetime
    file: str
    sha256: str
    sender: str
    person: str
    pupils: int
    held: int
    note: str
    decisions: tuple[Told, ...]
    came: Mapping[int, int] = field(default_factory=dict)
    """The place of each pupil in the file as it came, by the number in the document that was kept."""

    labels: Mapping[int, str] = field(default_factory=dict)
    """By what the office knows each pupil, by the place in the file; only while the file is kept."""

    @property
    def waiting(self) -> Sequence[int]:
        """The places of the pupils who were held for errors."""
        return sorted({*range(1, self.pupils + 1)} - {*self.came.values()}) if self.came else ()

    @property
    def asks(self) -> bool:
        """It asks for a file: what comes of it stands in a list of its own (``awaiting``)."""
        return self.file.upper().split("_")[1:2] == [FileType.RQF]

    @property
    def troubled(self) -> bool:
        return any(one.overdue or one.closed or (one.stopped and not self.asks) for one in self.decisions)


def find(gateway: Gateway, receipts: Receipts, person: Person, upload: UploadId, at: datetime) -> Receipt:
    """One receipt. Raises Refusal(NOT_FOUND) for a receipt of others: that it exists is not told."""
    answer = receipts.receipt(person.organisation, upload) if person.role in READERS else None
    if answer is None:
        raise Refusal(Code.NOT_FOUND)
    found = _receipt(gateway, answer, _name(gateway, person.organisation), _rows(gateway, person.organisation, at))
    if _apart(gateway, person, found):
        raise Refusal(Code.NOT_FOUND)
    followed = tuple(_followed(gateway, receipts, one) for one in found.decisions)
    return replace(found, decisions=followed, labels=_labels(gateway, found))


def _labels(gateway: Gateway, receipt: Receipt) -> Mapping[int, str]:
    """Joined from the file when it is asked for, and kept nowhere."""
    about = (gateway.store.decided(DisclosureId(one.raw["disclosure"])) for one in receipt.decisions)
    kept = next((one.document for one in about if one is not None and one.document), None)
    if kept is None:
        return {}
    try:
        _, content = parse_named(gateway.vault.open_kept(gateway.store.kept(kept)))
    except Fault:
        return {}
    return {receipt.came.get(number, number): label for number, label in documents.labels(content).items()}


def _followed(gateway: Gateway, receipts: Receipts, told: Told) -> Told:
    """With who collected it, or until when they can: of what is shown as elsewhere, neither."""
    if told.row is None or told.row.state not in {State.SHELVED, State.COLLECTED}:
        return told
    parcel = ParcelId(told.row.parcel)
    standing = gateway.store.parcel(parcel)
    taken = tuple(receipts.collections([parcel]).get(parcel, ()))
    return replace(told, collected=taken, expires=uncollected.expires(gateway, standing) if standing else None)


def newest(gateway: Gateway, receipts: Receipts, person: Person, at: datetime) -> Sequence[Receipt]:
    """What the person's organisation has sent, newest first."""
    if person.role not in READERS:
        return []
    sender, rows = _name(gateway, person.organisation), _rows(gateway, person.organisation, at)
    found = (_receipt(gateway, one, sender, rows) for one in receipts.receipts(person.organisation, MOST_RECEIPTS))
    return [one for one in found if not _apart(gateway, person, one)]


def _apart(gateway: Gateway, person: Person, receipt: Receipt) -> bool:
    """Whether it is of a file that others at the school do not see."""
    told = [one.raw["purpose"] for one in receipt.decisions if one.raw["purpose"]]
    return apart.unseen(gateway.homes, person, receipt.file, told)


def _name(gateway: Gateway, organisation: PartnerId) -> str:
    found = gateway.store.register().directory.find(organisation)
    return found.name if found else organisation


def _rows(gateway: Gateway, organisation: PartnerId, at: datetime) -> Mapping[str, Row]:
    """Where each disclosure stands: of a parcel that was sealed anew, the newest."""
    return {row.disclosure: row for row in reversed(enquiry.sent(gateway, organisation, at))}


def _receipt(gateway: Gateway, answer: Answer, sender: str, rows: Mapping[str, Row]) -> Receipt:
    assert answer.upload is not None, "it was found by its number"
    body = json.loads(intake.answered(gateway, answer))
    return Receipt(
        answer.upload,
        answer.at,
        body["file"],
        answer.digest,
        sender,
        answer.person or "",
        body["pupils"],
        body["pupils"] - body["ready"],
        body["receipt"],
        tuple(_told(gateway, body["decisions"], rows)),
        answering.came_as(body),
    )


def _told(gateway: Gateway, decisions: Sequence[Mapping[str, Any]], rows: Mapping[str, Row]) -> Iterator[Told]:
    purposes = gateway.rulebook.purposes
    for raw in decisions:
        purpose = purposes.get(PurposeCode(raw["purpose"])) if raw["purpose"] else None
        basis = BASES[Basis(raw["basis"])] if raw["basis"] else ""
        yield Told(raw, purpose.sentence if purpose else "", basis, rows.get(raw["disclosure"]))
