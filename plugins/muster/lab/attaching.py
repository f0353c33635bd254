"""How an environment comes to ask a lab instead of real servers."""

from collections.abc import Iterator
from dataclasses import replace

from muster.lab.addresses import Addresses, Place
from muster.lab.process import PASSWORD, Lab
from muster.model import Authentication, Endpoint, Environment

_METHODS = {"exchange": "basic", "windows": "ntlm", "ldap": "simple"}
_CONFIGURATIONS = {"exchange": "Microsoft.Exchange", "windows": "Microsoft.PowerShell", "ldap": ""}


def attach(
    environment: Environment,
    lab: Lab | Addresses,
    *,
    serialization: str = "partial",
    jea: str = "",
    ldap: str = "tls",
) -> Environment:
    """The environment with every endpoint and probe led to the lab's ports.

    ``serialization`` is ``partial`` or ``full``; ``jea`` names a JEA configuration for the Windows endpoints
    (``muster.lab.addresses.JEA`` or ``JEA_SELECT``); ``ldap`` is ``tls`` or ``starttls``. The account's password is
    where ``start`` put it: in the environment variable MUSTER_LAB_PASSWORD.
    """
    addresses = lab.addresses if isinstance(lab, Lab) else lab
    endpoints = tuple(
        _endpoint(place, name, addresses, serialization if place.kind == "exchange" else "partial", jea)
        for place, name in _served(environment, addresses)
        if place.kind != "ldap" or place.tls == ldap
    )
    there = {(name.casefold(), port): (address, to) for name, port, address, to in addresses.relocated}
    known = {
        *(server.fqdn or server.name for server in environment.servers),
        *(server.name for server in environment.servers),
        *(public.name for public in environment.public_names),
    }
    relocated = {
        (name, port): target
        for name in known
        for (folded, port), target in there.items()
        if folded in {name.casefold(), name.casefold().split(".")[0]}
        and (folded == name.casefold() or "." not in folded)
    }
    return replace(environment, endpoints=endpoints, relocated=relocated)


def _served(environment: Environment, addresses: Addresses) -> Iterator[tuple[Place, str]]:
    """Every place of the lab that the environment has a subject for, under the subject's own name."""
    known = [server.name for server in environment.servers]
    known += [controller.name for controller in environment.domain_controllers]
    names = {name.casefold(): name for name in known}
    for place in addresses.places:
        name = names.get(place.name.casefold())
        if name is not None:
            yield place, name


def _endpoint(place: Place, name: str, addresses: Addresses, serialization: str, jea: str) -> Endpoint:
    user = addresses.upn if place.kind == "ldap" else addresses.user
    with_jea = jea if place.kind == "windows" else ""
    return Endpoint(
        kind=place.kind,
        name=name,
        address=place.address,
        port=place.port,
        tls=place.tls,
        authentication=Authentication(_METHODS[place.kind], user, f"env:{PASSWORD}"),
        configuration=with_jea or _CONFIGURATIONS[place.kind],
        jea=bool(with_jea),
        serialization=serialization,
        ca_file=addresses.ca_file if place.tls else None,
        version=tuple(place.version),
    )
