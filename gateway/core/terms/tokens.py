"""Ids and numbers that cannot be wrong once made.

Every id is parsed when it is made and is still a ``str``, so it can be stored, printed and compared as one.
No error raised here quotes the text that was wrong: it may be a child's number.
"""

import re
from collections.abc import Callable
from itertools import count
from operator import mul
from typing import ClassVar, Self

Draw = Callable[[int], bytes]
"""``draw(n)`` gives ``n`` fresh random bytes; the core never reaches for randomness itself."""


class Token(str):
    """A text of one strict grammar."""

    __slots__ = ()
    GRAMMAR: ClassVar[re.Pattern[str]] = re.compile(r"(?!)")

    def __new__(cls, text: str) -> Self:
        if not cls.GRAMMAR.fullmatch(text):
            raise ValueError(f"not a {cls.__name__}")
        return super().__new__(cls, text)


class PartnerId(Token):
    """An organisation in the directory, such as ``council-886`` or ``school-8864321``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+){0,7}")


class PersonId(Token):
    """Somebody who may sign in; chosen by the operator, never an e-mail address."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[a-z][a-z0-9.-]{1,31}")


class SessionId(Token):
    """One sign-in on one machine, by what its owner sees of it: no secret, unlike what the browser holds."""

    __slots__ = ()
    GRAMMAR = re.compile(r"i-[a-z2-7]{26}")


class PasskeyId(Token):
    __slots__ = ()
    GRAMMAR = re.compile(r"k-[a-z2-7]{26}")


class UploadId(Token):
    __slots__ = ()
    GRAMMAR = re.compile(r"u-[a-z2-7]{26}")


class ReportId(Token):
    """What one handing-in of files came to, as a person reads it for a week."""

    __slots__ = ()
    GRAMMAR = re.compile(r"r-[a-z2-7]{26}")


class DisclosureId(Token):
    """One lawful decision to disclose; it stays the same when the parcel is sealed anew."""

    __slots__ = ()
    GRAMMAR = re.compile(r"d-[a-z2-7]{26}")


class ParcelId(Token):
    __slots__ = ()
    GRAMMAR = re.compile(r"p-[a-z2-7]{26}")


class TaskId(Token):
    """Something that somebody has to do by a time."""

    __slots__ = ()
    GRAMMAR = re.compile(r"t-[a-z2-7]{26}")


class FlagId(Token):
    """One flag on one child, from the day it is set to the day it is lifted."""

    __slots__ = ()
    GRAMMAR = re.compile(r"f-[a-z2-7]{26}")


class CaseId(Token):
    """A child missing education, from the day somebody notices to the day the evidence is there."""

    __slots__ = ()
    GRAMMAR = re.compile(r"c-[a-z2-7]{26}")


class EntryId(Token):
    """One entry of a case's timeline."""

    __slots__ = ()
    GRAMMAR = re.compile(r"e-[a-z2-7]{26}")


class WatchId(Token):
    """A child watched until somebody says that it has started at its next school."""

    __slots__ = ()
    GRAMMAR = re.compile(r"w-[a-z2-7]{26}")


class RequestId(Token):
    """What one person asks for about themselves or a child: a rights request."""

    __slots__ = ()
    GRAMMAR = re.compile(r"q-[a-z2-7]{26}")


class BreachId(Token):
    """One personal data breach, from awareness to its end."""

    __slots__ = ()
    GRAMMAR = re.compile(r"b-[a-z2-7]{26}")


class ConsentId(Token):
    """One paper by which somebody agreed that a child takes part in research."""

    __slots__ = ()
    GRAMMAR = re.compile(r"k-[a-z2-7]{26}")


class YearId(Token):
    """One year of what a home does that is about nothing with an end of its own: who signed in, looked and searched."""

    __slots__ = ()
    GRAMMAR = re.compile(r"y-[0-9]{4}-[a-z0-9]+(?:-[a-z0-9]+){0,7}")

    @property
    def year(self) -> int:
        return int(self[2:6])

    @property
    def home(self) -> PartnerId:
        return PartnerId(self[7:])


class MessageId(Token):
    """An eb:MessageId (ebMS3 core §5.2.2.1, RFC 2822 msg-id without the angle brackets)."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[!-;=?A-~]{1,200}@[!-;=?A-~]{1,100}")


class CarrierReference(Token):
    """What a carrier calls something that it took from us, such as the message id that MESH gives."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z0-9_-]{1,64}")


class AgreementRef(Token):
    """One immutable version of an agreement: ``kent-medway-cme.v3``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.v[1-9][0-9]{0,3}")


class PurposeCode(Token):
    """``P01`` to ``P36``: a row of ``partners/purposes.toml``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"P[0-9]{2}")


class RuleCode(Token):
    """A row of the catalogue of rules, as a finding names it: ``CTF-UPN-002``."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Z]{3}-[A-Z]{2,5}-[0-9]{3}")


class Digest(Token):
    """A SHA-256 in lower-case hexadecimal."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9a-f]{64}")


class Fingerprint(Digest):
    """The SHA-256 of a certificate in DER form: its lines are found by it."""

    __slots__ = ()


class Commitment(Token):
    """A salted SHA-256 (``commit``): says nothing without its salt, and cannot be changed later."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9a-f]{64}")


_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN_PLACES = {sign: place for signs in ("0123456789", _UPN_LETTERS) for place, sign in enumerate(signs)}


class Upn(Token):
    """A unique pupil number with a right check letter; the last place of a temporary one is a letter."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]")
    LETTERS = _UPN_LETTERS

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        if made[0] != cls.check_letter(made[1:]):
            raise ValueError("the check letter of the UPN is wrong")
        return made

    @classmethod
    def check_letter(cls, tail: str) -> str:
        """The letter that belongs before twelve characters (DfE UPN guide: weights 2 to 13, modulo 23)."""
        return cls.LETTERS[sum(map(mul, map(_UPN_PLACES.__getitem__, tail), count(2))) % 23]

    @property
    def temporary(self) -> bool:
        return self[-1].isalpha()


class LaEstab(Token):
    """The seven places of a DfE number, with the forms a file may name instead of a school.

    ``886LLLL`` is the authority itself, ``XXXXXXX`` not known, ``MMMMMMM`` outside the maintained sector.
    """

    __slots__ = ()
    GRAMMAR = re.compile(r"[0-9]{3}(?:[0-9]{4}|LLLL)|X{7}|M{7}")

    @property
    def la(self) -> str:
        return self[:3]

    @property
    def estab(self) -> str:
        return self[3:]

    @property
    def unknown(self) -> bool:
        return self == "XXXXXXX"

    @property
    def outside(self) -> bool:
        return self == "MMMMMMM"

    @property
    def authority(self) -> bool:
        return self.estab == "LLLL"


class Item(Token):
    """The path of one leaf below a record, such as ``Address/PostCode``, as our schemas name it."""

    __slots__ = ()
    GRAMMAR = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:/[A-Za-z][A-Za-z0-9]*)*")
