"""What a test needs from the machine: missing, it skips and says so; on a run where nothing may be skipped, it fails."""

import os

import pytest


def needs(condition: bool, what: str) -> None:  # noqa: FBT001
    """Go on when ``condition`` holds; otherwise skip, or fail when GATEWAY_NOTHING_SKIPPED is 1."""
    if condition:
        return
    if os.environ.get("GATEWAY_NOTHING_SKIPPED") == "1":
        pytest.fail(f"nothing may be skipped on this run, and there is no {what}")
    pytest.skip(f"there is no {what}")
