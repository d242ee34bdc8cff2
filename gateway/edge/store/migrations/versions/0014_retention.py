"""When each clock of retention began, and what was destroyed."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    pass
