"""What the sender of a file reads about it: what was found, what was decided for whom, and the signed receipt."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from gateway.core.days import day_of
from gateway.core.documents import Document, Reading
from gateway.core.errors import HELP, Code, Finding, Severity
from gateway.core.partners import Partner
from gateway.core.terms import Digest, PartnerId, UploadId, stamp
from gateway.flows import explaining
from gateway.flows.disclose import Disclosure
from gateway.flows.situations import Situation, Upload

RECEIPT = "gateway-receipt/v1"


def supplier(reading: Reading | None) -> str:
    return reading.supplier if reading else ""


def ready(reading: Reading | None) -> int:
    """How many pupils could go as they are."""
    return len(reading.document.pupils) if reading and reading.document else 0


def counted(reading: Reading | None) -> str:
    """What the line of a finding counts: a sheet has rows."""
    return "row" if reading and reading.rows else "line"


def answer(
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
        "counted": counted(reading),
        "findings": explaining.marked(reading.findings, here.rulebook.known.advice, reading.supplier, upload.told),
        "decisions": [_decision(made, document, here) for made in disclosures],
        "receipt": sign(_receipt(upload, content, reading, disclosures, here)),
    }
    return written(body)


def came_as(answer: Mapping[str, Any]) -> Mapping[int, int]:
    """The place of each pupil in the file as it came, by the number in the document that was kept of it."""
    numbers = sorted({number for one in answer["decisions"] for number in one["pupils"]})
    return dict(enumerate(numbers, 1)) if len(numbers) == answer["ready"] else {}


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
        "took_over": _took_over(document, reader, here),
        "purpose": made.destination.purpose,
        "power": legal.power if legal else None,
        "duty": legal.duty if legal else None,
        "basis": legal.art6 if legal else None,
        "agreement": made.decision.agreement,
        "stands_on": made.decision.stands_on,
        "carrier": made.decision.carrier,
        "pupils": [pupil.came_as for pupil in document.pupils if pupil.number in made.destination.pupils],
        "shared": sorted(made.extract.shared) if made.extract else [],
        "withheld": sorted(made.extract.withheld) if made.extract else [],
        "unknown": made.extract.unknown if made.extract else 0,
        "reasons": [_said(code) for code in made.decision.reasons],
        "remarks": [_said(code) for code in made.decision.remarks],
    }


def _said(code: Code) -> dict[str, str]:
    return {"code": code, "sentence": HELP[code].sentence, "fix": HELP[code].fix}


def _took_over(document: Document, reader: Partner | None, here: Situation) -> str:
    """What became of the school whose number the file names, where another has taken over from it; else nothing."""
    directory = here.register.directory
    old = next(iter(directory.numbers.get(document.dest, ())), None)
    new = reader.laestab if reader else None
    if old is None or reader is None or new is None or new == document.dest:
        return ""
    if directory.by_laestab(document.dest, day_of(here.at)) is not reader:
        return ""
    was, now = (f"{number.la}/{number.estab}" for number in (document.dest, new))
    return f"Number {was} was that of {old.name}. It became {reader.name}, and its number is now {now}."


def _town(reader: Partner | None, here: Situation) -> str:
    """Where the organisation is, as its record says it, or else the directory of establishments."""
    if reader is None or reader.town or reader.laestab is None:
        return reader.town if reader else ""
    found = here.rulebook.known.establishments.find(reader.laestab)
    return found.town if found else ""


def _receipt(upload: Upload, content: Digest, reading: Reading, disclosures: list[Disclosure], here: Situation) -> str:
    """The text that the gateway signs for the sender: a line a fact, no child in it."""
    said = [
        f"{made.decision.outcome} {made.destination.purpose} {made.record.decided[0].disclosure}"
        for made in disclosures
    ]
    return receipt(upload.sender, upload.id, content, reading.pupils, said, here)


def receipt(
    sender: PartnerId, upload: UploadId, content: Digest, pupils: int, said: Sequence[str], here: Situation
) -> str:
    """The text of any receipt of ours; ``said`` is what became of it, a line for each recipient."""
    checkpoint = base64.b64encode(here.checkpoint.encode()).decode() if here.checkpoint else "none"
    lines = [
        RECEIPT,
        f"home {here.home.id}",
        f"sender {sender}",
        f"upload {upload}",
        f"at {stamp(here.at)}",
        f"sha256 {content}",
        f"pupils {pupils}",
        *said,
        f"checkpoint {checkpoint}",
    ]
    return "\n".join(lines) + "\n"


def count(findings: tuple[Finding, ...]) -> tuple[int, int]:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    return errors, len(findings) - errors


def written(body: Mapping[str, object]) -> bytes:
    return json.dumps(body, ensure_ascii=False, indent=1).encode()
