"""The police ask on their own form (law.md §1.5), and somebody else than who took it in lets the answer go."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.core import documents
from gateway.core.errors import Code, Refusal
from gateway.core.forms import PoliceForm, Sought, police
from gateway.core.law import Article9, Schedule1
from gateway.core.sample import SampleFile
from gateway.core.terms import PurposeCode, commit
from gateway.edge.store import tables as t
from gateway.flows import casework
from gateway.flows.situations import Extra
from tests.flows.test_one_offs import COLLEAGUE, ENOUGH, POLICE, a_notice, approve, refusal_of
from tests.flows.test_one_offs import unagreed as unagreed  # noqa: PLC0414  (a fixture)
from tests.flows.watch import OFFICER, codes, decisions_of, lines, read
from tests.simulator import KENT, World

FORM = police.from_toml((Path(__file__).parents[1] / "core/forms/vectors/police.toml").read_text())


def a_request(world: World, made: SampleFile) -> PoliceForm:
    """A force's request of today about the child of a notice, as the council decided it."""
    assert FORM.settled is not None
    (surname, forename) = documents.identities(read(made))[1].names[0]
    today = world.clock().date()
    basis = replace(FORM.settled.basis, art9=Article9.A9G, sch1=Schedule1.S1P10, art10=Schedule1.S1P10)
    decided = replace(FORM.settled, items=ENOUGH, day=today, basis=basis)
    about = (Sought(name=f"{surname}, {forename}", born=FORM.subjects[0].born),)
    return replace(FORM, force=POLICE, day=today, subjects=about, settled=decided)


def ask(world: World, made: SampleFile, text: str) -> dict[str, Any]:
    extra = Extra(OFFICER, POLICE, PurposeCode("P12"), text)
    plan = casework.send(world.kent.gateway, KENT, made.name, made.content, world.clock(), extra=extra)
    return decisions_of(plan)[0]


def test_a_police_request_goes_from_its_form_to_release_by_a_second_person(unagreed: World) -> None:
    made = a_notice()
    text = police.to_toml(a_request(unagreed, made))
    told = ask(unagreed, made, text)
    assert (told["outcome"], codes(told)) == ("hold", [Code.SECOND_PERSON])
    assert refusal_of(lambda: approve(unagreed, OFFICER, told["disclosure"])) is Code.SAME_PERSON
    assert not lines(unagreed.kent, "DisclosureReleased")
    assert approve(unagreed, COLLEAGUE, told["disclosure"]) is not None
    (line,) = lines(unagreed.kent, "DisclosureReleased")
    assert (line["stands_on"], line["purpose"], line["power"]) == ("one-off", "P12", "CDA98 s115")
    assert len(line["approved"]) == 1 and line.get("agreement") is None
    with unagreed.kent.store.engine.connect() as db:
        salt = db.execute(sa.select(t.joins.c.salt).where(t.joins.c.commitment == line["form"])).scalar_one()
    assert line["form"] == commit(salt, text), "the very form, and no other"
    written = b"\n".join(unagreed.kent.store.lines())
    assert not any(word.encode() in written for word in (FORM.officer_name, FORM.reference, FORM.email))


@pytest.mark.parametrize(
    ("line", "instead", "finding"),
    [
        ("authoriser_name", "", "FRM-KEY-001"),
        ("reference", "", "FRM-KEY-001"),
        ("name", 'name = "All pupils of the school"', "FRM-POL-003"),
        ("sought", 'sought = ["everything"]', "FRM-POL-005"),
        ("authoriser_rank", 'authoriser_rank = "Detective Sergeant"', "FRM-POL-001"),
    ],
)
def test_a_request_that_lacks_a_field_a_person_or_an_inspector_is_refused(
    unagreed: World, line: str, instead: str, finding: str
) -> None:
    made = a_notice()
    text = police.to_toml(a_request(unagreed, made))
    there = re.search(rf"^{line} = (?:\[.*?\]|[^\n]*)$", text, re.MULTILINE | re.DOTALL)
    assert there is not None
    before = unagreed.kent.store.edge().size
    with pytest.raises(Refusal) as refused:
        ask(unagreed, made, text.replace(there[0], instead))
    assert refused.value.code is Code.POLICE_FORM
    assert [one.code for one in refused.value.findings] == [finding]
    assert unagreed.kent.store.edge().size == before
