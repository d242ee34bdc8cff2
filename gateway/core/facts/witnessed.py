"""Facts about the logs of others: what we countersigned, and what did not hang together."""
