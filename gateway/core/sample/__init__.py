"""The only source of children in this project: invented files, the same bytes for the same wish, for ever.

Nobody in them exists. Numbers, addresses and telephones lie outside every range that is given to real people
(``places`` and ``children`` say how), so a sample may be shown, sent and published.
"""

from gateway.core.sample.children import Carer, Child, child
from gateway.core.sample.ctf import ctf, pieces
from gateway.core.sample.messages import invented, message
from gateway.core.sample.notices import notice
from gateway.core.sample.places import Home
from gateway.core.sample.quirks import Mis
from gateway.core.sample.specimens import Between, Specimen, addressed, specimens
from gateway.core.sample.wishes import Mistake, SampleFile, Wish

__all__ = [
    "Between", "Carer", "Child", "Home", "Mis", "Mistake", "SampleFile", "Specimen", "Wish", "addressed", "child",
    "ctf", "invented", "message", "notice", "pieces", "specimens",
]  # fmt: skip
