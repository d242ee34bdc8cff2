"""One uploaded file, from a school's hand or an officer's: gather what is known, decide, record it all at once.

Nothing is kept of a file that is refused; the same bytes from the same sender get the same answer, for ever.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.core import documents, recipients
from gateway.core.documents import Document, Reading
from gateway.core.errors import HELP, Code, Finding, Refusal, Severity
from gateway.core.facts import Join, UploadAccepted, UploadRefused, Version, What, join
from gateway.core.partners import Partner
from gateway.core.records import Answer, Record, Register, Repeated
from gateway.core.terms import Commitment, Digest, PartnerId, PersonId, RuleCode, UploadId, digest, stamp
from gateway.flows import disclose, explaining
from gateway.flows.disclose import Disclosure
from gateway.flows.ports import Gateway
from gateway.flows.situations import Situation, Source, named

RECEIPT = "gateway-receipt/v1"


@dataclass(frozen=True, slots=True)
class Upload:
    """Bytes from somebody who proved who they are. ``named``: home councils that an officer named for a pupil.
    ``by``: the person who sends it, where it is not a machine.

    ``told``: what the sender explained, by the rule that asked.

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


@dataclass(frozen=True, slots=True)
class Plan:
    """What receiving a file will do, before any of it is done, and what the sender will read."""

    record: Record
    answer: bytes
    refusal: Code | None = None


def accept(gateway: Gateway, upload: Upload) -> Plan:
    """Take one file in. Raises Refusal when the sender may not send here, Fault when a machine fails."""
    content = digest(upload.content)
    key = _key(upload, content)
    seen = gateway.store.answer("upload", upload.sender, key)
    if seen is not None:
        return Plan(Record(()), seen.body)
    plan = plan_for(upload, content, situation(gateway, upload.sender, upload.at), gateway.vault.sign_note)
    try:
        gateway.store.record(plan.record)
    except Repeated:
        first = gateway.store.answer("upload", upload.sender, key)
        assert first is not None
        return Plan(Record(()), first.body)
    return plan


def look(gateway: Gateway, upload: Upload) -> Plan:
    """What taking the file in would do and answer, before any of it is done; a file that is refused is recorded.

    Raises as ``accept`` does. The answer to a file that could go bears no signature: nothing has been received.
    """
    content = digest(upload.content)
    seen = gateway.store.answer("upload", upload.sender, _key(upload, content))
    if seen is not None:
        return Plan(Record(()), seen.body)
    plan = plan_for(upload, content, situation(gateway, upload.sender, upload.at), lambda _: "")
    if plan.refusal is not None:
        gateway.store.record(plan.record)
    return plan


def _key(upload: Upload, content: Digest) -> str:
    """What makes two uploads the same: their bytes, and whom an officer named for whom."""
    named = "".join(f" {number}={council}" for number, council in sorted(upload.named.items()))
    return content + (f"#{digest(named.encode())}" if named else "")


def situation(gateway: Gateway, sender: PartnerId, at: datetime, register: Register | None = None) -> Situation:
    """Gather what planning needs; the home is the council whose gateway serves the sender.

    ``register`` is the one that the caller has decided by already, so that both go by the same.
    """
    register = register or gateway.store.register()
    partner = register.directory.find(sender)
    if partner is None or not partner.in_effect.covers(at.date()):
        raise Refusal(Code.NOT_ENROLLED)
    home = register.directory.receiver(partner)
    if home.id not in gateway.homes:
        raise Refusal(Code.NOT_ENROLLED)
    return Situation(
        at=at,
        home=home,
        register=register,
        rulebook=gateway.rulebook,
        signer=gateway.keys.signer(home.id),
        keep=gateway.vault.keep,
        blind=gateway.vault.blind,
        draw=gateway.draw,
        carriers=gateway.carriers.get(home.id, frozenset()),
        checkpoint=gateway.store.newest_checkpoint(),
        domain=gateway.domain,
    )


def plan_for(upload: Upload, content: Digest, here: Situation, sign: Callable[[str], str]) -> Plan:
    """Everything that will be written and answered; pure but for the keys it was handed."""
    reading = None
    try:
        _refuse_zip(upload.content)
        reading = documents.read(upload.name, upload.content, here.rulebook.schemas, here.rulebook.known)
        document = _admit(upload, reading, here)
        named_pupils = _own_numbers(document, upload.named)
    except Refusal as refusal:
        return _refused(upload, refusal, reading, here)
    kept = here.keep(named(document.name, document.content))
    source = Source(upload.id, document, kept.id)
    sender = disclose.organisation_join(upload.sender, here.draw)
    whole = join(here.draw, What.PAYLOAD, upload.content, content)
    by = _by(upload, here)
    errors, queries = _count(reading.findings)
    accepted = UploadAccepted(
        here.at, here.home.id, upload.id, sender.commitment, whole.commitment, document.kind,
        Version(document.version), len(document.pupils), reading.pupils - len(document.pupils), errors, queries,
        _commitment(by),
    )  # fmt: skip
    destinations = recipients.of(document, here.home, here.register.directory, here.at.date(), named_pupils)
    disclosures = [made for one in destinations for made in disclose.plan(source, one, here)]
    record = sum((made.record for made in disclosures), Record((accepted,), (sender, whole, *by), (kept,)))
    record += explaining.record(upload, reading.findings, here, _commitment(by))
    answer = _answer(upload, content, reading, document, disclosures, here, sign)
    remembered = Answer(
        "upload", upload.sender, _key(upload, content), content, answer, here.at, upload=upload.id, person=upload.by
    )
    return Plan(record + Record((), answer=remembered), answer)


def _admit(upload: Upload, reading: Reading, here: Situation) -> Document:
    errors, _ = _count(reading.findings)
    if reading.document is None or (errors and not upload.ready):
        raise Refusal(Code.FINDINGS, reading.findings)
    sender = here.register.directory.get(upload.sender)
    if not _may_send(sender, reading.document, here):
        raise Refusal(Code.NOT_YOUR_FILE, reading.findings)
    return reading.document


def _refuse_zip(content: bytes) -> None:
    """Whoever sends a zip unpacks it: each file in it has an answer of its own."""
    if content.startswith(b"PK"):
        raise Refusal(Code.NOT_A_FILE_WE_KNOW)


def _own_numbers(document: Document, named: Mapping[int, PartnerId]) -> Mapping[int, PartnerId]:
    """An officer counts pupils as the file came, the document those that it kept: nobody is taken for another.

    Raises Refusal(NOT_FOUND) for a pupil who is not in the document.
    """
    own = {pupil.came_as: pupil.number for pupil in document.pupils}
    if not named.keys() <= own.keys():
        raise Refusal(Code.NOT_FOUND)
    return {own[number]: council for number, council in named.items()}


def _may_send(sender: Partner, document: Document, here: Situation) -> bool:
    """A school sends its own files, a company those of schools by contract, the council its own and its schools'."""
    source = here.register.directory.by_laestab(document.source, here.at.date())
    if source is None:
        return False
    return (
        source.id == sender.id
        or sender.acts_for(source.id, here.at.date()) is not None
        or (sender.id == here.home.id and here.register.directory.receiver(source).id == here.home.id)
    )


def _by(upload: Upload, here: Situation) -> tuple[Join, ...]:
    """Commit to the person who sent it, if a person did."""
    return () if upload.by is None else (join(here.draw, What.PERSON, upload.by, upload.by),)


def _commitment(by: tuple[Join, ...]) -> Commitment | None:
    return by[0].commitment if by else None


def _refused(upload: Upload, refusal: Refusal, reading: Reading | None, here: Situation) -> Plan:
    sender, by = disclose.organisation_join(upload.sender, here.draw), _by(upload, here)
    errors, queries = _count(refusal.findings)
    fact = UploadRefused(
        here.at, here.home.id, upload.id, sender.commitment, refusal.code, errors, queries, _commitment(by)
    )
    body = {
        "upload": upload.id,
        "outcome": "refused",
        "code": refusal.code,
        "sentence": refusal.help.sentence,
        "fix": refusal.help.fix,
        "pupils": reading.pupils if reading else 0,
        "ready": _ready(reading),
        "counted": _counted(reading),
        "findings": explaining.marked(refusal.findings, here.rulebook.known.advice, _supplier(reading)),
    }
    return Plan(Record((fact,), (sender, *by)), _json(body), refusal.code)


def _supplier(reading: Reading | None) -> str:
    return reading.supplier if reading else ""


def _ready(reading: Reading | None) -> int:
    """How many pupils could go as they are."""
    return len(reading.document.pupils) if reading and reading.document else 0


def _counted(reading: Reading | None) -> str:
    """What the line of a finding counts: a sheet has rows."""
    return "row" if reading and reading.rows else "line"


def _answer(
    upload: Upload,
    content: Digest,
    reading: Reading,
    document: Document,
    disclosures: list[Disclosure],
    here: Situation,
    sign: Callable[[str], str],
) -> bytes:
    body = {
        "upload": upload.id,
        "outcome": "accepted",
        "file": document.name,
        "sha256": content,
        "pupils": reading.pupils,
        "ready": len(document.pupils),
        **_grounds(document),
        "counted": _counted(reading),
        "findings": explaining.marked(reading.findings, here.rulebook.known.advice, reading.supplier, upload.told),
        "decisions": [_decision(made, document, here) for made in disclosures],
        "receipt": sign(_receipt(upload, content, reading, disclosures, here)),
    }
    return _json(body)


def _grounds(document: Document) -> dict[str, object]:
    """The ground on which each pupil of a return was taken off the roll, with the Regulations it belongs to."""
    stated = {str(pupil.came_as): pupil.ground for pupil in document.pupils if pupil.ground}
    found = {number: {"letter": one.letter, "regulations": one.regulations} for number, one in stated.items()}
    return {"grounds": found} if found else {}


def _decision(made: Disclosure, document: Document, here: Situation) -> dict[str, object]:
    """One decision in words a school office understands."""
    reader = here.register.directory.find(made.destination.recipient) if made.destination.recipient else None
    legal = made.decision.legal
    return {
        "disclosure": made.record.decided[0].disclosure,
        "outcome": made.decision.outcome,
        "recipient": reader.name if reader else None,
        "town": _town(reader, here),
        "purpose": made.destination.purpose,
        "power": legal.power if legal else None,
        "duty": legal.duty if legal else None,
        "basis": legal.art6 if legal else None,
        "agreement": made.decision.agreement,
        "carrier": made.decision.carrier,
        "pupils": [pupil.came_as for pupil in document.pupils if pupil.number in made.destination.pupils],
        "shared": sorted(made.extract.shared) if made.extract else [],
        "withheld": sorted(made.extract.withheld) if made.extract else [],
        "unknown": made.extract.unknown if made.extract else 0,
        "reasons": [
            {"code": code, "sentence": HELP[code].sentence, "fix": HELP[code].fix} for code in made.decision.reasons
        ],
    }


def _town(reader: Partner | None, here: Situation) -> str:
    """Where the organisation is, as its record says it, or else the directory of establishments."""
    if reader is None or reader.town or reader.laestab is None:
        return reader.town if reader else ""
    found = here.rulebook.known.establishments.find(reader.laestab)
    return found.town if found else ""


def _receipt(upload: Upload, content: Digest, reading: Reading, disclosures: list[Disclosure], here: Situation) -> str:
    """The text that the gateway signs for the sender: a line a fact, no child in it."""
    checkpoint = base64.b64encode(here.checkpoint.encode()).decode() if here.checkpoint else "none"
    lines = [
        RECEIPT,
        f"home {here.home.id}",
        f"sender {upload.sender}",
        f"upload {upload.id}",
        f"at {stamp(here.at)}",
        f"sha256 {content}",
        f"pupils {reading.pupils}",
        *(
            f"{made.decision.outcome} {made.destination.purpose} {made.record.decided[0].disclosure}"
            for made in disclosures
        ),
        f"checkpoint {checkpoint}",
    ]
    return "\n".join(lines) + "\n"


def _count(findings: tuple[Finding, ...]) -> tuple[int, int]:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    return errors, len(findings) - errors


def _json(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode()
