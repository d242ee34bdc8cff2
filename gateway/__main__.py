"""The operator's door: ``gateway`` and ``python -m gateway``."""

import sys

from gateway.commands import gateway


def main() -> None:
    """Run one command; the exit status is the command's."""
    gateway(prog_name="gateway", args=sys.argv[1:])


if __name__ == "__main__":
    main()
