"""Invents a specimen of every kind and version for a first connection: valid, and marked test in every child's name."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from gateway.core import documents
from gateway.core.documents.messages.parts import Reader
from gateway.core.sample.ctf import ctf
from gateway.core.sample.messages import invented
from gateway.core.sample.notices import sealed
from gateway.core.sample.wishes import SampleFile, Wish
from gateway.core.terms import Kind, LaEstab

FILES = frozenset({Kind.CTF, Kind.CML, Kind.CMJ})
"""What a school's own system writes; every other kind is a message."""

SEED = 1


@dataclass(frozen=True, slots=True)
class Between:
    """From whom to whom a specimen goes: ``school`` writes transfer files, ``source`` the messages of its kind.

    ``dest`` is the number of whoever reads it; of a body without a number it is the sender's own, and ``body`` names
    it, for whom no transfer file can be meant.
    """

    source: LaEstab
    school: LaEstab
    dest: LaEstab
    body: str = ""


@dataclass(frozen=True, slots=True)
class Specimen:
    kind: Kind
    version: str
    file: SampleFile


def addressed(known: Iterable[tuple[Kind, str]], between: Between) -> list[tuple[Kind, str]]:
    """Those of the kinds and versions that are ``known`` that can be addressed so, in their order."""
    files = not between.body
    return [
        (kind, version)
        for kind, version in sorted(known, key=lambda one: (one[0], float(one[1])))
        if kind not in FILES or (files and (kind is Kind.CTF or between.dest.authority))
    ]


def specimens(known: Iterable[tuple[Kind, str]], between: Between, at: datetime) -> Iterator[Specimen]:
    """One of each of these."""
    for kind, version in addressed(known, between):
        file = _file(kind, version, between, at) if kind in FILES else _message(kind, between, at)
        yield Specimen(kind, version, _marked(file))


def _marked(made: SampleFile) -> SampleFile:
    return replace(made, content=documents.marked(made.content))


def _message(kind: Kind, between: Between, at: datetime) -> SampleFile:
    source = between.school if kind is Kind.DELETION else between.source
    made = invented(kind, SEED, source, between.dest, at)
    if not between.body:
        return sealed(made)
    heading = replace(made.heading, dest=Reader(number=between.dest, body=between.body))
    return sealed(replace(made, heading=heading))


def _file(kind: Kind, version: str, between: Between, at: datetime) -> SampleFile:
    made = at.replace(tzinfo=None, microsecond=0)
    leaving = made.date() - timedelta(days=1)
    return ctf(Wish(at=made, leaving=leaving, source=between.school, dest=between.dest, version=version, kind=kind))
