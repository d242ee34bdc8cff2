"""Every route, every role, every organisation: nobody reaches a byte of another school's files, however they ask."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from gateway.core import roles
from gateway.core.delivery import State
from gateway.core.facts import Role
from gateway.core.partners import PartnerKind
from gateway.core.records import Record
from gateway.core.roles import Can
from gateway.core.sample import Mistake
from gateway.core.terms import PartnerId
from gateway.flows.enquiry import viewing
from gateway.web import access
from tests.simulator import ACADEMY, KENT, LARKMERE, NUMBERS, TIDEWAY, World, leavers
from tests.teams import POLICE, police
from tests.web.office import Office, door

OTHERS = (KENT, ACADEMY, TIDEWAY, POLICE)

AT_A_COUNCIL = frozenset(name for name, roles in access.PAGES.items() if roles and not roles & viewing.SCHOOLS)
"""Pages about what is the council's own; whoever has such a role at a school is refused by the flows as well."""

SHOWN_TO = {(name, who): {"label"} for name in ("watches", "confirming") for who in (KENT, TIDEWAY)}
"""Whose leavers they are, and to which school they go, hear by which label each is known until it has started."""

OF_A_TEAM = frozenset(name for name, roles in access.PAGES.items() if roles == access.SPEAKERS)
"""Pages of a partner without a machine; a council has one, and a school pages of its own."""

IN_THE_INBOX = {"parcel", "child"}
LAST = {"sessions_end": 1, "sign_out": 2}
ACCOUNTS = {"people_list", "one_person", "person_act", "who_did_what"}
"""A council sees who may sign in at the schools that it serves, and what was done to their accounts."""

BESIDES = {
    "openid_begin": {404},
    "openid_back": {404},
    "passkeys_list": {404},
    "passkey_add": {404},
    "passkey_remove": {404},
    "passkey_in": {404},
    "mail_link": {404},
    "send": {409},
    "lay_again": {404},
    "read_here": {404},
    "explanation": {404},
    "release": {404},
    "watch_started": {404},
    "session_end": {404},
    "person_act": {403},
    "sign_out": {400},  # all sessions were ended just before, and the token of the form with them
}

NOBODYS = {
    "case": "c-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "disclosure": "d-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "action": "note",
    "grade": "1",
    "watch": "w-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "session": "i-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "key": "k-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "whom": "l.secret",
    "what": "confirm",
    "task": "t-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "step": "refuse",
    "claim": "q-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "breach": "b-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "ref": "nobody-cme.v1",
    "purpose": "P06",
    "home": "council-886",
    "say": "done",
    "source": "c-2v4dxyq7n5gwfa3mzk6tjbc2re",
    "partner": "council-999",
    "flag": "f-2v4dxyq7n5gwfa3mzk6tjbc2re",
}


@dataclass(frozen=True)
class Theirs:
    """What Larkmere has: the ids by which routes find it, and texts that nobody else may ever read."""

    ids: dict[str, str]
    secrets: dict[str, bytes]


@pytest.fixture
def theirs(world: World) -> Theirs:
    """A refused file, an accepted one, and one that waits in the inbox, sent by the school next door."""
    next_door = replace(world.kent.store.register().directory.get(ACADEMY), kind=PartnerKind.MAINTAINED_SCHOOL)
    world.kent.store.enlist([next_door, police()], Record(()))
    office = Office(world, name="l.secret")
    wrong = leavers(pupils=3, faults=(Mistake.UPN_CHECK_LETTER,))
    refused = office.upload((wrong.name, wrong.content))
    sent = leavers(pupils=2, sequence=2)
    accepted = office.upload((sent.name, sent.content))
    (receipt,) = set(re.findall(r"/receipts/(u-\w+)", accepted.answer.text))
    came = leavers(source=NUMBERS[ACADEMY], dest=NUMBERS[LARKMERE], seed=9)
    assert json.loads(world.upload(came.content, came.name, ACADEMY).answer)["outcome"] == "accepted"
    (waiting,) = world.kent.store.parcels_in([State.SHELVED], 9)
    ids = {"report": refused.address.split("/")[2], "number": "1", "upload": receipt, "parcel": waiting.parcel.id}
    (label,) = set(re.findall(r"\(([A-Z]\.[A-Z]\., UPN ending \w+)\)", refused.answer.text)[:1])
    (surname,) = re.findall(b"<Surname>([^<]+)<", came.content)[:1]
    secrets = {
        **{name: ids[name].encode() for name in ("report", "upload", "parcel")},
        "who": b"l.secret",
        "file": sent.name.encode(),
        "label": label.encode(),
        "finding": b"wrong check letter",
        "receipt": b"gateway-receipt/v1",
        "child": surname,
    }
    return Theirs(ids, secrets)


def ways(world: World, theirs: Theirs) -> Iterator[tuple[str, str, str]]:
    """Endpoint, method and address of all that there is, with Larkmere's ids where a route takes one; out is last."""
    adapter = door(world).url_map.bind("localhost")
    rules = sorted(adapter.map.iter_rules(), key=lambda rule: LAST.get(rule.endpoint, 0))
    for rule in rules:
        known = {
            "token": "x",
            "filename": "gateway.css",
            "rule": "CTF-UPN-002",
            "name": "leavers",
            "form": "csv",
            **NOBODYS,
            **theirs.ids,
        }
        address = adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments}, append_unknown=False)
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule.endpoint, method, address


def ask(office: Office, method: str, address: str) -> tuple[int, bytes]:
    answer = (office.get(address) if method == "GET" else office.post(address)).answer
    return answer.status_code, answer.data + str(answer.headers).encode()


@pytest.mark.parametrize("organisation", OTHERS)
def test_nobody_reads_what_is_of_another_organisation(world: World, theirs: Theirs, organisation: PartnerId) -> None:
    before = sum(b"ParcelCollected" in line for line in world.kent.store.lines())
    for role in Role:
        office = Office(world, role, organisation, name=f"{organisation}.x"[:30])
        for endpoint, method, address in ways(world, theirs):
            status, told = ask(office, method, address)
            if set(theirs.ids.values()) & set(address.split("/")):
                assert status in {403, 404}, (role, method, address)
            leaked = {name for name, secret in theirs.secrets.items() if secret in told}
            if organisation == KENT and endpoint in ACCOUNTS and roles.may(role, Can.SEE_ACCOUNTS):
                leaked -= {"who"}
            assert leaked <= SHOWN_TO.get((endpoint, organisation), set()), (role, endpoint, leaked)
    assert sum(b"ParcelCollected" in line for line in world.kent.store.lines()) == before


@pytest.mark.parametrize("role", Role)
def test_in_the_same_organisation_the_table_of_roles_decides(world: World, theirs: Theirs, role: Role) -> None:
    office = Office(world, role)
    told = b""
    for endpoint, method, address in ways(world, theirs):
        status, body = ask(office, method, address)
        allowed = access.PAGES[endpoint]
        # who sends the one kind of file that is theirs alone sends nothing of the office's
        not_theirs = endpoint == "send" and role not in access.SENDERS
        if not_theirs or (allowed and role not in allowed):
            assert status == 403, (endpoint, status)
        elif endpoint in AT_A_COUNCIL:
            assert status in {200, 403, 404, 422}, (endpoint, status)
        else:
            # nothing waits to be sent, nobody is on the way there, and an explanation is for the school's council
            besides = BESIDES.get(endpoint, set())
            assert status in {200, 303, 410, 422} | besides, (endpoint, status)
        told += b"" if endpoint in ACCOUNTS else body
    seen = {name for name, secret in theirs.secrets.items() if secret in told}
    expected = set(theirs.secrets) - IN_THE_INBOX if role in access.READERS else set()
    assert seen == expected | (IN_THE_INBOX if role in access.COLLECTORS else set()), role


@pytest.mark.parametrize("role", Role)
def test_at_the_council_the_table_of_roles_decides(world: World, theirs: Theirs, role: Role) -> None:
    office = Office(world, role, KENT, name=f"k.{role}"[:30])
    for endpoint, method, address in ways(world, theirs):
        if endpoint in AT_A_COUNCIL:
            status, _ = ask(office, method, address)
            allowed = role in access.PAGES[endpoint]
            another = (
                {403} if endpoint in {"transfer", "take_up", *OF_A_TEAM} else set()
            )  # what lies there is for a school
            assert status in ({200, 303, 404, 422} | another if allowed else {403}), (endpoint, status)


def test_who_has_not_signed_in_reaches_nothing_by_any_way(world: World, theirs: Theirs) -> None:
    stranger = Office(world, signed_in=False)
    for endpoint, method, address in ways(world, theirs):
        status, told = ask(stranger, method, address)
        told = told.replace(address.encode(), b"")  # where to go on after signing in: what they asked, and no more
        assert not [name for name, secret in theirs.secrets.items() if secret in told], endpoint
        assert access.PAGES[endpoint] is access.ANYBODY or status == 403, endpoint


@pytest.mark.parametrize("wrong", ["x", "..%2f..%2fetc%2fpasswd", "r-" + "A" * 26, "p-" + "a" * 26, "%00", "é"])
def test_id_that_is_none_looks_like_one_that_is_not_yours(world: World, wrong: str) -> None:
    office = Office(world)
    for address in (f"/reports/{wrong}", f"/reports/{wrong}/1", f"/receipts/{wrong}", f"/receipts/{wrong}/receipt.txt"):
        page = office.get(address)
        assert (page.status, page.heading) == (404, "There is nothing here")
    assert office.post(f"/collect/{wrong}").status == 404


def test_at_a_partner_without_a_machine_a_team_speaks_and_no_other_role(world: World, theirs: Theirs) -> None:
    for role in Role:
        office = Office(world, role, POLICE, f"p.{role}"[:30])
        for endpoint, method, address in ways(world, theirs):
            if endpoint in OF_A_TEAM:
                status, _ = ask(office, method, address)
                # what lies at the school is nothing to them, and a form that is sent without a word is asked again
                assert status in ({200, 404, 422} if role is Role.TEAM else {403}), (role, endpoint, status)
