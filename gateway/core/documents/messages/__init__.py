"""The messages that councils, and the schools and teams around them, write to each other (``schemas/notice``).

A kind is a frozen value, a schema and a handful of rules; ``write`` and ``value`` are one writer and one reader for
all of them. ``words`` and ``parts`` are what they share, ``forms`` the table of the kinds.
"""

from gateway.core.documents.messages.forms import FORMS, VERSION, Message, kind_of
from gateway.core.documents.messages.subjects import Subject, case_of, names_children, subject
from gateway.core.documents.messages.writing import file_name, value, write

__all__ = [
    "FORMS",
    "VERSION",
    "Message",
    "Subject",
    "case_of",
    "file_name",
    "kind_of",
    "names_children",
    "subject",
    "value",
    "write",
]
