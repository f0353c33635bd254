"""What a policy names → its one spelling, or which known name was probably meant."""

import re

from muster.catalogue import Catalogue
from muster.model import Environment
from muster.naming.patterns import expand
from muster.naming.products import spelled
from muster.policy.known import nearest_number
from muster.policy.selecting import EVERY_SERVER, ROLES, is_pattern
from muster.yaml_models import WrongValue, suggestion

_LIKE_A_PRODUCT = re.compile(r"(microsoft )?exchange( server)?( |$)", re.IGNORECASE)
_EVERYTHING = frozenset({"*", "all", "all servers", "any", "default", "defaults", "everything"})
_PRODUCT_WORDS = 3  # Exchange Server 2019


def selector(text: str, environment: Environment | None, catalogue: Catalogue | None) -> str:
    """A selector as it is matched later; raises ``WrongValue`` for one that means nothing.

    Names of the environment are judged only where it is known; they win over a product's short form (a site ``SE``).
    Without ``catalogue`` no product is looked for: whoever remembers a selector has it in its one spelling.
    """
    own = _names_of(environment) if environment else ()
    fixed = {name.casefold(): name for name in (EVERY_SERVER, *ROLES, *own)}
    said = " ".join(text.split())
    if said.casefold() in fixed:
        return fixed[said.casefold()]
    if is_pattern(said):
        _servers(said, environment)
        return said
    found = product(said, catalogue) if catalogue else said
    if found or environment is None or catalogue is None:
        return found or said
    wrong = f"no server, DAG, site, role or product is called '{text[:60]}'."
    if said.casefold() in _EVERYTHING:
        raise WrongValue(wrong, f"Did you mean '{EVERY_SERVER}'?")
    short = [name for name in own if "." not in name or "." in said]
    raise WrongValue(wrong, suggestion(said, (EVERY_SERVER, *short, *ROLES, *catalogue.products), "name"))


def _names_of(environment: Environment) -> tuple[str, ...]:
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


def product(text: str, catalogue: Catalogue) -> str | None:
    """A product, with or without its CU, as the catalogue spells it; ``None`` for what does not look like one.

    Raises ``WrongValue`` for a product or CU that the catalogue does not know.
    """
    said = " ".join(text.split())
    try:
        said = spelled(said)
    except WrongValue:
        if not _LIKE_A_PRODUCT.match(said):
            return None
    for known in catalogue.products:
        if said.casefold() == known.casefold():
            return known
        if said.casefold().startswith(f"{known} ".casefold()):
            return f"{known} {_cu(said[len(known) + 1 :], known, catalogue)}"
    name = " ".join(said.split()[:_PRODUCT_WORDS])
    raise WrongValue(f"the catalogue has no product '{text[:60]}'.", _near(name, catalogue.products, "product"))


def _cu(text: str, of: str, catalogue: Catalogue) -> str:
    known = catalogue.cus_of(of)
    found = next((name for name in known if name.casefold() == text.casefold()), None)
    if found is None:
        near = nearest_number(text, known)
        right = f"Did you mean '{of} {near}'?" if near else suggestion(text, known, "CU")
        raise WrongValue(f"the catalogue has no {text[:20]} of {of}.", right)
    return found


def one_of(text: str, known: tuple[str, ...], what: str) -> str:
    """A word that the catalogue knows, as it spells it; raises ``WrongValue`` for any other."""
    said = " ".join(text.split()).casefold().removeprefix("windows server ")
    found = next((name for name in known if name.casefold() == said), None)
    if found is None:
        raise WrongValue(f"'{text[:60]}' is no {what} that the catalogue knows.", _near(said, known, what))
    return found


def _near(said: str, known: tuple[str, ...], what: str) -> str:
    """``2008 R2`` is the beginning of ``2008 R2 SP1``, 2015 is next to 2016: nearer than what only looks alike."""
    begins = next((name for name in known if said and name.casefold().startswith(said.casefold())), None)
    near = begins or nearest_number(said, known)
    return f"Did you mean '{near}'?" if near else suggestion(said, known, what)
