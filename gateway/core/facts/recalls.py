"""Facts about what went wrong: recalls, files that were not for us, breaches."""
