"""Answers that somebody else asked for: captures, and earlier runs."""
