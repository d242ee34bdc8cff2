"""The one room that sees untrusted XML: bytes become findings and a document, and a document is cut to what may go.

``read`` and ``cut`` are the story; ``members`` opens a zip; ``build``, ``required`` and ``expand`` are about schemas;
``names`` and ``messages`` are the file names and the messages that councils write to each other, with ``write`` and
``value`` as opposites; ``leaves`` is every value of one record, for whom it is about, ``corrected`` puts one right
and ``without`` takes a record out; ``labels`` tells a school's office which of its pupils is meant, ``identities`` who
each is;
``covered`` and ``cover_part`` say before what the receiver asks us; ``told`` reads the few values
that say more than their path, ``made_on`` the day on which a document was made; ``marked`` makes a specimen of an
invented file, and ``is_specimen`` and ``holds_specimen`` know one.
"""

from gateway.core.documents.about import about, identity, label, rest, rested
from gateway.core.documents.aloud import aloud
from gateway.core.documents.archive import Member, members
from gateway.core.documents.began import began
from gateway.core.documents.catalogue import RULES, Rule
from gateway.core.documents.covering import Handling, Marker, cover_part, covered, marker_of, read_cover
from gateway.core.documents.cutting import GROUND, Cut, cut
from gateway.core.documents.destinations import Destination, addressed
from gateway.core.documents.formats import Formats
from gateway.core.documents.glimpses import Glimpse, glimpses
from gateway.core.documents.grounds import Ground, Regulations
from gateway.core.documents.hints import Hint
from gateway.core.documents.identities import Identity, identities
from gateway.core.documents.known import NOTHING, Known
from gateway.core.documents.labels import labels
from gateway.core.documents.leavers import Leaver, leavers, started
from gateway.core.documents.leaves import Leaf, Meant, corrected, leaves, without
from gateway.core.documents.messages import Message, Subject, case_of, file_name, names_children, subject, value, write
from gateway.core.documents.names import CTF_FILE, FileName, FileType, tidy
from gateway.core.documents.reading import read
from gateway.core.documents.schema import Schema, Schemas, build, expand, required
from gateway.core.documents.specimens import MARK, holds_specimen, is_specimen, marked
from gateway.core.documents.telling import made_on, told
from gateway.core.documents.values import Document, Pupil, Reading, Verdict

__all__ = [
    "CTF_FILE",
    "GROUND",
    "MARK",
    "NOTHING",
    "RULES",
    "Cut",
    "Destination",
    "Document",
    "FileName",
    "FileType",
    "Formats",
    "Glimpse",
    "Ground",
    "Handling",
    "Hint",
    "Identity",
    "Known",
    "Leaf",
    "Leaver",
    "Marker",
    "Meant",
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
    "about",
    "addressed",
    "aloud",
    "began",
    "build",
    "case_of",
    "corrected",
    "cover_part",
    "covered",
    "cut",
    "expand",
    "file_name",
    "glimpses",
    "holds_specimen",
    "identities",
    "identity",
    "is_specimen",
    "label",
    "labels",
    "leavers",
    "leaves",
    "made_on",
    "marked",
    "marker_of",
    "members",
    "names_children",
    "read",
    "read_cover",
    "required",
    "rest",
    "rested",
    "started",
    "subject",
    "tidy",
    "told",
    "value",
    "without",
    "write",
]
