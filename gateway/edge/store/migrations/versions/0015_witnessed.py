"""What partners countersigned, and what we countersigned of theirs."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    pass
