"""One decision form is one decision: on another day nothing else goes out on it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.core.errors import Code
from gateway.core.facts import Stale
from gateway.core.forms import DecisionForm, decision
from gateway.core.sample import SampleFile
from gateway.core.terms import DisclosureId, PurposeCode
from gateway.flows import casework, renewing
from gateway.flows.disclose import Disclosure
from gateway.flows.situations import Extra
from tests.flows.test_one_offs import COLLEAGUE, FORM, a_notice, approve, form
from tests.flows.test_one_offs import unagreed as unagreed  # noqa: PLC0414  (a fixture)
from tests.flows.watch import OFFICER, case_of, codes, decisions_of, lines
from tests.simulator import KENT, MEDWAY, World


@pytest.fixture
def filled(unagreed: World) -> DecisionForm:
    """A form of today about the child of ``a_notice``."""
    return replace(form(), child=case_of(a_notice()), day=unagreed.clock().date())


def tell(world: World, made: SampleFile, on: DecisionForm) -> dict[str, Any]:
    extra = Extra(OFFICER, MEDWAY, PurposeCode("P06"), decision.to_toml(on))
    plan = casework.send(world.kent.gateway, KENT, made.name, made.content, world.clock(), extra=extra)
    return decisions_of(plan)[0]


def go(world: World, made: SampleFile, on: DecisionForm) -> dict[str, Any]:
    """Sent and approved, so that something has gone out on the form."""
    told = tell(world, made, on)
    assert approve(world, COLLEAGUE, told["disclosure"]) is not None
    return told


def again(number: int) -> SampleFile:
    """About the same child in the same case, another message."""
    return a_notice(number=number)


def tomorrow(world: World) -> None:
    world.clock.at += timedelta(days=1)


def test_a_form_carries_nothing_else_after_the_day_on_which_something_went_out_on_it(
    unagreed: World, filled: DecisionForm
) -> None:
    go(unagreed, a_notice(), filled)
    go(unagreed, again(3), filled)
    tomorrow(unagreed)
    told = tell(unagreed, again(4), filled)
    assert (told["outcome"], codes(told)[0]) == ("refuse", Code.FORM_USED)
    assert "A new decision needs a new form" in str(told["reasons"][0])
    assert len(lines(unagreed.kent, "DisclosureReleased")) == 2
    new = replace(filled, day=unagreed.clock().date())
    assert tell(unagreed, again(5), new)["outcome"] == "hold"


def test_a_form_on_which_nothing_went_out_is_not_used_up(unagreed: World, filled: DecisionForm) -> None:
    assert tell(unagreed, a_notice(), filled)["outcome"] == "hold"
    tomorrow(unagreed)
    assert tell(unagreed, again(3), filled)["outcome"] == "hold"


def test_what_waited_meanwhile_is_refused_when_somebody_approves_it(unagreed: World, filled: DecisionForm) -> None:
    waiting = tell(unagreed, a_notice(), filled)
    go(unagreed, again(3), filled)
    tomorrow(unagreed)
    late = approve(unagreed, COLLEAGUE, waiting["disclosure"])
    assert isinstance(late, Disclosure)
    assert late.decision.reasons == (Code.FORM_USED,)


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"necessary": f"{FORM.necessary} Said in other words."}, "refuse"),
        ({"request": "MED-2026-115, Education Act 1996 s436A"}, "hold"),
    ],
)
def test_one_request_is_answered_on_one_form_however_often_it_is_filled_in(
    unagreed: World, filled: DecisionForm, changed: dict[str, Any], outcome: str
) -> None:
    """The reference, who asked, and the child: other words make no other request."""
    asked = replace(filled, on_request=True, request="MED-2026-114, Education Act 1996 s436A")
    go(unagreed, a_notice(), asked)
    tomorrow(unagreed)
    assert tell(unagreed, again(3), replace(asked, **changed))["outcome"] == outcome


def test_the_same_upload_sent_again_keeps_its_first_answer(unagreed: World, filled: DecisionForm) -> None:
    first = go(unagreed, a_notice(), filled)
    tomorrow(unagreed)
    size = unagreed.kent.store.edge().size
    assert tell(unagreed, a_notice(), filled) == first
    assert unagreed.kent.store.edge().size == size


def test_what_is_sealed_anew_on_a_later_day_goes_on_its_own_form(unagreed: World, filled: DecisionForm) -> None:
    """Both of one day: neither is the reuse of the other, however late its certificate is replaced."""
    told = [go(unagreed, made, filled) for made in (a_notice(), again(3))]
    tomorrow(unagreed)
    gateway = unagreed.kent.gateway
    for one in told:
        decided = gateway.store.decided(DisclosureId(one["disclosure"]))
        assert decided is not None
        (standing,) = gateway.store.parcels_of(decided.source)
        _, record = renewing.withdrawn(gateway, standing.parcel, Stale.OWN_CERTIFICATE, unagreed.clock())
        assert [type(fact).__name__ for fact in record.facts][:2] == ["ParcelWithdrawn", "DisclosureReleased"]
