"""Whether two names may be one name: heard differently, typed differently, shortened, or in the other order."""

from itertools import pairwise

from gateway.core.documents.identities import Name, plain

SHORT, LONG = 4, 8
"""From four letters one slip of the keyboard is forgiven, from eight letters two."""

_SOUNDS = {
    letter: digit for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), 1) for letter in letters
}
_PLACES = 4


def alike(one: Name, other: Name) -> bool:
    """Whether surname and forename may both be the same, in this order or the other."""
    straight = _may_be(one[0], other[0]) and _may_be(one[1], other[1])
    return straight or (_same(one[0], other[1]) and _same(one[1], other[0]))


def soundex(name: str) -> str:
    """The Soundex of a name in plain Latin letters, as archives use it: ``B653``. Empty for other scripts."""
    if not name or not (name.isascii() and name.isalpha()):
        return ""
    heard = [name[0]] + [letter for letter in name[1:] if letter not in "hw"]
    coded = [_SOUNDS.get(letter, 0) for letter in heard]
    digits = [str(after) for before, after in pairwise(coded) if after and after != before]
    return (name[0].upper() + "".join(digits) + "0" * _PLACES)[:_PLACES]


def slips(one: str, other: str, most: int) -> int:
    """How many letters were added, left out, changed or swapped with the next; more than ``most`` is not counted on."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at]
        for to, target in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != target))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == target:
                cost = min(cost, older[to - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def _same(one: str, other: str) -> bool:
    return bool(plain(one)) and plain(one) == plain(other)


def _may_be(one: str, other: str) -> bool:
    """One word of a name of several may stand for it: of Smith-Jones, Smith or Jones."""
    words, others = _words(one), _words(other)
    if not words or not others:
        return False
    return _close("".join(words), "".join(others)) or words <= others or others <= words


def _words(name: str) -> "_Words":
    return _Words(filter(None, map(plain, name.replace("-", " ").split())))


class _Words(tuple[str, ...]):
    """The words of a name in order; ``<=`` when every one of them is among the other's."""

    __slots__ = ()

    def __le__(self, other: object) -> bool:
        return isinstance(other, tuple) and set(self) <= set(other)


def _close(one: str, other: str) -> bool:
    if one == other:
        return True
    shorter = min(len(one), len(other))
    forgiven = 2 if shorter >= LONG else 1 if shorter >= SHORT else 0
    heard = soundex(one)
    return (bool(heard) and heard == soundex(other)) or slips(one, other, forgiven) <= forgiven
