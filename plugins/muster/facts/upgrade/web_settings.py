"""What somebody set in IIS beside Exchange's virtual directories, from IIS's own configuration.

``Get-WebConfiguration -Recurse`` from the top gives every place that says something itself, in applicationHost.config
(``location`` is where it holds) or in a web.config (``ps_path`` is where it stands). Filters are fixed; none leads
to a place where IIS keeps a password (process models, virtual directories' users).
"""

import re
from dataclasses import replace
from typing import ClassVar

import pytest
from pydantic import Field

from muster.model import Facts, Object, Server, Shape, Subject, WindowsCmdlet, command, in_organization, need
from muster.reading.joined import JoinedRecords
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Text, Word, read_text

_SITE = re.compile(r"@name='([^']*)'")
_TOP = "MACHINE/WEBROOT/APPHOST"
_PLACE = ("PSPath", "Location", "ItemXPath")


def _everywhere(section: str, *attributes: str) -> WindowsCmdlet:
    """A section of system.webServer wherever it is set."""
    return WindowsCmdlet(
        "Get-WebConfiguration",
        command("Select-Object", Property=(*_PLACE, *attributes)),
        Filter=f"/system.webServer/{section}",
        PSPath=_TOP,
        Recurse=True,
    )


def _host(section: str, *attributes: str) -> WindowsCmdlet:
    """A section of system.applicationHost, which only the top has."""
    return WindowsCmdlet(
        "Get-WebConfiguration",
        command("Select-Object", Property=("ItemXPath", *attributes)),
        Filter=f"/system.applicationHost/{section}",
        PSPath=_TOP,
    )


def _placed(objects: tuple[Object, ...]) -> tuple[Object, ...]:
    """Each with the place where it holds, however it is split between a file's path and a location."""
    return tuple(
        replace(
            item,
            properties={
                **item.properties,
                "Place": _place(*(read_text(item.properties.get(name)) for name in ("PSPath", "Location"))),
            },
        )
        for item in objects
    )


def _place(path: str, location: str) -> str:
    return "/".join(part for part in (path.removeprefix(_TOP).strip("/"), location) if part) or "IIS"


_SHAPE = Shape(identity=("Place", "ItemXPath"), compared=_placed)


class _Mailbox:
    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only Mailbox servers."""
        return in_organization(subject)


class _InWeb(Record):
    ps_path: Text = Field(alias="PSPath")
    location: Text
    item: Text = Field(alias="ItemXPath")

    @property
    def place(self) -> str:
        """Where it holds: ``Default Web Site/ecp``."""
        return _place(self.ps_path, self.location)

    @property
    def identity(self) -> str:
        """Where it holds, and what."""
        return f"{self.place} {self.item.rpartition('/')[2]}"


class WebRedirect(_InWeb):
    """An HTTP redirect; one that is switched off keeps what lies below a redirected site from inheriting it."""

    enabled: Text = Field(alias="enabled")
    destination: Text = Field(alias="destination")
    exact_destination: Text = Field(alias="exactDestination")
    child_only: Text = Field(alias="childOnly")
    http_response_status: Text = Field(alias="httpResponseStatus")


_REDIRECT = ("enabled", "destination", "exactDestination", "childOnly", "httpResponseStatus")


class WebRedirects(_Mailbox, Records[WebRedirect]):
    """The redirects of sites and virtual directories."""

    record = WebRedirect
    needs: ClassVar[Needs] = {
        "redirects": need(
            _everywhere(
                "httpRedirect", "enabled", "destination", "exactDestination", "childOnly", "httpResponseStatus"
            ),
            may_be_empty=True,
        )
    }
    shape = _SHAPE


class WebHeader(_InWeb):
    """A header that IIS adds to every answer."""

    name: Text = Field(alias="name")
    value: Text = Field(alias="value")


class WebHeaders(_Mailbox, Records[WebHeader]):
    """The custom headers, ``Strict-Transport-Security`` among them where HSTS is done so."""

    record = WebHeader
    needs: ClassVar[Needs] = {
        "headers": need(_everywhere("httpProtocol/customHeaders/add", "name", "value"), may_be_empty=True)
    }
    shape = _SHAPE


class SiteHsts(Record):
    """IIS's own HSTS of one site; ``max_age`` in seconds."""

    item: Text = Field(alias="ItemXPath")
    enabled: Text = Field(alias="enabled")
    max_age: Text = Field(alias="max-age")
    include_sub_domains: Text = Field(alias="includeSubDomains")
    redirect_http_to_https: Text = Field(alias="redirectHttpToHttps")

    @property
    def identity(self) -> str:
        """The site's element."""
        return self.item


class SitesHsts(_Mailbox, Records[SiteHsts]):
    """HSTS of each site, by the element that IIS has for it since Windows Server 2019 (2016 has none)."""

    record = SiteHsts
    needs: ClassVar[Needs] = {
        "sites": need(
            # as a whole: max-age is no name that the read-only list lets be chosen
            WindowsCmdlet("Get-WebConfiguration", Filter="/system.applicationHost/sites/site/hsts", PSPath=_TOP),
            may_be_empty=True,
        )
    }
    shape = Shape(identity=("ItemXPath",))


class WebAddressRestriction(_InWeb):
    """An address that is let in or kept out; a row without an address says what holds for all others."""

    ip_address: Text = Field(alias="ipAddress")
    subnet_mask: Text = Field(alias="subnetMask")
    allowed: Text = Field(alias="allowed")
    allow_unlisted: Text = Field(alias="allowUnlisted")


_RESTRICTIONS = ("ipAddress", "subnetMask", "allowed", "allowUnlisted")


class WebAddressRestrictions(_Mailbox, JoinedRecords[WebAddressRestriction]):
    """IP address restrictions, and what holds for addresses that are not listed."""

    record = WebAddressRestriction
    needs: ClassVar[Needs] = {
        "addresses": need(_everywhere("security/ipSecurity/add", *_RESTRICTIONS), may_be_empty=True),
        "others": need(_everywhere("security/ipSecurity", *_RESTRICTIONS), may_be_empty=True),
    }
    shape = _SHAPE


class WebRewriteRule(_InWeb):
    """A part of a rewrite rule: the rule itself, what it matches, what it does; ``""`` is what the part has not."""

    name: Text = Field(alias="name")
    enabled: Text = Field(alias="enabled")
    url: Text = Field(alias="url")
    type: Text = Field(alias="type")


_RULE = ("name", "enabled", "url", "type")


class WebRewriteRules(_Mailbox, JoinedRecords[WebRewriteRule]):
    """Rules of URL Rewrite: own ones, and those that mitigations left."""

    record = WebRewriteRule
    needs: ClassVar[Needs] = {
        "rules": need(_everywhere("rewrite/rules/rule", *_RULE), may_be_empty=True),
        "matches": need(_everywhere("rewrite/rules/rule/match", *_RULE), may_be_empty=True),
        "actions": need(_everywhere("rewrite/rules/rule/action", *_RULE), may_be_empty=True),
    }
    shape = _SHAPE


class WebAccess(_InWeb):
    """Whether TLS is asked for: ``ssl_flags`` such as ``Ssl,Ssl128``."""

    ssl_flags: Text = Field(alias="sslFlags")


class WebAccesses(_Mailbox, Records[WebAccess]):
    """Where TLS is required."""

    record = WebAccess
    needs: ClassVar[Needs] = {"access": need(_everywhere("security/access", "sslFlags"))}
    shape = _SHAPE


class WebLog(Record):
    """Where one site writes its log."""

    item: Text = Field(alias="ItemXPath")
    directory: Text = Field(alias="directory")
    log_format: Text = Field(alias="logFormat")
    period: Text = Field(alias="period")

    @property
    def identity(self) -> str:
        """The site's element."""
        return self.item


class WebLogs(_Mailbox, Records[WebLog]):
    """The log of each site."""

    record = WebLog
    needs: ClassVar[Needs] = {"logs": need(_host("sites/site/logFile", "directory", "logFormat", "period"))}
    shape = Shape(identity=("ItemXPath",))


class ApplicationPool(Record):
    """When one application pool recycles its worker processes; times and counts of 0 are never."""

    item: Text = Field(alias="ItemXPath")
    time: Text = Field(alias="time")
    requests: Text = Field(alias="requests")
    memory: Text = Field(alias="memory")
    private_memory: Text = Field(alias="privateMemory")

    @property
    def identity(self) -> str:
        """The pool's element."""
        return self.item


class ApplicationPools(_Mailbox, Records[ApplicationPool]):
    """The recycling of every pool."""

    record = ApplicationPool
    needs: ClassVar[Needs] = {
        "recycling": need(
            _host("applicationPools/add/recycling/periodicRestart", "time", "requests", "memory", "privateMemory")
        )
    }
    shape = Shape(identity=("ItemXPath",))


class WebBinding(Record):
    """One binding of a site; ``certificate_hash`` is the thumbprint that HTTP.sys serves there."""

    item: Text = Field(alias="ItemXPath")
    protocol: Word = Field(alias="protocol")
    binding_information: Text = Field(alias="bindingInformation")
    certificate_hash: Text = Field(alias="certificateHash")
    certificate_store_name: Text = Field(alias="certificateStoreName")

    @property
    def identity(self) -> str:
        """Protocol and address."""
        return f"{self.protocol} {self.binding_information}"

    @property
    def site(self) -> str:
        """The site's name, from ``…/site[@name='Default Web Site' and @id='1']``."""
        found = _SITE.search(self.item)
        return found[1] if found else self.item

    @property
    def port(self) -> str:
        """The port of ``*:443:`` or ``127.0.0.1:443:name``."""
        return (self.binding_information.split(":")[-2:] or [""])[0]


class WebBindings(_Mailbox, Records[WebBinding]):
    """The bindings of every site."""

    record = WebBinding
    needs: ClassVar[Needs] = {"bindings": need(WindowsCmdlet("Get-WebBinding"))}
    shape = Shape(identity=("ItemXPath", "protocol", "bindingInformation"))

    def on(self, port: int) -> tuple[WebBinding, ...]:
        """The https bindings of a port, on whatever address."""
        return tuple(row for row in self.rows if row.protocol == "https" and row.port == str(port))


@pytest.fixture
def web_redirects(server: Server, facts: Facts) -> WebRedirects:
    """The HTTP redirects in one server's IIS."""
    return facts.get(WebRedirects, server)


@pytest.fixture
def web_headers(server: Server, facts: Facts) -> WebHeaders:
    """The custom headers in one server's IIS."""
    return facts.get(WebHeaders, server)


@pytest.fixture
def sites_hsts(server: Server, facts: Facts) -> SitesHsts:
    """HSTS of one server's sites, as IIS itself has it."""
    return facts.get(SitesHsts, server)


@pytest.fixture
def web_address_restrictions(server: Server, facts: Facts) -> WebAddressRestrictions:
    """The IP address restrictions in one server's IIS."""
    return facts.get(WebAddressRestrictions, server)


@pytest.fixture
def web_rewrite_rules(server: Server, facts: Facts) -> WebRewriteRules:
    """The rewrite rules in one server's IIS."""
    return facts.get(WebRewriteRules, server)


@pytest.fixture
def web_accesses(server: Server, facts: Facts) -> WebAccesses:
    """Where one server's IIS requires TLS."""
    return facts.get(WebAccesses, server)


@pytest.fixture
def web_logs(server: Server, facts: Facts) -> WebLogs:
    """Where the sites of one server write their logs."""
    return facts.get(WebLogs, server)


@pytest.fixture
def application_pools(server: Server, facts: Facts) -> ApplicationPools:
    """When the application pools of one server recycle."""
    return facts.get(ApplicationPools, server)


@pytest.fixture
def web_bindings(server: Server, facts: Facts) -> WebBindings:
    """The bindings of one server's sites, with their certificates."""
    return facts.get(WebBindings, server)
