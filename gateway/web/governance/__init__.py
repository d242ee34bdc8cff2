"""The pages of information governance: what waits for people, rights, breaches, agreements, retention and counts."""

from typing import Protocol

from flask import Flask

from gateway.flows.ports import Gateway
from gateway.web.governance import waiting


class Store(waiting.Store, Protocol):
    """What these pages ask of the database beside what the flows do."""


def add(app: Flask, gateway: Gateway, store: Store) -> None:
    """The routes of information governance."""
    waiting.add(app, gateway, store)
