"""The one room that sees untrusted XML: bytes become findings and a document, and a document is cut to what may go.

``read`` and ``cut`` are the story; ``members`` opens a zip; ``build``, ``required`` and ``expand`` are about schemas;
``names`` and ``messages`` are the file names and the messages that councils write to each other, with ``write`` and
``value`` as opposites; ``labels`` tells a school's office which of its pupils is meant, ``identities`` who each is.
"""

from gateway.core.documents.archive import Member, members
from gateway.core.documents.catalogue import RULES, Rule
from gateway.core.documents.cutting import GROUND, Cut, cut
from gateway.core.documents.destinations import Destination, addressed
from gateway.core.documents.formats import Formats
from gateway.core.documents.grounds import Ground, Regulations
from gateway.core.documents.hints import Hint
from gateway.core.documents.identities import Identity, identities
from gateway.core.documents.known import NOTHING, Known
from gateway.core.documents.labels import labels
from gateway.core.documents.messages import Message, Subject, file_name, names_children, subject, value, write
from gateway.core.documents.names import CTF_FILE, FileName, FileType
from gateway.core.documents.reading import read
from gateway.core.documents.schema import Schema, Schemas, build, expand, required
from gateway.core.documents.values import Document, Pupil, Reading, Verdict

__all__ = [
    "CTF_FILE",
    "GROUND",
    "NOTHING",
    "RULES",
    "Cut",
    "Destination",
    "Document",
    "FileName",
    "FileType",
    "Formats",
    "Ground",
    "Hint",
    "Identity",
    "Known",
    "Member",
    "Message",
    "Pupil",
    "Reading",
    "Regulations",
    "Rule",
    "Schema",
    "Schemas",
    "Subject",
    "Verdict",
    "addressed",
    "build",
    "cut",
    "expand",
    "file_name",
    "identities",
    "labels",
    "members",
    "names_children",
    "read",
    "required",
    "subject",
    "value",
    "write",
]
