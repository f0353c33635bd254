"""Names of Exchange's extended rights by their GUIDs, for a reader.

Sources: Microsoft's "Receive connectors"; two public tables of ``rightsGuid``. What these disagree on is left out, so
that its GUID is told.
"""

from collections.abc import Mapping
from uuid import UUID

RIGHTS: Mapping[UUID, str] = {
    UUID(guid): name
    for guid, name in (
        ("5c82f031-4e4c-4326-88e1-8c4f0cad9de5", "ms-Exch-SMTP-Accept-Any-Recipient"),
        ("b857b50b-94a2-4b53-93f6-41cebd2fced0", "ms-Exch-SMTP-Accept-Any-Sender"),
        ("04031f4f-7c36-43ea-9b49-4bd0f5f1e6af", "ms-Exch-Accept-Headers-Routing"),
        ("a7a9ea66-e08c-4e23-8fe7-68c40e49c6c0", "ms-Exch-Accept-Headers-Forest"),
        ("c307dccd-6676-4d19-95c8-d1567fab9820", "ms-Exch-Accept-Headers-Organization"),
        ("d19299b4-86c2-4c9a-8fa7-acb70c63023a", "ms-Exch-Bypass-Anti-Spam"),
        ("6760cfc5-70f4-4ae8-bc39-9522d86ac69b", "ms-Exch-Bypass-Message-Size-Limit"),
    )
}


def right_name(right: UUID | None) -> str:
    """``ms-Exch-Bypass-Anti-Spam``, the GUID where nobody is sure of its name, ``all extended rights`` for none."""
    return "all extended rights" if right is None else RIGHTS.get(right, str(right))
