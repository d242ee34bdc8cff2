"""Two people on the telephone bring a partner's keys into force, one person stops a stolen one, and nothing is lost."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.core import partners
from gateway.core.delivery import State
from gateway.core.errors import Code, Refusal
from gateway.core.facts import Role
from gateway.core.partners import Partner, Phone
from gateway.core.records import Person, Record, Under
from gateway.core.terms import PartnerId, PersonId
from gateway.edge import vault
from gateway.flows import dispatch, enquiry, trusting
from tests.flows.test_dispatch import certificate, facts
from tests.simulator import KENT, LARKMERE, MEDWAY, NOON, STAFF, World, make_keys

NUMBER = Phone("01632 960111")
SHAH, LOWE = (next(one for one in STAFF if one.id == name) for name in ("a.shah", "g.lowe"))
UNSIGNED: tuple[bytes, tuple[bytes, ...]] = (b"", ())


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Other keys of both councils."""
    folder = tmp_path_factory.mktemp("newer")
    make_keys(folder)
    return folder


def medway_at_kent(world: World) -> Partner:
    return world.kent.store.register().directory.get(MEDWAY)


def unknown(world: World) -> Partner:
    """Kent forgets Medway's keys and address; returns what it knew."""
    known = medway_at_kent(world)
    world.kent.store.enlist([replace(known, endpoint="", certificates=())], Record(()))
    return known


def take_in(world: World, came: Partner, signed: tuple[bytes, tuple[bytes, ...]] = UNSIGNED) -> Partner:
    (after,) = trusting.take_in(world.kent.gateway, world.kent.store, [came], signed, world.clock())
    return after


def confirm(world: World, *whom: Person, number: Phone = NUMBER) -> None:
    heard = trusting.read_out(medway_at_kent(world))
    for one in whom:
        trusting.confirm(world.kent.gateway, world.kent.store, MEDWAY, one, number, heard, world.clock())


def send(world: World) -> list[str]:
    return [type(one.fact).__name__ for one in dispatch.send_due(world.kent.gateway)]


def states(world: World) -> list[State]:
    return [one.state for one in world.kent.store.parcels_in(list(State), 99) if one.parcel.recipient == MEDWAY]


def test_what_is_for_a_new_partner_waits_and_goes_once_two_people_have_confirmed_it(world: World) -> None:
    take_in(world, unknown(world))
    world.notice()
    assert states(world) == [State.WAITING] and send(world) == [] and world.wire.carried == []
    (row,) = [one for one in enquiry.sent(world.kent.gateway, KENT, world.clock()) if one.state is State.WAITING]
    assert "two people have confirmed" in row.reason
    confirm(world, SHAH)
    assert send(world) == []
    world.clock.on(days=40)  # nobody gives up what nobody tried
    confirm(world, LOWE)
    assert send(world) == ["ParcelDelivered"]
    assert facts(world.kent).count("PartnerConfirmed") == 2


def test_what_waits_is_sealed_anew_when_other_keys_are_confirmed_than_came_first(world: World, newer: Path) -> None:
    known = unknown(world)
    forged = tuple(certificate(newer, MEDWAY, role) for role in ("sign", "seal", "tls"))
    take_in(world, replace(known, certificates=forged))
    world.notice()
    take_in(world, known)
    confirm(world, SHAH, LOWE)
    assert send(world) == ["ParcelWithdrawn"] and send(world) == ["ParcelDelivered"]


def test_unconfirmed_change_stops_nothing_and_is_sent_nothing(world: World, newer: Path) -> None:
    known = medway_at_kent(world)
    thief = replace(known, endpoint="https://thief.example.org/as4", certificates=(certificate(newer, MEDWAY, "seal"),))
    take_in(world, thief)
    world.notice()
    assert send(world) == ["ParcelDelivered"]
    assert medway_at_kent(world).endpoint == known.endpoint


@pytest.mark.parametrize(
    ("person", "number", "code"),
    [
        (SHAH, NUMBER, Code.SAME_PERSON),
        (Person(PersonId("office"), Role.SCHOOL_SENDER, LARKMERE), NUMBER, Code.NOT_ALLOWED),
        (LOWE, Phone("01632960101"), Code.NUMBER_CAME_ALONG),
    ],
)
def test_second_person_is_another_one_of_ours_who_called_a_number_that_we_had(
    world: World, person: Person, number: Phone, code: Code
) -> None:
    known = unknown(world)
    world.kent.store.enlist([replace(medway_at_kent(world), safeguarding=None)], Record(()))
    take_in(world, known)
    confirm(world, SHAH)
    with pytest.raises(Refusal) as raised:
        confirm(world, person, number=number)
    assert raised.value.code is code and medway_at_kent(world).certificates == ()


def test_second_person_confirms_what_was_read_out_and_not_what_came_meanwhile(world: World, newer: Path) -> None:
    known = unknown(world)
    heard = trusting.read_out(take_in(world, known))
    forged = take_in(world, replace(known, certificates=(certificate(newer, MEDWAY, "seal"),)))
    confirm(world, SHAH)
    for unheard in (heard, None):
        with pytest.raises(Refusal) as raised:
            trusting.confirm(world.kent.gateway, world.kent.store, MEDWAY, LOWE, NUMBER, unheard, world.clock())
        assert raised.value.code is Code.KEYS_MOVED
    assert medway_at_kent(world).certificates == () and trusting.read_out(forged) != heard


def test_signed_change_needs_no_telephone(world: World, newer: Path) -> None:
    more = replace(
        medway_at_kent(world), certificates=(*medway_at_kent(world).certificates, certificate(newer, MEDWAY, "seal"))
    )
    text = partners.to_toml([more]).encode()
    signature = world.medway.vault.signers(MEDWAY)[0].sign(text)
    assert take_in(world, more, (text, (signature,))).awaiting is None
    strange = vault.FolderVault(newer / MEDWAY, "elsewhere.example/log", world.clock).signers(MEDWAY)[0].sign(text)
    assert take_in(world, replace(more, endpoint="https://other.example/"), (text, (strange,))).awaiting is not None


def revoke(world: World, role: str, by: Person = SHAH) -> list[tuple[PartnerId, bool]]:
    """All that Medway shows for a role, of each profile."""
    under = list[Under]()
    for key in medway_at_kent(world).fingerprints(role):
        gone = trusting.of_partner(world.kent.store.register(), MEDWAY, key, world.clock() - timedelta(days=1))
        under += trusting.revoke(world.kent.gateway, world.kent.store, gone, by, world.clock())
    return [(one.partner, one.came) for one in dict.fromkeys(under)]


def test_revoking_a_partners_key_holds_what_is_queued_and_lists_what_went(world: World, newer: Path) -> None:
    world.notice(1)
    assert send(world) == ["ParcelDelivered"]
    world.notice(2)
    known = medway_at_kent(world)
    assert revoke(world, "seal") == [(MEDWAY, False), (MEDWAY, False)]
    assert send(world) == [] and states(world).count(State.WAITING) == 1
    take_in(world, known)
    assert not medway_at_kent(world).pems("seal")  # the revoked one does not come back with an old record
    take_in(world, replace(known, certificates=(*known.certificates, certificate(newer, MEDWAY, "seal"))))
    confirm(world, SHAH, LOWE)
    assert send(world) == ["ParcelWithdrawn"]
    (again,) = world.kent.store.parcels_in([State.WAITING], 9)
    assert again.parcel.sealed_for in medway_at_kent(world).fingerprints("seal")


def test_parcel_claimed_before_the_key_was_revoked_is_put_off_and_not_refused(world: World) -> None:
    world.notice()
    judge = dispatch.judge(world.kent.gateway, world.clock())
    (claimed,) = world.kent.store.claim(world.clock(), timedelta(seconds=60), 9, judge, world.kent.gateway.waits)
    revoke(world, "seal")
    sent = dispatch.take_up(world.kent.gateway, claimed, dispatch.send)
    assert type(sent.fact).__name__ == "ParcelDeferred" and sent.counted
    assert states(world) == [State.WAITING] and world.wire.carried == []


@pytest.mark.parametrize("role", ["sign", "tls"])
def test_nothing_is_accepted_under_a_revoked_key_and_what_came_under_it_is_listed(
    world: World, role: str, answer: Callable[[], str]
) -> None:
    assert answer() == "ParcelDelivered"
    assert revoke(world, role) == [(MEDWAY, True)]
    assert answer() == "ParcelDeferred"


@pytest.fixture
def answer(world: World) -> Callable[[], str]:
    """Medway sends Kent a notice."""
    from gateway.core import sample
    from gateway.core.terms import LaEstab, UploadId
    from gateway.flows import intake, situations

    seeds = iter(range(5, 99))

    def say() -> str:
        seed = next(seeds)
        made = sample.notice(seed, LaEstab("887LLLL"), LaEstab("886LLLL"), NOON.replace(tzinfo=None), seed)
        upload = UploadId(situations.new_id("u", world.medway.gateway.draw))
        intake.accept(world.medway.gateway, intake.Upload(upload, world.clock(), MEDWAY, made.name, made.content))
        (sent,) = dispatch.send_due(world.medway.gateway)
        return type(sent.fact).__name__

    return say


def test_key_that_nobody_showed_cannot_be_revoked(world: World) -> None:
    ours = min(world.kent.store.register().directory.get(KENT).fingerprints("seal"))
    with pytest.raises(Refusal):
        trusting.of_partner(world.kent.store.register(), MEDWAY, ours, NOON)
    with pytest.raises(Refusal):
        revoke(world, "seal", Person(PersonId("office"), Role.SCHOOL_SENDER, LARKMERE))
