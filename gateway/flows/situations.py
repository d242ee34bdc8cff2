"""What planning needs to know, gathered before it begins; and how ids are made and documents rest."""

import base64
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from gateway.core import as4
from gateway.core.days import day_of
from gateway.core.decisions import Origin
from gateway.core.documents import Document
from gateway.core.errors import Code, Refusal
from gateway.core.partners import Partner
from gateway.core.records import Kept, Person, Register, Rulebook
from gateway.core.terms import AgreementRef, Draw, Flag, ParcelId, PartnerId, PersonId, PurposeCode, RuleCode, UploadId
from gateway.flows.ports import Cases, Gateway


@dataclass(frozen=True, slots=True)
class Situation:
    """All that planning a disclosure needs to know, gathered before it begins."""

    at: datetime
    home: Partner
    register: Register
    rulebook: Rulebook
    signers: tuple[as4.Signer, ...]
    keep: Callable[[bytes], Kept]
    blind: Callable[[str], str]
    draw: Draw
    carriers: frozenset[str]
    checkpoint: str | None
    domain: str
    homes: frozenset[PartnerId]
    flags: Callable[[Sequence[str]], Mapping[str, frozenset[Flag]]]
    sent_under: Callable[[AgreementRef, datetime], int]
    consented: Callable[[PartnerId, PurposeCode, Collection[str]], frozenset[str]]
    cases: Cases
    askers: Callable[[Sequence[str]], frozenset[str]]
    """Which organisations asked us to ask them first about the children with these handles; "" where none is known."""
    owners: tuple[PersonId, ...] = ()
    """Who of this home answers for what waits for a person, the deputies after the first."""
    officers: Mapping[PartnerId, tuple[PersonId, ...]] = field(default_factory=dict)
    """The same of every home of this gateway: a file of one may open a case at the other."""


@dataclass(frozen=True, slots=True)
class Extra:
    """What an officer says about a file beside its content.

    ``to`` and ``purpose``: for whom it is and why, where the file's own header does not say so. ``form`` is the text of
    a decision form. ``drawn_from`` is the received parcel that the content was drawn from. ``protect`` are flags to
    set, by the child's number.
    """

    person: Person | None = None
    to: PartnerId | None = None
    purpose: PurposeCode | None = None
    form: str = ""
    drawn_from: ParcelId | None = None
    protect: Mapping[int, frozenset[Flag]] = field(default_factory=dict)


PLAIN = Extra()


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes from somebody who proved who they are. ``named``: home councils that an officer named for a pupil.
    ``by``: the person who sends it, where it is not a machine.

    ``told``: what the sender explained, by the rule that asked. ``protect``: the flags that the sender asked for, by
    the pupil's number in the file.

    ``ready``: send the pupils without errors and leave the others out; otherwise one error stops the file.
    """

    id: UploadId
    at: datetime
    sender: PartnerId
    name: str
    content: bytes
    ready: bool = False
    named: Mapping[int, PartnerId] = field(default_factory=dict)
    by: PersonId | None = None
    told: Mapping[RuleCode, str] = field(default_factory=dict)
    protect: Mapping[int, frozenset[Flag]] = field(default_factory=dict)
    extra: Extra = PLAIN


@dataclass(frozen=True, slots=True)
class Source:
    """The accepted document that a disclosure comes from, where it is kept, and the flags on its children.

    ``agent`` sent it in the discloser's name. ``origin`` is where its content came from, if another organisation told
    it, and ``parcel`` the parcel in which it came.
    """

    upload: UploadId
    document: Document
    kept: str
    flags: Mapping[int, frozenset[Flag]] = field(default_factory=dict)
    agent: PartnerId | None = None
    origin: Origin | None = None
    parcel: ParcelId | None = None


def of(gateway: Gateway, sender: PartnerId, at: datetime, register: Register | None = None) -> Situation:
    """Gather what planning needs; the home is the council whose gateway serves the sender.

    ``register`` is the one that the caller has decided by already, so that both go by the same.
    """
    register = register or gateway.store.register()
    partner = register.directory.find(sender)
    if partner is None or not partner.in_effect.covers(day_of(at)):
        raise Refusal(Code.NOT_ENROLLED)
    home = register.directory.receiver(partner)
    if home.id not in gateway.homes:
        raise Refusal(Code.NOT_ENROLLED)
    return Situation(
        at=at,
        home=home,
        register=register,
        rulebook=gateway.rulebook,
        signers=gateway.keys.signers(home.id),
        keep=gateway.vault.keep,
        blind=gateway.vault.blind,
        draw=gateway.draw,
        carriers=_accepted(gateway, home.id, day_of(at)),
        checkpoint=gateway.store.newest_checkpoint(),
        domain=gateway.domain,
        homes=frozenset(gateway.homes),
        flags=gateway.store.flags_on,
        sent_under=gateway.store.sent_under,
        consented=gateway.store.consented,
        cases=gateway.store,
        askers=lambda handles: _askers(gateway, handles),
        owners=gateway.owners.get(home.id, ()),
        officers=gateway.owners,
    )


ACCEPTED = frozenset({"as4", "lan"})
"""What a data-protection officer accepts with this gateway as a carrier: its messages, and its own shelves."""


def _accepted(gateway: Gateway, home: PartnerId, day: date) -> frozenset[str]:
    """Which carriers the home's data-protection officer accepts on ``day``: it may come while the gateway runs."""
    first = gateway.carriers.get(home)
    return ACCEPTED if first is not None and first <= day else frozenset()


def _askers(gateway: Gateway, handles: Sequence[str]) -> frozenset[str]:
    """A handling marker's flag holds who sent it closed, beside its label."""
    flags = gateway.store.flags_of(handles, Flag.ASK_FIRST)
    return frozenset(json.loads(gateway.vault.open_kept(one.kept)).get("asker", "") for one in flags)


def new_id(prefix: str, draw: Draw) -> str:
    """A random id of 128 bits, safe in headers, file names and addresses."""
    return f"{prefix}-{base64.b32encode(draw(16)).decode().rstrip('=').lower()}"


def named(name: str, content: bytes) -> bytes:
    """A document as it rests: its file name, which is part of what was checked, and its bytes."""
    return name.encode() + b"\n" + content


def parse_named(rested: bytes) -> tuple[str, bytes]:
    """The opposite of ``named``."""
    name, _, content = rested.partition(b"\n")
    return name.decode(), content
