"""Products that nobody here wrote, as partners of the gateway: each a process that sends and receives on this machine."""
