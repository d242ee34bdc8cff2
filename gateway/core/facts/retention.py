"""Facts about the end of what is kept: when a clock began, what was destroyed, and what proves it."""
