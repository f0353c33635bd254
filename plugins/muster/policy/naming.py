"""What a policy names → its one spelling, or which known name was probably meant."""

import re

from muster.model import Environment
from muster.naming.patterns import expand
from muster.naming.products import spelled
from muster.policy.known import Published, nearest_cu
from muster.policy.selecting import EVERY_SERVER, ROLES, is_pattern
from muster.yaml_models import WrongValue, suggestion

_LIKE_A_PRODUCT = re.compile(r"(microsoft )?exchange( server)?( |$)", re.IGNORECASE)
_PRODUCT_WORDS = 3  # Exchange Server 2019


def selector(text: str, environment: Environment | None, published: Published | None) -> str:
    """A selector as it is matched later; raises ``WrongValue`` for one that means nothing.

    Names of the environment are judged only where it is known; they win over a product's short form (a site ``SE``).
    Without ``published`` no product is looked for: whoever remembers a selector has it in its one spelling.
    """
    own = environment_names(environment) if environment else ()
    fixed = {name.casefold(): name for name in (EVERY_SERVER, *ROLES, *own)}
    said = " ".join(text.split())
    if said.casefold() in fixed:
        return fixed[said.casefold()]
    if is_pattern(said):
        _servers(said, environment)
        return said
    found = product(said, published) if published else said
    if found or environment is None or published is None:
        return found or said
    wrong = f"no server, DAG, site, role or product is called '{text[:60]}'."
    raise WrongValue(wrong, suggestion(said, (EVERY_SERVER, *own, *ROLES, *published.products), "name"))


def environment_names(environment: Environment) -> tuple[str, ...]:
    """Every name of the environment that a selector may be."""
    groups = (*(dag.name for dag in environment.dags), *(site.name for site in environment.sites))
    servers = (name for server in environment.servers for name in (server.name, server.fqdn) if name)
    return tuple(dict.fromkeys((*groups, *servers)))


def _servers(pattern: str, environment: Environment | None) -> None:
    names = expand(pattern)
    if environment is None:
        return
    known = [name for server in environment.servers for name in (server.name, server.fqdn) if name]
    folded = {name.casefold() for name in known}
    missing = [name for name in names if name.casefold() not in folded]
    if missing:
        short = [server.name for server in environment.servers]
        wrong = f"no server is called '{missing[0]}', which '{pattern[:60]}' means."
        raise WrongValue(wrong, suggestion(missing[0], short, "server"))


def product(text: str, published: Published) -> str | None:
    """A product, with or without its CU, as the catalogue spells it; ``None`` for what does not look like one.

    Raises ``WrongValue`` for a product or CU that the catalogue does not know.
    """
    said = " ".join(text.split())
    try:
        said = spelled(said)
    except WrongValue:
        if not _LIKE_A_PRODUCT.match(said):
            return None
    for known in published.products:
        if said.casefold() == known.casefold():
            return known
        if said.casefold().startswith(f"{known} ".casefold()):
            return f"{known} {_cu(said[len(known) + 1 :], known, published)}"
    name = " ".join(said.split()[:_PRODUCT_WORDS])
    raise WrongValue(f"the catalogue has no product '{text[:60]}'.", suggestion(name, published.products, "product"))


def _cu(text: str, of: str, published: Published) -> str:
    known = published.cus_of(of)
    found = next((name for name in known if name.casefold() == text.casefold()), None)
    if found is None:
        near = nearest_cu(text, known)
        raise WrongValue(f"the catalogue has no {text[:20]} of {of}.", f"Did you mean '{of} {near}'?" if near else "")
    return found


def one_of(text: str, known: tuple[str, ...], what: str) -> str:
    """A word that the catalogue knows, as it spells it; raises ``WrongValue`` for any other."""
    said = " ".join(text.split()).casefold().removeprefix("windows server ")
    found = next((name for name in known if name.casefold() == said), None)
    if found is None:
        raise WrongValue(f"'{text[:60]}' is no {what} that the catalogue knows.", _near(said, known, what))
    return found


def _near(said: str, known: tuple[str, ...], what: str) -> str:
    """``2008 R2`` is the beginning of ``2008 R2 SP1``: nearer than what only looks alike."""
    begins = next((name for name in known if said and name.casefold().startswith(said)), None)
    return f"Did you mean '{begins}'?" if begins else suggestion(said, known, what)
