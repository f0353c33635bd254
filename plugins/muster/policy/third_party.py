"""Services of others that stop Setup or hold Exchange's files: what should be stopped where a policy names none."""

from dataclasses import dataclass
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """One kind of software: patterns of its services' names or display names, why it matters, and who says so.

    ``unverified`` says what is from memory: of most of these no source names the service.
    """

    product: str
    patterns: tuple[str, ...]
    why: str
    source: str = ""
    unverified: str = ""


_NAMES = "the names of the services are from memory"
_CU = "https://learn.microsoft.com/exchange/plan-and-deploy/install-cumulative-updates"
_LOCKS = "locks files and keeps services from stopping"
_AGENT = "its transport agent is loaded by EdgeTransport.exe until the product's own service stops"
_VSS = "takes snapshots of databases and volumes while Setup runs"
_PROCESSES = "keeps PowerShell and files of Exchange open (Setup's rule ProcessNeedsToBeClosedOnUpgrade)"

THIRD_PARTY: tuple[ThirdParty, ...] = (
    # Microsoft's page asks for antivirus to be switched off and names no product. Microsoft Defender is left out:
    # it is part of Windows, keeps to Microsoft's exclusions and cannot be stopped as a service.
    ThirdParty("Trend Micro ScanMail", ("ScanMail_*", "ScanMail *"), _LOCKS, _CU, _NAMES),
    ThirdParty("Trend Micro", ("ntrtscan", "tmlisten", "ds_agent", "Trend Micro *"), _LOCKS, _CU, _NAMES),
    ThirdParty("Symantec", ("SepMasterService", "SmcService", "SMSMSE", "Symantec *"), _LOCKS, _CU, _NAMES),
    ThirdParty("McAfee, Trellix", ("McShield", "mfe*", "masvc", "McAfee *", "Trellix *"), _LOCKS, _CU, _NAMES),
    ThirdParty("Sophos", ("SAVService", "Sophos *"), _LOCKS, _CU, _NAMES),
    ThirdParty("Kaspersky", ("AVP*", "KSE*", "klnagent", "Kaspersky *"), _LOCKS, _CU, _NAMES),
    ThirdParty("ESET", ("ekrn", "EraAgentSvc", "ESET *"), _LOCKS, _CU, _NAMES),
    ThirdParty("Bitdefender", ("EPSecurityService", "EPProtectedService", "Bitdefender *"), _LOCKS, _CU, _NAMES),
    ThirdParty("CrowdStrike Falcon", ("CSFalconService",), _LOCKS, _CU, _NAMES),
    ThirdParty("SentinelOne", ("SentinelAgent", "Sentinel Agent"), _LOCKS, _CU, _NAMES),
    ThirdParty("CodeTwo", ("CodeTwo *",), _AGENT, unverified=_NAMES),
    ThirdParty("Exclaimer", ("Exclaimer *",), _AGENT, unverified=_NAMES),
    ThirdParty("NoSpamProxy", ("NoSpamProxy *", "Net at Work *"), _AGENT, unverified=_NAMES),
    ThirdParty("GFI MailEssentials", ("GFI *",), _AGENT, unverified=_NAMES),
    ThirdParty("BlackBerry Enterprise Server", ("BES *", "BlackBerry *"), _PROCESSES, unverified=_NAMES),
    ThirdParty("System Center Operations Manager, Microsoft Monitoring Agent", ("HealthService",), _PROCESSES,
               "https://microsoft.github.io/CSS-Exchange/Setup/SetupAssist/", _NAMES),
    ThirdParty("Zabbix", ("Zabbix Agent*",), _PROCESSES, unverified=_NAMES),
    ThirdParty("NSClient++", ("nscp",), _PROCESSES, unverified=_NAMES),
    ThirdParty("SolarWinds agent", ("SolarWinds*",), _PROCESSES, unverified=_NAMES),
    ThirdParty("Qualys", ("QualysAgent", "Qualys *"), _LOCKS, unverified=_NAMES),
    ThirdParty("Splunk", ("SplunkForwarder", "splunkd", "Splunk*"), _PROCESSES, unverified=_NAMES),
    ThirdParty("Veritas NetBackup", ("bpinetd", "NetBackup *"), _VSS, unverified=_NAMES),
    ThirdParty("Veritas Backup Exec", ("BackupExec*", "Backup Exec *"), _VSS, unverified=_NAMES),
    ThirdParty("Veeam", ("Veeam*",), _VSS, unverified=_NAMES),
    ThirdParty("Commvault", ("GxCVD*", "GxFWD*", "Commvault *"), _VSS, unverified=_NAMES),
    ThirdParty("IBM Spectrum Protect", ("TSM *", "IBM Spectrum Protect*"), _VSS, unverified=_NAMES),
    ThirdParty("Microsoft Data Protection Manager", ("DPMRA",), _VSS, unverified=_NAMES),
)  # fmt: skip
"""What guides and support threads name; a start for a list of one's own, which then counts instead."""

STOP_SERVICES: tuple[str, ...] = tuple(pattern for one in THIRD_PARTY for pattern in one.patterns)
"""Their patterns, in order."""


def pattern_of(patterns: tuple[str, ...], *names: str) -> str | None:
    """The first pattern that one of a service's names fits, ``*`` for anything, in any case; ``None`` for none."""
    folded = [name.casefold() for name in names]
    return next((one for one in patterns if any(fnmatchcase(name, one.casefold()) for name in folded)), None)


def product_of(pattern: str) -> str | None:
    """Whose pattern of ``THIRD_PARTY`` this is; ``None`` for one that a policy named."""
    return next((one.product for one in THIRD_PARTY if pattern in one.patterns), None)
