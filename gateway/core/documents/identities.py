"""Who the children of a document are, in a form in which two records of one child meet: numbers, names, births, places.

An identity shows nothing of itself, so none can slip into a page, a trace or a log line.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from gateway.core.documents import layouts
from gateway.core.documents.rules import text
from gateway.core.documents.trees import Element
from gateway.core.documents.values import Document
from gateway.core.terms import LaEstab, Upn

Name = tuple[str, str]
"""A surname and a forename; either is empty where nobody knows it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One child as one record knows it. ``names`` holds the usual name first, then each former, preferred or other one.

    ``about``: what is said of the birth is a guess. ``schools`` are those that the child is said to have been at.
    """

    upn: Upn | None = field(default=None, repr=False)
    former_upns: tuple[Upn, ...] = field(default=(), repr=False)
    names: tuple[Name, ...] = field(default=(), repr=False)
    born: date | None = field(default=None, repr=False)
    about: bool = field(default=False, repr=False)
    sex: str = field(default="", repr=False)
    postcodes: tuple[str, ...] = field(default=(), repr=False)
    schools: tuple[LaEstab, ...] = field(default=(), repr=False)

    @property
    def upns(self) -> tuple[Upn, ...]:
        return (*((self.upn,) if self.upn else ()), *self.former_upns)

    def keys(self) -> tuple[str, ...]:
        """What this child may be looked up by, the same however somebody writes the name: ``upn:A…``, ``born:…|…|…``.

        A name counts only with a birth date that is no guess, and a forename of several words also by its first. One
        that can be spelled with or without an umlaut counts in each spelling: Müller, Mueller and Muller meet.
        """
        found = [f"upn:{upn}" for upn in self.upns]
        if self.born is not None and not self.about:
            day = self.born.isoformat()
            found += [f"born:{surname}|{forename}|{day}" for surname, forename in _written(self.names)]
        return tuple(dict.fromkeys(found))

    def named_by(self, school: str) -> tuple[str, ...]:
        """By what a person may be asked whether a child without any key is one whom its school told of before: its name
        at that school, which makes nobody the same.
        """
        told = () if self.keys() else _written(self.names)
        return tuple(dict.fromkeys(f"named:{school}|{surname}|{forename}" for surname, forename in told))


def identities(document: Document) -> Mapping[int, Identity]:
    """Each child by ``Pupil.number``; nothing of a message about messages. An answer to a check names nobody."""
    layout = layouts.BY_KIND[document.kind]
    records = document.tree.find(layout.records)
    if not layout.of_children or records is None:
        return {}
    return {number: _identity(record) for number, record in enumerate(records.iterchildren(layout.record), 1)}


def glimpsed(record: Element) -> Identity:
    """A child of a record that may be wrong: its numbers alone, where a day in it cannot be read."""
    try:
        return _identity(record)
    except ValueError:
        return Identity(upn=next(_upns(_said(_parts(record), "UPN")), None))


def plain(name: str) -> str:
    """A name without case, accents, blanks and punctuation: ``O’Brien-Søn`` is ``obrienson``."""
    if name.isascii():
        folded = name.lower()
        return folded if folded.isalpha() else "".join(filter(str.isalnum, folded))
    folded = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).casefold()
    return "".join(sign for sign in folded if sign.isalnum())


def spellings(name: str) -> tuple[str, ...]:
    """A name in plain letters, first as ``plain`` has it, then as those write it who have no ``ü``, ``ø`` or ``å``."""
    said = plain(name)
    spelled = said if name.isascii() else plain(unicodedata.normalize("NFC", name).casefold().translate(_SPELLED))
    return tuple(dict.fromkeys((said, spelled, _DIGRAPH.sub(r"\1", spelled))))


# -- reading ----------------------------------------------------------------------------------------------------------

_LETTERS = str.maketrans({
    "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n",
})  # fmt: skip
"""Letters that no normal form of Unicode takes apart."""

_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
_DIGRAPH = re.compile(r"([aou])e|(?<=a)a")
"""What stands for those letters; a Samuel is then looked up as Samul too, and so is every other one."""

_HOMES = ("Address", "LastAddress", "BelievedAddress")
_PLACED = ("LastSchool", "School")

_Parts = Mapping[str, list[Element]]
"""What stands right below an element, by name: found in one walk, since a file has thousands of records."""


def _parts(element: Element | None) -> _Parts:
    found: dict[str, list[Element]] = {}
    for child in () if element is None else element:
        found.setdefault(child.tag, []).append(child)
    return found


def _said(parts: _Parts, *names: str) -> list[str]:
    """The texts of these that say something."""
    return [said for name in names for each in parts.get(name, ()) if (said := (each.text or "").strip())]


def _one(parts: _Parts, *names: str) -> str:
    return next(iter(_said(parts, *names)), "")


def _identity(record: Element) -> Identity:
    own = _parts(record)
    details = _parts(next(iter(own.get("BasicDetails", ())), None))
    certain = _one(own, "DOB")
    born = certain or _one(own, "DOBabout")
    return Identity(
        upn=next(_upns(_said(own, "UPN")), None),
        former_upns=tuple(_upns(_said(details, "FormerUPN"))),
        names=_names(own, details),
        born=date.fromisoformat(born) if born else None,
        about=bool(born) and (not certain or "DOB" in _said(own, "About")),
        sex=_one(own, "Sex", "Gender"),
        postcodes=tuple(dict.fromkeys(map(_postcode, _postcodes(own)))),
        schools=tuple(dict.fromkeys(_schools(own))),
    )


def _upns(given: Iterable[str]) -> Iterator[Upn]:
    """A number whose check letter is wrong is nobody's."""
    for one in given:
        try:
            yield Upn(one)
        except ValueError:
            continue


def _postcodes(own: _Parts) -> Iterator[str]:
    """Of the child's own homes; a contact may live elsewhere."""
    homes = [home for name in _HOMES for home in own.get(name, ())]
    homes += [home for changed in own.get("NewDetails", ()) for home in changed.iterchildren("Address")]
    for home in homes:
        if said := text(home, "PostCode"):
            yield said


def _postcode(given: str) -> str:
    return "".join(given.split()).upper()


def _schools(own: _Parts) -> Iterator[LaEstab]:
    placed = [school for name in _PLACED for school in own.get(name, ())]
    for name in ("SchoolHistory", "NewDetails"):
        placed += [school for part in own.get(name, ()) for school in part.iterchildren("School")]
    for school in placed:
        number = text(school, "LEA") + text(school, "Estab")
        if number.isdigit() and LaEstab.GRAMMAR.fullmatch(number):
            yield LaEstab(number)


# -- names ------------------------------------------------------------------------------------------------------------


def _names(own: _Parts, details: _Parts) -> tuple[Name, ...]:
    """The usual name, then every other surname with every other forename, then what the aliases may mean."""
    surnames = [*_said(own, "Surname"), *_said(details, "PreferredSurname", "FormerSurname")]
    forenames = [*_said(own, "Forename"), *_said(details, "PreferredForename", "FormerForename")]
    pairs = list(product(surnames or [""], forenames or [""])) if surnames or forenames else []
    for alias in (said for each in own.get("Aliases", ()) for said in _said(_parts(each), "Alias")):
        pairs += _alias(alias, surnames[:1], forenames[:1])
    return tuple(dict.fromkeys(pairs))


def _alias(alias: str, surnames: list[str], forenames: list[str]) -> Iterable[Name]:
    """A whole name is cut at each blank, since nobody says where the surname begins; one word may be either."""
    before, comma, after = (part.strip() for part in alias.partition(","))
    if comma and before and after:
        return [(before, after)]
    words = alias.replace(",", " ").split()
    if len(words) == 1:
        return [(words[0], forename) for forename in forenames] + [(surname, words[0]) for surname in surnames]
    return [(" ".join(words[at:]), " ".join(words[:at])) for at in range(len(words) - 1, 0, -1)]


def _written(names: Iterable[Name]) -> Iterator[Name]:
    """Each name as it is compared, with its whole forename and with the first word of it."""
    for surname, forename in names:
        for given in (forename, *forename.replace("-", " ").split()[:1]):
            yield from (pair for pair in product(spellings(surname), spellings(given)) if all(pair))
