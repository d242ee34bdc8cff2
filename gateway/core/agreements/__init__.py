"""What partners have agreed to share, version by version, and whether a shipped agreement fits our schemas."""

from gateway.core.agreements.check import Fit, Report, check, reach
from gateway.core.agreements.records import Agreement, Direction, Party, Signatory, Status, covering, in_force
from gateway.core.agreements.toml import from_toml, to_toml

__all__ = [
    "Agreement",
    "Direction",
    "Fit",
    "Party",
    "Report",
    "Signatory",
    "Status",
    "check",
    "covering",
    "from_toml",
    "in_force",
    "reach",
    "to_toml",
]
