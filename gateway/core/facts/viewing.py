"""Facts about looking: who read, searched, printed or exported what the log and the cases hold."""
