"""Who may authorise a request of the police, and from which addresses one comes (law.md §1.5): lists to be added to."""

import re

INSPECTOR_OR_ABOVE = frozenset({
    "inspector", "insp", "chief inspector", "chief insp", "ch insp", "superintendent", "supt",
    "chief superintendent", "chief supt", "ch supt", "assistant chief constable", "acc",
    "deputy chief constable", "dcc", "chief constable", "commander", "deputy assistant commissioner", "dac",
    "assistant commissioner", "ac", "deputy commissioner", "commissioner",
    "di", "dci", "dsupt", "dcs", "ci", "cinsp",
    "senior manager", "head of unit", "head of service", "director", "deputy director", "grade 1", "grade 2", "grade 3",
})  # fmt: skip
"""Ranks of the police from inspector, with their short forms, and senior managers of bodies that have none."""

_BEFORE = re.compile(r"\b(?:detective|det|temporary|temp|acting|t|a|d)\b ?")
"""Who holds a rank for a time may use it, and a detective's rank is the rank."""

SECURE = (".police.uk", ".pnn.police.uk", ".cjsm.net", ".gov.uk", ".nca.gov.uk", ".mod.uk")

VAGUE = frozenset({
    "all", "any", "anything", "everything", "all information", "any information", "all records", "any records",
    "all data", "full file", "the full file", "the file", "file", "whole file", "full record", "all details",
    "any details", "all available information", "any relevant information", "all relevant information", "as required",
    "information", "records", "details", "n/a", "see above",
})  # fmt: skip
"""What is no exact item."""

NOBODY = frozenset({
    "all", "any", "anyone", "anybody", "everyone", "unknown", "various", "pupil", "pupils", "child", "children",
    "student",
    "students", "class", "list", "males", "females", "boys", "girls", "n/a", "tbc", "not",
})  # fmt: skip
"""Words of which no name is made: with one of them the form asks about a group."""


def may_authorise(rank: str) -> bool:
    """Inspector or above, or a senior manager."""
    said = " ".join(re.sub(r"[^a-z0-9 ]+", " ", rank.casefold().replace("/", " ")).split())
    return said in INSPECTOR_OR_ABOVE or _BEFORE.sub("", said).strip() in INSPECTOR_OR_ABOVE


def is_secure(address: str) -> bool:
    """Whether mail to ``address`` stays with the police or another authority."""
    name, at, domain = address.strip().casefold().rpartition("@")
    return bool(name and at) and re.fullmatch(r"[a-z0-9.-]+", domain) is not None and f".{domain}".endswith(SECURE)


def is_vague(item: str) -> bool:
    return " ".join(item.casefold().strip(" .").split()) in VAGUE


def names_one(name: str) -> bool:
    """Whether a surname and a forename stand there, and no word for a group."""
    words = [word.strip(".,;:()").casefold() for word in name.split()]
    return len([word for word in words if any(map(str.isalpha, word))]) > 1 and not NOBODY & set(words)
