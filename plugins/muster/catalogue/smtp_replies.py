"""What SMTP reply codes and enhanced status codes mean, those of Exchange's own included."""

from collections.abc import Iterable
from dataclasses import dataclass

from muster.catalogue.rows import Row, doubtful, maybe, text


@dataclass(frozen=True, slots=True)
class SmtpReply:
    """A reply code (``550``) or an enhanced status code (``5.7.1``), and what it means.

    ``source`` names the RFC, registry or page; ``scope`` who sends it, where only Exchange does.
    """

    code: str
    meaning: str
    source: str
    scope: str = ""
    unverified: bool = False


def replies_from(replies: Iterable[Row], enhanced: Iterable[Row], exchange: Iterable[Row]) -> tuple[SmtpReply, ...]:
    """Every row; those of Exchange's own first, since they say more."""
    return (
        *(
            SmtpReply(text(row, "code"), _said(row), text(row, "source"), maybe(row, "scope") or "", doubtful(row))
            for row in exchange
        ),
        *(
            SmtpReply(text(row, "code"), text(row, "meaning"), maybe(row, "ref") or "IANA", "", doubtful(row))
            for row in enhanced
        ),
        *(SmtpReply(text(row, "code"), text(row, "text"), text(row, "rfc"), "", doubtful(row)) for row in replies),
    )


def _said(row: Row) -> str:
    cause = maybe(row, "cause")
    message = text(row, "message")
    return f"{message} ({cause})" if cause and cause != message else message


def reply_for(replies: Iterable[SmtpReply], code: str) -> SmtpReply | None:
    """What a code means; enhanced codes also by their row for every class (``X.7.1``), Exchange's also by range.

    ``None`` where no row has it: then only the first digit counts (RFC 5321, 4.2).
    """
    every = tuple(replies)
    exact = next((one for one in every if one.code == code), None)
    if exact is not None:
        return exact
    return next((one for one in every if one.code.startswith("X.") and one.code[1:] == code[1:]), None) or next(
        (one for one in every if _in_range(one.code, code)), None
    )


def _in_range(written: str, code: str) -> bool:
    """Whether a code lies in a written range: ``5.7.606-649``."""
    head, _, last = written.partition("-")
    if not last.isdecimal() or head.count(".") != code.count(".") or "X" in head:
        return False
    (family, _, first), (own, _, detail) = head.rpartition("."), code.rpartition(".")
    return family == own and first.isdecimal() and detail.isdecimal() and int(first) <= int(detail) <= int(last)
