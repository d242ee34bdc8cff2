"""Who watches over children at Kent, and what a test asks of the two councils when it is about a guarded child."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from gateway.core import documents
from gateway.core.documents import Document
from gateway.core.facts import Role, parse_line
from gateway.core.partners import Partner
from gateway.core.partners.particulars import Phone, Post, Safeguarding
from gateway.core.records import Person, Record
from gateway.core.sample import SampleFile
from gateway.core.terms import Flag, PartnerId, PersonId, UploadId
from gateway.flows import flagging, intake, situations
from gateway.flows.intake import Plan, Upload
from tests.simulator import KENT, LARKMERE, STAFF, TIDEWAY, Side, World, rulebook

FIRST, SECOND, GOVERNANCE, OFFICER, THEIR_OFFICER, THEIR_NAMED = STAFF
SCHOOL = Person(PersonId("l.office"), Role.SCHOOL_SENDER, LARKMERE)
THEIRS = Person(PersonId("t.office"), Role.SCHOOL_READER, TIDEWAY)
DESK = "01632 960123"
WHY = "The mother told us so at the school gate."


def with_desk(world: World, home: PartnerId = KENT) -> None:
    """The home's record says whom to call about a child's safety."""
    side = world.sides[home]
    record = side.store.register().directory.get(home)
    desk = Safeguarding(Post.SAFEGUARDING_DUTY_DESK, "Children and families", Phone(DESK))
    side.store.enlist([replace(record, safeguarding=desk)], Record(()))


def enlist(world: World, *partners: Partner) -> None:
    for side in world.sides.values():
        side.store.enlist(partners, Record(()))


def hand_in(
    world: World, made: SampleFile, protect: Mapping[int, frozenset[Flag]] | None = None, sender: PartnerId = LARKMERE
) -> Plan:
    """A school's file, with what its office answered to the question about children who must not be found."""
    upload = UploadId(situations.new_id("u", os.urandom))
    given = Upload(upload, world.clock(), sender, made.name, made.content, by=SCHOOL.id, protect=protect or {})
    return intake.accept(world.sides.get(sender, world.kent).gateway, given)


def flag(world: World, made: SampleFile, number: int = 1, what: Flag = Flag.ADDRESS_CONFIDENTIAL) -> None:
    """Set one flag on one child of this file at Kent, in one step."""
    here = situations.of(world.kent.gateway, KENT, world.clock())
    flagging.set_flag(world.kent.gateway, here, FIRST, read(made), number, what, WHY)


def read(made: SampleFile) -> Document:
    found = documents.read(made.name, made.content, rulebook().schemas, rulebook().known).document
    assert found is not None
    return found


def decisions_of(plan: Plan) -> list[dict[str, Any]]:
    return list(json.loads(plan.answer)["decisions"])


def case_of(made: SampleFile) -> str:
    """The case reference that a message is about, as a form names it."""
    document = documents.read(made.name, made.content, rulebook().schemas).document
    assert document is not None
    return documents.case_of(document)


def codes(decision: Mapping[str, Any]) -> list[str]:
    return [one["code"] for one in decision["reasons"]]


def lines(side: Side, *facts: str) -> list[dict[str, Any]]:
    """What the log says, of these kinds."""
    found = [parse_line(line) for line in side.store.lines()]
    return [line for line in found if not facts or line["fact"] in facts]


def opened(side: Side, kept: str) -> tuple[str, bytes]:
    return situations.parse_named(side.vault.open_kept(side.store.kept(kept)))


def values(content: bytes, *elements: str) -> Sequence[bytes]:
    """What stands in these elements of a file."""
    return [part.split(b"<")[0] for one in elements for part in content.split(f"<{one}>".encode())[1:]]
