"""What a run leaves for others: one writer per file."""
