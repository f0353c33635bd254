"""What changes on an Exchange object without anybody changing it: property → why."""

from collections.abc import Mapping

FROM_DIRECTORY: Mapping[str, str] = {
    "RunspaceId": "a new one in every session",
    "OriginatingServer": "whichever domain controller answered",
    "WhenCreated": "moves when the same object is made again; that it is another one its Guid tells",
    "WhenCreatedUTC": "moves when the same object is made again; that it is another one its Guid tells",
    "WhenChanged": "moves with any write, also one that changes nothing",
    "WhenChangedUTC": "moves with any write, also one that changes nothing",
}
"""Objects that Exchange reads from the directory."""
