"""Mistakes on purpose: each changes one pupil so that one thing about it is wrong, and says nothing about it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from gateway.core.sample.markup import Node, leaf
from gateway.core.sample.wishes import Mistake
from gateway.core.terms import Upn


@dataclass(frozen=True, slots=True)
class Around:
    """What a mistake needs to know: the first pupil's UPN and the day the file is made."""

    first_upn: Upn
    today: date


def spoil(pupil: Node, mistake: Mistake, around: Around) -> Node:
    """The pupil with that mistake in it."""
    return _WAYS[mistake](pupil, around)


def _change(node: Node, path: str, new: Callable[[str], str]) -> Node:
    """The node with the first text at ``path`` made new."""
    name, content = node
    head, _, rest = path.partition("/")
    if isinstance(content, str):
        return leaf(name, new(content))
    made = list(content)
    place = next(place for place, (child, _) in enumerate(made) if child == head)
    made[place] = _change(made[place], rest, new)
    return name, tuple(made)


def _children(node: Node) -> tuple[Node, ...]:
    content = node[1]
    assert not isinstance(content, str)
    return content


def _wrong_letter(pupil: Node, _: Around) -> Node:
    letters = Upn.LETTERS
    return _change(pupil, "UPN", lambda upn: letters[(letters.index(upn[0]) + 1) % len(letters)] + upn[1:])


def _wrong_uln(pupil: Node, _: Around) -> Node:
    upn, *rest = (child for child in _children(pupil) if child[0] != "UniqueLearnerNumber")
    return pupil[0], (upn, leaf("UniqueLearnerNumber", "9900000000"), *rest)


def _still_here(pupil: Node, _: Around) -> Node:
    """The sending school without its last day; an empty text is no value."""
    return _change(pupil, "SchoolHistory/School/LeavingDate", lambda _: "")


def _no_such_day(pupil: Node, _: Around) -> Node:
    return _change(pupil, "DOB", lambda dob: f"{dob[:4]}-02-30")


def _stranger(pupil: Node, _: Around) -> Node:
    return pupil[0], (*_children(pupil), leaf("SafeguardingFile", "held in a separate cabinet"))


def _twin(pupil: Node, around: Around) -> Node:
    return _change(pupil, "UPN", lambda _: around.first_upn)


def _forename_first(pupil: Node, _: Around) -> Node:
    made = list(_children(pupil))
    place = next(place for place, (name, _) in enumerate(made) if name == "Surname")
    made[place], made[place + 1] = made[place + 1], made[place]
    return pupil[0], tuple(made)


def _unborn(pupil: Node, around: Around) -> Node:
    return _change(pupil, "DOB", lambda _: f"{around.today.year + 1}-03-02")


_WAYS: Mapping[Mistake, Callable[[Node, Around], Node]] = {
    Mistake.UPN_CHECK_LETTER: _wrong_letter,
    Mistake.ULN: _wrong_uln,
    Mistake.MISSING_LEAVING_DATE: _still_here,
    Mistake.BAD_DATE: _no_such_day,
    Mistake.UNKNOWN_ELEMENT: _stranger,
    Mistake.DUPLICATE_UPN: _twin,
    Mistake.WRONG_ORDER: _forename_first,
    Mistake.FUTURE_DOB: _unborn,
}
