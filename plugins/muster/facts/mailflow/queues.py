"""Transport queues of one server."""

from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import BeforeValidator

from muster.model import ExchangeCmdlet, Facts, Server, Shape, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Number, Text, Word, read_text

QueueStatus = Annotated[
    Literal["Active", "Connecting", "Ready", "Retry", "Suspended"],
    BeforeValidator(read_text),
]
"""A closed set, because what is neither of the two bad ones passes. Source: "Queues and messages in queues"."""


class Queue(Record):
    r"""A queue. ``identity`` reads ``EX01\Submission`` or ``EX01\1234``."""

    identity: Word
    delivery_type: Word
    status: QueueStatus
    message_count: Number
    next_hop_domain: Text
    last_error: Text

    @property
    def carries_mail(self) -> bool:
        """Whether its messages wait for delivery; shadow copies and poison messages do not."""
        return self.delivery_type != "ShadowRedundancy" and not self.identity.casefold().endswith("\\poison")


class Queues(Records[Queue]):
    """The queues of one server; the submission queue is always among them."""

    record = Queue
    needs: ClassVar[Needs] = {"queues": need(ExchangeCmdlet("Get-Queue", about="{name}", Server="{name}"))}
    shape = Shape(
        momentary="queues come and go with the mail",
        identity=("Identity",),
        volatile={
            "RunspaceId": "a new one in every session",
            "MessageCount": "mail on its way",
            "LastError": "carries the time of the last try",
            "LastRetryTime": "the time of the last try",
            "NextRetryTime": "the time of the next try",
        },
    )


@pytest.fixture
def queues(server: Server, facts: Facts) -> Queues:
    """Transport queues of one server."""
    return facts.get(Queues, server)
