"""Every command of ``gateway``. Each says what it does, shows an example, and answers in words."""

from gateway.commands import (
    demo,
    doctor,
    files,
    keeping,
    keys,
    logs,
    people,
    receipts,
    register,
    running,
    school,
    setup,
)
from gateway.commands.root import gateway

__all__ = [
    "demo",
    "doctor",
    "files",
    "gateway",
    "keeping",
    "keys",
    "logs",
    "people",
    "receipts",
    "register",
    "running",
    "school",
    "setup",
]
