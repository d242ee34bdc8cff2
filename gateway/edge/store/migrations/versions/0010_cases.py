"""Cases of children missing education, their timelines, what is watched for."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    pass
