"""Every kind of fact. Their types are the promise: a fact has no place for a name, a number or a sentence."""

from types import MappingProxyType

from gateway.core.facts import (  # noqa: F401  (each makes its kinds known)
    casework,
    decided,
    files,
    parcels,
    people,
    recalls,
    register,
    rehearsed,
    retention,
    rights,
    viewing,
    witnessed,
)
from gateway.core.facts.fact import Fact

FACTS = MappingProxyType({kind.__name__: kind for kind in Fact.__subclasses__()})
"""Every kind of fact by the name that its line carries."""
