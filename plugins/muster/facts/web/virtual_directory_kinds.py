"""Virtual directories: one record type per kind, since the kinds are not all alike.

The authentication *booleans* are unknown whenever only directory properties were asked (they print false whatever
is set), so only the ``…AuthenticationMethods`` are read here.
"""

from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field

from muster.reading.records import Record
from muster.reading.values import Flag, Names, Text, read_text

TokenChecking = Annotated[Literal["None", "Allow", "Require"], BeforeValidator(read_text)]
"""What Extended Protection asks of a client. A blank is no value: it is not readable."""

BACK_END = "(Exchange Back End)"


class VirtualDirectory(Record):
    r"""What every kind has. ``identity`` reads ``EX01\owa (Default Web Site)``."""

    identity: Text
    server: Text
    extended_protection_token_checking: TokenChecking

    @property
    def front_end(self) -> bool:
        """Whether clients connect to it; the back end is the other web site, for the servers themselves."""
        return BACK_END not in self.identity

    @property
    def place(self) -> str:
        """What it is called on every server that has it, lower case: ``owa (default web site)``."""
        return self.identity.rpartition("\\")[2].casefold()

    @property
    def protected(self) -> bool:
        """Whether Extended Protection is on, be it only for clients that offer it."""
        return self.extended_protection_token_checking in {"Allow", "Require"}

    @property
    def urls(self) -> tuple[tuple[str, str], ...]:
        """Pairs of property and URL, those that are set."""
        return ()

    @property
    def client_names(self) -> tuple[tuple[str, str], ...]:
        """Pairs of property and host name that clients are told to connect to; blank ones are left out."""
        return tuple((name, host_of(url)) for name, url in self.urls)

    @property
    def settings(self) -> Mapping[str, str]:
        """What servers that stand in for one another have in common: property → printed value."""
        return {"ExtendedProtectionTokenChecking": self.extended_protection_token_checking}


class WebDirectory(VirtualDirectory):
    """A directory with an internal and an external URL; an URL that is not set is ``""``."""

    internal_url: Text
    external_url: Text
    internal_authentication_methods: Names
    external_authentication_methods: Names

    @property
    def urls(self) -> tuple[tuple[str, str], ...]:
        """Pairs of property and URL, those that are set."""
        both = (("InternalUrl", self.internal_url), ("ExternalUrl", self.external_url))
        return tuple((name, url) for name, url in both if url)

    @property
    def settings(self) -> Mapping[str, str]:
        """Both URLs and both lists of authentication methods as well."""
        return {
            **super().settings,
            "InternalUrl": self.internal_url,
            "ExternalUrl": self.external_url,
            "InternalAuthenticationMethods": printed(self.internal_authentication_methods),
            "ExternalAuthenticationMethods": printed(self.external_authentication_methods),
        }


class OwaDirectory(WebDirectory):
    """Outlook on the web. The host names under which attachments are fetched are ``""`` where none is set.

    They count only where the organisation has ``enable_download_domains``, and are of use only where they differ from
    the hosts of the URLs (CVE-2021-1730). Exchange before 2016 CU18 and 2019 CU7 does not send them.
    """

    internal_download_host_name: Text
    external_download_host_name: Text


class EcpDirectory(WebDirectory):
    """The Exchange admin center and the options of Outlook on the web."""


class EwsDirectory(WebDirectory):
    """Exchange Web Services."""

    mrs_proxy_enabled: Flag = Field(alias="MRSProxyEnabled")


class MapiDirectory(WebDirectory):
    """MAPI over HTTP; its authentication is what IIS has."""

    iis_authentication_methods: Names = Field(alias="IISAuthenticationMethods")

    @property
    def settings(self) -> Mapping[str, str]:
        """What IIS takes as well."""
        return {**super().settings, "IISAuthenticationMethods": printed(self.iis_authentication_methods)}


class OabDirectory(WebDirectory):
    """The offline address book."""


class ActiveSyncDirectory(WebDirectory):
    """Exchange ActiveSync."""


class AutodiscoverDirectory(WebDirectory):
    """Autodiscover. Its own URLs are unused and blank; the live value is the client access service's."""


class PowerShellDirectory(WebDirectory):
    """Remote PowerShell. Its internal URL is http and per server, legitimately."""

    @property
    def client_names(self) -> tuple[tuple[str, str], ...]:
        """No mail client is told about it."""
        return ()


class OutlookAnywhereDirectory(VirtualDirectory):
    """Outlook Anywhere (RPC over HTTP): host names instead of URLs."""

    internal_hostname: Text
    external_hostname: Text
    internal_clients_require_ssl: Flag
    external_clients_require_ssl: Flag
    ssl_offloading: Flag = Field(alias="SSLOffloading")
    iis_authentication_methods: Names = Field(alias="IISAuthenticationMethods")
    internal_client_authentication_method: Text
    external_client_authentication_method: Text

    @property
    def client_names(self) -> tuple[tuple[str, str], ...]:
        """Both host names, those that are set."""
        both = (("InternalHostname", self.internal_hostname), ("ExternalHostname", self.external_hostname))
        return tuple((name, host.casefold()) for name, host in both if host)

    @property
    def settings(self) -> Mapping[str, str]:
        """Host names, authentication and TLS as well."""
        return {
            **super().settings,
            "InternalHostname": self.internal_hostname,
            "ExternalHostname": self.external_hostname,
            "IISAuthenticationMethods": printed(self.iis_authentication_methods),
            "SSLOffloading": str(self.ssl_offloading),
        }


def printed(names: frozenset[str]) -> str:
    """Names as a list in Exchange's braces, in alphabetical order."""
    return "{" + ", ".join(sorted(names)) + "}"


def host_of(url: str) -> str:
    """The host name of an URL, lower case; ``""`` where it has none."""
    return (urlsplit(url).hostname or "").casefold()
