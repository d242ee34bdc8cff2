"""Bytes at rest."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes at rest: AES-256-GCM under a key of their own, which is wrapped by ``wrapped_by``."""

    id: str
    sealed: bytes
    wrapped: bytes
    wrapped_by: str
