"""Baselines: accepted observations under a name."""
