"""The school history of a return: what a school tells its council of a leaver or of a joiner (ctf.md §7)."""

from datetime import date, timedelta
from random import Random

from gateway.core.sample import places
from gateway.core.sample.blocks import Pen
from gateway.core.sample.children import Child
from gateway.core.sample.markup import Node, branch, leaf
from gateway.core.sample.places import School
from gateway.core.sample.schooling import Stay
from gateway.core.terms import LaEstab

_ENQUIRED, _ELSEWHERE = "HI", "A"
_REASONS = {"A": "IM", "F": "NH", "K": "DD", "O": "PE"}


def leaver(child: Child, here: Stay, dest: LaEstab, ground: str, pen: Pen) -> Node | None:
    """The school that is left, and the next one where the ground is that there is one."""
    enquired = branch("SuppInfo", (leaf("SuppID", pen.quirks.supplier), leaf("JointEnquiry", here.leaving)))
    own = _row(
        here.school,
        pen,
        leaf("EntryDate", here.entry),
        leaf("LeavingDate", here.leaving),
        leaf("LeavingReason", _REASONS.get(ground, "OR")),
        leaf("RemovalGrounds", ground),
        enquired if ground in _ENQUIRED else None,
    )
    other = places.school(dest.la, int(child.upn[5:8]) + 400, Random(f"next/{child.upn}"))  # noqa: S311  (invented)
    new = _row(other, pen, leaf("EntryDate", here.leaving + timedelta(days=3))) if ground in _ELSEWHERE else None
    return branch("SchoolHistory", (own, new))


def joiner(here: Stay, before: Stay, entered: date, pen: Pen) -> Node | None:
    """The school that was joined, and the one before it."""
    own = _row(here.school, pen, leaf("EntryDate", entered))
    first = min(before.entry, entered - timedelta(days=1))
    last = leaf("LeavingDate", entered - timedelta(days=1))
    return branch(
        "SchoolHistory",
        (own, _row(before.school, pen, leaf("EntryDate", first), last, leaf("LastSchool", pen.truth(True)))),
    )


def _row(school: School, pen: Pen, *more: Node | None) -> Node | None:
    return branch("School", (*pen.school(school.laestab, school.urn), leaf("SchoolName", school.name), *more))
