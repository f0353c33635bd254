"""Paths with wildcards, as PowerShell's providers match them."""

from fnmatch import fnmatchcase


def is_pattern(path: str) -> bool:
    """Whether a path has a wildcard: then nothing that fits is no error."""
    return any(character in path for character in "*?[")


def fits(name: str, pattern: str) -> bool:
    """Whether a full name fits a path, none of whose wildcards stands for a backslash."""
    parts, wanted = name.casefold().split("\\"), pattern.casefold().split("\\")
    return len(parts) == len(wanted) and all(map(fnmatchcase, parts, wanted))
