"""What the counts of a period go down: tasks by when they were due, breaches, and cases by when they ended."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_index("ix_tasks_home_due", "tasks", ["home", "due"])
    op.create_index("ix_breaches_home_aware", "breaches", ["home", "aware"])
    op.create_index("ix_cases_home_state_moved_at", "cases", ["home", "state", "moved_at"])
