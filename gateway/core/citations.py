"""Whether words name a statute. A request that quotes none goes back unanswered, as HMRC does it (law.md §1.4 P30).

Generous about how somebody writes it, strict that a law is named: ``EA96 s436A``, ``section 47 of the Children Act
1989`` and ``SI 2024/208`` are citations; ``n/a``, ``section 47`` and ``statutory guidance`` are not.
"""

import re

NO_POWER = ("dpa", "data protection act", "gdpr", "duaa", "data (use and access) act", "foia", "freedom of information")
"""Laws that say how data is handled. None lets anybody disclose: an exemption is not a power (law.md §1.1)."""

ABBREVIATED = frozenset({
    "ca", "cfa", "cda", "ctsa", "cwsa", "cypa", "ea", "eia", "edsa", "hra", "hsca", "iaa", "ia", "laaa", "la",
    "lga", "lgfa", "niaa", "nhsa", "nhs act", "pace", "pir", "prr", "ra", "saa", "send", "ssaa", "wra", "yjcea",
    "msa", "soa", "fla", "mca", "oapa", "dvpa", "daa", "asbcpa", "pcsca", "iss regs", "nmss regs", "send regs",
})  # fmt: skip
"""How practitioners shorten Acts and Regulations, before a year: ``CA89``, ``CA 1989``, ``PRR24``."""

_NAMED = re.compile(
    r"\b[a-z][a-z'’(),&\- ]{2,120}?\b(?:act|acts|regulations|regs|order|rules|measure)\b[ ,(]*(?:19|20)[0-9]{2}\b"
)
_NUMBERED = re.compile(r"\b(?:w\.?)?s\.?i\.? ?(?:no\.? ?)?(?:19|20)[0-9]{2}/[0-9]{1,4}\b")
_WITHOUT_YEAR = re.compile(r"\b(?:pace|police and criminal evidence act)\b")
_SHORT = re.compile(
    r"\b(" + "|".join(sorted(map(re.escape, ABBREVIATED), key=len, reverse=True)) + r") ?((?:19|20)?[0-9]{2})\b"
)


def cites(words: str) -> bool:
    """Whether ``words`` name a law under which somebody may ask or tell."""
    parts = re.split(r"[;\n]|\band\b(?=[^;]*\b(?:19|20)[0-9]{2})", " ".join(words.casefold().split()))
    return any(_names_a_law(part) and not any(law in part for law in NO_POWER) for part in parts)


def _names_a_law(part: str) -> bool:
    return any(found.search(part) for found in (_NAMED, _NUMBERED, _SHORT, _WITHOUT_YEAR))
