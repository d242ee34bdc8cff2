"""Which rules each kind of document has, beyond its schema."""

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from gateway.core.documents import ctf, destinations, returns, versions
from gateway.core.documents.messages import checking
from gateway.core.documents.names import FileName
from gateway.core.documents.rules import Head, RuleHit
from gateway.core.documents.trees import Element
from gateway.core.terms import Kind

HeadRules = Callable[[Element, FileName | None, int], tuple[Head, list[RuleHit]]]
RecordRules = Callable[[Element, Head], Iterator[RuleHit]]
RULES_OF: Mapping[Kind, tuple[HeadRules, RecordRules]] = MappingProxyType(
    {
        Kind.CTF: (ctf.head, ctf.hits),
        Kind.CML: (returns.head, returns.leaver_hits),
        Kind.CMJ: (returns.head, returns.joiner_hits),
        **{kind: (checking.head, checking.hits(kind)) for kind in checking.RULES_OF_RECORD},
    }
)
HEADER_RULES: Mapping[Kind, tuple[RecordRules, ...]] = MappingProxyType(
    {
        Kind.CTF: (versions.hits, destinations.head_hits),
        Kind.CML: (versions.hits, returns.header_hits, destinations.head_hits),
        Kind.CMJ: (versions.hits, returns.header_hits, destinations.head_hits),
    }
)
"""The rules of a header that need what is known beside the file."""
