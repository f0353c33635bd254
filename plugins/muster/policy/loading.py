"""``policy.yaml`` → ``Policy``, or every mistake in it."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from muster.catalogue import Catalogue, published
from muster.model import Environment
from muster.policy.building import Building
from muster.policy.decided import Policy
from muster.policy.document import PolicyFile
from muster.policy.rules import contradictions, not_yet, unreleased
from muster.yaml_lines import YamlMistakes, read
from muster.yaml_models import check

FILE = "policy.yaml"
_EAST = timedelta(hours=14)


class PolicyMistakes(YamlMistakes):
    """Everything that is wrong with a policy, one line each."""


def load(
    folder: Path,
    environment: Environment | None = None,
    catalogue: Catalogue | None = None,
    now: date | None = None,
) -> Policy:
    """Read ``policy.yaml`` in an environment's folder; without the file, the defaults. Raises ``PolicyMistakes``.

    Names of servers, DAGs and sites are judged where the ``environment`` is given; products, CUs and builds against
    ``catalogue``, without it the published one. ``now`` is the last day that ``as_of`` may be, without it today.
    """
    path = folder / FILE
    if not path.exists():
        return Policy()
    try:
        checked = check(read(path), PolicyFile)
    except YamlMistakes as broken:
        raise PolicyMistakes(broken.mistakes) from None
    mistakes = list(checked.mistakes)
    if checked.model is not None:
        known = catalogue or published()
        building = Building(environment, known)
        policy = building.policy(checked.model)
        wrong = [*building.wrong, *unreleased(building.releases, known), *not_yet(policy.as_of, now or _today())]
        if environment:
            wrong.extend(contradictions(building.releases, environment))
            wrong.extend(contradictions(building.upgrades, environment))
        mistakes.extend(checked.mistake(one.where, one.wrong, one.right, at_key=one.at_key) for one in wrong)
        if not mistakes:
            return policy
    raise PolicyMistakes(tuple(mistakes))


def _today() -> date:
    """The day that it is somewhere already: whoever writes today's date is right wherever they are."""
    return (datetime.now(UTC) + _EAST).date()
