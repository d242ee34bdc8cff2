"""A partner that is being connected: every kind goes the whole way both ways, and nothing of it is ever taken for real."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from gateway.core import as4, documents, partners, sample
from gateway.core.as4 import certificates
from gateway.core.delivery import State
from gateway.core.errors import Code, Reason, Refusal
from gateway.core.facts import ParcelDeferred, parse_line
from gateway.core.partners import Channel, Partner
from gateway.core.records import Record, Rehearsal
from gateway.core.sample import Between
from gateway.core.terms import Kind, LaEstab, MessageId, Outcome, PartnerId, digest
from gateway.flows import connecting, dispatch, exchange, receive
from gateway.flows.closing import SERVICE, TEST_SERVICE
from gateway.flows.receive import Message
from tests.flows.test_cases import leaver
from tests.flows.test_pulling import ask, errors_in, fetch, pulls, request, take
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, STAFF, Side, World, busy, leavers, refused

SHAH, LOWE, ASH, SINGH = (
    next(one for one in STAFF if one.id == name) for name in ("a.shah", "g.lowe", "m.ash", "m.singh")
)
OF_A_REHEARSAL = {"log_lines", "log_nodes", "logs", "mentions", "vouched", "answers", "rehearsals"}
"""All that a rehearsal writes: lines, what vouches for them, and the receipt that answers a repeat."""


def connect(world: World) -> None:
    """Each is being connected in the eyes of the other."""
    connecting.begin(world.kent.gateway, world.kent.store, MEDWAY, SHAH, world.clock())
    connecting.begin(world.medway.gateway, world.medway.store, KENT, ASH, world.clock())


def rehearsed(side: Side, partner: PartnerId) -> list[Rehearsal]:
    return list(connecting.rehearse(side.gateway, side.store, partner))


def tables(side: Side) -> dict[str, object]:
    """Everything in every table."""
    with side.store.engine.connect() as db:
        every = sa.MetaData()
        every.reflect(db)
        return {one.name: sorted(map(repr, db.execute(sa.select(one)).all())) for one in every.sorted_tables}


def facts(side: Side) -> list[dict[str, object]]:
    with side.store.engine.connect() as db:
        rows = db.execute(sa.text('SELECT line FROM log_lines ORDER BY "index"')).all()
    return [parse_line(bytes(row.line)) for row in rows]


def known(side: Side, partner: PartnerId) -> Partner:
    return side.store.register().directory.get(partner)


def signal(
    side: Side, home: PartnerId, service: str, content: bytes, name: str, number: int = 1
) -> as4.ErrorSignal | as4.Receipt:
    """What a side answers to one message of ``home`` under a service."""
    world = side.gateway.transport.world  # type: ignore[attr-defined]
    other = world.sides[home]
    at = world.clock()
    shown = certificates.valid(known(other, side.home).pems("seal"), at)
    found = certificates.agreed(other.vault.signers(home), shown, "")
    assert found is not None
    message = as4.UserMessage(
        MessageId(f"{number}@{home}.example"), at, as4.Party(home), as4.Party(side.home), as4.names.INITIATOR,
        as4.names.RESPONDER, service, None, "notice", "any", "c", None,
        (("originalSender", home), ("finalRecipient", side.home), ("purpose", "P06")),
        (as4.Part(content, "application/xml", name),),
    )  # fmt: skip
    sealed = as4.seal(message, *found, side.gateway.draw)
    answer = exchange.accept(side.gateway, Message(at, sealed.content_type, sealed.body, digest(other.tls)))
    return as4.read_signal(answer.content_type, answer.body, side.signs, side.gateway.rules)


def a_notice(seed: int = 1, *, marked: bool) -> sample.SampleFile:
    made = sample.message(Kind.NOTICE, seed, LaEstab("887LLLL"), LaEstab("886LLLL"), NOON.replace(tzinfo=None))
    return replace(made, content=documents.marked(made.content)) if marked else made


def refused_as(answer: as4.ErrorSignal | as4.Receipt) -> str:
    assert isinstance(answer, as4.ErrorSignal)
    return answer.errors[0].detail.partition(":")[0]


def test_every_kind_and_version_goes_both_ways_and_touches_nothing_but_the_log(either: World) -> None:
    connect(either)
    before = {side.home: tables(side) for side in either.sides.values()}
    there, back = rehearsed(either.kent, MEDWAY), rehearsed(either.medway, KENT)
    assert [one for one in (*there, *back) if not one.passed] == []
    assert {(one.kind, one.version) for one in there} == set(either.kent.gateway.rulebook.schemas)
    for side in either.sides.values():
        grown = {name for name, rows in tables(side).items() if rows != before[side.home][name]}
        assert grown == OF_A_REHEARSAL
        assert side.store.counts() == {}
    kinds = connecting.far(either.kent.gateway, either.kent.store, known(either.kent, MEDWAY))
    assert len(kinds) == len(Kind)
    assert all(one.passed for one in kinds)


def test_every_line_of_a_rehearsal_says_that_it_is_one_and_no_question_counts_it(world: World) -> None:
    connect(world)
    before = {side.home: len(facts(side)) for side in world.sides.values()}
    there = rehearsed(world.kent, MEDWAY)
    ours, theirs = (facts(side)[before[side.home] :] for side in world.sides.values())
    assert [one["fact"] for one in ours] == ["SpecimenSent", "SpecimenReceipted"] * len(there)
    assert [one["fact"] for one in theirs] == ["SpecimenReceived"] * len(there)
    receipts = {one["message"]: one["receipt"] for one in ours if one["fact"] == "SpecimenReceipted"}
    assert {one["message"]: one["receipt"] for one in theirs} == receipts
    assert not {"children", "payload", "disclosure"} & {key for one in (*ours, *theirs) for key in one}
    assert [side.store.index_again(lambda *_: ()) for side in world.sides.values()] == [0, 0]


def test_it_is_decided_as_on_the_day_when_it_is_live_and_goes_whatever_that_says(world: World) -> None:
    connect(world)
    of = {(one.kind, one.version): one for one in rehearsed(world.kent, MEDWAY)}
    assert (of[Kind.NOTICE, "1.0"].outcome, of[Kind.NOTICE, "1.0"].said) == (Outcome.RELEASE, "")
    assert of[Kind.CHECK, "1.0"].outcome is Outcome.REFUSE
    assert of[Kind.CHECK, "1.0"].passed
    assert of[Kind.CHECK, "1.0"].said
    told = next(one for one in facts(world.kent) if one.get("kind") == "check")
    assert (told["outcome"], told["reasons"]) == ("refuse", of[Kind.CHECK, "1.0"].said.split(", "))


def test_no_answer_passes_and_no_specimen_is_tried_again_by_itself(world: World) -> None:
    connect(world)
    world.wire.faults[:] = [refused, busy]
    one, two, *rest = rehearsed(world.kent, MEDWAY)
    assert [(one.passed, one.said), (two.passed, two.said)] == [(False, "unreachable"), (False, "busy")]
    assert all(each.passed for each in rest)
    assert dispatch.send_due(world.kent.gateway) == []
    assert [one["reason"] for one in facts(world.kent) if one["fact"] == "SpecimenFailed"] == ["unreachable", "busy"]
    again = rehearsed(world.kent, MEDWAY)
    assert again[0].passed
    assert len(world.kent.store.rehearsals(MEDWAY)) == len(again)


def test_it_is_written_down_before_it_leaves(world: World) -> None:
    connect(world)
    seen: list[str] = []

    def looks(deliver: object) -> None:
        seen.append(str(facts(world.kent)[-1]["fact"]))
        raise AssertionError

    world.wire.faults[:] = [looks]  # type: ignore[list-item]
    with pytest.raises(AssertionError):
        rehearsed(world.kent, MEDWAY)
    assert seen == ["SpecimenSent"]
    (row,) = world.kent.store.rehearsals(MEDWAY)
    assert (row.passed, row.went) == (False, True), "nobody knows what came of it"


# -- by pull ----------------------------------------------------------------------------------------------------------


def pulling_world(world: World) -> None:
    """Medway has no server; it is being connected at Kent's, and Kent at its own."""
    pulls(world)
    connect(world)


def far(world: World) -> dict[Kind, tuple[int, int]]:
    kinds = connecting.far(world.kent.gateway, world.kent.store, known(world.kent, MEDWAY))
    return {one.kind: (one.to, one.sent) for one in kinds}


def test_a_partner_that_pulls_has_every_specimen_once_and_its_receipts_are_what_passes(either: World) -> None:
    world = either
    pulling_world(world)
    before, every = tables(world.kent), len(world.kent.gateway.rulebook.schemas)
    assert rehearsed(world.kent, MEDWAY) == []
    assert fetch(world) + fetch(world) + fetch(world) == every
    assert all(to == sent > 0 for to, sent in far(world).values())
    grown = {name for name, rows in tables(world.kent).items() if rows != before[name]}
    assert grown == (OF_A_REHEARSAL | {"pulls"}) - {"answers"}
    told = [str(one["fact"]) for one in facts(world.kent)]
    assert told[-2 * every :] == ["SpecimenSent", "SpecimenReceipted"] * every
    assert fetch(world) == 0


def test_what_was_pulled_and_not_receipted_waits_an_hour_and_then_goes_anew(world: World) -> None:
    pulling_world(world)
    first, second = (ask(world, request(world, str(number))) for number in (1, 2))
    assert first.about != second.about
    answer = take(world, first)
    assert answer.taken
    spoilt = Message(
        world.clock(), answer.content_type, answer.body.replace(b"Digest", b"Digets"), digest(world.medway.tls)
    )
    assert exchange.accept(world.kent.gateway, spoilt).status == 200
    assert sum(to for to, _ in far(world).values()) == 0
    receipt = Message(world.clock(), answer.content_type, answer.body, digest(world.medway.tls))
    assert [exchange.accept(world.kent.gateway, receipt).status for _ in range(2)] == [202, 202]
    assert sum(to for to, _ in far(world).values()) == 1
    assert [one["fact"] for one in facts(world.kent)].count("SpecimenReceipted") == 1
    for _ in range(3):
        fetch(world)
    assert (
        sum(one.passed for one in world.kent.store.rehearsals(MEDWAY)) == len(world.kent.store.rehearsals(MEDWAY)) - 1
    )
    world.clock.on(hours=1)
    assert fetch(world) == 1
    assert all(one.passed for one in world.kent.store.rehearsals(MEDWAY))
    late = exchange.accept(world.kent.gateway, replace(receipt, body=take(world, second).body))
    assert errors_in(world, late) == [("EBMS:0302", "failure")], "another went in its place"


def test_nothing_is_handed_out_while_keys_wait_for_people_and_what_is_real_goes_on_waiting(world: World) -> None:
    world.notice()
    pulling_world(world)
    found = replace(known(world.kent, MEDWAY), revoked=tuple(known(world.kent, MEDWAY).fingerprints("seal")))
    world.kent.store.enlist([replace(found, certificates=tuple(
        one for one in found.certificates if one.role != "seal"
    ))], Record(()))  # fmt: skip
    assert errors_in(world, ask(world, request(world))) == [("EBMS:0006", "warning")]
    world.kent.store.enlist([replace(found, revoked=())], Record(()))
    assert ask(world, request(world, "2")).about is not None
    assert world.kent.store.counts() == {State.WAITING: 1}


def test_nothing_real_goes_to_a_partner_that_is_being_connected(world: World) -> None:
    connecting.begin(world.kent.gateway, world.kent.store, MEDWAY, SHAH, world.clock())
    plan = world.notice()
    assert b'"onboarding"' in plan.answer
    assert world.kent.store.counts() == {}
    assert world.wire.carried == []


def test_a_transfer_file_still_goes_to_its_school_by_school2school(world: World) -> None:
    connecting.begin(world.kent.gateway, world.kent.store, MEDWAY, SHAH, world.clock())
    plan = world.leavers()
    assert b'"release"' in plan.answer
    (parcel,) = (one.parcel for one in world.kent.store.parcels_in(list(State), 9) if one.parcel.reader != KENT)
    assert parcel.carrier == "s2s"


def test_what_is_on_its_way_when_it_begins_waits_until_it_is_live(world: World) -> None:
    world.notice()
    connecting.begin(world.kent.gateway, world.kent.store, MEDWAY, SHAH, world.clock())
    assert dispatch.send_due(world.kent.gateway) == []
    assert world.wire.carried == []
    for person in (SHAH, LOWE):
        connecting.go_live(world.kent.gateway, world.kent.store, MEDWAY, person, world.clock())
    world.clock.on(minutes=1)
    dispatch.send_due(world.kent.gateway)
    assert world.kent.store.counts() == {State.DELIVERED: 1}


def test_what_was_claimed_when_it_begins_is_put_off_and_nobody_is_told_that_it_failed(world: World) -> None:
    world.notice()
    gateway, at = world.kent.gateway, world.clock()
    (claimed,) = world.kent.store.claim(at, gateway.lease, 9, dispatch.judge(gateway, at), gateway.waits)
    connecting.begin(gateway, world.kent.store, MEDWAY, SHAH, at)
    put_off = dispatch.take_up(gateway, claimed, dispatch.send)
    assert isinstance(put_off, dispatch.Sent)
    assert put_off.fact == ParcelDeferred(at, KENT, claimed.parcel.id, 1, at, Reason.ONBOARDING)
    assert world.wire.carried == []
    assert world.kent.store.counts() == {State.WAITING: 1}


def test_nothing_real_comes_from_a_partner_that_is_being_connected(world: World) -> None:
    connect(world)
    before = tables(world.kent)
    made = a_notice(marked=False)
    assert refused_as(signal(world.kent, MEDWAY, SERVICE, made.content, made.name)) == Code.ONBOARDING
    assert refused_as(signal(world.kent, MEDWAY, TEST_SERVICE, made.content, made.name, 2)) == Code.UNMARKED
    told = facts(world.kent)[-2:]
    assert [(one["fact"], one["code"]) for one in told] == [
        ("MessageRefused", Code.ONBOARDING), ("MessageRefused", Code.UNMARKED),
    ]  # fmt: skip
    grown = {name for name, rows in tables(world.kent).items() if rows != before[name]}
    assert grown <= {"log_lines", "log_nodes", "logs", "mentions", "vouched"}


def test_a_specimen_of_a_live_partner_never_becomes_a_case(world: World) -> None:
    before, made = tables(world.kent)["cases"], a_notice(marked=True)
    assert refused_as(signal(world.kent, MEDWAY, TEST_SERVICE, made.content, made.name)) == Code.SPECIMEN
    assert refused_as(signal(world.kent, MEDWAY, SERVICE, made.content, made.name, 2)) == Code.SPECIMEN
    assert tables(world.kent)["cases"] == before == []
    real = a_notice(marked=False)
    assert isinstance(signal(world.kent, MEDWAY, SERVICE, real.content, real.name, 3), as4.Receipt)
    assert len(tables(world.kent)["cases"]) == 1  # type: ignore[arg-type]


def test_a_school_cannot_upload_a_specimen(world: World) -> None:
    made = leavers()
    plan = world.upload(documents.marked(made.content), made.name)
    assert plan.refusal is Code.SPECIMEN


@pytest.mark.parametrize(("fault", "code"), [(b"", Code.SPECIMEN), (b"x", Code.FINDINGS)], ids=["whole", "wrong"])
def test_nobody_is_called_about_a_specimen_that_a_school_uploads(world: World, fault: bytes, code: Code) -> None:
    """As of any return that is refused: the child would stand on the council's list, or a team hear of it at once."""
    made = leaver("F", care_authority="886")
    spoilt = made.content.replace(b"<DOB>", b"<DOB>" + fault, 1)
    assert world.upload(documents.marked(spoilt), made.name).refusal is code
    assert world.kent.store.blocked_at(KENT) == [] == list(world.kent.store.tasks([KENT]))
    both = spoilt.partition(b"</Pupil>")
    mixed = both[0] + both[1] + documents.marked(both[0].partition(b"<Pupil>")[1] + both[0].partition(b"<Pupil>")[2])
    world.upload(mixed + both[1] + both[2], made.name)
    assert [one.pupil for one in world.kent.store.blocked_at(KENT)] == [1], "the child beside it is no specimen"


def test_a_specimen_that_is_wrong_is_refused_as_it_would_be_live_and_its_line_says_test(world: World) -> None:
    connect(world)
    made = a_notice(marked=True)
    broken = made.content.replace(b"<CaseReference>", b"<CaseReferenz>").replace(
        b"</CaseReference>", b"</CaseReferenz>"
    )
    assert refused_as(signal(world.kent, MEDWAY, TEST_SERVICE, broken, made.name)) == Code.FINDINGS
    assert facts(world.kent)[-1]["fact"] == "SpecimenRefused"
    assert list(world.kent.store.rehearsals(MEDWAY)) == []


def test_a_repeat_gets_the_same_receipt_and_is_no_second_line(world: World) -> None:
    connect(world)
    rehearsed(world.kent, MEDWAY)
    lines = len(facts(world.medway))
    (first, *_) = world.wire.carried
    content_type = world.kent.store.counts()
    assert content_type == {}
    at, kent = world.clock(), digest(world.kent.tls)
    boundary = first.split(b"\r\n", 1)[0].removeprefix(b"--").decode()
    kind = f'multipart/related; boundary="{boundary}"; type="application/soap+xml"'
    answers = [receive.accept(world.medway.gateway, Message(at, kind, first, kent)) for _ in range(2)]
    assert answers[0].taken
    assert answers[0].body == answers[1].body
    assert len(facts(world.medway)) == lines


def test_going_live_takes_two_people_and_keys_that_count(world: World) -> None:
    gateway, store = world.kent.gateway, world.kent.store
    with pytest.raises(Refusal, match="settled"):
        connecting.go_live(gateway, store, MEDWAY, SHAH, world.clock())
    connecting.begin(gateway, store, MEDWAY, SHAH, world.clock())
    with pytest.raises(Refusal, match="settled"):
        connecting.begin(gateway, store, MEDWAY, LOWE, world.clock())
    with pytest.raises(Refusal, match="not-allowed"):
        connecting.go_live(gateway, store, MEDWAY, ASH, world.clock())
    assert connecting.go_live(gateway, store, MEDWAY, SHAH, world.clock()).onboarding
    with pytest.raises(Refusal, match="same-person"):
        connecting.go_live(gateway, store, MEDWAY, SHAH, world.clock())
    assert not connecting.go_live(gateway, store, MEDWAY, LOWE, world.clock()).onboarding
    moved = [one for one in facts(world.kent) if one["fact"] == "OnboardingMoved"]
    kinds = len(connecting.far(gateway, store, known(world.kent, MEDWAY)))
    assert [(one["status"], one["passed"], one["known"]) for one in moved] == [
        ("onboarding", 0, kinds), ("agreed", 0, kinds), ("live", 0, kinds),
    ]  # fmt: skip


def test_a_partner_whose_keys_wait_for_people_cannot_go_live_nor_be_rehearsed_with(world: World) -> None:
    gateway, store = world.kent.gateway, world.kent.store
    found = known(world.kent, MEDWAY)
    claim = partners.received(None, replace(found, onboarding=True), world.clock(), vouched=False)
    assert claim.onboarding
    store.enlist([claim], Record(()))
    with pytest.raises(Refusal, match="no-certificate"):
        connecting.go_live(gateway, store, MEDWAY, SHAH, world.clock())
    with pytest.raises(Refusal, match="no-certificate"):
        rehearsed(world.kent, MEDWAY)


def test_a_rehearsal_is_refused_with_whom_it_cannot_be_had(world: World) -> None:
    with pytest.raises(Refusal, match="specimen"):
        rehearsed(world.kent, MEDWAY)
    with pytest.raises(Refusal, match="not-found"):
        rehearsed(world.kent, PartnerId("nobody"))
    with pytest.raises(Refusal, match="not-allowed"):
        connecting.begin(world.kent.gateway, world.kent.store, LARKMERE, SHAH, world.clock())
    plain = replace(
        known(world.kent, MEDWAY), channel=Channel.MESH, mailbox="X26ABC1", plain=True, onboarding=True
    )  # fmt: skip
    world.kent.store.enlist([plain], Record(()))
    with pytest.raises(Refusal, match="carrier"):
        rehearsed(world.kent, MEDWAY)
    kinds = connecting.far(world.kent.gateway, world.kent.store, plain)
    assert all((one.sent, one.to, one.passed) == (0, 0, False) for one in kinds)


def test_no_record_that_comes_takes_a_partner_out_of_onboarding(world: World) -> None:
    found = replace(known(world.kent, MEDWAY), onboarding=True, live_by=SHAH.id)
    came = replace(known(world.kent, MEDWAY), town="Elsewhere")
    after = partners.received(found, came, world.clock(), vouched=True)
    assert after.onboarding
    assert after.live_by is None
    assert partners.from_toml(partners.to_toml((found,))) == (found,)
    live = partners.received(known(world.kent, MEDWAY), found, world.clock(), vouched=True)
    assert not live.onboarding


def test_a_body_without_a_number_gets_every_message_and_no_school_file(world: World) -> None:
    kinds = world.kent.gateway.rulebook.schemas
    made = list(
        sample.specimens(
            kinds, Between(LaEstab("886LLLL"), LaEstab("8864321"), LaEstab("886LLLL"), "police-kent"), NOON
        )
    )
    assert {one.kind for one in made} == set(Kind) - {Kind.CTF, Kind.CML, Kind.CMJ}
    for one in made:
        document = documents.read(one.file.name, one.file.content, kinds, world.kent.gateway.rulebook.known).document
        assert document is not None
        assert documents.is_specimen(document)
        assert documents.subject(document).body == "police-kent"
