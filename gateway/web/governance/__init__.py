"""The pages of information governance: what waits for people, rights, breaches, agreements, retention and counts."""

from typing import Protocol

from flask import Flask

from gateway.flows.ports import Gateway
from gateway.web.governance import agreed, answers, claims, counts, flags, keeping, mishaps, samples, waiting
from gateway.web.governance.keeping import Means


class Store(
    waiting.Store,
    claims.Store,
    answers.Store,
    flags.Store,
    mishaps.Store,
    keeping.Store,
    counts.Store,
    samples.Store,
    Protocol,
):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store, means: Means) -> None:
    """The routes of information governance."""
    waiting.add(app, gateway, store)
    answers.add(app, gateway, store)
    claims.add(app, gateway, store)
    flags.add(app, gateway, store)
    mishaps.add(app, gateway, store)
    agreed.add(app, gateway)
    keeping.add(app, gateway, store, means)
    counts.add(app, gateway, store, means.verify)
    samples.add(app, gateway, store)


__all__ = ["Means", "Store", "add"]
