"""A second opinion on every decision, written from law.md's table and the issue alone: tables, and no room of ours.

It shares nothing with the gateway but ``partners/purposes.toml``. What statute obliges, who is a public authority, how
sensitive an item is, which hold people may clear: all of it is written down here a second time, in plain words.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Literal

from tests.core.law.oracle_cases import Agreed, Basis, Case
from tests.core.law.oracle_tables import (
    DUTIES,
    EXCUSED_BY,
    FIGURES,
    GLASS,
    IN_FORCE,
    LIFTS,
    NEVER_NAMED,
    NEXT_DAY,
    OFF,
    ONE_OFFS,
    PARAGRAPHS,
    PEOPLE,
    PEOPLE_CLEAR,
    PRIVATE,
    SCHOOLS,
    SECRET_BY_STATUTE,
    SENSITIVE,
    STOPS,
    TELL_AGAIN,
    WITH_POLICY,
)

Ranked = Literal["release", "hold", "refuse"]
Answer = tuple[Ranked, frozenset[str]]


# -- one thing that a disclosure may stand on -------------------------------------------------------------------------


@dataclass(frozen=True)
class Ground:
    basis: Basis
    items: tuple[str, ...] | None
    duty: bool = False
    form: bool = False
    typed: bool = False
    agreed: Agreed | None = None


def answer(case: Case) -> Answer:
    """The outcome and every reason for it."""
    row = table().get(case.purpose)
    if row is None:
        return "refuse", frozenset({"no-purpose"})
    row = _article_19(row) if _tells_again(case) else row
    if case.recipient_ended:
        return "refuse", frozenset({"no-recipient"})
    if case.lacks:
        return "refuse", case.lacks
    grounds, wanting = _grounds(case, row)
    if wanting:
        return "refuse", _nothing_to_stand_on(case, row, wanting)
    return min(
        (_on(case, row, ground) for ground in grounds), key=lambda one: ("release", "hold", "refuse").index(one[0])
    )


@cache
def table() -> dict[str, dict[str, Any]]:
    text = (Path(__file__).parents[3] / "partners/purposes.toml").read_text()
    return {row["code"]: row for row in tomllib.loads(text)["purpose"]}


def _tells_again(case: Case) -> bool:
    """A rights notice: what somebody was told is wrong, goes, or is not to be used (Article 19 UK GDPR)."""
    return case.kind == "rights"


def _article_19(row: dict[str, Any]) -> dict[str, Any]:
    """The purpose of what was told before, as a duty of anybody to tell anybody who had it.

    Special items go as what an enactment obliges (A9G, S1P6), with a policy; what another statute keeps secret stays so.
    """
    return {
        "code": row["code"],
        "powers": [{"from": _Anybody(), "to": _Anybody(), "art6": ["A6C"], "duty": True}],
        "items": {"rights": TELL_AGAIN},
        "art9": ["A9G"],
        "sch1": ["S1P6"],
        "art10": ["S1P36"],
        "apd": "any",
        "bars": sorted(SECRET_BY_STATUTE & set(row.get("bars", ()))),
        "exemptions": row.get("exemptions", ()),
    }


class _Anybody:
    def __contains__(self, kind: object) -> bool:
        return True


def _grounds(case: Case, row: dict[str, Any]) -> tuple[list[Ground], str]:
    if not row.get("items", {}).get(case.kind):
        return [], "no-purpose"
    form = case.form if case.form and (case.children == 1 or (case.form.siblings and case.children <= FAMILY)) else None
    asked = form is not None and form.basis.request
    if owed := _owed(case, requested=asked):
        basis = form.basis if form else usual(row, _power(case, row, requested=asked) or {})
        typed = form is not None and owed == "request"
        items = form.items if form and typed else None
        return [Ground(basis, items, True, form is not None, typed)], ""
    if form and case.purpose in ONE_OFFS and (case.purpose != "P34" or case.recipient in GLASS):
        return [Ground(form.basis, form.items, form=True)], ""
    adopted = [one for one in case.agreements if one.status not in _NOT_ADOPTED and _speaks(one, case)]
    stand = [one for one in adopted if one in _newest(case)]
    if stand:
        return [Ground(one.basis, one.items, agreed=one) for one in stand], ""
    return [], "agreement-not-in-force" if adopted else "no-agreement"


FAMILY = 8
"""Brothers and sisters at most on one form."""

A_CLASS = 35
"""Children in one message; more is bulk (§2.3)."""

_NOT_ADOPTED = {"draft", "in-consultation", "signed"}


def _owed(case: Case, *, requested: bool) -> str:
    """What makes it a duty, or nothing."""
    if _tells_again(case):
        return "statute"
    for purpose, senders, recipients, takes in DUTIES:
        if purpose != case.purpose or case.sender not in senders or case.recipient not in recipients:
            continue
        if takes == "request" and requested:
            return "request"
        if takes != "request" and _begun(takes or None, case):
            return "statute"
    return ""


def _power(case: Case, row: dict[str, Any], *, requested: bool) -> dict[str, Any] | None:
    for power in row["powers"]:
        between = case.sender in power["from"] and case.recipient in power["to"]
        if between and _begun(power.get("under"), case) and (requested or not power.get("on_request")):
            found: dict[str, Any] = power
            return found
    return None


def _begun(provision: str | None, case: Case) -> bool:
    return provision is None or provision in case.begun or IN_FORCE.get(provision, date.max) <= case.day


def usual(row: dict[str, Any], power: dict[str, Any]) -> Basis:
    condition = next(iter(row.get("art9", ())), "")
    paragraph = next((one for one in row.get("sch1", ()) if one in PARAGRAPHS.get(condition, ())), "")
    return Basis(power["art6"][0], condition, paragraph, next(iter(row.get("art10", ())), ""), apd="apd" in row)


def _speaks(one: Agreed, case: Case) -> bool:
    """Of this purpose and kind of document, and in this direction."""
    return (
        (one.purpose, one.kind) == (case.purpose, case.kind) and bool(one.items) and (not one.mirrored or one.both_ways)
    )


def _newest(case: Case) -> list[Agreed]:
    """In force that day; of one name the newest version, whatever it speaks of."""
    standing = [one for one in case.agreements if _stands(one, case.day)]
    return [one for one in standing if one.version == max(two.version for two in standing if two.name == one.name)]


def _stands(one: Agreed, day: date) -> bool:
    year, month = divmod(one.review.year * 12 + one.review.month - 1 + 3, 12)
    suspended = day > date(year, month + 1, min(one.review.day, 28))  # drawn reviews are early in the month
    begun = one.first <= day and (one.last is None or day <= one.last)
    return one.status in {"active", "review-due"} and begun and not suspended


def _nothing_to_stand_on(case: Case, row: dict[str, Any], wanting: str) -> frozenset[str]:
    power = _power(case, row, requested=False)
    if power is None:
        return frozenset({"no-purpose", *(["purpose-off"] if _closed(case) else [])})
    ground = Ground(usual(row, power), None)
    return frozenset({wanting, *_said(case, row, ground, frozenset(), LAWFUL)})


def _closed(case: Case) -> bool:
    return case.purpose in OFF and not case.opened and not _tells_again(case)


# -- what goes, and what stands in the way ----------------------------------------------------------------------------


def _on(case: Case, row: dict[str, Any], ground: Ground) -> Answer:
    going = frozenset(one for one in case.items if _may_go(one, case, row, ground))
    found = _said(case, row, ground, going, (*LAWFUL, *AGREED, *STOPPED))
    left = frozenset(one for one in found if not _out_of_the_way(one, case))
    if not left:
        return "release", left
    return "hold" if left <= set(PEOPLE_CLEAR) else "refuse", left


def _may_go(item: str, case: Case, row: dict[str, Any], ground: Ground) -> bool:
    if not _named(item, row["items"][case.kind]):
        return False
    if ground.agreed and _named(item, ground.agreed.forbidden):
        return False
    return ground.items is None or _named(item, ground.items)


def _named(item: str, patterns: Iterable[str]) -> bool:
    return any(item == one or (one.endswith("/*") and item.startswith(one[:-1])) for one in patterns)


Test = Callable[[Case, dict[str, Any], Ground, frozenset[str]], bool]
Tests = tuple[tuple[str, Test], ...]


def _said(case: Case, row: dict[str, Any], ground: Ground, going: frozenset[str], tests: Tests) -> frozenset[str]:
    return frozenset(reason for reason, met in tests if met(case, row, ground, going))


def _holding(case: Case, row: dict[str, Any], ground: Ground) -> dict[str, Any] | None:
    """The power that holds: only a form brings a request on record, never an agreement."""
    return _power(case, row, requested=ground.basis.request and ground.agreed is None)


def _basis_closed(case: Case, row: dict[str, Any], ground: Ground, _going: frozenset[str]) -> bool:
    basis, power = ground.basis.art6, _holding(case, row, ground)
    interest = basis in {"A6EA", "A6F"} and case.sender not in PRIVATE
    if power is None:
        return interest
    early = basis == "A6EA" and not _begun("duaa-s70", case)
    return interest or early or basis not in power["art6"] or (basis == "A6C" and not power.get("duty"))


def _class(wanted: str, case: Case, going: frozenset[str]) -> bool:
    return any(SENSITIVE.get(one) == wanted or (one, wanted) in case.lifted for one in going)


def _no_policy(case: Case, ground: Ground, paragraph: str) -> bool:
    to_police = paragraph == "S1P10" and case.recipient == "police"
    return paragraph in WITH_POLICY and not ground.basis.apd and not to_police


def _no_article_9(case: Case, row: dict[str, Any], ground: Ground, going: frozenset[str]) -> bool:
    if not _class("SC", case, going):
        return False
    said, paragraph = ground.basis.art9, ground.basis.sch1
    if said not in row.get("art9", ()):
        return True
    if not PARAGRAPHS[said]:
        return False
    return paragraph not in PARAGRAPHS[said] & set(row.get("sch1", ())) or _no_policy(case, ground, paragraph)


def _no_article_10(case: Case, row: dict[str, Any], ground: Ground, going: frozenset[str]) -> bool:
    paragraph = ground.basis.art10
    closed = paragraph not in row.get("art10", ()) or _no_policy(case, ground, paragraph)
    return _class("CR", case, going) and closed


def _barred(_case: Case, row: dict[str, Any], ground: Ground, _going: frozenset[str]) -> bool:
    wanted = {*row.get("papers", ()), *(LIFTS[bar] for bar in row.get("bars", ()))}
    return not wanted - ({"anonymity-review"} if ground.basis.art6 == "A6A" else set()) <= ground.basis.papers


def _wrong_carrier(case: Case, row: dict[str, Any], ground: Ground, _going: frozenset[str]) -> bool:
    """§1.4.1: our network and our own protocol are closed within one area, and only there."""
    ours = case.carrier in {"lan", "as4"}
    closed = case.one_area and {case.sender, case.recipient} <= {*SCHOOLS, "council"}
    listed = closed if ours else case.carrier in {"email", "s2s"}
    lawful = case.purpose != "P04" or _tells_again(case) or listed or case.carrier in case.accepted
    named = ground.agreed.carriers if ground.agreed else frozenset[str]()
    agreed = not named or case.carrier in named or (case.carrier == "lan" and "as4" in named)  # it stays in the house
    return not (lawful and agreed)


def _useless(case: Case, row: dict[str, Any], ground: Ground, going: frozenset[str]) -> bool:
    """Point 5: a one-off has the purpose's own minimum, each line of it by one of its alternatives."""
    lines = row.get("minimum", {}).get(case.kind, []) if ground.form and not ground.duty else []
    paths = [tuple(f"{one}/" for one in line.split(" or ")) for line in lines]
    return not all(any(f"{item}/".startswith(some) for item in going) for some in paths)


def _names_refused(case: Case, _row: dict[str, Any], ground: Ground, _going: frozenset[str]) -> bool:
    named = (*(ground.items or ()), *(ground.agreed.forbidden if ground.agreed else ()))
    steps = {step.lower() for one in named for step in one.split("/")}
    return any(name.lower() in steps and case.purpose not in free for name, free in NEVER_NAMED.items())


def _not_assured(case: Case, _row: dict[str, Any], ground: Ground, _going: frozenset[str]) -> bool:
    """A warning for thirty days, then nothing goes; one that nobody ever saw is asked for and stops nothing."""
    asked = ground.agreed is not None and ground.agreed.asks_assurance
    return asked and case.assured_until is not None and case.day > case.assured_until + timedelta(days=30)


def _flagged(case: Case, *_: object) -> bool:
    stopping = case.flags & STOPS - ({"ask-first"} if case.asks_itself else set())
    return bool(stopping) and not _return_home(case)


def _return_home(case: Case) -> bool:
    return case.purpose in {"P01", "P02"} and case.own


def _form_decides(ground: Ground) -> bool:
    """Nothing but the form, or the request on it, lets it go."""
    return ground.form and (ground.typed or not ground.duty)


def _barred_by_source(case: Case, _row: dict[str, Any], ground: Ground, _going: frozenset[str]) -> bool:
    """A legal duty is itself the exception; what goes to our own council does not go on."""
    told = case.told
    if told is None or told.by_recipient or ground.duty or _return_home(case):
        return False
    return not (told.onward or case.own) or not (told.reuse or told.purpose == case.purpose)


LAWFUL: Tests = (
    ("no-purpose", lambda case, row, ground, _: _holding(case, row, ground) is None or case.sender_ended),
    ("purpose-off", lambda case, *_: _closed(case)),
    ("basis-not-open", _basis_closed),
    ("no-article-9", _no_article_9),
    ("no-article-10", _no_article_10),
    ("barred", _barred),
    (
        "exemption-not-open",
        lambda _case, row, ground, _: ground.basis.exemption not in {"", *row.get("exemptions", ())},
    ),
)
AGREED: Tests = (
    ("carrier", _wrong_carrier),
    (
        "too-many-children",
        lambda case, _, ground, __: ground.agreed is not None and case.children > ground.agreed.most_children,
    ),
    (
        "too-many-messages",
        lambda _case, _, ground, __: (
            ground.agreed is not None
            and ground.agreed.most_a_day is not None
            and ground.agreed.sent_today >= ground.agreed.most_a_day
        ),
    ),
    (
        "bulk",
        lambda case, _, ground, __: ground.agreed is not None and not ground.agreed.bulk and case.children > A_CLASS,
    ),
    (
        "too-old",
        lambda case, _, ground, __: (
            ground.agreed is not None
            and ground.agreed.most_days_old is not None
            and case.days_old > ground.agreed.most_days_old
        ),
    ),
    ("assurance-expired", _not_assured),
    (
        "no-consent",
        lambda case, _, ground, __: (
            case.purpose in FIGURES
            and not _tells_again(case)
            and (ground.basis.art6 != "A6A" or case.consented < case.children)
        ),
    ),
    ("nothing-to-share", lambda _case, _, __, going: not going),
    ("minimum-items", _useless),
    ("refused-item", _names_refused),
    ("no-certificate", lambda case, *_: not case.sealable),
)
STOPPED: Tests = (
    ("approval", lambda case, *_: case.purpose in PEOPLE),
    ("flagged", _flagged),
    ("grade-capped", lambda case, *_: _flagged(case) and (case.grade or 0) > 1),
    ("restricted", lambda case, *_: "restriction" in case.flags and not _return_home(case)),
    (
        "objected",
        lambda case, _, ground, __: (
            "objection" in case.flags and ground.basis.art6 in {"A6E", "A6EA", "A6F"} and not _return_home(case)
        ),
    ),
    ("onward", _barred_by_source),
    ("form-used", lambda case, _, ground, __: _form_decides(ground) and case.form is not None and case.form.used),
    (
        "second-person",
        lambda case, _, ground, __: _form_decides(ground) and not case.immediate and case.purpose not in NEXT_DAY,
    ),
)


def _out_of_the_way(reason: str, case: Case) -> bool:
    cleared = case.cleared
    if reason not in PEOPLE_CLEAR or not case.flags <= cleared.knowing:
        return False
    if cleared.glass:
        return case.recipient in GLASS
    signed = len(set(cleared.by)) >= PEOPLE_CLEAR[reason]
    if reason == "second-person" and case.form:
        signed = any(person != case.form.by for person in cleared.by)
    said = reason not in EXCUSED_BY or bool(EXCUSED_BY[reason] & cleared.excuses)
    return reason in cleared.reasons and signed and said
