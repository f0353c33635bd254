"""What is lost of the web server's own settings, of files of Outlook on the web, and of the registry."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from muster.lab.rows import Row, RowValue
from muster.lab.upgrading.losses import Losing, Loss, windows_rows
from muster.lab.world.making import World
from muster.lab.world.plans import ServerPlan

_NO_SOURCE = "no source says that an update changes it"
_CUSTOM = "Microsoft, Custom configuration preservation"
_OWA = "Microsoft, Customize the Outlook on the web sign-in pages; Create a theme (office-docs)"


def _elements(world: World, server: ServerPlan) -> list[Row]:
    return windows_rows(world, server.name, "WebConfiguration")


def _gone(concerns: Callable[[Row], bool]) -> Losing:
    """Elements of IIS's configuration that are not there any more."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        del at
        gone = [row for row in _elements(world, server) if concerns(row)]
        world.windows[server.name] = [
            row for row in world.windows[server.name] if not any(row is one for one in gone)
        ]

    return lose


def _under(*filters: str) -> Callable[[Row], bool]:
    return lambda row: str(row.get("Filter")).startswith(filters)


def _redirect(world: World, server: ServerPlan, at: datetime) -> None:
    """Below the site, every virtual directory inherits its redirection again."""
    del at
    world.windows[server.name] = [
        row
        for row in world.windows[server.name]
        if row.shape.name != "WebConfiguration"
        or row.get("Filter") != "/system.webServer/httpRedirect"
        or str(row.get("PSPath")).count("/") <= _SITE_DEPTH
    ]


_SITE_DEPTH = 3
"""MACHINE/WEBROOT/APPHOST/<site>."""


def _logs(world: World, server: ServerPlan, at: datetime) -> None:
    del at
    for row in _elements(world, server):
        if str(row.get("Filter")).endswith("/logFile"):
            row.set({"directory": "%SystemDrive%\\inetpub\\logs\\LogFiles"})


def _own_look(pages: bool) -> Losing:
    """Files that Setup does not bring are gone; or its pages are its own again."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        del at
        original = world.owa_files(server)
        kept: list[Row] = []
        for row in world.windows[server.name]:
            if row.shape.name == "Get-FileHash":
                path = str(row.get("Path"))
                page = path.casefold().endswith(".aspx")
                if page == pages and path.casefold() not in original:
                    continue
                if page == pages:
                    row.set({"Hash": original[path.casefold()]})
            kept.append(row)
        world.windows[server.name] = kept

    return lose


def _registry(key: str, values: Mapping[str, RowValue]) -> Losing:
    """Values of one key as Windows or Setup brings them; ``None`` takes one away."""

    def lose(world: World, server: ServerPlan, at: datetime) -> None:
        del at
        there = world.registry[server.name]
        found = next((there[known] for known in there if known.casefold() == key.casefold()), None)
        for name, value in values.items() if found is not None else ():
            if value is None:
                found.pop(name, None)  # type: ignore[union-attr] # not None, or there is nothing to go through
            else:
                found[name] = value  # type: ignore[index] # likewise

    return lose


def _execution_policy(world: World, server: ServerPlan, at: datetime) -> None:
    del at
    for row in windows_rows(world, server.name, "Get-ExecutionPolicy", Scope="LocalMachine"):
        row.set({"ExecutionPolicy": "Unrestricted"})


LOSSES: Sequence[Loss] = (
    Loss(
        "http-redirect",
        "lost",
        "virtual directories inherit the site's redirection again: loops, 302 for Outlook",
        "inferred: Microsoft, Configure http to https redirection for Outlook on the web",
        _redirect,
    ),
    Loss(
        "rewrite-rules",
        "lost",
        "URL Rewrite rules of one's own are gone",
        _CUSTOM,
        _gone(_under("/system.webServer/rewrite/")),
    ),
    Loss(
        "ip-restrictions",
        "lost",
        "IP restrictions in Exchange's virtual directories are gone",
        _CUSTOM,
        _gone(_under("/system.webServer/security/ipSecurity")),
    ),
    Loss(
        "owa-look",
        "lost",
        "own logos, styles and themes in folders of a build",
        _OWA,
        _own_look(pages=False),
    ),
    Loss("owa-pages", "lost", "edits of logon.aspx and its like", _OWA, _own_look(pages=True)),
    Loss(
        "tls-registry",
        "lost",
        "TLS 1.0 for clients of this server is on again",
        "Microsoft, Upgrade Exchange to the latest Cumulative Update; TLS configuration best practices",
        _registry(
            "HKLM:\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols\\TLS 1.0\\Server",
            {"Enabled": 1, "DisabledByDefault": 0},
        ),
    ),
    Loss(
        "execution-policy",
        "lost",
        "the execution policy that was loosened for Setup stays Unrestricted",
        "Microsoft, PowerShellExecutionPolicyCheckSet (setup readiness)",
        _execution_policy,
    ),
    Loss(
        "hsts",
        "unsourced",
        "HSTS and the Strict-Transport-Security header are gone",
        _NO_SOURCE,
        _gone(
            lambda row: (
                str(row.get("Filter")).endswith("/hsts") or str(row.get("name")) == "Strict-Transport-Security"
            )
        ),
    ),
    Loss("iis-logs", "unsourced", "IIS writes its logs where it always did", _NO_SOURCE, _logs),
)
