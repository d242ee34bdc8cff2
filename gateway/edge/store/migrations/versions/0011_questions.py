"""What the questions to the log are answered from."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    pass
