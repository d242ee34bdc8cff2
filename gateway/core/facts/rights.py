"""Facts about what people ask for about themselves, and what became of it."""
