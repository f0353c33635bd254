"""What stands in Exchange's configuration files: own values that Setup keeps, resets or loses.

Setup puts its own files in place of these. From Exchange Server 2019 CU13 on it writes ``appSettings``, proxies and
size limits of a list of files back into the new ones, before that nothing. Source: Microsoft, "Exchange Server custom
configuration preservation". No file is read as a whole: see ``files.py`` and the read-only list.
"""

from typing import ClassVar

import pytest
from pydantic import Field

from muster.facts.upgrade.files import (
    AGENTS,
    BACK_END,
    FRONT_END,
    MAPI_POOL,
    NODE_RUNNER,
    POP_IMAP,
    REPLICATION,
    SCANNING,
    SERVICES,
    below_installation,
    elements,
)
from muster.model import Facts, Object, Server, Shape, Subject, in_organization, need
from muster.reading.compared import numbered
from muster.reading.joined import JoinedRecords
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Text

_LOOKS_SECRET = " or ".join(
    f"contains(translate(concat(@key,' ',@value),'{letters.upper()}','{letters}'),'{word}')"
    for word in ("password", "pwd", "secret", "credential", "connectionstring", "accesskey")
    for letters in ("".join(sorted(set(word))),)
)
_SETTINGS = f"/configuration/appSettings/add[not({_LOOKS_SECRET})]"
_LIMITS = ("maxReceivedMessageSize", "maxStringContentLength", "maxAllowedContentLength", "maxRequestLength")
_SIZES = (*_LIMITS, "memoryLimitMegabytes")


class _InFile(Record):
    path: Text

    @property
    def file(self) -> str:
        r"""The file below the folder of the installation: ``Bin\EdgeTransport.exe.config``."""
        return below_installation(self.path)


class ConfigurationSetting(_InFile):
    """One ``<add key="…" value="…"/>`` of a file's ``appSettings``."""

    key: Text = Field(alias="key")
    value: Text = Field(alias="value")

    @property
    def identity(self) -> str:
        """File and key."""
        return f"{self.file} {self.key}"


FRONT_END_SETTINGS = elements(FRONT_END, _SETTINGS, "key", "value")
"""What every Mailbox server has something of."""


class ConfigurationFiles(JoinedRecords[ConfigurationSetting]):
    """The ``appSettings`` of services, of POP and IMAP, and of the web applications, back end and front end.

    Left out on the server itself: those whose key or value looks like a secret. A file that this version does not
    have gives nothing.
    """

    record = ConfigurationSetting
    needs: ClassVar[Needs] = {
        "services": need(elements((*SERVICES, *SCANNING), _SETTINGS, "key", "value")),
        "POP and IMAP": need(elements(POP_IMAP, _SETTINGS, "key", "value"), may_be_empty=True),
        "back end": need(elements(BACK_END, _SETTINGS, "key", "value"), may_be_empty=True),
        "front end": need(FRONT_END_SETTINGS, may_be_empty=True),
    }
    shape = Shape(identity=("Path", "key"))


class ConfigurationLimit(_InFile):
    """An element that limits a size, by its tag, and by its own name (where it has none, that is the tag again)."""

    tag: Text = Field(alias="LocalName")
    name: Text = Field(alias="name")
    max_received_message_size: Text = Field(alias="maxReceivedMessageSize")
    max_string_content_length: Text = Field(alias="maxStringContentLength")
    max_allowed_content_length: Text = Field(alias="maxAllowedContentLength")
    max_request_length: Text = Field(alias="maxRequestLength")
    memory_limit_megabytes: Text = Field(alias="memoryLimitMegabytes")

    @property
    def identity(self) -> str:
        """File and element."""
        return f"{self.file} {self.name}"


def _told_apart(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    return numbered(objects, ("Path", "LocalName", "name"), "Number")


class ConfigurationLimits(JoinedRecords[ConfigurationLimit]):
    """Size limits of clients and services, and the memory limit of the search's node runner. ``""``: not set there.

    Several bindings of one file may have an element without a name of its own; they come in the order of the file.
    """

    record = ConfigurationLimit
    needs: ClassVar[Needs] = {
        "files": need(
            elements(
                (*SERVICES, *BACK_END, *FRONT_END, *NODE_RUNNER),
                f"//*[{' or '.join(f'@{name}' for name in _SIZES)}]",
                "LocalName",
                "name",
                *_SIZES,
            )
        ),
    }
    shape = Shape(identity=("Path", "LocalName", "name", "Number"), compared=_told_apart)

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)


class ConfigurationProxy(_InFile):
    """What a file's ``defaultProxy`` says: where outgoing web requests go. ``""``: not set."""

    tag: Text = Field(alias="LocalName")
    proxy_address: Text = Field(alias="proxyaddress")
    use_system_default: Text = Field(alias="usesystemdefault")
    bypass_on_local: Text = Field(alias="bypassonlocal")


class ConfigurationProxies(Records[ConfigurationProxy]):
    """The web proxies of services and web applications; none where nobody wrote one."""

    record = ConfigurationProxy
    needs: ClassVar[Needs] = {
        "files": need(
            elements(
                (*SERVICES, *POP_IMAP, *BACK_END),
                "/configuration/system.net/defaultProxy/*[self::proxy or self::bypasslist]",
                "LocalName",
                "proxyaddress",
                "usesystemdefault",
                "bypassonlocal",
            ),
            may_be_empty=True,
        )
    }
    shape = Shape(identity=("Path", "LocalName"))


class MailboxReplicationLimit(_InFile):
    """One attribute of ``MRSConfiguration``, such as ``MaxActiveMovesPerTargetMDB``."""

    name: Text
    value: Text


class MailboxReplicationLimits(Records[MailboxReplicationLimit]):
    """How many moves the Mailbox Replication service runs at a time; Setup resets it (inferred, no test read)."""

    record = MailboxReplicationLimit
    needs: ClassVar[Needs] = {
        "MRS": need(
            elements(
                REPLICATION,
                "/configuration/MRSConfiguration/@*",
                "Name",
                "Value",
            )
        )
    }
    shape = Shape(identity=("Name",))

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)


class RuntimeSetting(_InFile):
    """A switch of .NET in a configuration file, such as ``gcServer``."""

    tag: Text = Field(alias="LocalName")
    enabled: Text = Field(alias="enabled")


class RuntimeSettings(Records[RuntimeSetting]):
    """The garbage collection of transport, of the store's workers and of the MAPI front end; never kept by Setup."""

    record = RuntimeSetting
    needs: ClassVar[Needs] = {
        "files": need(elements((*SERVICES, *MAPI_POOL), "/configuration/runtime/*[@enabled]", "LocalName", "enabled"))
    }
    shape = Shape(identity=("Path", "LocalName"))


class TransportAgent(_InFile):
    """A transport agent as its service's list has it; its place in the list is its priority, from 1."""

    name: Text = Field(alias="name")
    enabled: Flag = Field(alias="enabled")
    class_factory: Text = Field(alias="classFactory")
    assembly_path: Text = Field(alias="assemblyPath")

    @property
    def service(self) -> str:
        """``Hub`` (also the transport service of an Edge) or ``FrontEnd``, as ``-TransportService`` has it."""
        return "FrontEnd" if self.file.casefold().endswith("fetagents.config") else "Hub"

    @property
    def identity(self) -> str:
        """Service and name."""
        return f"{self.service} {self.name}"


def _with_priority(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    return numbered(objects, ("Path",), "Priority")


class TransportAgents(Records[TransportAgent]):
    r"""The transport agents of one server, in the order they run in.

    Get-TransportAgent has no -Server and answers for whichever server runs the session, so that its answer would be
    another server's. It prints what stands in ``TransportRoles\Shared\agents.config`` and ``fetagents.config``.
    """

    record = TransportAgent
    needs: ClassVar[Needs] = {
        "agents": need(
            elements(
                AGENTS,
                "/configuration/mexRuntime/agentList/agent",
                "name",
                "enabled",
                "classFactory",
                "assemblyPath",
            )
        )
    }
    shape = Shape(identity=("Path", "name"), compared=_with_priority)

    def priority(self, agent: TransportAgent) -> int:
        """An agent's place among those of its service, from 1."""
        return [one.name for one in self if one.service == agent.service].index(agent.name) + 1


@pytest.fixture
def configuration_files(server: Server, facts: Facts) -> ConfigurationFiles:
    """The settings in one server's configuration files, without those that look like secrets."""
    return facts.get(ConfigurationFiles, server)


@pytest.fixture
def configuration_limits(server: Server, facts: Facts) -> ConfigurationLimits:
    """The size limits in one server's configuration files."""
    return facts.get(ConfigurationLimits, server)


@pytest.fixture
def configuration_proxies(server: Server, facts: Facts) -> ConfigurationProxies:
    """The web proxies in one server's configuration files."""
    return facts.get(ConfigurationProxies, server)


@pytest.fixture
def mailbox_replication_limits(server: Server, facts: Facts) -> MailboxReplicationLimits:
    """How many moves one server's Mailbox Replication service runs at a time."""
    return facts.get(MailboxReplicationLimits, server)


@pytest.fixture
def runtime_settings(server: Server, facts: Facts) -> RuntimeSettings:
    """The garbage collection that one server's configuration files choose."""
    return facts.get(RuntimeSettings, server)


@pytest.fixture
def transport_agents(server: Server, facts: Facts) -> TransportAgents:
    """The transport agents of one server, per service and in order of priority."""
    return facts.get(TransportAgents, server)
