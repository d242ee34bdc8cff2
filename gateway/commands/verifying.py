"""Check the whole disclosure log: every line hashed again and held against tiles, heads and signatures."""

from collections.abc import Sequence

from gateway.core.facts import parse_line
from gateway.core.log import checkpoint, tiles, tree
from gateway.core.log.checkpoint import Checkpoint
from gateway.edge.store import Log
from gateway.wiring import Installation


class Altered(Exception):
    """The log is not what was written; the sentence says where."""


def verify_whole(installed: Installation) -> str:
    """Check every log of an installation. A sentence that begins with ``sound``, or what is wrong."""
    try:
        logs = installed.store.logs()
        signed = [_verify(installed, log, logs[:at]) for at, log in enumerate(logs)]
    except Altered as altered:
        return str(altered)
    if not installed.store.holds_what_was_signed():
        return "The log was altered: it does not begin with the lines that this machine knows to have been signed."
    size = logs[-1].edge.size
    before = "".join(f", after {log.edge.size} of {installed.vault.origin(log.number)}" for log in logs[:-1])
    if signed[-1] is None:
        return f"sound so far{before}, and not signed yet"
    return f"sound: {size} lines{before}, of which {signed[-1].size} under the newest signed checkpoint"


def _verify(installed: Installation, log: Log, before: Sequence[Log]) -> Checkpoint | None:
    """One log and its newest checkpoint. Raises Altered."""
    head = _head(installed, log)
    edge, nodes = tree.Edge(), 0
    for line, leaf in installed.store.leaves(log):
        if tree.leaf(line) != leaf:
            raise Altered(f"The log was altered: line {log.first + edge.size} is not the one that was hashed.")
        if not edge.size and before:
            _continues(installed, line, before[-1])
        edge, finished = tiles.grow(edge, [leaf])
        nodes += len(finished)
        if any(installed.store.node(log.number, one.level, one.index) != one.hash for one in finished):
            raise Altered(f"The log was altered: a tile before line {log.first + edge.size} is not as it was written.")
        if head is not None and edge.size == head.size and edge.root != head.root:
            raise Altered(f"The log was altered: its first {head.size} lines are not those of the signed checkpoint.")
    if edge != log.edge or installed.store.node_count(log.number) != nodes:
        raise Altered("The log was altered: its lines do not give the head and the tiles that are stored.")
    if head is not None and head.size > edge.size:
        raise Altered("The log is shorter than its newest checkpoint.")
    return head


def _head(installed: Installation, log: Log) -> Checkpoint | None:
    note = installed.store.newest_checkpoint(log.number)
    try:
        return checkpoint.open_signed(note, installed.vault.verifier(log.number)) if note else None
    except ValueError:
        raise Altered("The newest checkpoint was altered: it is not signed by this log.") from None


def _continues(installed: Installation, line: bytes, before: Log) -> None:
    """A log that goes on after another says in its first line what was left of that."""
    said = parse_line(line)
    held = (said.get("held"), said.get("held_root"))
    ours = installed.vault.number_of(str(said.get("origin")))
    if ours is None or held != (before.edge.size, before.edge.root.hex()):
        raise Altered("The log was altered: a log does not say of the one before it what is stored.")


__all__ = ["verify_whole"]
