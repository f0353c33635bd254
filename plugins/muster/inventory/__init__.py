"""Inventory YAML → ``Environment``; every mistake at once, each with file, line and path."""
