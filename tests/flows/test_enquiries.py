"""An enquiry is answered by people, looked out for at each council asked, and destroyed there when it is over."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from gateway.core import sample
from gateway.core.documents import identities
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome
from gateway.core.facts import Role
from gateway.core.notices import Side
from gateway.core.records import Person
from gateway.core.sample import Wish
from gateway.core.terms import Kind, LaEstab, PartnerId, PersonId, UploadId
from gateway.flows import asking, intake, replying
from gateway.flows.replying import Answer
from gateway.flows.situations import Upload, new_id
from tests.flows.asked import (
    a_message,
    about,
    carry,
    destroyed,
    handle,
    open_all,
    outcomes,
    sealed,
    states,
    tasks,
    tick,
)
from tests.flows.councils import TEN, ten
from tests.flows.watch import OFFICER, THEIR_OFFICER, lines, read
from tests.simulator import KENT, MEDWAY, NUMBERS, TIDEWAY, World

FOUND = ClosureOutcome.RESPONSIBILITY_TRANSFERRED, ClosureEvidence.SCHOOL_CONFIRMED_ROLL


@pytest.fixture
def eleven(keys: Path, tmp_path: Path) -> Iterator[World]:
    made = ten(keys, tmp_path)
    yield made
    for side in made.sides.values():
        side.store.engine.dispose()


def joiners(seed: int = 5) -> sample.SampleFile:
    """The return of Tideway, which a new pupil has joined."""
    return sample.ctf(Wish(kind=Kind.CMJ, source=NUMBERS[TIDEWAY], dest=LaEstab("887LLLL"), pupils=1, seed=seed))


def officer_of(home: PartnerId) -> Person:
    return Person(PersonId("c.officer"), Role.OFFICER, home)


def test_ten_councils_are_asked_and_the_child_is_found_four_months_later(eleven: World) -> None:
    world, kent = eleven, eleven.kent
    joined = joiners()
    (who,) = identities(read(joined)).values()
    family, given = who.names[0]
    child = OpenIdentity(upn=who.upn, surname=family, forename=given, dob=who.born)
    message = about(a_message(world, Kind.ENQUIRY), child)
    file = sealed(message)

    asked = asking.ask(kent.gateway, OFFICER, KENT, file.name, file.content, TEN, world.clock())
    assert outcomes(asked) == dict.fromkeys(TEN, "release")
    carry(world, KENT)
    for home in TEN:
        open_all(world.sides[home], officer_of(home), world.clock())
        (one,) = world.sides[home].store.notices([home], Side.RECEIVED, [Kind.ENQUIRY], 10)
        nothing = Answer(grade=0, systems=("Admissions", "School rolls"), spellings=(family.upper(),))
        replying.answer(world.sides[home].gateway, officer_of(home), one.disclosure, nothing, world.clock.on(minutes=1))
    tick(world, minutes=1)
    ours = kent.store.notices([KENT], Side.SENT, [Kind.ENQUIRY], 20)
    assert [states(kent, one.disclosure).words for one in ours] == ["answered"] * 10

    tick(world, days=120)
    tideway = world.medway.gateway
    given_in = Upload(UploadId(new_id("u", tideway.draw)), world.clock(), TIDEWAY, joined.name, joined.content)
    assert intake.accept(tideway, given_in).refusal is None
    tick(world, minutes=1)
    (enquiry,) = world.medway.store.notices([MEDWAY], Side.RECEIVED, [Kind.ENQUIRY], 10)
    assert tasks(world.medway) == [("enquiry-match", enquiry.disclosure)]
    assert [tasks(world.sides[home]) for home in TEN[1:]] == [[]] * 9
    assert len(lines(kent, "NoticeAnswered")) == 10  # nothing answers by itself

    (maybe,) = replying.suggestions(tideway, world.medway.store, THEIR_OFFICER, enquiry.disclosure, 1, world.clock())
    assert (maybe.source, maybe.kind, maybe.rule.value) == (given_in.id, Kind.CMJ, "number-name-birth")
    found = Answer(grade=2, known=True, school=NUMBERS[TIDEWAY], started=date(2027, 3, 1))
    plan = replying.answer(tideway, THEIR_OFFICER, enquiry.disclosure, found, world.clock())
    assert plan.refusal is None, plan.answer
    carry(world, MEDWAY)
    assert len(lines(kent, "NoticeAnswered")) == 11

    kept = {home: world.sides[home].store.notices([home], Side.RECEIVED, [Kind.ENQUIRY], 9)[0] for home in TEN}
    papers = {home: world.sides[home].store.kept_of(one.source, home) for home, one in kept.items()}
    closed = asking.close(kent.gateway, OFFICER, ours[0].disclosure, *FOUND, world.clock.on(hours=1))
    assert outcomes(closed) == dict.fromkeys(TEN, "release")
    assert not any(NUMBERS[TIDEWAY].estab.encode() in one.plan.answer for one in closed)
    carry(world, KENT)
    for home in TEN:
        side = world.sides[home]
        (line,) = lines(side, "EnquiryEnded")
        (came,) = [one for one in lines(side, "MessageReceived") if one["disclosure"] == line["disclosure"]]
        assert (line["why"], line["payload"]) == ("closed", came["payload"])
        assert destroyed(side, papers[home])
        assert side.store.sources_of(handle(side, who.upn)) == ([(given_in.id, 1)] if home == MEDWAY else [])
    assert len(lines(kent, "EnquiryClosed")) == 10
