"""One address in either shape that files have, parts as BS 7666 names them or up to five lines, and a correction in it.

Two are the same where every word of one stands in the other, in order, and the postcode agrees. Of what may be the
same, or not, a person is asked: a guess would tell somebody where another family lives.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from gateway.core.rights.redacting import Part

PARTS = ("SAON", "PAON", "Street", "Locality", "Town", "AdministrativeArea", "PostTown")
LINES = tuple(f"AddressLine{number}" for number in range(1, 6))
SHAPES: Mapping[str, tuple[str, ...]] = {"BS7666Address": PARTS, "AddressLines": LINES}
_TAIL = frozenset({"County", "PostCode", "Country"})
_HOUSE = frozenset(PARTS[:3])
"""What says which house it is: an address without one of these that the other has is not surely the same."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")

Place = tuple[Part, str | None]
"""Where a correction belongs, and what is right there; None where a person has to say how it is written there."""


class Same(Enum):
    """Whether two are one address."""

    YES = auto()
    UNSURE = auto()
    NO = auto()


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of an address, and where it is written."""

    bare: str
    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Address:
    """One address of a record: below which path it stands, at which of several entries, and all that it says."""

    root: str
    among: int
    shape: str
    parts: tuple[Part, ...] = field(repr=False)
    tail: tuple[Part, ...] = field(repr=False)

    @property
    def text(self) -> str:
        """As a person reads it."""
        return ", ".join(one.value for one in self.all)

    @property
    def all(self) -> tuple[Part, ...]:
        return (*self.parts, *self.tail)

    @property
    def postcode(self) -> str:
        return next((_bare(one.value) for one in self.tail if leaf(one) == "PostCode"), "")

    @property
    def words(self) -> tuple[_Word, ...]:
        return tuple(word for one in self.parts for word in _words(one))


def leaf(part: Part) -> str:
    return part.item.rsplit("/", 1)[-1]


def of_address(item: str) -> bool:
    """Whether it is a part of an address that says little by itself: two houses have a town in common.

    A postcode is told wherever it stands, as any other value.
    """
    _, shape, name = _split(item)
    return bool(shape) or name in _TAIL - {"PostCode"}


def addresses(said: Iterable[Part]) -> tuple[Address, ...]:
    """Every address of one record."""
    found: dict[tuple[str, int], list[Part]] = {}
    for one in said:
        root, shape, name = _split(one.item)
        if root and (shape or name in _TAIL):
            found.setdefault((root, one.among), []).append(one)
    return tuple(made for (root, among), parts in found.items() if (made := _made(root, among, parts)))


def same(one: Address, other: Address) -> Same:
    """Whether two are one address. Only where both have the same postcode is anybody sure."""
    mine, theirs = ({word.bare for word in each.words} for each in (one, other))
    if (one.postcode and other.postcode and one.postcode != other.postcode) or not mine & theirs:
        return Same.NO
    numbers = [{word for word in each if word[0].isdigit()} for each in (mine, theirs)]
    if all(numbers) and not numbers[0] & numbers[1]:
        return Same.NO
    return Same.YES if one.postcode and other.postcode and _fit(one, other) is not None else Same.UNSURE


def places(one: Address, wrong: Part, right: str, other: Address) -> tuple[Place, ...]:
    """Where in ``other``, the same address, stands what is wrong in ``one``, and what is right there."""
    direct = [part for part in other.all if leaf(part) == leaf(wrong)]
    if one.shape == other.shape or leaf(wrong) in _TAIL:
        return tuple((part, right) for part in direct if _bare(part.value) == _bare(wrong.value))
    return _in_lines(one, wrong, right, other) if other.shape == "AddressLines" else _in_parts(wrong, right, other, one)


def written_in(wrong: str, right: str, other: Address) -> tuple[Place, ...]:
    """The same, where nothing is known but the words that are wrong."""
    sought, words = [word.bare for word in _words(Part(other.parts[0].item, wrong))], other.words
    size = len(sought)
    starts = [at for at in range(len(words) - size + 1) if [word.bare for word in words[at : at + size]] == sought]
    if not size or not starts:
        return ()
    run = words[starts[0] : starts[0] + size]
    if len(starts) > 1 or run[0].part != run[-1].part:
        return ((run[0].part, None),)
    return ((run[0].part, _put(run, right)),)


# -- one in the other -------------------------------------------------------------------------------------------------


def _in_lines(one: Address, wrong: Part, right: str, other: Address) -> tuple[Place, ...]:
    """A part put right within its line: what else is written there stays."""
    fit = _fit(one, other)
    if fit is None:
        return written_in(wrong.value, right, other)
    twins = _twins(one, wrong)
    run = fit.get(wrong.item) or next((fit[part.item] for part in twins if fit.get(part.item)), ())
    if not run:
        return ()
    lost = any(part.item not in fit for part in (wrong, *twins))
    whole = run[0].part == run[-1].part and not lost
    return ((run[0].part, _put(run, right) if whole else None),)


def _in_parts(wrong: Part, right: str, parts: Address, lines: Address) -> tuple[Place, ...]:
    """A line put right among parts: in the one that is another now. Where several may be, a person says which."""
    fit = _fit(parts, lines)
    if fit is None:
        return written_in(wrong.value, right, parts)
    held = [part for part in parts.parts if any(word.part == wrong for word in fit.get(part.item, ()))]
    after = [word.bare for word in _words(Part(wrong.item, right))]
    found: list[tuple[Part, str]] = []
    for number, part in enumerate(held):
        before, behind = ([w for each in some for w in _plain(each)] for some in (held[:number], held[number + 1 :]))
        size = len(after) - len(before) - len(behind)
        if size > 0 and after[: len(before)] == before and after[len(before) + size :] == behind:
            words = list(_words(Part(wrong.item, right)))[len(before) : len(before) + size]
            found.append((part, right[words[0].start : words[-1].end]))
    changed = [(part, text) for part, text in found if _bare(text) != _bare(part.value)]
    if len(changed) == 1 and all(twin.item in fit for twin in _twins(parts, changed[0][0])):
        return tuple(changed)
    return tuple((part, None) for part in held[:1])


def _twins(one: Address, wrong: Part) -> list[Part]:
    """The other parts that say the same: a town that is its own post town stands in most lines once."""
    return [part for part in one.parts if part != wrong and _bare(part.value) == _bare(wrong.value)]


def _fit(one: Address, other: Address) -> Mapping[str, Sequence[_Word]] | None:
    """By which words of ``other`` each part of ``one`` stands there, in order; None unless every word is one's."""
    if one.shape == other.shape:
        return {} if _agree(one, other) else None
    if other.shape != "AddressLines":
        return _fit(other, one)
    words, at = other.words, 0
    found: dict[str, Sequence[_Word]] = {}
    for part in one.parts:
        sought = _plain(part)
        run = words[at : at + len(sought)]
        if sought and [word.bare for word in run] == sought:
            found[part.item] = run
            at += len(sought)
        elif leaf(part) in _HOUSE:
            return None
    rest = "".join(word.bare for word in words[at:])
    tail = [_bare(part.value) for part in (*one.tail, *other.tail)]
    return found if _HOUSE & {leaf(part) for part in one.parts} and (not rest or rest in tail) else None


def _agree(one: Address, other: Address) -> bool:
    """Whether two of one shape are one address: lines by every word, parts by the house and whatever both name."""
    if one.shape == "AddressLines":
        return [word.bare for word in one.words] == [word.bare for word in other.words]
    mine, theirs = ({leaf(part): _plain(part) for part in each.parts} for each in (one, other))
    both = mine.keys() & theirs.keys() | _HOUSE
    return bool(_HOUSE & mine.keys()) and all(mine.get(name) == theirs.get(name) for name in both)


# -- how it is written ------------------------------------------------------------------------------------------------


def _made(root: str, among: int, parts: Sequence[Part]) -> Address | None:
    shape = next((shape for part in parts if (shape := _split(part.item)[1])), "")
    if not shape:
        return None
    order = SHAPES[shape]
    body = sorted((one for one in parts if _split(one.item)[1]), key=lambda one: order.index(leaf(one)))
    return Address(root, among, shape, tuple(body), tuple(one for one in parts if leaf(one) in _TAIL))


def _split(item: str) -> tuple[str, str, str]:
    """The path of the address, its shape if the item has one, and the last name of all."""
    above, _, name = item.rpartition("/")
    root, _, shape = above.rpartition("/")
    return (root, shape, name) if name in SHAPES.get(shape, ()) else (above, "", name)


def _words(part: Part) -> Iterator[_Word]:
    for one in _WORD.finditer(part.value):
        yield _Word(_bare(one[0]).replace("'", "").replace("’", ""), part, one.start(), one.end())


def _plain(part: Part) -> list[str]:
    return [word.bare for word in _words(part)]


def _put(run: Sequence[_Word], right: str) -> str:
    value = run[0].part.value
    return value[: run[0].start] + right + value[run[-1].end :]


def _bare(value: str) -> str:
    return "".join(value.split()).casefold()
