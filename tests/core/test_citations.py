"""A request quotes a law that lets somebody ask or tell, or it goes back."""

import pytest

from gateway.core.citations import cites

LAWS = [
    "EA96 s436A", "ea 1996 s.436A", "Education Act 1996, section 436A", "section 47 of the Children Act 1989", "s47 CA89",
    "CA04 s10-11", "Children Act 2004 section 11", "PIR05 reg 9(3)", "PRR24 reg 13", "SI 2024/208", "W.S.I. 2025/440 reg 6",
    "Crime and Disorder Act 1998 s115", "CDA98 s115; DPA 2018 Sch 2 para 2", "Localism Act 2011 s1", "LGA 1972 s111",
    "The School Attendance (Pupil Registration) (England) Regulations 2024", "SEND14 reg 15", "NHS Act 2006 s82",
    "Data Protection Act 2018; Children Act 1989 s47", "PACE s19", "Police and Criminal Evidence Act 1984", "CA89 s47 and DPA 2018",
    "Children's Wellbeing and Schools Act 2026 s4", "CWSA26 s4", "Immigration and Asylum Act 1999 s20",
    "Special Educational Needs and Disability Regulations 2014 reg 17", "LGFA 1992",
]  # fmt: skip
NONE = [
    "", " ", "n/a", "N/A", "none", "-", "section 47", "s47", "statutory guidance", "Working Together 2026", "KCSIE 2026",
    "safeguarding", "our statutory duty", "the Act", "an Act of Parliament", "GDPR", "UK GDPR Article 6(1)(e)",
    "DPA 2018 Sch 2 para 2", "Data Protection Act 2018", "s29(3) Data Protection Act 1998", "FOIA 2000", "DUAA 2025 s70",
    "public task", "urgent request of 6 October 2026", "act now 2026-10-06", "agreed by phone in 2024", "ref EAX96", "12345",
    "common law", "call 01632 960100", "case 2024/208",
]  # fmt: skip


@pytest.mark.parametrize("words", LAWS)
def test_a_law_with_its_year_is_a_citation(words: str) -> None:
    assert cites(words)


@pytest.mark.parametrize("words", NONE)
def test_what_names_no_law_or_only_one_about_data_is_none(words: str) -> None:
    assert not cites(words)
