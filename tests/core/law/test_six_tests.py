"""Each of the six tests on its own: everything else is in order, and one thing is not."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from gateway.core import law
from gateway.core.errors import Code
from gateway.core.facts import Citation, Condition
from gateway.core.law import (
    SIX_TESTS,
    Answers,
    Article9,
    Bar,
    Beginning,
    Class,
    Enacted,
    Exemption,
    Judgement,
    Legal,
    Paper,
    Power,
    Provision,
    Purpose,
    Schedule1,
    Stated,
    Verdict,
)
from gateway.core.partners import PartnerKind
from gateway.core.terms import Basis, Period, PurposeCode
from tests.core.law.made import INDEPENDENT, KENT, MAINTAINED, POLICE, TODAY, partner

APD = Condition("apd-invented")
SCHOOL_DUTY = Power(
    (PartnerKind.MAINTAINED_SCHOOL,),
    (PartnerKind.COUNCIL,),
    Citation("PRR24 reg 13"),
    (Basis.A6C, Basis.A6F),
    duty=True,
    under=Enacted(
        Provision("prr24"), "Returns.", "invented", (Beginning(Period(date(2024, 8, 19), date(2030, 12, 31))),)
    ),
)
POWERS = (
    SCHOOL_DUTY,
    Power((PartnerKind.COUNCIL,), (PartnerKind.COUNCIL, PartnerKind.POLICE), Citation("EA96 s436A"), (Basis.A6E,)),
    Power((PartnerKind.INDEPENDENT_SCHOOL,), (PartnerKind.COUNCIL,), Citation("own"), (Basis.A6EA, Basis.A6F)),
)
PURPOSE = Purpose(
    PurposeCode("P01"),
    "INVENTED",
    "A school tells its council.",
    Verdict.SOUND,
    on=True,
    answers=Answers.DOCUMENT,
    guard_rails="None.",
    powers=POWERS,
    art9=(Article9.A9G, Article9.A9H, Article9.A9C),
    sch1=(Schedule1.S1P6, Schedule1.S1P2, Schedule1.S1P10),
    art10=(Schedule1.S1P36, Schedule1.S1P10, Schedule1.S1P33),
    exemptions=(Exemption.X2,),
    bars=(Bar.CONFIDENCE,),
    papers=(Paper.DPO_APPROVAL,),
)
PAPERS = ((Paper.NECESSITY, "N-1"), (Paper.DPO_APPROVAL, "D-1"))
STATED = Stated(Basis.A6C, Article9.A9G, Schedule1.S1P6, Schedule1.S1P36, Exemption.X2, APD, papers=PAPERS)
ALL = frozenset(Class)


def _judge(**changed: Any) -> Judgement:
    """Everything in order but for what is ``changed``; a field of ``Stated`` changes the basis."""
    asked: dict[str, Any] = {
        "purpose": PURPOSE, "discloser": MAINTAINED, "recipient": KENT, "classes": ALL, "stated": STATED, "day": TODAY,
    }  # fmt: skip
    stated = {key: changed.pop(key) for key in list(changed) if key not in asked}
    asked |= changed
    return law.judge(**asked | {"stated": replace(asked["stated"], **stated)})


def test_when_all_six_pass_the_ground_is_written_down_in_full() -> None:
    assert _judge() == Judgement(
        Legal(
            PurposeCode("P01"),
            Citation("PRR24 reg 13"),
            duty=True,
            art6=Basis.A6C,
            art9=Article9.A9G,
            sch1=Schedule1.S1P6,
            art10=Schedule1.S1P36,
            exemption=Exemption.X2,
            apd=APD,
        ),
        (),
    )


def test_only_what_is_relied_on_is_written_down() -> None:
    legal = _judge(classes=frozenset({Class.ID, Class.SG})).legal
    assert legal is not None
    assert (legal.art9, legal.sch1, legal.art10, legal.apd) == (None, None, None, None)
    criminal = _judge(classes=frozenset({Class.CR})).legal
    assert criminal is not None
    assert (criminal.art9, criminal.sch1, criminal.art10, criminal.apd) == (None, None, Schedule1.S1P36, APD)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        # 1 power
        ({"purpose": replace(PURPOSE, on=False)}, Code.PURPOSE_OFF),
        ({"day": date(2024, 8, 18)}, Code.NO_PURPOSE),
        ({"day": date(2031, 1, 1)}, Code.NO_PURPOSE),
        ({"recipient": POLICE}, Code.NO_PURPOSE),
        ({"discloser": POLICE}, Code.NO_PURPOSE),
        ({"discloser": partner(PartnerKind.MAINTAINED_SCHOOL, last=date(2026, 11, 19))}, Code.NO_PURPOSE),
        ({"purpose": replace(PURPOSE, powers=(replace(SCHOOL_DUTY, on_request=True),))}, Code.NO_PURPOSE),
        # 2 article 6
        ({"art6": Basis.A6E}, Code.BASIS_NOT_OPEN),
        ({"art6": Basis.A6A}, Code.BASIS_NOT_OPEN),
        ({"art6": Basis.A6F}, Code.BASIS_NOT_OPEN),
        ({"purpose": replace(PURPOSE, powers=(replace(SCHOOL_DUTY, duty=False),))}, Code.BASIS_NOT_OPEN),
        ({"discloser": INDEPENDENT, "art6": Basis.A6C}, Code.BASIS_NOT_OPEN),
        # 3 article 9
        ({"art9": None}, Code.NO_ARTICLE_9),
        ({"art9": Article9.A9F}, Code.NO_ARTICLE_9),
        ({"sch1": None}, Code.NO_ARTICLE_9),
        ({"sch1": Schedule1.S1P2}, Code.NO_ARTICLE_9),
        ({"sch1": Schedule1.S1P18}, Code.NO_ARTICLE_9),
        ({"apd": None, "classes": frozenset({Class.SC})}, Code.NO_ARTICLE_9),
        ({"art9": Article9.A9H}, Code.NO_ARTICLE_9),
        ({"apd": None, "sch1": Schedule1.S1P10, "classes": frozenset({Class.SC})}, Code.NO_ARTICLE_9),
        # 4 article 10
        ({"art10": None}, Code.NO_ARTICLE_10),
        ({"art10": Schedule1.S1P18}, Code.NO_ARTICLE_10),
        ({"apd": None, "classes": frozenset({Class.CR})}, Code.NO_ARTICLE_10),
        # 5 bars
        ({"papers": ()}, Code.BARRED),
        ({"papers": PAPERS[:1]}, Code.BARRED),
        ({"papers": PAPERS[1:]}, Code.BARRED),
        ({"papers": (PAPERS[0], (Paper.DPO_APPROVAL, " "))}, Code.BARRED),
        # 6 exemption
        ({"exemption": Exemption.X5}, Code.EXEMPTION_NOT_OPEN),
        ({"exemption": Exemption.X4}, Code.EXEMPTION_NOT_OPEN),
        (
            {"exemption": Exemption.X4, "purpose": replace(PURPOSE, exemptions=(Exemption.X4,))},
            Code.EXEMPTION_NOT_OPEN,
        ),
    ],
)
def test_one_thing_out_of_order_is_one_reason(changed: dict[str, Any], reason: Code) -> None:
    assert _judge(**changed) == Judgement(None, (reason,))


@pytest.mark.parametrize(
    "changed",
    [
        {"art9": None, "classes": ALL - {Class.SC}},
        {"art10": None, "classes": ALL - {Class.CR}},
        {"art9": Article9.A9H, "sch1": Schedule1.S1P2, "apd": None, "classes": ALL - {Class.CR}},
        {"art9": Article9.A9C, "sch1": None, "apd": None, "classes": ALL - {Class.CR}},
        {"art10": Schedule1.S1P33, "apd": None, "classes": ALL - {Class.SC}},
        {"exemption": None},
        {"day": date(2024, 8, 19)},
        {"day": date(2030, 12, 31)},
        {"discloser": INDEPENDENT, "art6": Basis.A6EA},
        {"discloser": INDEPENDENT, "art6": Basis.A6F},
        {"request": "R-1", "purpose": replace(PURPOSE, powers=(replace(SCHOOL_DUTY, on_request=True),))},
    ],
)
def test_what_the_law_does_not_ask_is_not_asked(changed: dict[str, Any]) -> None:
    assert _judge(**changed).reasons == ()


@pytest.mark.parametrize("field", ["sch1", "art10"])
def test_telling_the_police_of_a_crime_needs_no_policy_document(field: str) -> None:
    classes = frozenset({Class.SC if field == "sch1" else Class.CR})
    asked = {"discloser": KENT, "art6": Basis.A6E, "apd": None, "classes": classes, field: Schedule1.S1P10}
    assert _judge(recipient=POLICE, **asked).reasons == ()
    assert _judge(recipient=KENT, **asked).reasons != ()


def test_all_six_are_asked_every_time() -> None:
    judged = _judge(
        purpose=replace(PURPOSE, on=False),
        art6=Basis.A6F,
        art9=None,
        art10=None,
        papers=(),
        exemption=Exemption.X4,
    )
    assert judged.reasons == (
        Code.PURPOSE_OFF,
        Code.BASIS_NOT_OPEN,
        Code.NO_ARTICLE_9,
        Code.NO_ARTICLE_10,
        Code.BARRED,
        Code.EXEMPTION_NOT_OPEN,
    )
    assert [test.__name__ for test in SIX_TESTS] == [
        "power",
        "article_6",
        "article_9",
        "article_10",
        "bars",
        "exemption",
    ]


def test_where_there_is_no_power_a_closed_basis_is_still_said() -> None:
    asked = {"discloser": KENT, "recipient": MAINTAINED}
    assert _judge(**asked, art6=Basis.A6F).reasons == (Code.NO_PURPOSE, Code.BASIS_NOT_OPEN)
    assert _judge(**asked, art6=Basis.A6E).reasons == (Code.NO_PURPOSE,)
