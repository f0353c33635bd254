"""``docs/recording.md``: what somebody types on a site that lets nobody in, and the index that goes with it."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import yaml

from muster.documentation.markdown import GENERATED
from muster.documentation.usage import needs
from muster.model import Command, ExchangeCmdlet, Need, Server, WindowsCmdlet, fill_after
from muster.resolve import bound

SERVER = Server("EX01", "ex01.contoso.local", media="D:\\ExchangeSE")
"""Stands for each server in the lines."""

_FOLDER = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\"
TYPICAL = {
    "DatabasePath": f"{_FOLDER}FIP-FS\\Data",
    "MsiInstallPath": _FOLDER,
    "objectSid": "S-1-5-21-1004336348-1177238915-682003330-1105",
}
"""What the earlier answer says where Exchange is installed in its usual folder, by property; a SID to be replaced."""

_INTRODUCTION = """\
[captures.md](captures.md) says what a capture is. These lines record one by hand: everything that the checks ask of
Exchange and of Windows, in the first way that needs no earlier answer. They ask and write files, nothing else.
`EX01` stands for a server: repeat what names it for every server. Where the scan engines' folder (`DatabasePath`)
is another than here, write it into the lines and the index; likewise the SID of the account that will run Setup
(`S-1-5-21-1004336348-1177238915-682003330-1105`) and the folder of the media (`D:\\ExchangeSE`).
"""

_SHELL = """\
## In the Exchange Management Shell

On any Exchange server, with the rights of [questions.md](questions.md). First `New-Item -ItemType Directory capture,
capture\\answers; Set-Location capture`.
"""

_WINDOWS = """\
## In an elevated PowerShell on each server

The Exchange Management Shell on that server does as well.
"""

_INDEX = """\
## capture.yaml

The index for these lines. Take out what was not recorded; say when it was taken, and repeat the entries of `EX01` for
every server. What is not in it is undetermined, "not captured".
"""

_REST = """\
## What these lines do not record

Directory searches, TLS handshakes, SMTP greetings and HTTPS requests: what needs them is undetermined in a
capture, or is asked live where the network allows it.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One answer to record: who is asked about whom, the pipeline, and the file."""

    subject: str
    endpoint: str
    pipeline: tuple[Command, ...]
    file: str

    @property
    def typed(self) -> str:
        """As it is typed."""
        steps = [*map(str, self.pipeline), f"Export-Clixml -Depth 4 {self.file.replace('/', chr(92))}"]
        return " | ".join(steps)

    @property
    def entry(self) -> dict[str, object]:
        """Its entry in ``capture.yaml``."""
        pipeline = [
            {"cmdlet": step.name, "parameters": {name: _plain(value) for name, value in step.parameters}}
            for step in self.pipeline
        ]
        return {"subject": self.subject, "endpoint": self.endpoint, "pipeline": pipeline, "file": self.file}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def lines() -> tuple[Line, ...]:
    """Every line, each once: the organisation's first, then those of ``SERVER``."""
    found = {line.typed: line for wanted in needs() for line in _lines(wanted)}
    order = {"exchange": 0, "windows": 1}
    in_order = sorted(
        found.values(), key=lambda line: (order[line.endpoint], line.subject != "organization", line.typed)
    )
    return tuple(_apart(in_order))


def _apart(listed: Iterable[Line]) -> Iterator[Line]:
    """A file for each: where a name is taken (capitals do not tell files apart), the next gets a number."""
    taken: Counter[str] = Counter()
    for line in listed:
        taken[line.file.casefold()] += 1
        number = taken[line.file.casefold()]
        yield line if number == 1 else replace(line, file=f"{line.file.removesuffix('.xml')}-{number}.xml")


def _lines(wanted: Need) -> Iterator[Line]:
    for alternative in wanted.alternatives:
        question = bound(alternative, SERVER)
        if isinstance(question, ExchangeCmdlet | WindowsCmdlet) and question.after is None:
            whole = isinstance(question, ExchangeCmdlet) and question.about is None
            subject = "organization" if whole else SERVER.name
            endpoint = "exchange" if isinstance(question, ExchangeCmdlet) else "windows"
            yield Line(subject, endpoint, question.pipeline, _file(subject, question.pipeline))
            return
    first = bound(wanted.alternatives[0], SERVER)
    if isinstance(first, WindowsCmdlet) and first.after is not None:  # no way without an earlier answer
        yield from _lines(Need((first.after.question,)))
        yield from _lines(Need((fill_after(first, TYPICAL[first.after.property]),)))


def _file(subject: str, pipeline: tuple[Command, ...]) -> str:
    """``answers/EX01-Get-CimInstance-Win32_Volume.xml``: no name that some file system would not take."""
    first = pipeline[0]
    parts = [first.name]
    given = {name: value for name, value in first.parameters if isinstance(value, str)}
    parts += [given[name] for name in ("ClassName", "Name") if name in given]
    parts += ["Status"] if ("Status", True) in first.parameters else []  # the same objects, live
    parts += [given["Filter"].split("'")[1]] if given.get("Filter", "").startswith("State=") else []
    parts += given["Filter"].split("/")[-2:] if given.get("Filter", "").startswith("/") else []
    parts += ["Clock"] if ("Property", ("LocalDateTime",)) in first.parameters else []
    for value in _paths(given):
        parts += value.split("\\")[1:2] if "HKEY_USERS" in value else []
        parts.append(value.rpartition("\\")[2].rstrip("'"))
    several = [value[0] for name, value in first.parameters if name == "Path" and isinstance(value, tuple)]
    parts += ["-".join(value.replace("[", "").replace("]", "").split("\\")[-3:]) for value in several]
    if "PSPath" in given:  # of IIS's configuration: the filter tells
        parts.append("-".join(given["Filter"].split("/")[-3:]))
    if "XPath" in given:  # the elements that it finds: several questions read the same files
        parts += re.findall(r"\w+", given["XPath"].partition("[")[0])[1:2] or ["sizes"]
    if subject != "organization":
        parts.insert(0, subject)
    return "answers/" + re.sub(r"[^\w.-]", "_", "-".join(parts)) + ".xml"


def _paths(given: Mapping[str, str]) -> Iterator[str]:
    """The path of a file or key, where that alone tells the question from others."""
    if given.get("ClassName") == "CIM_DataFile":
        yield given["Filter"]
    if "Name" not in given:
        yield from (given[name] for name in ("Path", "LiteralPath") if name in given)


def index() -> dict[str, object]:
    """The content of ``capture.yaml`` for these lines."""
    return {
        "format": 1,
        "name": "contoso",
        "serialization_level": "full",
        "taken": "2025-09-15T10:00:00Z",
        "servers": [SERVER.name],
        "answers": [line.entry for line in lines()],
    }


def recording_page() -> str:
    """The whole page."""
    every = lines()
    shell = [line.typed for line in every if line.endpoint == "exchange"]
    windows = [line.typed for line in every if line.endpoint == "windows"]
    text = yaml.safe_dump(index(), sort_keys=False, allow_unicode=True, width=100)
    parts = [GENERATED, "# Recording a capture by hand\n", _INTRODUCTION]
    parts += [_SHELL, _fenced("powershell", "\n".join(shell)), _WINDOWS, _fenced("powershell", "\n".join(windows))]
    parts += [_INDEX, _fenced("yaml", text.rstrip()), _REST]
    return "\n".join(parts)


def _fenced(language: str, text: str) -> str:
    return f"```{language}\n{text}\n```\n"
