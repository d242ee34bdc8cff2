"""Every field of an agreement: read, printed and kept the same, whatever is left out."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.core import agreements
from gateway.core.agreements import (
    Agreement,
    Answerer,
    Approver,
    Assessment,
    Change,
    Ending,
    Frequency,
    Geography,
    Member,
    Office,
    Onward,
    Party,
    PartyRole,
    Plain,
    Proof,
    Quality,
    Restrictions,
    Retention,
    Rights,
    Security,
    Since,
    Status,
    Subject,
    Tier,
)
from gateway.core.law import Class
from gateway.core.partners import Scheme
from gateway.core.terms import AgreementRef, Digest, Item, Kind, PartnerId
from tests.core.law.made import schemas, shipped
from tests.core.law.test_agreements import FROZEN, TEMPLATES, WHOLE

TEXT = (st.text(min_size=1, max_size=40) | st.text("a\r\n", min_size=1, max_size=6)).filter(
    lambda text: bool(text.strip())
)
"""Lines that end as those of another machine are drawn often."""

PARTY = st.builds(Party, st.sampled_from([PartnerId("council-886"), PartnerId("nhs-kent")]), st.booleans())
DAY = st.dates(date(2020, 1, 1), date(2060, 1, 1))
COUNT = st.integers(1, 10**6)
KINDS = st.sampled_from(Kind)
PATTERNS = st.dictionaries(KINDS, st.lists(st.sampled_from(["UPN", "DOB", "Address/*"]), min_size=1, unique=True))
LISTED = PATTERNS.map(lambda found: tuple(sorted((kind, tuple(some)) for kind, some in found.items())))
SAID = st.just("") | TEXT


def some(strategy: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(strategy, max_size=3, unique=True).map(tuple)


CONTROLLER = st.builds(Member, PARTY, st.sampled_from([PartyRole.CONTROLLER, PartyRole.JOINT]), SAID, SAID, SAID)
AGENT = st.builds(
    Member, PARTY, st.just(PartyRole.AGENT), SAID, SAID, TEXT, st.just((PartnerId("school-8864321"),)), SAID, SAID, SAID
)
EXTRA = st.fixed_dictionaries(
    {
        "number": st.none() | COUNT,
        "tier": st.sampled_from(Tier),
        "parent": st.none() | st.just(AgreementRef("tier-one.v2")),
        "lead": st.none() | st.just(PartnerId("council-886")),
        "frequency": st.sampled_from(Frequency),
        "subjects": st.lists(st.sampled_from(Subject), min_size=1, unique=True).map(tuple),
        "max_messages": st.none() | COUNT,
        "bulk": st.booleans(),
        "assurance": some(st.sampled_from(list(Scheme))),
        "deletion_proof": st.sampled_from(Proof),
        "breach_hours": COUNT,
        "complaints": SAID,
        "publishable": st.booleans(),
        "summary": SAID,
        "plain": st.builds(Plain, SAID, SAID, SAID),
        "members": some(CONTROLLER | AGENT),
        "forbidden": LISTED,
        "max_age": st.dictionaries(KINDS, COUNT).map(lambda found: tuple(sorted(found.items()))),
        "restrictions": st.builds(
            Restrictions, st.sampled_from(Onward), st.sampled_from(Geography), st.booleans(), st.booleans()
        ),
        "security": st.builds(Security, SAID, some(st.just(Digest("a" * 64)))),
        "retention": some(st.builds(Retention, st.sampled_from(Class), COUNT, st.sampled_from(Since))),
        "rights": st.builds(Rights, st.sampled_from(Answerer), COUNT),
        "assessment": st.builds(Assessment, SAID, st.none() | DAY, SAID),
        "quality": st.builds(Quality, SAID, SAID, SAID),
        "approvers": some(st.builds(Approver, PARTY, st.sampled_from(Office), SAID)),
        "ending": st.builds(Ending, COUNT, SAID, SAID),
        "changes": some(st.builds(Change, COUNT, DAY, TEXT)),
    }
)


@settings(max_examples=150, deadline=None)
@given(EXTRA)
def test_whatever_an_agreement_says_is_read_back_and_printed_to_the_same_bytes(extra: dict[str, object]) -> None:
    made = replace(WHOLE, **extra)  # type: ignore[arg-type]
    text = agreements.to_toml(made)
    assert agreements.from_toml(text) == made
    assert agreements.to_toml(agreements.from_toml(text)) == text


def test_the_terms_that_were_signed_are_those_that_come_back_however_their_lines_end() -> None:
    for words in ("one\r\ntwo", "one\rtwo", "one\ntwo\r\n", "\r\none"):
        made = replace(WHOLE, plain=Plain(purpose=words), changes=(Change(1, date(2026, 9, 1), words),))
        kept = agreements.from_toml(agreements.to_toml(made))
        assert (kept.plain.purpose, kept.changes[0].words) == (words, words)
        assert agreements.terms_digest(kept) == agreements.terms_digest(made)


def test_every_field_that_an_older_release_did_not_know_may_be_left_out() -> None:
    old = {"name", "version", "title", "status", "direction", "senders", "recipients", "in_force", "review", "purposes"}
    old |= {"items", "max_children", "carriers", "signatories"}
    made = agreements.from_toml(FROZEN)
    for field in fields(Agreement):
        assert (field.name in old) or getattr(made, field.name) == field.default, field.name


def test_what_is_silent_means_the_stricter_thing() -> None:
    made = agreements.from_toml(FROZEN)
    assert (made.restrictions.onward, made.restrictions.geography) == (Onward.ASK_US, Geography.UK)
    assert (made.restrictions.reuse, made.restrictions.automated, made.bulk, made.publishable) == (False,) * 4
    assert (made.rights.days, made.breach_hours, made.ending.notice_days) == (2, 24, 90)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('[[members]]\nparty = "council-886"\nrole = "processor"', "member 1: a processor or agent has an Article 28"),
        ('[[members]]\nparty = "council-886"\nrole = "agent"\ncontract = "C-1"', "member 1: an agent, and nobody else"),
        ('[mandatory]\nctf = ["DOB"]', "what is mandatory is listed among the items"),
        ('[mandatory]\nctf = ["UPN"]\n\n[forbidden]\nctf = ["UPN"]', "what is mandatory is listed among the items"),
        ('[restrictions]\nonward = "sometimes"', "restrictions: onward is not as it should be"),
        ('[[retention]]\nof = "ID"\nyears = 0\nsince = "birth"', "retention 1: years is not as it should be"),
        ('[security]\nkeys = ["short"]', "security: keys is not as it should be"),
        ('[plain]\nwhy = "because"', "plain: unknown key why"),
        ("[rights]\ndays = true", "rights: days is not as it should be"),
        ("[max_age]\nctf = -1", "agreement: max_age is not as it should be"),
    ],
)
def test_a_field_that_makes_no_sense_is_refused_by_its_place(more: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        agreements.from_toml(f"{FROZEN}\n{more}\n")


def test_a_forbidden_item_wins_over_an_allowed_pattern_and_over_nothing_else() -> None:
    made = replace(WHOLE, forbidden=((Kind.CTF, ("Address/PostCode",)), (Kind.CML, ("UPN",))))
    schema = schemas()[Kind.CTF, "26.0"]
    went = agreements.reach(made.patterns(Kind.CTF), schema)
    assert Item("Address/PostCode") in agreements.reach(WHOLE.patterns(Kind.CTF), schema)
    assert agreements.reach(WHOLE.patterns(Kind.CTF), schema) - went == {Item("Address/PostCode")}
    assert agreements.reach(("!UPN", "UPN"), schema) == frozenset()
    # a kind that it forbids something of, and allows nothing, is not covered
    assert made.patterns(Kind.CML) == ()


def test_the_terms_of_a_version_are_all_of_it_but_how_far_it_has_come() -> None:
    unsigned = replace(WHOLE, status=Status.DRAFT, signatories=())
    assert agreements.terms_digest(WHOLE) == agreements.terms_digest(unsigned)
    changed = [
        replace(WHOLE, title="Other"),
        replace(WHOLE, review=date(2027, 6, 2)),
        replace(WHOLE, restrictions=Restrictions(onward=Onward.FREE)),
        replace(WHOLE, changes=(Change(3, date(2026, 9, 1), "x"),)),
        replace(WHOLE, forbidden=((Kind.CTF, ("UPN",)),)),
    ]
    assert len({agreements.terms_digest(one) for one in (WHOLE, *changed)}) == len(changed) + 1


def test_what_an_agreement_does_not_say_is_told_field_by_field() -> None:
    told = {words.partition(":")[0] for words in agreements.wanting(WHOLE)}
    assert {"lead", "plain.purpose", "members", "retention", "quality.source", "approvers", "changes"} <= told
    assert "review" not in told
    assert any("review" in words for words in agreements.wanting(replace(WHOLE, review=date(2027, 9, 2))))
    assert any("bulk" in words for words in agreements.wanting(replace(WHOLE, max_children=36)))
    assert not any("bulk" in words for words in agreements.wanting(replace(WHOLE, max_children=35)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_that_loses_a_field_is_no_longer_complete(name: str) -> None:
    made = agreements.from_toml(shipped(f"templates/{name}.toml"))
    assert agreements.wanting(made) == ()
    for less in (
        {"lead": None}, {"plain": Plain()}, {"members": made.members[1:]}, {"mandatory": ()}, {"max_messages": None},
        {"retention": ()}, {"quality": Quality()}, {"approvers": made.approvers[:2]}, {"ending": Ending()},
        {"changes": ()}, {"summary": ""}, {"security": Security()}, {"max_age": ()},
    ):  # fmt: skip
        assert agreements.wanting(replace(made, **less)), less
