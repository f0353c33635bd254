"""pypsrp's pipelines, with everything that comes back left as CLIXML for our own reader.

pypsrp would turn output into classes of its own, losing enumerations' texts and types on the way, and would raise
on error records that are not as it expects. Here it only opens, sends, receives and reassembles.
"""

import struct
import xml.etree.ElementTree as ET
from typing import Any

from pypsrp.complex_objects import ComplexObject, ObjectMeta
from pypsrp.exceptions import FragmentError
from pypsrp.messages import (
    ErrorRecordMessage,
    InformationRecord,
    Message,
    PipelineState,
    ProgressRecord,
    WarningRecord,
)
from pypsrp.powershell import PowerShell, RunspacePool
from pypsrp.serializer import Serializer
from pypsrp.wsman import WSMan

from muster.model import Command, Object
from muster.transport.clixml import as_object, read_clixml

_RAW_RECORDS = (ErrorRecordMessage, WarningRecord, InformationRecord, ProgressRecord)


class RawSerializer(Serializer):
    """Reads the protocol's own messages, and leaves output and records as they came."""

    def deserialize(self, element: ET.Element | str, metadata: ObjectMeta | None = None, clear: bool = True) -> Any:
        """Text stays text where it is output (pypsrp gives no metadata then); records only keep theirs."""
        if isinstance(element, str):
            if metadata is None:
                return element
            record = metadata.object
            if record in _RAW_RECORDS:
                made: ComplexObject = record()
                made._xml = element  # noqa: SLF001 - where pypsrp itself keeps it
                return made
            if record is PipelineState:
                return _pipeline_state(element)
        return super().deserialize(element, metadata, clear)


def _pipeline_state(text: str) -> PipelineState:
    """[MS-PSRP] 2.2.2.21: a number, and an error record where the pipeline failed."""
    found = as_object(read_clixml(text)[0]).properties
    number, record = found.get("PipelineState"), found.get("ExceptionAsErrorRecord")
    made = PipelineState(state=number if isinstance(number, int) else None)  # type: ignore[no-untyped-call] # as pypsrp has it
    made.error_record = record if isinstance(record, Object) else None
    return made


class RawRunspacePool(RunspacePool):
    """A pool of one runspace that keeps CLIXML as it came."""

    def __init__(self, connection: WSMan, configuration: str) -> None:
        super().__init__(connection, configuration_name=configuration)
        self._serializer = RawSerializer()
        self._fragmenter.serializer = self._serializer
        self.notices: list[str] = []

    def _parse_responses(self, responses: bytes, pipeline: PowerShell | None = None) -> list[tuple[int, Any]]:
        """Bytes that are no PSRP fragments would show as errors of all kinds."""
        try:
            return super()._parse_responses(responses, pipeline)
        except (struct.error, KeyError) as error:
            raise FragmentError(f"the fragments are not PowerShell remoting's ({error})") from None

    def _process_runspacepool_warning(self, message: Message) -> None:
        """Exchange sends notices while a session opens; pypsrp would raise Python warnings."""
        self.notices.append(str(getattr(message.data, "_xml", "")))


def pipeline_of(pool: RawRunspacePool, commands: tuple[Command, ...]) -> PowerShell:
    """The commands as a pipeline: cmdlets with named parameters, which is all that is ever sent."""
    pipeline = PowerShell(pool)
    for step in commands:
        pipeline.add_cmdlet(step.name)
        for name, value in step.parameters:
            pipeline.add_parameter(name, list(value) if isinstance(value, tuple) else value)
    return pipeline


def errors_of(pipeline: PowerShell) -> tuple[Object, ...]:
    """The error records of a finished pipeline, as they came."""
    return tuple(_record(item) for item in pipeline.streams.error)


def warnings_of(pipeline: PowerShell) -> tuple[Object, ...]:
    """The warning records of a finished pipeline."""
    return tuple(_record(item) for item in pipeline.streams.warning)


def _record(item: object) -> Object:
    if isinstance(item, Object):  # from the pipeline's state
        return item
    return as_object(read_clixml(str(getattr(item, "_xml", "")))[0])
