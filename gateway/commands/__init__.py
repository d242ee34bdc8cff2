"""Every command of ``gateway``. Each says what it does, shows an example, and answers in words."""

from gateway.commands.root import gateway
from gateway.commands import demo, files, keys, logs, people, register, running, school, setup  # noqa: I001  (the group first)

__all__ = ["demo", "files", "gateway", "keys", "logs", "people", "register", "running", "school", "setup"]
