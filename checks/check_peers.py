"""Servers that stand in for one another: who is the odd one out."""

from muster import PerServer, Server, Severity, Site, about, control, not_applicable
from muster.facts.builds import Build
from muster.facts.peers import Settings, odd_ones

LOAD_BALANCING = "https://learn.microsoft.com/exchange/architecture/client-access/load-balancing"


@control(
    "servers.like-their-peers",
    title="The servers of one role, site and build are set alike",
    severity=Severity.LOW,
    references=(LOAD_BALANCING,),
    remediation="Find out which value is right, and set it on every server of the site.",
)
def check_like_their_peers(site: Site, settings_of_members: PerServer[Settings], builds: PerServer[Build]) -> None:
    """What one server of many does differently is found last: it fails for one client in eight, now and then."""
    peers: dict[tuple[frozenset[str], str], list[Server]] = {}
    for member, build in builds.items():
        if isinstance(member, Server) and member in settings_of_members:
            peers.setdefault((member.roles, str(build.version)), []).append(member)
    groups = [group for group in peers.values() if len(group) > 1]
    if not groups and not builds.unknown:
        not_applicable(f"no two servers of {site.name} have the same role and build")
    for group in groups:
        settings = {member: settings_of_members[member] for member in group}
        for kind in settings[group[0]].needs:
            with about(f"{kind} of {', '.join(member.name for member in group)}"):
                odd = odd_ones(settings, kind)
                assert not odd, "; ".join(map(str, odd))
