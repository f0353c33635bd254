"""What an upgrade changes by design, what it loses, how to put that back, and what it would change."""
