"""Who and when: where a drifted value of the directory was changed, and the command that the audit log has for it."""

from muster.origin.asking import AUDIT_LOG, METADATA, MOST, audit_question, dn_of, metadata_question
from muster.origin.audit import Entry, entries
from muster.origin.telling import Looked, tell

__all__ = [
    "AUDIT_LOG",
    "METADATA",
    "MOST",
    "Entry",
    "Looked",
    "audit_question",
    "dn_of",
    "entries",
    "metadata_question",
    "tell",
]
