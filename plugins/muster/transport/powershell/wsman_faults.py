"""WSMan faults, HTTP statuses and Kerberos errors that an operator meets: kind, cause and cure.

Numbers are those of Windows' ``wsmerror.h`` and ``winerror.h``, and of MIT Kerberos; causes from public reports.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """What it is (a problem's kind), why, and what to do."""

    kind: str
    cause: str
    cure: str


_SHELL_GONE = Advice("failed", "the server closed the session (idle, restarted or recycled)", "Run again")
_TOO_MANY = Advice(
    "failed",
    "the server has as many remote sessions as its limits allow, for this account or altogether",
    "Close other sessions of this account; Exchange's own limit is PowerShellMaxConcurrency",
)
_NO_CONFIGURATION = Advice(
    "no endpoint",
    "the server has no session configuration of that name at this path and port",
    "Exchange is /PowerShell on 80 or 443, Windows is 5985 or 5986; for JEA compare Get-PSSessionConfiguration",
)
_MEMORY = Advice("failed", "the server is short of memory", "Give the server memory, or raise MaxMemoryPerShellMB")
_TOO_LARGE = Advice(
    "failed", "a message is larger than the server's MaxEnvelopeSizekb", "Raise MaxEnvelopeSizekb, or ask for less"
)
_DENIED = Advice(
    "permission",
    "the login worked, but the account may not use this endpoint",
    "Exchange: give a role group and RemotePowerShellEnabled; Windows: Administrators, or a JEA role",
)
_WMI_DENIED = Advice("permission", "WMI refuses the account", "Give the account Remote Enable on the WMI namespace")
_RUN_AS = Advice(
    "failed",
    "the session configuration's own account cannot log on",
    "Check the RunAs or group managed service account of the JEA configuration",
)
_BAD_LOGON = Advice(
    "login", "user name or password is wrong", "Check the user and the secret that the inventory names"
)

SHELL_GONE = frozenset({2150858843, 2150858904, 2150859082, 2150859084, 2150859118, 2150859230})
"""Faults of a session that the server no longer has: nothing was executed."""

OPERATION_TIMEOUT = 2150858793

WSMAN: dict[int, Advice] = {
    5: _DENIED,
    8: _MEMORY,
    14: _MEMORY,
    995: Advice("failed", "the server aborted the operation: WinRM or the application pool restarted", "Run again"),
    1115: Advice("unreachable", "the server is shutting down", "Run again when it is back"),
    1326: _BAD_LOGON,
    1327: Advice("login", "a restriction of the account forbids this login", "Check log-on hours and workstations"),
    1330: Advice("login", "the password has expired", "Change the password"),
    1331: Advice("login", "the account is disabled", "Enable the account, or use another"),
    1385: Advice(
        "login", "the account may not log on over the network there", "Check the user rights of that server"
    ),
    1450: _MEMORY,
    1909: Advice("login", "the account is locked", "Unlock the account; check who uses an old password"),
    2150858752: _NO_CONFIGURATION,
    2150858755: Advice(
        "failed", "the WSMan provider failed", "See Microsoft-Windows-WinRM/Operational on the server"
    ),
    2150858770: Advice("unreachable", "a proxy in between cannot reach the server", "Connect to the server itself"),
    2150858772: Advice("unreachable", "the service is not available at the moment", "Run again later"),
    2150858790: _TOO_LARGE,
    OPERATION_TIMEOUT: Advice(
        "timeout", "the server did not finish in the time it had", "Give it more time, run again"
    ),
    2150858802: _TOO_MANY,
    2150858806: _BAD_LOGON,
    2150858811: _NO_CONFIGURATION,
    2150858815: _TOO_MANY,
    2150858823: _TOO_LARGE,
    2150858824: _TOO_LARGE,
    2150858825: _TOO_LARGE,
    2150858843: _SHELL_GONE,
    2150858883: Advice("failed", "the PowerShell plug-in failed", "See Microsoft-Windows-WinRM/Operational there"),
    2150858904: _SHELL_GONE,
    2150858906: Advice(
        "failed", "the PowerShell plug-in cannot be loaded", "Repair PowerShell or WinRM on the server"
    ),
    2150859012: _WMI_DENIED,
    2150859013: _WMI_DENIED,
    2150859014: _WMI_DENIED,
    2150859025: _TOO_LARGE,
    2150859026: Advice(
        "unreachable", "the back end behind this endpoint is not available", "Check its application pools"
    ),
    2150859027: _NO_CONFIGURATION,
    2150859046: Advice(
        "unreachable", "the endpoint that answered cannot reach the server it proxies to", "Check that server's WinRM"
    ),
    2150859082: _SHELL_GONE,
    2150859084: _SHELL_GONE,
    2150859087: _SHELL_GONE,
    2150859118: _SHELL_GONE,
    2150859173: _TOO_MANY,
    2150859174: _TOO_MANY,
    2150859175: _TOO_MANY,
    2150859176: _TOO_MANY,
    2150859177: Advice("login", "the session belongs to another account", "Run again"),
    2150859179: _TOO_MANY,
    2150859180: Advice(
        "permission", "the server takes no remote shells", "Set the policy 'Allow Remote Shell Access' on the server"
    ),
    2150859193: Advice("unreachable", "the server cannot resolve the name it proxies to", "Check DNS on that server"),
    2150859203: _RUN_AS,
    2150859229: Advice("permission", "WinRM takes no remote connections", "Run Enable-PSRemoting on the server"),
    2150859230: _SHELL_GONE,
    2150859231: _RUN_AS,
    2150859235: Advice("permission", "WinRM takes no remote connections", "Run Enable-PSRemoting on the server"),
    **dict.fromkeys(range(2150859236, 2150859243), _TOO_MANY),
    2150859261: _RUN_AS,
}

# Exchange says in words what its authorization found; the category in brackets is never translated
EXCHANGE_FAULTS: tuple[tuple[str, Advice], ...] = (
    (
        r"CmdletAccessDenied",
        Advice(
            "permission",
            "the login worked, but the account has no Exchange management role",
            "Add the account to View-Only Organization Management",
        ),
    ),
    (r"MaxConcurrency|MaxRunspaces|OverBudget|AuthZ-AuthorizationException", _TOO_MANY),
    (r"AuthZ-|AccessDenied|Unauthorized", _DENIED),
    (
        r"ADTransient|NoSuitableServer|SuitabilityDirectory",
        Advice(
            "failed", "Exchange did not get an answer from a domain controller", "Check event 2080 on that server"
        ),
    ),
)

HTTP: dict[int, Advice] = {
    400: Advice(
        "login",
        "the request was refused unread: often a Kerberos ticket too large for the server (member of many groups)",
        "Use an account in few groups, or raise MaxFieldLength and MaxRequestBytes on the server",
    ),
    403: Advice(
        "permission",
        "IIS refuses: TLS or a client certificate is required, or this machine's address is not allowed",
        "Compare SSL settings and IP restrictions of the virtual directory with the inventory's port and tls",
    ),
    404: _NO_CONFIGURATION,
    405: _NO_CONFIGURATION,
    407: Advice("unreachable", "a proxy wants a login", "Connect to the server without a proxy"),
    413: Advice(
        "failed",
        "the request is larger than IIS reads before it asks for a client certificate",
        "Set clientCertNegotiation or uploadReadAheadSize on the virtual directory, or do not demand certificates",
    ),
    500: Advice("failed", "the endpoint failed without saying why", "See the IIS and HttpProxy logs of the server"),
    502: Advice(
        "unreachable", "a proxy or load balancer answers and cannot reach the server", "Connect to the server"
    ),
    503: Advice(
        "unreachable",
        "the service is not available: its application pool is stopped, or the server is in maintenance",
        "Check MSExchangePowerShellFrontEndAppPool and MSExchangePowerShellAppPool, or the WinRM service",
    ),
    504: Advice(
        "unreachable", "a proxy or load balancer waits in vain for the server", "Connect to the server itself"
    ),
}

UNAUTHORIZED: dict[str, Advice] = {
    "kerberos": Advice(
        "login",
        "the server did not accept the Kerberos ticket: a name without that service principal (a pool name?), or "
        "Extended Protection",
        "Connect to the server's own name; check service_class and kerberos_name in the inventory",
    ),
    "ntlm": Advice(
        "login",
        "user name or password is wrong, NTLM is forbidden there, or Extended Protection refuses",
        "Check user and secret; in a domain use Kerberos",
    ),
    "basic": Advice(
        "login",
        "user name or password is wrong, or Basic is switched off there",
        "Check user and secret; use Kerberos",
    ),
    "certificate": Advice(
        "login", "the client certificate is mapped to no account there", "Check winrm/config/service/certmapping"
    ),
}

KERBEROS_BASE = 2529638912  # ERROR_TABLE_BASE_krb5 as an unsigned number

KERBEROS: dict[int, Advice] = {
    6: Advice("login", "the domain does not know the user", "Write the user as name@REALM"),
    7: Advice(
        "login",
        "the domain does not know the server by that service principal: a pool name, an alias, or the wrong class",
        "Connect to the server's own name; set service_class and kerberos_name in the inventory",
    ),
    14: Advice(
        "login", "client and domain have no encryption type in common", "Allow AES in krb5.conf and the account"
    ),
    18: Advice("login", "the account is disabled, locked or expired", "Unlock or enable the account"),
    23: Advice("login", "the password has expired", "Change the password"),
    24: Advice("login", "the password is wrong", "Check the secret that the inventory names"),
    31: Advice(
        "login", "the ticket cannot be decrypted: a changed password or keytab", "Get a new ticket with kinit"
    ),
    32: Advice("login", "the ticket has expired", "Get a new ticket with kinit"),
    37: Advice("login", "the clocks of this machine and the domain differ too much", "Set the time by the domain's"),
    41: Advice("login", "another account answers for that service principal", "Find the duplicate with setspn -X"),
    141: Advice("no secret", "there is no Kerberos ticket", "Get one with kinit"),
    154: Advice(
        "login", "no domain controller can be found for the realm", "Check krb5.conf and DNS (_kerberos._tcp)"
    ),
    156: Advice("unreachable", "no domain controller answers for the realm", "Check port 88 to a domain controller"),
    195: Advice("no secret", "there is no Kerberos ticket", "Get one with kinit, or check KRB5CCNAME"),
}

# MIT Kerberos' own English sentences, for builds whose codes are mapped to other numbers
KERBEROS_TEXTS: tuple[tuple[str, int], ...] = (
    ("not found in Kerberos database", 7),
    ("Clock skew", 37),
    ("Ticket expired", 32),
    ("Preauthentication failed", 24),
    ("Cannot contact any KDC", 156),
    ("Cannot find KDC", 154),
    ("No Kerberos credentials available", 195),
    ("No credentials cache", 195),
    ("have been revoked", 18),
    ("Password has expired", 23),
    ("no support for encryption type", 14),
)
