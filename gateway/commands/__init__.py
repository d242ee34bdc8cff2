"""Every command of ``gateway``. Each says what it does, shows an example, and answers in words."""

from gateway.commands.root import gateway

__all__ = ["gateway"]
