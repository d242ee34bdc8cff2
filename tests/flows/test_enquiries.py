"""An enquiry is answered by people, looked out for at each council asked, and destroyed there when it is over."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.core import documents, sample
from gateway.core.documents import identities, value
from gateway.core.documents.messages.about import Acknowledgement, RecallAnswer
from gateway.core.documents.messages.parts import OpenIdentity
from gateway.core.documents.messages.tracing import Reply, Sought
from gateway.core.documents.messages.words import ClosureEvidence, ClosureOutcome
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Role, TaskKind
from gateway.core.notices import Side
from gateway.core.records import Notice, Person, Record
from gateway.core.sample import SampleFile, Wish
from gateway.core.terms import CaseId, DisclosureId, Flag, Kind, LaEstab, PartnerId, Period, PersonId, UploadId
from gateway.edge.store import tables as t
from gateway.flows import asking, byhand, casework, flagging, holds, intake, notices, reminding, replying, situations
from gateway.flows.copies import elsewhere
from gateway.flows.replying import Answer
from gateway.flows.sending import decisions_of
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
    sent,
    states,
    tasks,
    tick,
)
from tests.flows.councils import TEN, ten
from tests.flows.watch import OFFICER, THEIR_NAMED, THEIR_OFFICER, WHY, lines, read
from tests.simulator import KENT, MEDWAY, NUMBERS, TIDEWAY, World, agreement

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
    family, _ = who.names[0]
    message = about(a_message(world, Kind.ENQUIRY), child_of(joined))
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
        assert (kept[home].source, 1) not in side.store.sources_of(handle(side, who.upn))
    assert len(lines(kent, "EnquiryClosed")) == 10
    each_says_that_its_copy_is_gone(world, ours, family, str(who.upn))


def each_says_that_its_copy_is_gone(world: World, ours: Sequence[Notice], name: str, upn: str) -> None:
    """The asker sees of each of ten that it destroyed its copy, by a message that names no child."""
    kent = world.kent
    rows = [notices.row_of(kent.gateway, kent.store, one) for one in asking.all_of(kent.gateway, ours[0])]
    assert [row.destroyed for row in rows] == [None] * 10  # told to, and nobody has said so yet
    tick(world, minutes=1)
    rows = [notices.row_of(kent.gateway, kent.store, one) for one in asking.all_of(kent.gateway, ours[0])]
    assert [row.destroyed for row in rows] == [world.clock()] * 10
    assert {one["disclosure"] for one in lines(kent, "EnquiryDestroyed")} == {one.disclosure for one in ours}
    (copy,) = [one for one in elsewhere(kent.store, ours[0].source) if one.disclosure == ours[0].disclosure]
    assert [said.words for said in copy.said][-1] == "destroyed, as they say"
    words = [documents.write(one) for one in shelved_at_kent(world) if isinstance(one, RecallAnswer)]
    assert len(words) == 10 and not [one for one in words if name.encode() in one or upn.encode() in one]
    tick(world, days=1)
    assert all(len(lines(world.sides[home], "DestructionTold")) == 1 for home in TEN)


def test_who_was_not_asked_destroys_no_copy_for_somebody_else(world: World) -> None:
    told = sent(world, a_message(world, Kind.ENQUIRY))
    carry(world, KENT)
    with world.kent.store.engine.begin() as db:
        db.execute(t.notices.update().values(partner="council-201"))
    asking.close(world.kent.gateway, OFFICER, told, *FOUND, world.clock())
    carry(world, KENT)
    tick(world, minutes=1)
    assert len(lines(world.medway, "DestructionTold")) == 1
    assert lines(world.kent, "EnquiryDestroyed") == []


# -- alike for all ----------------------------------------------------------------------------------------------------


def child_of(made: SampleFile) -> OpenIdentity:
    """The only child of a file, as somebody who asks would name it."""
    (who,) = identities(read(made)).values()
    family, given = who.names[0]
    return OpenIdentity(upn=who.upn, surname=family, forename=given, dob=who.born)


def hand_in(world: World, made: SampleFile) -> UploadId:
    """Tideway's office sends it to its council."""
    side = world.medway.gateway
    upload = Upload(UploadId(new_id("u", side.draw)), world.clock(), TIDEWAY, made.name, made.content)
    assert intake.accept(side, upload).refusal is None
    return upload.id


def guard(world: World, made: SampleFile) -> None:
    """Medway marks its only child, in one step."""
    here = situations.of(world.medway.gateway, MEDWAY, world.clock())
    flagging.set_flag(world.medway.gateway, here, THEIR_NAMED, read(made), 1, Flag.ADDRESS_CONFIDENTIAL, WHY)


def the_one(world: World) -> DisclosureId:
    """The newest enquiry that came to Medway."""
    return world.medway.store.notices([MEDWAY], Side.RECEIVED, [Kind.ENQUIRY], 1)[0].disclosure


def shelved_at_kent(world: World) -> list[documents.Message]:
    """What lies there, the newest first."""
    found = []
    for one in world.kent.store.shelved_for([KENT]):
        name, content = situations.parse_named(world.kent.vault.open_kept(world.kent.store.kept(one.parcel.sealed)))
        found.append(value(read(SampleFile(name, content))))
    return found


def test_an_enquiry_is_acknowledged_alike_whether_the_child_is_unknown_known_or_guarded(world: World) -> None:
    known, guarded = joiners(5), joiners(6)
    for made in (known, guarded):
        hand_in(world, made)
    guard(world, guarded)
    world.medway.store.register()  # it is read again after a flag was set, whoever comes next
    statements: list[str] = []
    sa.event.listen(world.medway.store.engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    seen = []
    for number, who in enumerate((child_of(known), child_of(guarded), child_of(joiners(7)))):
        message = about(a_message(world, Kind.ENQUIRY, number + 1), who)
        sent(world, message)
        statements.clear()
        carry(world, KENT)
        receiving = [one.split(" VALUES")[0] for one in statements]
        (notice,) = world.medway.store.notices([MEDWAY], Side.RECEIVED, [Kind.ENQUIRY], 1)
        opened = world.clock.on(minutes=7)
        assert notice.parcel in [one.parcel for one in casework.shelf(world.medway.gateway, THEIR_OFFICER)]
        casework.collect(world.medway.gateway, THEIR_OFFICER, notice.parcel, opened)
        world.wire.carried.clear()
        tick(world, seconds=59)
        assert world.wire.carried == []
        tick(world, seconds=1)
        (body,) = world.wire.carried
        (line,) = lines(world.medway, "NoticeAcknowledged")[number:]
        acknowledgement = shelved_at_kent(world)[0]
        assert isinstance(acknowledgement, Acknowledgement)
        (record,) = acknowledgement.records
        size = len(documents.write(acknowledgement)) - len(acknowledgement.heading.case)
        seen.append((receiving, size, record.opened_by, set(line), len(body) // 64))
    assert seen[0] == seen[2]
    assert seen[1] == seen[2]


def test_nobody_answers_more_than_was_asked_and_only_an_officer_answers(world: World) -> None:
    sent(world, a_message(world, Kind.ENQUIRY))
    carry(world, KENT)
    asked, side = the_one(world), world.medway.gateway
    for person, given, code in (
        (THEIR_OFFICER, Answer(grade=4), Code.ABOVE_ASKED),
        (THEIR_OFFICER, Answer(grade=1, known=True, number=2), Code.NOT_FOUND),
        (OFFICER, Answer(grade=1, known=True), Code.ANOTHER_HOME),
        (Person(PersonId("m.audit"), Role.AUDITOR, MEDWAY), Answer(grade=1, known=True), Code.NOT_ALLOWED),
    ):
        with pytest.raises(Refusal) as refusal:
            replying.answer(side, person, asked, given, world.clock())
        assert refusal.value.code is code
    tick(world, days=3)
    assert lines(world.kent, "NoticeAnswered") == []


def test_no_trace_says_where_and_how_it_was_looked_for_and_when(world: World) -> None:
    sent(world, a_message(world, Kind.ENQUIRY))
    carry(world, KENT)
    given = Answer(grade=0, systems=("Admissions", "School rolls"), spellings=("Quilfeather",))
    replying.answer(world.medway.gateway, THEIR_OFFICER, the_one(world), given, world.clock())
    carry(world, MEDWAY)
    (reply,) = shelved_at_kent(world)
    assert isinstance(reply, Reply)
    searched = reply.records[0].searched
    assert searched is not None
    assert (searched.systems, searched.day) == (("Admissions", "School rolls"), date(2026, 11, 3))
    assert searched.spellings[-1] == "Quilfeather" and len(searched.spellings) > 1


def test_who_asks_after_two_children_may_be_answered_about_the_one_that_is_not_guarded(world: World) -> None:
    joined = joiners()
    hand_in(world, joined)
    guard(world, joined)
    asked = a_message(world, Kind.ENQUIRY)
    sent(world, replace(asked, records=(*asked.records, *about(asked, child_of(joined)).records)))
    carry(world, KENT)
    side = world.medway
    found = replying.all_suggestions(side.gateway, side.store, THEIR_OFFICER, the_one(world), world.clock())
    assert found == {1: [], 2: None}


def test_a_family_in_refuge_is_asked_after_and_nothing_tells_where_it_is(world: World) -> None:
    joined = joiners()
    hand_in(world, joined)
    guard(world, joined)
    sent(world, about(a_message(world, Kind.ENQUIRY), child_of(joined)))
    carry(world, KENT)
    side, asked = world.medway, the_one(world)

    assert len(open_all(side, THEIR_OFFICER, world.clock())) == 1
    with pytest.raises(Refusal) as refusal:
        replying.suggestions(side.gateway, side.store, THEIR_OFFICER, asked, 1, world.clock())
    assert refusal.value.code is Code.SAFEGUARDING_ONLY
    with pytest.raises(Refusal):
        replying.all_suggestions(side.gateway, side.store, THEIR_OFFICER, asked, world.clock())
    (maybe,) = replying.suggestions(side.gateway, side.store, THEIR_NAMED, asked, 1, world.clock())
    assert maybe.rule.value == "number-name-birth"
    school = Answer(grade=2, known=True, school=NUMBERS[TIDEWAY])
    with pytest.raises(Refusal) as refusal:
        replying.answer(side.gateway, THEIR_NAMED, asked, school, world.clock())
    assert refusal.value.code is Code.GRADE_CAPPED

    plan = replying.answer(side.gateway, THEIR_OFFICER, asked, Answer(grade=1, known=True), world.clock())
    (held,) = decisions_of(plan)
    assert held["outcome"] == "hold"
    tick(world, minutes=1)
    assert lines(world.kent, "NoticeAnswered") == []
    for name in ("first.lead", "second.lead"):
        named = Person(PersonId(name), Role.SAFEGUARDING, MEDWAY)
        side.store.add_person(named, Record(()))
        holds.release(side.gateway, side.store, named, DisclosureId(held["disclosure"]), WHY, world.clock())
    carry(world, MEDWAY)
    # both came at one moment
    acknowledgement, reply = sorted(shelved_at_kent(world), key=lambda one: isinstance(one, Reply))
    assert isinstance(reply, Reply) and isinstance(acknowledgement, Acknowledgement)
    assert (reply.grade, reply.records[0].known, reply.records[0].school) == (1, True, None)
    assert reply.cover is not None and [str(one) for one in reply.cover.ask_before] == [
        "contacting-the-family",
        "sharing-on",
    ]
    said = b"".join(documents.write(one) for one in (reply, acknowledgement))
    assert NUMBERS[TIDEWAY].estab.encode() not in said and b"Tideway" not in said


# -- for how long -----------------------------------------------------------------------------------------------------


def for_years(world: World) -> None:
    """The two councils have agreed for longer than an enquiry lasts."""
    world.adopt(agreement(version=2, in_force=Period(date(2026, 9, 1), date(2029, 8, 31)), review=date(2029, 6, 1)))


def test_what_nobody_renews_ends_on_both_sides_and_everybody_is_told(either: World) -> None:
    for_years(either)
    ours = sent(either, a_message(either, Kind.ENQUIRY))
    carry(either, KENT)
    notice = either.medway.store.notice(ours, Side.RECEIVED)
    assert notice is not None and notice.watched_until == datetime(2027, 11, 3, 23, 59, tzinfo=UTC)
    kept = either.medway.store.kept_of(notice.source, MEDWAY)
    tick(either, days=337)
    assert tasks(either.kent) == []
    tick(either, days=1)
    assert tasks(either.kent) == [("enquiry-renewal", ours)]
    tick(either, days=27)
    assert not destroyed(either.medway, kept)
    tick(either, days=1)
    (closed,), (ended,) = lines(either.kent, "EnquiryClosed"), lines(either.medway, "EnquiryEnded")
    assert (closed["why"], ended["why"]) == ("lapsed", "lapsed")
    assert "enquiry-renewal" not in [kind for kind, _ in tasks(either.kent)], "nobody can renew what is over"
    (done,) = [line for line in lines(either.kent, "TaskDone") if line["kind"] == "enquiry-renewal"]
    assert done["home"] == KENT
    assert destroyed(either.medway, kept)
    assert "closure" in [line["kind"] for line in lines(either.medway, "MessageReceived")]


def test_a_council_that_never_says_that_its_copy_is_destroyed_is_chased(either: World) -> None:
    kent, ours = either.kent, sent(either, a_message(either, Kind.ENQUIRY))
    carry(either, KENT)
    asking.close(kent.gateway, OFFICER, ours, *FOUND, either.clock.on(hours=1))
    assert tasks(kent) == [("enquiry-copy", ours)]
    carry(either, KENT)
    tick(either, minutes=1)
    assert tasks(kent) == [], "it says so by itself"
    (done,) = [line for line in lines(kent, "TaskDone") if line["kind"] == "enquiry-copy"]
    assert done["home"] == KENT

    other = sent(either, a_message(either, Kind.ENQUIRY, seed=2))
    carry(either, KENT)
    asking.close(kent.gateway, OFFICER, other, *FOUND, either.clock.on(hours=1))
    either.clock.on(days=9)  # and nothing comes
    (late,) = reminding.listed(kent.gateway, kent.store, OFFICER, either.clock())
    assert (late.task.subject, late.clock.code, late.overdue) == (other, "enquiry-copy", True)
    row = notices.shown(kent.gateway, kent.store, OFFICER, other)
    assert row.destroyed is None and row.tasks == (TaskKind.ENQUIRY_COPY,)
    notices.phoned(kent.gateway, OFFICER, other, either.clock(), either.clock())
    assert tasks(kent) == []


def test_nobody_is_chased_for_an_enquiry_that_never_reached_them(world: World) -> None:
    ours = sent(world, a_message(world, Kind.ENQUIRY))
    asking.close(world.kent.gateway, OFFICER, ours, *FOUND, world.clock.on(hours=1))
    assert tasks(world.kent) == []


def test_what_is_renewed_stands_for_another_year_in_its_new_copy_alone(world: World) -> None:
    for_years(world)
    ours = sent(world, a_message(world, Kind.ENQUIRY))
    carry(world, KENT)
    first = world.medway.store.notice(ours, Side.RECEIVED)
    assert first is not None
    kept = world.medway.store.kept_of(first.source, MEDWAY)
    tick(world, days=340)
    (again,) = asking.renew(world.kent.gateway, OFFICER, ours, world.clock())
    assert tasks(world.kent) == [("enquiry-copy", ours)], "their first copy has to go, and nobody is reminded any more"
    carry(world, KENT)
    assert destroyed(world.medway, kept)
    (ended,) = lines(world.medway, "EnquiryEnded")
    assert (ended["disclosure"], ended["why"]) == (ours, "renewed")
    (new,) = decisions_of(again.plan)
    tick(world, days=200)
    assert the_one(world) == new["disclosure"]
    standing = world.medway.store.notice(DisclosureId(new["disclosure"]), Side.RECEIVED)
    assert standing is not None and standing.ended_at is None


def test_what_cannot_be_renewed_stands_and_who_cannot_be_told_that_it_is_over_is_phoned(world: World) -> None:
    ours = sent(world, a_message(world, Kind.ENQUIRY))
    carry(world, KENT)
    tick(world, days=330)  # the agreement is over
    (again,) = asking.renew(world.kent.gateway, OFFICER, ours, world.clock())
    assert lines(world.kent, "EnquiryClosed") == []
    (closed,) = asking.close(world.kent.gateway, OFFICER, ours, *FOUND, world.clock())
    assert [decisions_of(one.plan)[0]["outcome"] for one in (again, closed)] == ["refuse", "refuse"]
    assert [one["why"] for one in lines(world.kent, "EnquiryClosed")] == ["closed"]
    assert tasks(world.kent) == [("enquiry-copy", ours)] and lines(world.medway, "EnquiryEnded") == []
    notices.phoned(world.kent.gateway, OFFICER, ours, world.clock(), world.clock())
    assert tasks(world.kent) == []


def test_what_has_not_left_and_cannot_be_called_off_stands_until_somebody_mends_that(world: World) -> None:
    ours = sent(world, a_message(world, Kind.ENQUIRY))
    tick(world, days=330)
    asking.close(world.kent.gateway, OFFICER, ours, *FOUND, world.clock())
    assert not lines(world.kent, "EnquiryClosed") and not tasks(world.kent)


def test_what_is_over_is_on_no_shelf_and_cannot_be_answered_or_closed_again(world: World) -> None:
    ours = sent(world, a_message(world, Kind.ENQUIRY))
    carry(world, KENT)
    ((parcel, _),) = open_all(world.medway, THEIR_OFFICER, world.clock())
    asking.close(world.kent.gateway, OFFICER, ours, *FOUND, world.clock.on(seconds=9))
    carry(world, KENT)
    assert parcel not in [one.parcel for one in casework.shelf(world.medway.gateway, THEIR_OFFICER)]
    for act, code in (
        (lambda: casework.collect(world.medway.gateway, THEIR_OFFICER, parcel, world.clock()), Code.NOT_FOUND),
        (lambda: replying.answer(world.medway.gateway, THEIR_OFFICER, ours, Answer(0), world.clock()), Code.SETTLED),
        (lambda: asking.close(world.kent.gateway, OFFICER, ours, *FOUND, world.clock()), Code.SETTLED),
        (lambda: asking.renew(world.kent.gateway, OFFICER, ours, world.clock()), Code.SETTLED),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.code is code
    tick(world, days=1)
    assert lines(world.medway, "NoticeAcknowledged") == []  # nothing is left to acknowledge
    assert len(lines(world.medway, "DestructionTold")) == 1


def test_a_closure_names_no_school(world: World) -> None:
    ours = sent(world, a_message(world, Kind.ENQUIRY))
    with pytest.raises(Refusal) as refusal:
        asking.close(world.kent.gateway, OFFICER, ours, ClosureOutcome.IN_EDUCATION, FOUND[1], world.clock())
    assert refusal.value.code is Code.WRONG_KIND


def test_looking_for_what_is_due_and_for_matches_reads_by_index_alone(either: World) -> None:
    sent(either, about(a_message(either, Kind.ENQUIRY), child_of(joiners())))
    carry(either, KENT)
    hand_in(either, joiners())
    engine = either.medway.store.engine
    asked: list[tuple[str, object]] = []
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
    tick(either, minutes=1)
    looks = [one for one in asked if one[0].startswith("SELECT") and ("notices" in one[0] or "watched" in one[0])]
    assert len(looks) >= 6
    if engine.dialect.name != "sqlite":
        return  # with so few rows PostgreSQL would rather read them all
    with engine.connect() as db:
        for statement, given in looks:
            plan = db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()  # type: ignore[arg-type]
            scans = [row[3] for row in plan if row[3].startswith("SCAN") and "INDEX" not in row[3]]
            assert [one for one in scans if one not in {"SCAN arrivals"}] == [], statement


def test_a_case_that_a_person_opens_is_matched_against_the_enquiries_on_watch(either: World) -> None:
    child = child_of(joiners())
    sent(either, about(a_message(either, Kind.ENQUIRY), child))
    carry(either, KENT)
    tick(either, minutes=1)
    medway, asked = either.medway, the_one(either)

    def opened(known: OpenIdentity) -> CaseId:
        said = {"reason": "The landlord rang about a child at home."}
        sought = Sought(who=known)
        case, _ = byhand.open_case(
            medway.gateway, THEIR_OFFICER, MEDWAY, sought, Because.BY_HAND, said, either.clock()
        )  # fmt: skip
        return case

    opened(OpenIdentity(surname="Quill", forename="Ines", dob=date(2015, 3, 4)))
    tick(either, minutes=1)
    assert tasks(medway) == [], "of somebody else"
    case = opened(child)
    assert opened(child) == case, "told again before anybody looked"
    tick(either, minutes=1)
    (match,) = lines(medway, "EnquiryMatched")
    assert (match["source"], match["disclosure"]) == (case, asked)
    assert ("enquiry-match", asked) in tasks(medway)
    (maybe,) = replying.suggestions(medway.gateway, medway.store, THEIR_OFFICER, asked, 1, either.clock())
    assert (maybe.source, maybe.kind) == (case, None) and maybe.rule.value.endswith("name-birth")


def test_a_match_is_told_once_and_only_of_what_may_tell_where_a_child_is(either: World) -> None:
    joined = joiners()
    sent(either, about(a_message(either, Kind.ENQUIRY), child_of(joined)))
    carry(either, KENT)
    tick(either, minutes=1)
    assert tasks(either.medway) == []  # it does not match itself
    hand_in(either, joined)
    tick(either, minutes=1)
    tick(either, minutes=1)
    (match,) = lines(either.medway, "EnquiryMatched")
    assert tasks(either.medway) == [("enquiry-match", the_one(either))]
    assert set(match) - {"rows"} == {"v", "fact", "at", "home", "disclosure", "source", "task"}
