"""Which server answers behind a public name: the health pages say it, one request per protocol.

A load balancer chooses anew for each connection (or remembers who asked), so several pages are several tries and no
proof: what they show is where it sent us, never where it would not.
"""

import re
from typing import Annotated, ClassVar

import pytest
from pydantic import BeforeValidator, Field

from muster.model import Facts, HttpsRequest, PublicName, Shape, Subject, Value, need, not_applicable
from muster.reading.needs import Needs
from muster.reading.records import Record
from muster.reading.several import Several
from muster.reading.values import Number, read_text

_SIGNED = re.compile(r"200 OK\s*<br\s*/?>\s*([A-Za-z0-9.-]+)", re.IGNORECASE)


def _read_signature(value: Value) -> str:
    text = read_text(value)
    found = _SIGNED.match(text.strip())
    if not found:
        raise ValueError(f"'{text[:80]}' where '200 OK<br/>SERVER' was expected")
    return found[1]


class PublicHealthPage(Record):
    """One protocol's health page under a public name; ``server`` is who signed it."""

    status: Number
    server: Annotated[str, BeforeValidator(_read_signature)] = Field(alias="Body")

    shape: ClassVar[Shape] = Shape(
        momentary="how it is just now; what it follows from is compared by itself", only=frozenset({"Status"})
    )

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Only names that clients connect to."""
        return isinstance(subject, PublicName) and not subject.mail_exchanger


class PublicOwaHealth(PublicHealthPage):
    """Health page of Outlook on the web under a public name."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{name}", "/owa/healthcheck.htm"))}


class PublicEwsHealth(PublicHealthPage):
    """Health page of Exchange Web Services under a public name."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{name}", "/ews/healthcheck.htm"))}


class PublicMapiHealth(PublicHealthPage):
    """Health page of MAPI over HTTP under a public name."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{name}", "/mapi/healthcheck.htm"))}


class PublicAutodiscoverHealth(PublicHealthPage):
    """Health page of Autodiscover under a public name."""

    needs: ClassVar[Needs] = {"page": need(HttpsRequest("{name}", "/autodiscover/healthcheck.htm"))}


class PublicHealthPages(Several):
    """The health pages under a public name: who answers for it."""

    needs: ClassVar[Needs] = {
        "OWA": PublicOwaHealth,
        "EWS": PublicEwsHealth,
        "MAPI": PublicMapiHealth,
        "Autodiscover": PublicAutodiscoverHealth,
    }

    @property
    def protocols(self) -> tuple[str, ...]:
        """The protocols, in a fixed order."""
        return tuple(self.needs)

    def page(self, protocol: str) -> PublicHealthPage:
        """One protocol's page; raises where it could not be had."""
        page = self[protocol]
        if not isinstance(page, PublicHealthPage):
            raise TypeError(f"{protocol} is no health page")
        return page


@pytest.fixture
def public_health_pages(public_name: PublicName, facts: Facts) -> PublicHealthPages:
    """Which server signs the health pages under a public name; not applicable to a mail exchanger."""
    if public_name.mail_exchanger:
        not_applicable(f"no client connects to {public_name.name}, it is a mail exchanger")
    return PublicHealthPages.gathered(facts, public_name)
