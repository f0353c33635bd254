"""Settings of the Exchange organisation as a whole."""

import re
from typing import Annotated, ClassVar

import pytest
from packaging.version import Version
from pydantic import BeforeValidator, InstanceOf

from muster.model import ExchangeCmdlet, Facts, Organization, Shape, Subject, Value, in_organization, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Number, Text, Texts, read_text
from muster.reading.volatile import FROM_DIRECTORY


class OrganizationConfig(Record):
    """Get-OrganizationConfig. ``object_version`` is what Setup's PrepareAD left.

    ``enable_download_domains`` says that attachments are fetched under a host name of their own (CVE-2021-1730);
    which, each OWA virtual directory says. Exchange before 2016 CU18 and 2019 CU7 has no such setting and sends none.
    """

    name: Text
    object_version: Number
    mapi_http_enabled: Flag
    mitigations_enabled: Flag
    elc_processing_disabled: Flag
    public_folders_locked_for_migration: Flag
    is_mixed_mode: Flag
    enable_download_domains: Flag

    needs: ClassVar[Needs] = {"organization": need(ExchangeCmdlet("Get-OrganizationConfig"))}
    shape: ClassVar[Shape] = Shape(
        identity=("Name",),
        unordered=frozenset({"MimeTypes", "MicrosoftExchangeRecipientEmailAddresses", "RemotePublicFolderMailboxes"}),
        volatile=FROM_DIRECTORY,
    )

    @staticmethod
    def concerns(subject: Subject) -> bool:
        """Not Edge Transport servers."""
        return in_organization(subject)


def _read_bound(value: Value) -> Version | None:
    """A .NET version of two to four numbers; null or blank is no bound."""
    text = read_text(value).strip()
    if text and not re.fullmatch(r"\d+(\.\d+){1,3}", text):
        raise ValueError(f"'{text}' where a version such as '15.2.1748.0' was expected")
    return Version(text) if text else None


Bound = Annotated[InstanceOf[Version] | None, BeforeValidator(_read_bound)]


class SettingOverride(Record):
    """One setting override: what it sets, where, and the builds that it is bound to (``None``: unbound).

    ``server`` are the names of the only servers that it is for, empty where it is for all of them.
    """

    name: Text
    component_name: Text
    section_name: Text
    parameters: Texts
    min_version: Bound
    max_version: Bound
    server: Texts
    status: Text


class SettingOverrides(Records[SettingOverride]):
    """Every setting override of the organisation; most organisations have none."""

    record = SettingOverride
    needs: ClassVar[Needs] = {"overrides": need(ExchangeCmdlet("Get-SettingOverride"), may_be_empty=True)}
    shape = Shape(identity=("Name",), unordered=frozenset({"Parameters", "Server"}), volatile=FROM_DIRECTORY)


@pytest.fixture
def organization_config(organization: Organization, facts: Facts) -> OrganizationConfig:
    """The organisation's settings and its directory version, as the cmdlet shows them."""
    return facts.get(OrganizationConfig, organization)


@pytest.fixture
def setting_overrides(organization: Organization, facts: Facts) -> SettingOverrides:
    """The organisation's setting overrides."""
    return facts.get(SettingOverrides, organization)
