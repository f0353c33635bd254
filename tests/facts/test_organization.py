"""The organisation's settings, overrides and auth certificate, through both serialization levels."""

import pytest

from kit.facts import item, member, read
from muster.facts.auth_config import AuthConfig
from muster.facts.organization import OrganizationConfig, SettingOverrides
from muster.model import ExchangeCmdlet, FactUnavailable, Organization

ORG = Organization("Example")


def test_settings_read_the_same_through_both_levels() -> None:
    asked = ExchangeCmdlet("Get-OrganizationConfig")
    rich = item("OrganizationConfig", "Example", Name="Example", ObjectVersion=16763, MapiHttpEnabled=True)
    partial = item("OrganizationConfig", "Example", Name="Example", ObjectVersion="16763", MapiHttpEnabled="True")
    assert read(OrganizationConfig, ORG, (asked, (rich,))) == read(OrganizationConfig, ORG, (asked, (partial,)))
    found = read(OrganizationConfig, ORG, (asked, (partial,)))
    assert (found.object_version, found.mapi_http_enabled) == (16763, True)
    with pytest.raises(FactUnavailable, match="MitigationsEnabled was not sent"):
        _ = found.mitigations_enabled


def test_overrides_may_be_none() -> None:
    asked = ExchangeCmdlet("Get-SettingOverride")
    assert read(SettingOverrides, ORG, (asked, ())).rows == ()
    one = item(
        "SettingOverride",
        "Signing",
        Name="Signing",
        MaxVersion=None,
        Status=member("SettingOverrideStatus", 0, "Accepted"),
        Parameters=("Enabled=true",),
        Server=None,
    )
    (found,) = read(SettingOverrides, ORG, (asked, (one,)))
    assert found.server == ()
    assert (found.max_version, found.status, found.parameters) == (None, "Accepted", ("Enabled=true",))


def test_an_override_may_be_for_some_servers_only() -> None:
    asked = ExchangeCmdlet("Get-SettingOverride")
    rows = (item("SettingOverride", "A", Server=("SRV1", "SRV2")), item("SettingOverride", "B", Server="SRV1"))
    assert [row.server for row in read(SettingOverrides, ORG, (asked, rows))] == [("SRV1", "SRV2"), ("SRV1",)]
    (unsaid,) = read(SettingOverrides, ORG, (asked, (item("SettingOverride", "C"),)))
    with pytest.raises(FactUnavailable, match="Server was not sent"):
        _ = unsaid.server


def test_download_domains_are_off_on_or_not_known_to_an_old_exchange() -> None:
    asked = ExchangeCmdlet("Get-OrganizationConfig")
    for sent, expected in ((True, True), ("False", False)):
        found = read(OrganizationConfig, ORG, (asked, (item("OrganizationConfig", EnableDownloadDomains=sent),)))
        assert found.enable_download_domains is expected
    with pytest.raises(FactUnavailable, match="EnableDownloadDomains was not sent"):
        _ = read(OrganizationConfig, ORG, (asked, (item("OrganizationConfig"),))).enable_download_domains


def test_thumbprints_are_written_one_way() -> None:
    asked = ExchangeCmdlet("Get-AuthConfig")
    sent = item(
        "AuthConfig",
        "Auth Configuration",
        CurrentCertificateThumbprint="92e196f3 c8d3d753",
        PreviousCertificateThumbprint="",
        NextCertificateThumbprint=None,
    )
    found = read(AuthConfig, ORG, (asked, (sent,)))
    assert found.current_certificate_thumbprint == "92E196F3C8D3D753"
    assert (found.previous_certificate_thumbprint, found.next_certificate_thumbprint) == ("", "")
