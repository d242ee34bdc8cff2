"""Compulsory school age (Education Act 1996 s8; SI 1998/1607): from when, until when; and year groups."""

from datetime import date, timedelta

FIVE, SIXTEEN = 5, 16
SEPTEMBER, JUNE, FRIDAY = 9, 6, 4
PRESCRIBED = ((3, 31), (8, 31), (12, 31))


def compulsory(born: date | None, day: date) -> bool:
    """Whether a child is of compulsory school age on ``day``; one whose birth nobody knows may be."""
    return born is None or begins(born) <= day <= ends(born)


def begins(born: date) -> date:
    """The fifth birthday where it is a prescribed day, or else the next prescribed day."""
    five = _birthday(born, FIVE)
    days = (date(year, month, day) for year in (five.year, five.year + 1) for month, day in PRESCRIBED)
    return next(day for day in days if day >= five)


def ends(born: date) -> date:
    """The last Friday of June in the school year in which the child is sixteen."""
    sixteen = _birthday(born, SIXTEEN)
    last = date(sixteen.year + (sixteen.month >= SEPTEMBER), JUNE, 30)
    return last - timedelta(days=(last.weekday() - FRIDAY) % 7)


def year_group(born: date, day: date) -> int:
    """The year of the National Curriculum in which children of this age are on ``day``; 0 is reception."""
    return _began(day) - _began(born) - FIVE


def _began(day: date) -> int:
    """In which calendar year the school year began."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


def _birthday(born: date, years: int) -> date:
    """Somebody born on 29 February is a year older on 1 March of other years."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)
