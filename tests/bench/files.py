"""The files that are measured: invented, clean or wrong in every pupil, and never the same twice."""

import re
from datetime import datetime

from gateway.core import sample
from gateway.core.sample import Mis, SampleFile, Wish
from gateway.core.terms import LaEstab
from tests.simulator import LARKMERE, NUMBERS, TIDEWAY

_KENT, _MEDWAY = LaEstab("886LLLL"), LaEstab("887LLLL")
_SECOND_CHILD = re.compile(rb"\s*<Child>.*</Child>", re.DOTALL)


def leavers(pupils: int, seed: int) -> SampleFile:
    """A clean file of ScholarPack's, whose 500 pupils are 3.8 MB."""
    return sample.ctf(
        Wish(source=NUMBERS[LARKMERE], dest=NUMBERS[TIDEWAY], pupils=pupils, seed=seed, mis=Mis.SCHOLARPACK)
    )


def all_wrong(pupils: int, seed: int) -> SampleFile:
    """The same with two faults of form and two of fact in each pupil, so that nothing of it can be kept."""
    made = leavers(pupils, seed)
    content = re.sub(rb"<UPN>[A-Z]", b"<UPN>I", made.content)  # no UPN begins with I
    content = re.sub(rb"<DOB>(....)-..-..<", rb"<DOB>\1-02-30<", content)
    content = content.replace(b"<Surname>", b"<Surename>").replace(b"</Surname>", b"</Surename>")
    content = content.replace(b"</Pupil>", b"<SafeguardingFile>elsewhere</SafeguardingFile></Pupil>")
    return SampleFile(made.name, content)


def wrong_by_rule(pupils: int, seed: int) -> SampleFile:
    """The same with faults that no schema sees: every pupil's UPN is mistyped, and nobody has left."""
    made = leavers(pupils, seed)
    content = re.sub(rb"<UPN>(.)", lambda found: b"<UPN>" + (b"B" if found[1] == b"A" else b"A"), made.content)
    return SampleFile(made.name, re.sub(rb"<LeavingDate>[^<]*", b"<LeavingDate>", content))


def notice(seed: int, at: datetime) -> SampleFile:
    """A notice about two children, about 5 kB."""
    one, other = (sample.notice(2 * seed + of, _KENT, _MEDWAY, at, seed % 999 + 1) for of in (0, 1))
    second = _SECOND_CHILD.search(other.content)
    assert second is not None
    head, closing, tail = one.content.rpartition(b"</Child>")
    return SampleFile(one.name, head + closing + second[0] + tail)
