"""Files that a partner's own program, or one of ours, puts into a folder: each goes the way of every upload, once.

It is removed from the folder when it rests here; one that is refused is set aside with what is wrong in words, which
name no child. A file that was taken before, and not removed in time, has the answer that it had. Of a partner that is
being connected only specimens are taken, and end in the line that says so.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from gateway.core import documents
from gateway.core.errors import Refusal
from gateway.core.partners import Carrier, Partner
from gateway.core.records import Carried, CarriedAs, Record
from gateway.core.terms import PartnerId, UploadId, digest
from gateway.flows import intake, mailbox, reports, specimens
from gateway.flows.attempts import all_looked_at
from gateway.flows.intake import Upload
from gateway.flows.ports import Gateway
from gateway.flows.receive import Message, Wrong
from gateway.flows.situations import new_id


class File(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def content(self) -> bytes: ...


F = TypeVar("F", bound=File)


class Tray(Protocol[F]):
    """A folder of a partner's."""

    def whole(self) -> Iterator[F]: ...
    def taken(self, found: F, receipt: bytes) -> None: ...
    def refused(self, found: F, findings: str) -> None: ...


def take_in(gateway: Gateway, partner: PartnerId, tray: Tray[F], at: datetime) -> int:
    """Take in every whole file that ``partner`` left; returns how many there were. Raises Fault.

    What breaks on one file leaves it there and keeps no other waiting; it is raised in the end, to be told.
    """
    taken = 0
    with all_looked_at() as door:
        for found in tray.whole():
            with door():
                _take(gateway, partner, tray, found, at)
                taken += 1
    return taken


def _take(gateway: Gateway, partner: PartnerId, tray: Tray[F], found: F, at: datetime) -> None:
    answers = _answers(gateway, partner, found, at)
    if any(one["outcome"] == "refused" for one in answers):
        tray.refused(found, words(answers))
    else:
        tray.taken(found, json.dumps(answers, ensure_ascii=False, indent=1).encode())


def words(answers: Sequence[dict[str, Any]]) -> str:
    """What is wrong with a file, as whoever mends it reads it: lines and numbers, never what stood there."""
    return "\n".join(line for one in answers for line in _lines(one)) + "\n"


def _answers(gateway: Gateway, partner: PartnerId, found: File, at: datetime) -> list[dict[str, Any]]:
    """One answer for a file, or one for each file in a zip."""
    try:
        members = documents.members(found.name, found.content)
        return [_answer(gateway, partner, one, at) for one in members]
    except Refusal as refusal:
        return [reports.unopened(refusal)]


def _answer(gateway: Gateway, partner: PartnerId, member: documents.Member, at: datetime) -> dict[str, Any]:
    if member.refusal is not None:
        return reports.unopened(member.refusal)
    sender = gateway.store.register().directory.get(partner)
    if sender.onboarding:
        return _specimen(gateway, sender, member, at)
    upload = Upload(UploadId(new_id("u", gateway.draw)), at, partner, member.name, member.content)
    return dict(json.loads(intake.accept(gateway, upload).answer))


def _specimen(gateway: Gateway, sender: Partner, member: documents.Member, at: datetime) -> dict[str, Any]:
    """Taken as a plain file that MESH brings for a test, and under the same rules."""
    carried, alike = new_id("m", gateway.draw), digest(member.content)
    one = Carried(carried, "", CarriedAs.MESSAGE, alike, member.name, "", member.content, test=True)
    try:
        receipt = mailbox.plain(gateway, Message(at, "", member.content, None), one, sender, Carrier.FOLDER)
        return {"outcome": "accepted", **json.loads(receipt)}
    except Wrong as wrong:
        gateway.store.record(Record((specimens.refusal(at, gateway.homes[0], sender, wrong.code),)))
        return reports.unopened(Refusal(wrong.code))


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    if answer["outcome"] != "refused":
        yield f"Accepted: upload {answer['upload']}. Sending it again does no harm."
        return
    yield f"Refused ({answer['code']}): {answer['sentence']} {answer['fix']}"
    for one in answer["findings"]:
        where = ", ".join(f"{what} {one[what]}" for what in ("line", "pupil") if one.get(what))
        yield f"  {one['code']} {where}: {one['message']} {one['fix']}"
