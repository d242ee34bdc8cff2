"""How one organisation takes over from another: the old record ends the day before and names who came after it."""

from dataclasses import replace
from datetime import date, timedelta

from gateway.core.partners.directory import Directory
from gateway.core.partners.kinds import PartnerKind
from gateway.core.partners.records import Partner
from gateway.core.terms import Period


def succession(old: Partner, new: Partner, day: date) -> Partner:
    """The old record, ended the day before ``day``. The same again changes nothing.

    Raises ValueError for two that are not of one sort, an old one that begins later or ended on another day, and a new
    one not in effect on ``day``.
    """
    if old.id == new.id:
        raise ValueError("nobody succeeds itself")
    for sort, among in (("council", _a_council), ("school", _a_school)):
        if among(old) != among(new):
            raise ValueError(f"{old.id if among(new) else new.id} is no {sort}")
    last = day - timedelta(days=1)
    if last < old.in_effect.first:
        raise ValueError(f"{old.id} begins on {old.in_effect.first}")
    if old.in_effect.last not in {None, last}:
        raise ValueError(f"{old.id} ended on {old.in_effect.last}")
    if old.successor not in {None, new.id}:
        raise ValueError(f"{old.successor} came after {old.id}")
    if not new.in_effect.covers(day):
        raise ValueError(f"{new.id} is not in effect on {day}")
    return replace(old, in_effect=Period(old.in_effect.first, last), successor=new.id)


def leaning(old: Partner, directory: Directory, day: date) -> tuple[Partner, ...]:
    """Whose records still name the old one on ``day``, as who serves them, their trust, or whom they act for."""
    return tuple(
        one
        for one in directory.partners.values()
        if one.in_effect.covers(day) and (old.id in {one.served_by, one.trust} or one.acts_for(old.id, day) is not None)
    )


def _a_council(one: Partner) -> bool:
    return one.kind is PartnerKind.COUNCIL


def _a_school(one: Partner) -> bool:
    """Alternative provision may become an academy, and the other way."""
    return one.kind.school or one.kind.may_have_trust
