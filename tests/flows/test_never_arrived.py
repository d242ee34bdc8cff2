"""A story: a child leaves in the middle of a year for a school that can answer, and never arrives there."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from gateway.core import agreements, sample
from gateway.core.agreements import Party, Signatory, Status
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Because, Condition, Ending, EntryKind, Role, TaskKind, WatchEnd
from gateway.core.law import Article9, Paper, Schedule1, Stated
from gateway.core.records import Person, Watch
from gateway.core.sample import Mistake, SampleFile, Wish
from gateway.core.terms import Basis, Flag, Kind, LaEstab, PartnerId, Period, PersonId, PurposeCode, WatchId
from gateway.flows import alarms, casebook, casework, dispatch, watching
from tests.core.law.made import ROOT
from tests.flows.test_cases import EARLIER, leaver, rows
from tests.flows.watch import FIRST, OFFICER, SCHOOL, THEIR_OFFICER, enlist, flag, hand_in, lines
from tests.simulator import ACADEMY, KENT, LARKMERE, MEDWAY, NOON, NUMBERS, TIDEWAY, World, agreement, leavers, rulebook

READER = Person(PersonId("r.office"), Role.SCHOOL_READER, ACADEMY)


def moving(dest: LaEstab = NUMBERS[TIDEWAY], pupils: int = 1, **wish: object) -> SampleFile:
    return leavers(pupils=pupils, dest=dest, at=EARLIER, leaving=EARLIER.date(), **wish)


def watches(world: World, home: PartnerId = KENT) -> list[Watch]:
    return list(world.sides[home].store.watches([home]))


def joined(made: SampleFile, school: LaEstab, entered: date) -> SampleFile:
    """The new school's return about the very child of ``made``."""
    back = sample.ctf(
        Wish(kind=Kind.CMJ, source=school, dest=LaEstab(f"{school.la}LLLL"), at=EARLIER.replace(month=11, day=6),
             leaving=entered)
    )  # fmt: skip
    upn, own = (one.content.split(b"<UPN>")[1][:13] for one in (made, back))
    return SampleFile(back.name, back.content.replace(own, upn))


def sweep(world: World) -> None:
    for side in world.sides.values():
        watching.due(side.gateway, side.store, world.clock())
        dispatch.send_due(side.gateway)


def test_who_left_and_never_arrives_is_seen_by_both_councils_collected_or_not(either: World) -> None:
    world = either
    hand_in(world, moving())
    dispatch.send_due(world.kent.gateway)
    (ours,), (theirs,) = watches(world), watches(world, MEDWAY)
    assert (ours.school, ours.other, theirs.other) == (NUMBERS[TIDEWAY], MEDWAY, KENT)
    assert ours.expected == NOON.date() + timedelta(days=1)
    assert rows(world) == [] and rows(world, THEIR_OFFICER) == []

    world.clock.at = ours.due - timedelta(minutes=1)
    sweep(world)
    assert rows(world) == [], "ten school days have not passed"
    world.clock.on(minutes=2)
    sweep(world)
    (case,), (there,) = rows(world), rows(world, THEIR_OFFICER)
    assert (case.because, there.because) == (Because.LEFT_NOT_ARRIVED, Because.NOTICE)
    assert [row.overdue for row in watching.listed(world.kent.gateway, world.kent.store, OFFICER)] == [True]
    assert len(lines(world.kent, "WatchOverdue")) == 1
    world.clock.on(days=1)
    sweep(world)
    assert len(rows(world)) == len(rows(world, THEIR_OFFICER)) == 1, "it is told once"
    assert not [one for one in lines(world.kent) if "8874123" in str(one)]


def test_a_return_of_the_new_school_ends_the_watch_and_its_council_tells_ours(world: World) -> None:
    made = moving()
    hand_in(world, made)
    dispatch.send_due(world.kent.gateway)
    world.clock.on(days=3)
    back = joined(made, NUMBERS[TIDEWAY], NOON.date() + timedelta(days=1))
    medway = world.medway
    casework.send(medway.gateway, MEDWAY, back.name, back.content, world.clock(), ready=True)
    assert watches(world, MEDWAY) == [] and watches(world), "the return came to their council"
    sweep(world)
    assert watches(world) == []
    assert [line["end"] for line in lines(world.kent, "WatchClosed")] == [WatchEnd.COUNCIL]
    world.clock.on(days=30)
    sweep(world)
    assert rows(world) == rows(world, THEIR_OFFICER) == []


@pytest.mark.parametrize("says", ["return", "office"])
def test_who_arrives_after_the_alarm_is_watched_by_neither_council_any_longer(either: World, says: str) -> None:
    world, made = either, moving()
    hand_in(world, made)
    dispatch.send_due(world.kent.gateway)
    world.clock.on(days=30)
    sweep(world)
    assert watches(world) and watches(world, MEDWAY), "both see: left, not arrived"
    medway = world.medway
    world.clock.on(days=1)
    if says == "return":
        back = joined(made, NUMBERS[TIDEWAY], NOON.date() + timedelta(days=1))
        casework.send(medway.gateway, MEDWAY, back.name, back.content, world.clock(), ready=True)
    else:
        (one,) = watches(world, MEDWAY)
        watching.started(medway.gateway, medway.store, THEIR_OFFICER, one.id, world.clock())
    sweep(world)
    assert watches(world) == watches(world, MEDWAY) == []
    (case,) = rows(world)
    told = casebook.show(world.kent.gateway, world.kent.store, OFFICER, case.id, world.clock()).timeline
    assert told[-1].text == "The other council says that the child has started there."
    (there,) = rows(world, THEIR_OFFICER)
    heard = casebook.show(medway.gateway, medway.store, THEIR_OFFICER, there.id, world.clock()).timeline
    assert "the child has started at 8874123" in heard[-1].text
    before = len(lines(medway, "DisclosureReleased"))
    sweep(world)
    assert len(lines(medway, "DisclosureReleased")) == before, "it is told once"


def test_a_person_says_that_the_child_has_started(world: World) -> None:
    hand_in(world, moving())
    (one,) = watches(world)
    for stranger, code in ((THEIR_OFFICER, Code.NOT_FOUND), (replace(OFFICER, role=Role.AUDITOR), Code.NOT_ALLOWED)):
        with pytest.raises(Refusal) as refused:
            watching.started(world.kent.gateway, world.kent.store, stranger, one.id, NOON)
        assert refused.value.code is code
    watching.started(world.kent.gateway, world.kent.store, OFFICER, one.id, NOON)
    world.clock.on(days=30)
    sweep(world)
    assert rows(world) == [] and watches(world) == []
    (line,) = lines(world.kent, "WatchClosed")
    assert line["end"] == "person" and line["by"]


def test_two_files_about_one_leaver_are_one_watch_and_who_needs_none_has_none(world: World) -> None:
    hand_in(world, moving())
    hand_in(world, moving(sequence=2))
    assert len(watches(world)) == 1
    for number, ground in enumerate(("F", "K", "L"), 5):
        hand_in(world, leaver(ground, number))
    assert len(watches(world)) == 1


def test_another_destination_and_another_leaving_are_watched_anew(either: World) -> None:
    world = either
    hand_in(world, moving())
    hand_in(world, moving(NUMBERS[ACADEMY], sequence=2))
    assert {one.school for one in watches(world)} == {NUMBERS[TIDEWAY], NUMBERS[ACADEMY]}, (
        "the second file put it right"
    )
    world.clock.on(days=30)
    sweep(world)
    (row,) = rows(world)
    started = {"school": NUMBERS[ACADEMY], "day": world.clock().date().isoformat()}
    gateway, store = world.kent.gateway, world.kent.store
    casebook.close(gateway, store, OFFICER, row.id, Ending.ENROLLED_AND_STARTED, started, world.clock())
    assert watches(world) == [], "who was found is watched no more"
    again = world.clock.on(days=1).replace(tzinfo=None) - timedelta(hours=3)
    hand_in(world, leavers(pupils=1, dest=NUMBERS[ACADEMY], at=again, leaving=again.date()))
    world.clock.on(days=40)
    sweep(world)
    assert [row.because for row in rows(world)] == [Because.LEFT_NOT_ARRIVED], "it left again and never arrived"


def test_who_leaves_again_while_an_alarm_stands_is_watched_again(world: World) -> None:
    hand_in(world, moving())
    world.clock.on(days=30)
    sweep(world)
    again = world.clock().replace(tzinfo=None) - timedelta(hours=3)
    hand_in(world, leavers(pupils=1, dest=NUMBERS[TIDEWAY], at=again, leaving=again.date()))
    assert [one.told_at is None for one in watches(world)] == [False, True]


def test_a_person_who_closes_a_case_because_the_child_died_ends_its_watches(world: World) -> None:
    hand_in(world, moving())
    hand_in(world, leaver("G"))
    (row,) = rows(world)
    casebook.close(world.kent.gateway, world.kent.store, OFFICER, row.id, Ending.DIED, {"how": "register"}, NOON)
    assert [line["end"] for line in lines(world.kent, "WatchClosed")] == [WatchEnd.DIED] and watches(world) == []


def test_the_receiving_school_confirms_its_list_once_all_here_but_one(world: World) -> None:
    hand_in(world, moving(NUMBERS[ACADEMY], 3))
    gateway, store = world.kent.gateway, world.kent.store
    first, *others = watching.listed(gateway, store, READER)
    assert len(others) == 2 and {row.school for row in (first, *others)} == {NUMBERS[ACADEMY]}
    for stranger in (SCHOOL, THEIR_OFFICER):
        with pytest.raises(Refusal):
            watching.confirm(gateway, store, stranger, NUMBERS[ACADEMY], frozenset(), NOON)
    assert watching.confirm(gateway, store, READER, NUMBERS[ACADEMY], frozenset({first.id}), NOON) == (2, 1)
    assert [row.id for row in watching.listed(gateway, store, READER)] == [first.id]
    assert [row.because for row in rows(world)] == [Because.LEFT_NOT_ARRIVED]
    assert {line["end"] for line in lines(world.kent, "WatchClosed")} == {WatchEnd.LIST_CONFIRMED}


def test_all_here_says_nothing_of_a_guarded_child_whom_the_school_is_not_shown(world: World) -> None:
    made = moving(NUMBERS[ACADEMY], 2)
    hand_in(world, made)
    flag(world, made)
    gateway, store = world.kent.gateway, world.kent.store
    (shown,) = watching.listed(gateway, store, READER)
    (hidden,) = [one for one in watches(world) if one.id != shown.id]
    with pytest.raises(Refusal) as refused:
        watching.started(gateway, store, READER, hidden.id, NOON)
    assert refused.value.code is Code.NOT_FOUND
    assert watching.confirm(gateway, store, READER, NUMBERS[ACADEMY], frozenset(), NOON) == (1, 0)
    assert [one.id for one in watches(world)] == [hidden.id], "who is watched until somebody knows"
    for but in (frozenset({hidden.id}), frozenset[WatchId]()):
        with pytest.raises(Refusal) as refused:
            watching.confirm(gateway, store, READER, NUMBERS[ACADEMY], but, NOON)
        assert refused.value.code is Code.NOT_FOUND
    watching.started(gateway, store, FIRST, hidden.id, NOON)
    assert watches(world) == []


@pytest.mark.parametrize(("reason", "expected"), [("IM", date(2027, 7, 19)), ("PM", date(2027, 9, 2))])
def test_who_changes_phase_in_summer_is_expected_when_the_school_year_begins(
    world: World, reason: str, expected: date
) -> None:
    world.clock.at = NOON.replace(year=2027, month=7, day=16)
    made = leavers(
        pupils=1, dest=NUMBERS[ACADEMY], at=EARLIER.replace(year=2027, month=7, day=16), leaving=date(2027, 7, 16)
    )
    told = re.sub(rb"<LeavingReason>..", b"<LeavingReason>" + reason.encode(), made.content)
    hand_in(world, SampleFile(made.name, told))
    assert [one.expected for one in watches(world)] == [expected]


# -- alarms -----------------------------------------------------------------------------------------------------------


def agreed(world: World, team: str, code: str, apd: str) -> None:
    """Kent and its own team have agreed what it hears of a child that was taken off a roll."""
    purpose, own = PurposeCode(code), Party(team_of(team))
    stated = Stated(
        Basis.A6E,
        Article9.A9G,
        Schedule1.S1P18 if code == "P09" else Schedule1.S1P6,
        apd=Condition(apd),
        papers=((Paper.REG_17_EXCEPTION, "r17-2026-1"),) if code == "P15" else (),
    )
    signed = tuple(Signatory(one, "Director", date(2026, 9, 1)) for one in (Party(KENT), own))
    made = agreement(name=f"kent-{team}", purposes=((purpose, stated),), items=rulebook().purposes[purpose].items)
    world.adopt(replace(made, senders=(Party(KENT),), recipients=(own,), signatories=signed))


def team_of(name: str) -> PartnerId:
    return PartnerId(f"{KENT}-{name}")


def told(world: World, team: str) -> list[str]:
    return [one.parcel.purpose for one in world.kent.store.shelved_for([team_of(team)])]


def test_a_deletion_of_a_child_in_care_goes_to_social_care_at_once(world: World) -> None:
    hand_in(world, leaver("F", 3, care_authority="886"))
    (task,) = world.kent.store.tasks([KENT])
    assert (task.kind, task.due - NOON) == (TaskKind.DELETION_ALARM, timedelta(hours=1)), (
        "without ground a person calls"
    )
    agreed(world, "social-care", "P09", "apd-safeguarding")
    hand_in(world, leaver("F", care_authority="886"))
    assert told(world, "social-care") == ["P09"] and len(world.kent.store.tasks([KENT])) == 1
    hand_in(world, leaver("F", 2))
    assert told(world, "social-care") == ["P09"], "nobody else is told of"


def test_a_live_enquiry_does_not_stop_the_alarm_about_the_very_child(world: World) -> None:
    agreed(world, "social-care", "P09", "apd-safeguarding")
    made = leaver("F")
    flag(world, made, 1, Flag.S47_LIVE)
    hand_in(world, made)
    assert told(world, "social-care") == ["P09"]
    team = Person(PersonId("c.social"), FIRST.role, KENT)
    (lying,) = [one.parcel.id for one in world.kent.store.shelved_for([team_of("social-care")])]
    assert casework.collect(world.kent.gateway, team, lying, NOON)[1]


def test_where_there_is_no_social_care_team_the_mash_is_the_contact_of_record(world: World) -> None:
    agreed(world, "mash", "P09", "apd-safeguarding")
    usual = world.kent.store.register().directory.get(team_of("social-care"))
    enlist(world, replace(usual, in_effect=Period(usual.in_effect.first, date(2026, 8, 31))))
    hand_in(world, leaver("F", care_authority="886"))
    assert told(world, "mash") == ["P09"] and told(world, "social-care") == [] == told(world, "safeguarding")
    assert world.kent.store.tasks([KENT]) == [], "nobody has to call"


@pytest.mark.parametrize(
    ("starter", "team", "purpose"), [("own-social-care", "social-care", "P09"), ("own-special-needs", "send", "P15")]
)
def test_the_starter_agreement_with_a_team_of_our_own_lets_the_alarm_go(
    world: World, starter: str, team: str, purpose: str
) -> None:
    made = agreements.from_toml((ROOT / "partners" / "templates" / f"{starter}.toml").read_text(encoding="utf-8"))
    signed = tuple(Signatory(one, "Director", date(2026, 9, 1)) for one in (*made.senders, *made.recipients))
    world.adopt(replace(made, status=Status.ACTIVE, signatories=signed))
    hand_in(world, with_plan(leaver("F")) if team == "send" else leaver("F", care_authority="886"))
    assert told(world, team) == [purpose] and world.kent.store.tasks([KENT]) == [], "nobody has to call"


def test_an_agreement_that_lacks_its_paper_is_no_agreement_by_which_special_needs_hears(world: World) -> None:
    agreed(world, "send", "P15", "apd-education")
    (made,) = [one for one in world.kent.store.register().agreements if one.name == "kent-send"]
    team, day = world.kent.store.register().directory.get(team_of("send")), NOON.date()

    def may_be_told() -> bool:
        register = world.kent.store.register()
        return alarms.may_be_told(register, rulebook(), alarms.PLAN, KENT, team, Kind.CASEFILE, day)

    assert may_be_told()
    bare = tuple((code, replace(stated, papers=())) for code, stated in made.purposes)
    world.adopt(replace(made, version=2, purposes=bare))
    assert not may_be_told()
    hand_in(world, with_plan(leaver("G")))
    assert told(world, "send") == [], "as the decision has it"


def test_of_two_teams_the_one_with_which_there_is_an_agreement_is_told(world: World) -> None:
    agreed(world, "mash", "P09", "apd-safeguarding")
    hand_in(world, leaver("F", care_authority="886"))
    assert told(world, "mash") == ["P09"] and world.kent.store.tasks([KENT]) == [], "nobody has to call"
    agreed(world, "social-care", "P09", "apd-safeguarding")
    hand_in(world, leaver("F", 3, care_authority="886"))
    assert told(world, "social-care") == ["P09"] == told(world, "mash")


def test_a_plan_goes_to_special_needs(world: World) -> None:
    agreed(world, "send", "P15", "apd-education")
    hand_in(world, with_plan(leaver("G")))
    assert told(world, "send") == ["P15"] and told(world, "social-care") == []


def with_plan(made: SampleFile) -> SampleFile:
    need = b"<SENhistory><SEN><StartDate>2025-09-01</StartDate><SENprovision>E</SENprovision></SEN></SENhistory>"
    before, _, after = made.content.partition(b"</BasicDetails>")
    return SampleFile(made.name, before + b"</BasicDetails>" + need + after)


def test_an_error_blocks_the_file_and_never_the_alarm(either: World) -> None:
    world = either
    good = leaver("F", care_authority="886")
    bad = SampleFile(good.name, good.content.replace(b"<DOB>", b"<DOB>x", 1))
    assert hand_in(world, bad).refusal is not None
    assert [task.kind for task in world.kent.store.tasks([KENT])] == [TaskKind.DELETION_ALARM]
    gateway, store = world.kent.gateway, world.kent.store
    (row,) = watching.stopped(gateway, store, OFFICER, world.clock())
    assert (row.id, bool(row.label)) == (store.tasks([KENT])[0].subject, True), "who has to call sees about whom"
    world.clock.on(days=2)
    (row,) = watching.stopped(gateway, store, OFFICER, world.clock())
    assert (row.sender, row.ground) == (LARKMERE, "F") and row.label and row.finding
    hand_in(world, good)
    (row,) = watching.stopped(gateway, store, OFFICER, world.clock())
    assert (row.waits, row.teams, len(rows(world))) == (False, ("social-care",), 1), "the call is still to be made"


def test_a_stopped_return_stays_on_the_list_whatever_else_names_the_child(world: World) -> None:
    good, gateway, store = leaver("F"), world.kent.gateway, world.kent.store
    hand_in(world, SampleFile(good.name, good.content.replace(b"<DOB>", b"<DOB>x", 1)))
    hand_in(world, moving(NUMBERS[ACADEMY]))
    back = joined(good, NUMBERS[ACADEMY], NOON.date())
    world.clock.on(days=3)
    world.upload(back.content, back.name, ACADEMY, ready=True)
    assert [row.sender for row in watching.stopped(gateway, store, OFFICER, world.clock())] == [LARKMERE]
    hand_in(world, good)
    assert watching.stopped(gateway, store, OFFICER, world.clock()) == []


@pytest.mark.parametrize("spoilt", ["ampersand", "cut", "nul", "latin-1", "utf-16"])
def test_a_file_that_cannot_even_be_parsed_stops_no_alarm(world: World, spoilt: str) -> None:
    good, gateway, store = leaver("F", care_authority="886"), world.kent.gateway, world.kent.store
    bad = {
        "ampersand": good.content.replace(b"<Surname>", b"<Surname>Salt & ", 1),
        "cut": good.content[: good.content.rindex(b"</Pupil>")],
        "nul": good.content.replace(b"<Surname>", b"<Surname>\0", 1),
        "latin-1": good.content.replace(b"<Surname>", b"<Surname>\xe9", 1),
        "utf-16": good.content.decode().encode("utf-16"),
    }[spoilt]
    assert hand_in(world, SampleFile(good.name, bad)).refusal in {Code.NOT_XML, Code.ENCODING}
    assert [task.kind for task in store.tasks([KENT])] == [TaskKind.DELETION_ALARM]
    world.clock.on(days=2)
    (row,) = watching.stopped(gateway, store, OFFICER, world.clock())
    assert (row.ground, bool(row.label), bool(row.finding)) == ("F", True, True)


def test_a_stopped_transfer_file_stops_no_alarm_and_a_joiner_or_a_change_of_phase_raises_none(world: World) -> None:
    asked: dict[str, object] = {"pupils": 1, "at": EARLIER, "leaving": EARLIER.date(), "care_authority": "886"}
    leaving = leavers(**asked, dest=NUMBERS[ACADEMY])
    joining = leavers(**asked, dest=LaEstab("886LLLL"), kind=Kind.CMJ, seed=2)
    for made, alarmed in ((joining, 0), (phase_end(leaving), 0), (leaving, 1)):
        bad = SampleFile(made.name, made.content.replace(b"<DOB>", b"<DOB>x", 1))
        assert hand_in(world, bad).refusal is Code.FINDINGS
        assert len(world.kent.store.tasks([KENT])) == alarmed
    gateway, store = world.kent.gateway, world.kent.store
    assert len(watching.stopped(gateway, store, OFFICER, world.clock())) == 1, "about whom somebody has to call"
    world.clock.on(days=2)
    assert len(watching.stopped(gateway, store, OFFICER, world.clock())) == 2, "and the joiner who has not come through"


def phase_end(made: SampleFile) -> SampleFile:
    """The same with the reason of a normal change."""
    before, _, after = made.content.partition(b"<LeavingReason>")
    return SampleFile(made.name, before + b"<LeavingReason>PM" + after[after.index(b"</") :])


def test_a_pupil_left_out_of_a_file_stands_on_the_list_too(world: World) -> None:
    made = leavers(pupils=2, kind=Kind.CML, dest=LaEstab("886LLLL"), at=EARLIER, leaving=EARLIER.date(), ground="F",
                   faults=(Mistake.UPN_CHECK_LETTER,))  # fmt: skip
    world.upload(made.content, made.name, ready=True)
    world.clock.on(days=2)
    assert [row.pupil for row in watching.stopped(world.kent.gateway, world.kent.store, OFFICER, world.clock())] == [2]


def test_ground_k_stops_watch_tasks_and_everything_that_would_go_out(world: World) -> None:
    made = moving()
    hand_in(world, made)
    assert watches(world)
    (upn,) = [made.content.split(b"<UPN>")[1][:13]]
    died = leaver("K")
    (own,) = [died.content.split(b"<UPN>")[1][:13]]
    hand_in(world, SampleFile(died.name, died.content.replace(own, upn)))
    assert watches(world) == []
    assert [line["end"] for line in lines(world.kent, "WatchClosed")] == [WatchEnd.DIED]
    dispatch.send_due(world.kent.gateway)
    assert world.wire.carried == [], "the file that was queued waits for people"
    world.clock.on(days=30)
    sweep(world)
    assert rows(world) == []


def test_what_is_entered_of_a_return_stands_in_the_case_that_is_open(world: World) -> None:
    made = leaver("G")
    hand_in(world, made)
    (row,) = rows(world)
    world.clock.on(days=3)
    back = joined(made, NUMBERS[ACADEMY], NOON.date())
    world.upload(back.content, back.name, ACADEMY, ready=True)
    shown = casebook.show(world.kent.gateway, world.kent.store, OFFICER, row.id, world.clock())
    assert [one.text for one in shown.timeline][-1] == "A return says that the child has started at 8864999."
    assert shown.timeline[-1].kind is EntryKind.RECEIVED
