"""The group of all commands about the disclosure log."""

from gateway.commands.root import gateway


@gateway.group("log")
def log_group() -> None:
    """The disclosure log: what was disclosed, to whom, why, and the proof of it."""
