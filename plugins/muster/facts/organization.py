"""Settings of the Exchange organisation as a whole."""

import re
from typing import Annotated, ClassVar

import pytest
from packaging.version import Version
from pydantic import BeforeValidator, InstanceOf

from muster.model import ExchangeCmdlet, Facts, Organization, Shape, Value, need
from muster.reading.needs import Needs
from muster.reading.records import Record, Records
from muster.reading.values import Flag, Number, Text, Texts, read_text
from muster.reading.volatile import FROM_DIRECTORY


class OrganizationConfig(Record):
    """Get-OrganizationConfig. ``object_version`` is what Setup's PrepareAD left."""

    name: Text
    object_version: Number
    mapi_http_enabled: Flag
    mitigations_enabled: Flag
    elc_processing_disabled: Flag
    public_folders_locked_for_migration: Flag
    is_mixed_mode: Flag

    needs: ClassVar[Needs] = {"organization": need(ExchangeCmdlet("Get-OrganizationConfig"))}
    shape: ClassVar[Shape] = Shape(
        identity=("Name",),
        unordered=frozenset({"MimeTypes", "MicrosoftExchangeRecipientEmailAddresses", "RemotePublicFolderMailboxes"}),
        volatile=FROM_DIRECTORY,
    )


def _read_bound(value: Value) -> Version | None:
    """A .NET version of two to four numbers; null or blank is no bound."""
    text = read_text(value).strip()
    if text and not re.fullmatch(r"\d+(\.\d+){1,3}", text):
        raise ValueError(f"'{text}' where a version such as '15.2.1748.0' was expected")
    return Version(text) if text else None


Bound = Annotated[InstanceOf[Version] | None, BeforeValidator(_read_bound)]


class SettingOverride(Record):
    """One setting override: what it sets, where, and the builds that it is bound to (``None``: unbound)."""

    name: Text
    component_name: Text
    section_name: Text
    parameters: Texts
    min_version: Bound
    max_version: Bound
    status: Text


class SettingOverrides(Records[SettingOverride]):
    """Every setting override of the organisation; most organisations have none."""

    record = SettingOverride
    needs: ClassVar[Needs] = {"overrides": need(ExchangeCmdlet("Get-SettingOverride"), may_be_empty=True)}
    shape = Shape(identity=("Name",), unordered=frozenset({"Parameters"}), volatile=FROM_DIRECTORY)


@pytest.fixture
def organization_config(organization: Organization, facts: Facts) -> OrganizationConfig:
    """The organisation's settings and its directory version, as the cmdlet shows them."""
    return facts.get(OrganizationConfig, organization)


@pytest.fixture
def setting_overrides(organization: Organization, facts: Facts) -> SettingOverrides:
    """The organisation's setting overrides."""
    return facts.get(SettingOverrides, organization)
