"""What people hear by letter, whole: of reviews, files, certificates and accounts, each once, also after a bad day."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.core.agreements import Status
from gateway.core.errors import Fault, Reason
from gateway.core.facts import Role
from gateway.core.partners.particulars import Contact
from gateway.core.records import Person, Record
from gateway.core.reminders import Addresses, Letter, Times
from gateway.core.terms import Kind, Period, PersonId
from gateway.flows import accounts, agreements, expiring, inviting, lying, people, reviewing, uncollected
from gateway.flows.reminding import Post
from tests.flows.asked import a_message, sent
from tests.flows.test_uncollected import SENDER, SPRING, laid
from tests.simulator import ACADEMY, KENT, MEDWAY, World, agreement
from tests.teams import BOXES, member, one_gateway

TEAM, LEAD, OPERATOR = "cme-team@kent.example", "g.lowe@kent.example", "o.bell@kent.example"
LINK = "https://gateway.kent.example/"
GOVERNANCE, MACHINE = PersonId("g.lowe"), PersonId("o.bell")
TO = Addresses({KENT: TEAM, MEDWAY: TEAM}, {GOVERNANCE: LEAD, MACHINE: OPERATOR})
LATE = (
    "1 review is overdue. An agreement that nobody reviews for three months after its day is suspended, and nothing goes "
    "out under it."
)
LAST = "You are told of each once. No child, school or organisation is named here; please name none in an answer.\n"


@dataclass
class Box:
    """Takes letters, and fails on demand."""

    letters: list[Letter] = field(default_factory=list)
    fails: Reason | None = None
    tried: int = 0

    def send(self, letter: Letter, _at: datetime) -> None:
        self.tried += 1
        if self.fails is not None:
            raise Fault(self.fails)
        self.letters.append(letter)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(one.to, one.subject) for one in self.letters]


@pytest.fixture
def box() -> Box:
    return Box()


def post(box: Box, to: Addresses = TO, hour: int | None = None) -> Post:
    return Post(box, to, LINK, Times(hour=hour))


def admit(world: World) -> None:
    kent = world.kent
    for name, role in ((GOVERNANCE, Role.GOVERNANCE), (MACHINE, Role.OPERATOR)):
        people.add(kent.gateway, kent.store, Person(name, role, KENT), KENT, world.clock())


def date_of(text: str) -> date:
    return date.fromisoformat(text)


def reviews(world: World, box: Box, day: str, *, hour: int | None = None) -> int:
    """A day's sweep of agreements, then the letters."""
    at = datetime.fromisoformat(f"{day}T09:00:00+00:00")
    agreements.sweep(world.kent.gateway, at)
    return reviewing.tell(world.kent.gateway, world.kent.store, post(box, hour=hour), at)


def test_reviews_are_told_at_90_30_and_7_days_when_overdue_and_when_suspended_each_once(world: World, box: Box) -> None:
    admit(world)
    world.adopt(agreement(review=date_of("2027-03-01")))
    days = ("2026-11-30", "2026-12-01", "2026-12-02", "2027-01-30", "2027-02-22", "2027-03-01", "2027-03-02",
            "2027-05-31", "2027-06-01", "2027-06-02", "2027-06-03")  # fmt: skip
    assert [reviews(world, box, day) for day in days] == [0, 2, 0, 2, 2, 0, 2, 0, 0, 2, 0]
    of_team = [one for one in box.letters if one.to == TEAM]
    assert {one.to for one in box.letters} == {TEAM, LEAD}, "the operator does not answer for agreements"
    assert [one.subject for one in of_team] == [
        *("Gateway: 1 agreement to be reviewed",) * 3,
        "Gateway: 1 agreement review overdue",
        "Gateway: 1 agreement suspended",
    ]
    assert [one.text.split("\n")[0] for one in of_team] == [
        "1 agreement is to be reviewed within 90 days.",
        "1 agreement is to be reviewed within 30 days.",
        "1 agreement is to be reviewed within 7 days.",
        LATE,
        "1 agreement is suspended: nothing goes out under it until it has been reviewed and put in force again.",
    ]
    assert of_team[0].text.endswith(
        "\n\nA review is one page with three answers: no change, change, end.\n\n"
        f"Sign in. Look under Agreements: https://gateway.kent.example/agreements\n{LAST}"
    )
    assert not re.search(r"(?i)kent|medway|council-", re.sub(re.escape(LINK), "", "".join(one.text for one in of_team)))


def test_a_gateway_that_was_off_tells_the_last_step_alone_and_a_digest_waits_for_its_hour(
    world: World, box: Box
) -> None:
    world.adopt(agreement(review=date_of("2027-03-01")))
    at = datetime(2027, 2, 25, 6, tzinfo=UTC)
    tell = (world.kent.gateway, world.kent.store, post(box, Addresses({KENT: TEAM}), hour=7))
    assert reviewing.tell(*tell, datetime(2027, 2, 22, 6, tzinfo=UTC)) == 1, "as it stood the day before"
    assert "30 days" in box.letters[0].text
    assert (reviewing.tell(*tell, at), reviewing.tell(*tell, at + timedelta(days=1))) == (1, 0)
    assert "7 days" in box.letters[1].text


def test_the_last_day_of_an_agreement_is_told_at_30_and_7_days_and_when_it_has_passed_each_once(
    world: World, box: Box
) -> None:
    admit(world)
    over = Period(date_of("2026-09-01"), date_of("2027-03-01"))
    world.adopt(agreement(in_force=over, review=date_of("2027-09-01")))
    days = ("2027-01-29", "2027-01-30", "2027-01-31", "2027-02-22", "2027-02-23", "2027-03-01", "2027-03-02",
            "2027-03-03", "2027-12-01")  # fmt: skip
    assert [reviews(world, box, day) for day in days] == [0, 2, 0, 2, 0, 0, 2, 0, 0]
    of_team = [one for one in box.letters if one.to == TEAM]
    assert [(one.subject, one.text.split("\n")[0]) for one in of_team] == [
        (
            "Gateway: 1 agreement ending soon",
            "1 agreement ends within 30 days. After its last day nothing goes out under it.",
        ),
        (
            "Gateway: 1 agreement ending soon",
            "1 agreement ends within 7 days. After its last day nothing goes out under it.",
        ),
        ("Gateway: 1 agreement ended", "1 agreement has ended. Nothing goes out under it now."),
    ]
    assert of_team[-1].text.endswith(
        "\n\nIf it should go on, renew it on its page now: every party has to sign the next version.\n\n"
        f"Sign in. Look under Agreements: https://gateway.kent.example/agreements\n{LAST}"
    )


@pytest.mark.parametrize(
    ("next_one", "told"),
    [
        ({"status": Status.IN_CONSULTATION}, True),
        ({"status": Status.SIGNED}, False),
        ({"status": Status.SIGNED, "in_force": Period(date(2027, 4, 1), date(2028, 3, 1))}, True),
        ({"status": Status.WITHDRAWN}, True),
    ],
    ids=["not signed yet", "signed", "signed, with a gap before it", "withdrawn"],
)
def test_who_has_signed_the_next_version_in_time_hears_of_no_end(
    world: World, box: Box, next_one: dict[str, object], *, told: bool
) -> None:
    goes_on = Period(date_of("2027-03-02"), date_of("2028-03-01"))
    world.adopt(agreement(in_force=Period(date_of("2026-09-01"), date_of("2027-03-01")), review=date_of("2027-09-01")))
    world.adopt(agreement(2, **{"in_force": goes_on, "review": date_of("2028-02-01"), **next_one}))
    assert reviews(world, box, "2027-02-25") == 2 * told
    assert reviews(world, box, "2027-03-03") == 2 * told


def test_what_somebody_ended_is_no_news(world: World, box: Box) -> None:
    over = Period(date_of("2026-09-01"), date_of("2027-03-01"))
    world.adopt(agreement(in_force=over, review=date_of("2027-09-01"), status=Status.WITHDRAWN))
    assert [reviews(world, box, day) for day in ("2027-02-25", "2027-03-02")] == [0, 0]


@pytest.mark.parametrize("reason", [Reason.MAIL, Reason.UNREACHABLE])
def test_what_a_mail_server_would_not_take_goes_when_it_is_back_and_then_never_again(
    either: World, box: Box, reason: Reason
) -> None:
    admit(either)
    kent, letters = either.kent, post(box)
    either.adopt(agreement(review=date_of("2026-11-05")))
    either.clock.at = datetime(2026, 11, 4, 12, tzinfo=UTC)

    def everything() -> int:
        at, gone = either.clock(), 0
        for tell in (reviewing.tell, expiring.tell):
            gone += tell(kent.gateway, kent.store, letters, at)
        return gone + accounts.remind(kent.gateway, kent.store, letters, at)

    box.fails = reason
    with pytest.raises(Fault):
        everything()
    assert box.tried == (2 if reason is Reason.MAIL else 1), "a server that is down is asked once for all"
    box.fails = None
    assert everything() == 2
    either.clock.on(hours=1)
    assert everything() == 0
    assert box.told == [(TEAM, "Gateway: 1 agreement to be reviewed"), (LEAD, "Gateway: 1 agreement to be reviewed")]


def test_certificates_are_told_to_the_team_and_the_operator_at_each_step_though_the_server_was_down(
    world: World, box: Box
) -> None:
    admit(world)
    kent, end = world.kent, world.clock() + timedelta(days=670)
    found = []
    for days in (61, 60, 30, 14, 7, 1):
        at = end - timedelta(days=days, hours=2)
        expiring.sweep(kent.gateway, at)
        box.fails = Reason.TIMEOUT
        if days < 61:
            with pytest.raises(Fault):
                expiring.tell(kent.gateway, kent.store, post(box), at)
        box.fails = None
        found += [expiring.tell(kent.gateway, kent.store, post(box), at + timedelta(minutes=on)) for on in (16, 40)]
    assert found == [0, 0, *[2, 0] * 5]
    assert {one.to for one in box.letters} == {TEAM, OPERATOR}
    assert [one.text.split(".")[0] for one in box.letters if one.to == TEAM] == [
        f"6 certificates end soon, the first within {within}"
        for within in ("60 days", "30 days", "14 days", "7 days", "1 day")
    ]
    assert box.letters[0].text == (
        "6 certificates end soon, the first within 60 days. A partner whose certificate has ended sends and gets nothing "
        "until there is a new one.\n\nA new certificate may stand beside the old one, so put it in as soon as you have "
        "it.\n\nSign in. The operator sees whose under Queues: https://gateway.kent.example/operator\n"
        f"At the machine, 'gateway partners list --expiring' shows it too.\n{LAST}"
    )


def test_a_school_hears_of_files_that_wait_and_its_sender_of_what_nobody_collected(world: World, box: Box) -> None:
    kent, waiting = world.kent, laid(world)
    academy = kent.store.register().directory.get(ACADEMY)
    kent.store.enlist([replace(academy, contact=Contact(email="office@academy.example"))], Record(()))
    people.add(kent.gateway, kent.store, SENDER, KENT, world.clock())
    letters = post(box, Addresses({KENT: TEAM}, {SENDER.id: "office@larkmere.example"}))

    def tell() -> int:
        return lying.tell(kent.gateway, kent.store, letters, world.clock())

    found = [tell()]
    for days in (1, 1, 3, 1, 15, 1):
        world.clock.on(days=days)
        found += [tell(), tell()]
    assert found == [0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0], "the next morning, after five days and after twenty"
    assert set(box.told) == {("office@academy.example", "Gateway: 1 file waits for you")}
    assert box.letters[0].text == (
        "1 file waits for you to collect. What nobody collects in time goes back to whoever sent it.\n\n"
        f"Sign in. Look under Inbox: https://gateway.kent.example/inbox\n{LAST}"
    )
    world.clock.at = SPRING
    uncollected.sweep(kent.gateway, kent.store, world.clock())
    assert (tell(), tell()) == (1, 0)
    assert box.told[-1] == ("office@larkmere.example", "Gateway: 1 file that you sent was not collected")
    assert box.letters[-1].text.endswith(f"Look under Undelivered: https://gateway.kent.example/undelivered\n{LAST}")
    uncollected.lay_again(kent.gateway, SENDER, waiting.parcel.id, world.clock())
    world.clock.on(days=1)
    assert (tell(), tell()) == (1, 0), "what was laid ready again waits anew"


def test_a_team_hears_once_of_what_waits_though_its_server_was_down(world: World, box: Box) -> None:
    alone = one_gateway(world)
    kent, medway = alone.kent, member(alone, MEDWAY)
    sent(alone, a_message(alone, Kind.NOTICE))
    letters = inviting.Post(box, LINK)
    box.fails = Reason.UNREACHABLE
    for _ in range(2):
        with pytest.raises(Fault):
            inviting.tell(kent.gateway, kent.store, letters, alone.clock.on(minutes=16))
    box.fails = None
    found = [inviting.tell(kent.gateway, kent.store, letters, alone.clock.on(minutes=on)) for on in (1, 16, 16)]
    assert found == [0, 1, 0]
    assert box.told == [(BOXES[MEDWAY], "Gateway: 1 message waits for your team")]
    assert kent.store.person(medway.id) is not None
