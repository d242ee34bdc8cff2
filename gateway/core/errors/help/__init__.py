"""What a person reads about each code: what happened, and what to do. One room for each part of the work."""

from collections.abc import Mapping

from gateway.core.errors.codes import Code
from gateway.core.errors.help import casework, deciding, doors, files, keeping, people, rights
from gateway.core.errors.words import Help

HELP: Mapping[Code, Help] = {
    **files.HELP,
    **deciding.HELP,
    **people.HELP,
    **casework.HELP,
    **rights.HELP,
    **keeping.HELP,
    **doors.HELP,
}

__all__ = ["HELP", "Help"]
