"""Who comes first: the internet-facing site, Mailbox before Client Access before Edge, one DAG member at a time."""

from collections.abc import Iterable

from muster.plan.paths import Path
from muster.plan.situation import ServerState, Situation, known


def role_rank(server: ServerState) -> int:
    """Mailbox, then Client Access alone (2013 only), then Edge."""
    return 2 if server.is_edge else 0 if server.is_mailbox else 1


def in_order(paths: Iterable[Path], situation: Situation) -> tuple[Path, ...]:
    """The paths in the order in which their servers are worked on.

    A DAG whose upgrade is under way is finished before anything else is begun. Then the internet-facing site. In a
    site, a DAG is finished before the next; in it, who lags most comes first, then who has fewest active databases.
    """

    def key(path: Path) -> tuple[object, ...]:
        server = path.server
        group = situation.group_of(server)
        pair = known(server.cumulative_update) or ("", "")
        release = known(server.release)
        return (
            role_rank(server),
            not (group and group.in_progress),
            not server.internet_facing,
            server.site or "",
            server.dag or "~",
            (release.build.release if release else ()),
            pair,
            len(server.mounted),
            server.name,
        )

    return tuple(sorted(paths, key=key))
