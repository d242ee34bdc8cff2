"""What a right changes is the copies it is about: of this child, of this home, on the word of who had told us."""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from gateway.core import as4, documents, sample
from gateway.core.documents.messages.about import Concerned, Rights
from gateway.core.documents.messages.parts import Reference
from gateway.core.documents.messages.words import Right
from gateway.core.errors import Code, Fault, Refusal
from gateway.core.facts import Asker, RightsKind, RightsStep, Role
from gateway.core.records import Person, Record, RightsCopy
from gateway.core.sample import SampleFile
from gateway.core.terms import (
    DisclosureId,
    Flag,
    Item,
    Kind,
    LaEstab,
    ParcelId,
    PartnerId,
    PersonId,
    RequestId,
    UploadId,
)
from gateway.edge.store import tables as t
from gateway.flows import addenda, children, holds, replying, situations
from gateway.flows.rights import disclosed, ours, requests, settling
from tests.flows.asked import a_message, about, carry
from tests.flows.asked import sent as asked_after
from tests.flows.test_enquiries import child_of, the_one
from tests.flows.test_receive import resealed, take
from tests.flows.test_rights_answered import GOVERNANCE, WHY, answer, opened, pages, refusal_of, step
from tests.flows.test_rights_chased import sample_file, sent, shelved
from tests.flows.test_shared_team import BOTH, a_notice, send, shared
from tests.flows.watch import FIRST, OFFICER, SECOND, THEIR_OFFICER, flag, hand_in, lines, read, values
from tests.simulator import ACADEMY, KENT, MEDWAY, NOON, TIDEWAY, World, leavers, rulebook

__all__ = ["shared"]
POSTCODE = Item("Address/PostCode")
RIGHT = "ZZ99 3CC"
PHONE, SURNAME, NEW = Item("Phones/Phone/PhoneNo"), Item("Contacts/Contact/Surname"), "01632 960999"


def three(world: World) -> tuple[SampleFile, DisclosureId]:
    """Kent's school sent Medway's a file about three children."""
    made = leavers(pupils=3, seed=5)
    world.upload(made.content, made.name)
    carry(world, KENT)
    (parcel,) = world.medway.store.shelved_for([TIDEWAY])
    return made, parcel.parcel.disclosure


def notice_of(world: World, right: Right, records: Sequence[Concerned]) -> ParcelId:
    """Medway has a rights notice from Kent."""
    file = sample.message(
        Kind.RIGHTS, 1, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON, disclosure=records[0].message.disclosure_id
    )
    said = documents.value(read(file))
    assert isinstance(said, Rights)
    sent(world.kent, sample_file(replace(said, right=right, records=tuple(records))), OFFICER, world.clock())
    carry(world, KENT)
    return shelved(world.medway, Kind.RIGHTS)[0]


def meant(disclosure: DisclosureId, number: int | None, **more: object) -> Concerned:
    return Concerned(message=Reference(disclosure_id=disclosure), number=number, **more)  # type: ignore[arg-type]


def apply(world: World, notice: ParcelId) -> settling.Settled:
    return settling.apply(world.medway.gateway, world.medway.store, THEIR_OFFICER, notice, world.clock())


def kept_upns(world: World, made: SampleFile) -> Sequence[Sequence[str | None]]:
    """The number of each child of the file, as Medway still keeps it."""
    known = children.handles(read(made), world.medway.vault.blind)
    found = []
    for number in known:
        papers = disclosed.papers(world.medway.gateway, world.medway.store, known[number][:1], MEDWAY)
        found.append([documents.identities(one.document)[one.number].upn for one in papers])
    return found


def test_erasing_one_of_three_leaves_the_other_two_and_finds_each_of_them_still(either: World) -> None:
    made, disclosure = three(either)
    upns: list[str | None] = [one.decode() for one in values(made.content, "UPN")]
    assert apply(either, notice_of(either, Right.ERASURE, [meant(disclosure, 2)])).copies == 1
    assert kept_upns(either, made) == [[upns[0]], [], [upns[2]]]
    (standing,) = either.medway.store.shelved_for([TIDEWAY])
    assert either.medway.store.kept_of(standing.parcel.source, MEDWAY) != standing.parcel.document
    for number, found in ((2, 0), (3, 1)):
        who = child_of(one_of(made, number))
        either.clock.on(minutes=1)  # so that the newest is this one
        asked_after(either, about(a_message(either, Kind.ENQUIRY, number), who))
        carry(either, KENT)
        hits = replying.suggestions(
            either.medway.gateway, either.medway.store, THEIR_OFFICER, the_one(either), 1, either.clock()
        )
        assert len(hits) == found


def one_of(made: SampleFile, number: int) -> SampleFile:
    """A file with this child alone."""
    document = read(made)
    schemas = rulebook().schemas
    for other in reversed(range(1, len(document.pupils) + 1)):
        document = document if other == number else documents.without(document, other, schemas)
    return SampleFile(document.name, document.content)


def told_of(world: World, notice: ParcelId) -> Sequence[tuple[int | None, str]]:
    """Whom a notice names to Tideway, whose shelf it is laid on: by the place in the file, and as an office would."""
    with world.medway.store.engine.begin() as db:
        db.execute(t.parcels.update().where(t.parcels.c.id == notice).values(reader=TIDEWAY, kind="rights"))
    office = Person(PersonId("t.office"), Role.SCHOOL_READER, TIDEWAY)
    return [(one.number, one.label) for one in addenda.read(world.medway.gateway, office, notice, world.clock())[1]]


def test_what_is_said_of_a_file_names_no_other_child_once_one_was_erased_from_it(either: World) -> None:
    made, disclosure = three(either)
    labels = documents.labels(made.content)
    notice = notice_of(either, Right.ERASURE, [meant(disclosure, 2)])
    apply(either, notice)
    assert told_of(either, notice) == [(2, "")]
    rest = [meant(disclosure, one, items=(POSTCODE,), correction=RIGHT) for one in (1, 3)]
    assert told_of(either, notice_of(either, Right.RECTIFICATION, rest)) == [(1, labels[1]), (3, labels[3])]


def test_the_notice_of_an_erasure_is_read_after_the_whole_file_was_erased(world: World) -> None:
    made = leavers(pupils=1, seed=5)
    world.upload(made.content, made.name)
    carry(world, KENT)
    (parcel,) = world.medway.store.shelved_for([TIDEWAY])
    notice = notice_of(world, Right.ERASURE, [meant(parcel.parcel.disclosure, 1)])
    apply(world, notice)
    assert told_of(world, notice) == [(1, "")]


def test_a_notice_without_a_childs_place_is_about_every_child_of_the_message(world: World) -> None:
    made, disclosure = three(world)
    apply(world, notice_of(world, Right.RESTRICTION, [meant(disclosure, None, restricted_from=NOON.date())]))
    known = children.handles(read(made), world.medway.vault.blind)
    flags = [set().union(*world.medway.store.flags_on(some).values()) for some in known.values()]
    assert flags == [{Flag.RESTRICTION}] * 3


def statements(world: World, made: SampleFile) -> list[list[str]]:
    """What stands beside the record of each child of the file at Medway; nothing where the child was erased."""
    gateway, store = world.medway.gateway, world.medway.store
    known = children.handles(read(made), world.medway.vault.blind)
    found = (disclosed.papers(gateway, store, known[number][:1], MEDWAY) for number in known)
    return [[said for one in some for said in one.beside] for some in found]


def test_a_statement_beside_one_child_of_three_stands_in_nobody_elses_answer(either: World) -> None:
    made, disclosure = three(either)
    put = [meant(disclosure, 1, addendum="We moved in May."), meant(disclosure, 2, addendum="Not so.\nWe asked.")]
    apply(either, notice_of(either, Right.ADDENDUM, put))
    assert statements(either, made) == [["We moved in May."], ["Not so.\nWe asked."], []]
    either.clock.on(minutes=1)
    apply(either, notice_of(either, Right.ADDENDUM, [meant(disclosure, None, addendum="Of all.")]))
    assert statements(either, made) == [["We moved in May.", "Of all."], ["Not so.\nWe asked.", "Of all."], ["Of all."]]


def test_a_statement_is_erased_with_its_child_and_the_others_keep_theirs(either: World) -> None:
    made, disclosure = three(either)
    put = [meant(disclosure, number, addendum=f"The statement {number}.") for number in (2, 3)]
    apply(either, notice_of(either, Right.ADDENDUM, put))
    (standing,) = either.medway.store.shelved_for([TIDEWAY])
    rows = either.medway.store.rights_copies(standing.parcel.id)
    either.clock.on(minutes=1)
    apply(either, notice_of(either, Right.ERASURE, [meant(disclosure, 2)]))
    with pytest.raises(Fault):
        either.medway.store.kept(rows[0].after)
    assert statements(either, made) == [[], [], ["The statement 3."]]


def test_a_statement_of_before_its_child_was_kept_with_it_stands_where_no_other_child_can_be_meant(
    world: World,
) -> None:
    for pupils, beside in ((1, "Of before."), (2, None)):
        made = leavers(pupils=pupils, seed=20 + pupils)
        answered = json.loads(world.upload(made.content, made.name).answer)
        source, here = UploadId(answered["upload"]), situations.of(world.kent.gateway, KENT, world.clock())
        old = here.keep(b"Of before.")
        row = RightsCopy(source, 0, RightsKind.ADDENDUM, "before", old.id, NOON)
        world.kent.store.record(Record((), kept=(old,), rights_copies=(row,)))
        known = children.handles(read(made), world.kent.vault.blind)[1][:1]
        (paper,) = disclosed.papers(world.kent.gateway, world.kent.store, known, KENT)
        assert paper.beside == ((beside,) if beside else ())


def test_two_corrections_of_one_message_follow_each_other(either: World) -> None:
    made, disclosure = three(either)
    both = [meant(disclosure, one, items=(POSTCODE,), correction=RIGHT) for one in (1, 3)]
    assert apply(either, notice_of(either, Right.RECTIFICATION, both)).copies == 2
    (standing,) = either.medway.store.shelved_for([TIDEWAY])
    rows = either.medway.store.rights_copies(standing.parcel.id)
    assert [one.number for one in rows] == [0, 1] and rows[1].before == rows[0].after
    for number, right in ((1, True), (2, False), (3, True)):
        known = children.handles(read(made), either.medway.vault.blind)[number][:1]
        (paper,) = disclosed.papers(either.medway.gateway, either.medway.store, known, MEDWAY)
        codes = {one.value for one in documents.leaves(paper.document, paper.number) if one.item == POSTCODE}
        assert (codes == {RIGHT}) is right


def phones(world: World, made: SampleFile, home: PartnerId, item: Item) -> list[str]:
    """What this home holds of the first child's repeated item, in its order."""
    side = world.sides[home]
    known = children.handles(read(made), side.vault.blind)[1]
    (paper,) = disclosed.papers(side.gateway, side.store, known, home)
    return [one.value for one in documents.leaves(paper.document, paper.number) if one.item == item]


def test_of_an_item_that_stands_there_twice_a_partner_puts_right_only_the_one_that_we_mean(either: World) -> None:
    made, disclosure = three(either)
    _, second, *rest = before = phones(either, made, MEDWAY, PHONE)
    unclear = notice_of(either, Right.RECTIFICATION, [meant(disclosure, 1, items=(PHONE,), correction=NEW)])
    with pytest.raises(Refusal) as refusal:
        apply(either, unclear)
    assert refusal.value.code is Code.WHICH_ONE and phones(either, made, MEDWAY, PHONE) == before
    either.clock.on(minutes=1)
    clear = [meant(disclosure, 1, items=(PHONE,), correction=NEW, was=second, entry=2)]
    assert apply(either, notice_of(either, Right.RECTIFICATION, clear)).copies == 1
    assert phones(either, made, MEDWAY, PHONE) == [before[0], NEW, *rest]


def test_of_an_item_that_stands_there_twice_only_the_one_that_is_meant_is_put_right(world: World) -> None:
    made = leavers(pupils=1, seed=5)
    world.upload(made.content, made.name)
    with pytest.raises(Refusal) as refusal:
        grant(world, wanted(world, made, PHONE, NEW))
    assert refusal.value.code is Code.WHICH_ONE
    first, second, *rest = phones(world, made, KENT, PHONE)
    assert grant(world, wanted(world, made, PHONE, NEW, was=second)) == 1
    assert phones(world, made, KENT, PHONE) == [first, NEW, *rest]
    names = phones(world, made, KENT, SURNAME)
    assert grant(world, wanted(world, made, SURNAME, "Quill", entry=3)) == 1
    assert phones(world, made, KENT, SURNAME) == [*names[:2], "Quill"]
    assert grant(world, wanted(world, made, SURNAME, "Quill", was="Nobody")) == 0, "nothing here says so"


def test_a_request_finds_the_child_under_each_of_its_numbers_and_nobody_else_of_its_name(world: World) -> None:
    made = leavers(pupils=1, seed=5)
    upn = values(made.content, "UPN")[0]
    theirs, new = (values(leavers(pupils=1, seed=seed).content, "UPN")[0] for seed in (6, 7))
    before = b"<BasicDetails>", b"<BasicDetails><FormerUPN>" + upn + b"</FormerUPN>"
    for content in (made.content, made.content.replace(upn, new).replace(*before), made.content.replace(upn, theirs)):
        world.upload(content, made.name)
    gateway, store = world.kent.gateway, world.kent.store
    found = store.handles_with(world.kent.vault.blind(f"child:{new.decode()}"))
    papers = disclosed.papers(gateway, store, found, KENT)
    said = [documents.identities(one.document)[one.number].upn for one in papers]
    assert set(said) == {upn.decode(), new.decode()}, "under the number of before too, and of its namesake nothing"
    wish = requests.Asked(KENT, RightsKind.ACCESS, Asker.CHILD, found)
    request = requests.open_request(gateway, OFFICER, wish, world.clock())
    step(world, request, RightsStep.IDENTITY_SHOWN)
    step(world, request, RightsStep.COMPETENCE_JUDGED)
    assert len(answer(world, request).documents) == 2


def test_nobody_speaks_of_a_right_in_the_name_of_somebody_whom_it_does_not_serve(world: World) -> None:
    """Whoever signed it is who told us, whatever it says of itself, and changes nothing of what others told us."""
    made = sample.notice(7, LaEstab("886LLLL"), LaEstab("887LLLL"), NOON.replace(tzinfo=None), 7)
    for number, origin in enumerate((PartnerId("council-201"), ACADEMY, TIDEWAY, PartnerId("council-886"))):
        properties = (("originalSender", origin), ("finalRecipient", MEDWAY), ("purpose", "P06"))
        part = as4.Part(made.content, "application/xml", made.name)
        take(world, *resealed(world, f"{number}@kent", b"", properties=properties, parts=(part,)))
    told = [one.parcel.discloser for one in reversed(world.medway.store.shelved_for([MEDWAY]))]
    assert sorted(told) == sorted([KENT, ACADEMY, KENT, KENT])


def test_a_right_from_a_partner_that_did_not_tell_us_changes_nothing(world: World) -> None:
    made, disclosure = three(world)
    notice = notice_of(world, Right.ERASURE, [meant(disclosure, 1)])
    with world.medway.store.engine.begin() as db:
        db.execute(t.parcels.update().where(t.parcels.c.id == notice).values(discloser="council-201"))
    with pytest.raises(Refusal) as refusal:
        apply(world, notice)
    assert refusal.value.code is Code.NOT_FOUND
    assert all(len(one) == 1 for one in kept_upns(world, made))


# -- our own copies ---------------------------------------------------------------------------------------------------


def wanted(
    world: World, made: SampleFile, item: Item = POSTCODE, correction: str = RIGHT, **which: Any
) -> RequestId:  # fmt: skip
    request = opened(world, made, Asker.CHILD, kind=RightsKind.RECTIFICATION, item=item, correction=correction, **which)
    step(world, request, RightsStep.IDENTITY_SHOWN)
    step(world, request, RightsStep.COMPETENCE_JUDGED)
    return request


def grant(world: World, request: RequestId) -> int:
    return ours.grant(world.kent.gateway, world.kent.store, GOVERNANCE, request, WHY, world.clock())[1]


def test_a_correction_that_is_granted_is_made_in_our_own_copy_too(either: World) -> None:
    made = leavers(pupils=1, seed=5)
    either.upload(made.content, made.name)
    assert grant(either, wanted(either, made)) == 1
    request = opened(either, made, Asker.CHILD)
    step(either, request, RightsStep.IDENTITY_SHOWN)
    step(either, request, RightsStep.COMPETENCE_JUDGED)
    (one,) = answer(either, request).documents
    assert one.corrected and {part.value for part in one.shown if part.item == POSTCODE} == {RIGHT}
    assert values(made.content, "PostCode")[0] not in pages(answer(either, request))


def test_a_correction_that_does_not_fit_is_not_granted(world: World) -> None:
    made = leavers(pupils=1, seed=5)
    world.upload(made.content, made.name)
    request = wanted(world, made, Item("DOB"), "last spring")
    assert refusal_of(lambda: grant(world, request)) is Code.FINDINGS
    assert [line["step"] for line in lines(world.kent, "RightsStepTaken")] == ["identity-shown", "competence-judged"]


def test_what_waits_for_people_goes_as_it_was_put_right_meanwhile(world: World) -> None:
    made = leavers(pupils=1, seed=5)
    flag(world, made)
    hand_in(world, made)
    (held,) = [line["disclosure"] for line in lines(world.kent, "DisclosureHeld") if line["purpose"] == "P04"]
    assert grant(world, wanted(world, made)) > 0
    for person in (FIRST, SECOND):
        holds.release(world.kent.gateway, world.kent.store, person, DisclosureId(held), WHY, world.clock())
    carry(world, KENT)
    (parcel,) = world.medway.store.shelved_for([TIDEWAY])
    content = world.medway.vault.open_kept(world.medway.store.kept(parcel.parcel.document))
    assert RIGHT.encode() in content


# -- two homes of one gateway -----------------------------------------------------------------------------------------


def test_a_home_answers_from_what_it_keeps_itself_and_not_from_the_other_homes_files(shared: World) -> None:
    made = a_notice(KENT, MEDWAY)
    other = replace(read(made), name=made.name)
    send(shared, BOTH, KENT, made)
    gateway, store = shared.kent.gateway, shared.kent.store
    handle = children.handles(other, shared.kent.vault.blind)[1][:1]
    assert [one.reader for one in disclosed.about(gateway, store, handle, KENT)] == [MEDWAY]
    assert disclosed.about(gateway, store, handle, MEDWAY) == (), "Medway told nobody"
    assert len(disclosed.papers(gateway, store, handle, MEDWAY)) == 1, "it lies on Medway's shelf"
    private = leavers(pupils=1, seed=9, dest=LaEstab("8864999"))
    send(shared, OFFICER, KENT, private)
    theirs = children.handles(read(private), shared.kent.vault.blind)[1][:1]
    assert disclosed.papers(gateway, store, theirs, MEDWAY) == ()
    assert len(disclosed.papers(gateway, store, theirs, KENT)) == 1


def test_a_file_that_is_enclosed_stands_in_an_answer_by_its_kind_and_digest_alone() -> None:
    made = sample.message(Kind.ENCLOSURE, 3, LaEstab("8864321"), LaEstab("8874123"), NOON.replace(tzinfo=None))
    rules = rulebook()
    document = documents.read(made.name, made.content, rules.schemas, rules.known).document
    assert document is not None
    said = {one.item for one in disclosed.parts(document, 1)}
    assert {one for one in said if one.startswith("Enclosed/")} == {"Enclosed/FileKind", "Enclosed/Sha256"}
    assert "Enclosed/Part" in {one.item for one in documents.leaves(document, 1)}, "or nothing was left out"


@pytest.mark.parametrize("right", [Right.ADDENDUM, Right.RECTIFICATION, Right.ERASURE])
def test_a_right_of_a_child_who_is_not_in_the_file_changes_nothing(world: World, right: Right) -> None:
    made, disclosure = three(world)
    put: dict[str, Any] = {"items": (POSTCODE,), "correction": RIGHT}
    said = {Right.ADDENDUM: {"addendum": "Not so."}, Right.RECTIFICATION: put}.get(right, {})
    notice = notice_of(world, right, [meant(disclosure, 4, **said)])
    with pytest.raises(Refusal) as refusal:
        apply(world, notice)
    assert refusal.value.code is Code.NOT_FOUND
    assert all(len(one) == 1 for one in kept_upns(world, made)) and statements(world, made) == [[], [], []]


def test_who_is_erased_already_is_erased_with_nobody_else_and_all_of_them_means_the_rest(either: World) -> None:
    made, disclosure = three(either)
    upns: list[str | None] = [one.decode() for one in values(made.content, "UPN")]

    def erase(*numbers: int | None) -> int:
        either.clock.on(minutes=1)
        wanted = [meant(disclosure, number) for number in numbers]
        return apply(either, notice_of(either, Right.ERASURE, wanted)).copies

    assert erase(1, 2) == 2
    assert refusal_of(lambda: erase(1)) is Code.NOT_FOUND
    assert kept_upns(either, made) == [[], [], [upns[2]]]
    assert erase(None) == 1
    assert kept_upns(either, made) == [[], [], []]
