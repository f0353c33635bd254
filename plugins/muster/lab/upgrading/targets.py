"""What a server can be upgraded to: releases as people write them (``2019 CU15``, ``SE``), or a build of one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from muster.lab.world.plans import ServerPlan
from muster.lab.yaml_files import read_yaml

Numbers = tuple[int, ...]


class UpgradeRefused(ValueError):  # noqa: N818 - a word of its own, as everywhere in muster
    """An upgrade that Setup would not do, or that the lab does not know; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """A release. ``cu`` is the CU's own build, ``build`` what ExSetup.exe will show: newer with a security update.

    ``range_upper``, ``object_version`` and ``meso`` are what its preparation leaves; ``lines`` the product lines
    whose servers it takes.
    """

    product: str
    cu: str
    build: str
    range_upper: int
    object_version: int
    meso: int
    lines: tuple[str, ...]


@cache
def known_targets() -> Mapping[str, Target]:
    """Every release by its product's whole name, oldest first."""
    written = read_yaml(Path(__file__).with_name("releases.yaml"))
    return {
        product: Target(
            product,
            entry["build"],
            entry["build"],
            entry["range_upper"],
            entry["object_version"],
            entry["meso"],
            tuple(entry["from"]),
        )
        for product, entry in written.items()
    }


def numbers(build: str) -> Numbers:
    """``15.2.1748.10`` as numbers that order."""
    return tuple(int(part) for part in build.split("."))


def line_of(product: str) -> str:
    """``2016``, ``2019`` or ``SE``."""
    return product.removeprefix("Exchange Server ").split()[0]


def read_target(text: str) -> Target:
    """``2019 CU15``, ``Exchange Server SE``, or a build such as 15.2.1748.39; raises ``UpgradeRefused``."""
    known = known_targets()
    if re.fullmatch(r"15\.\d+\.\d+\.\d+", text.strip()):
        wanted = numbers(text.strip())
        for target in known.values():
            if numbers(target.cu)[:3] == wanted[:3] and numbers(target.cu) <= wanted:
                return replace(target, build=text.strip())
    folded = _folded(text)
    for product, target in known.items():
        if folded in {_folded(product), _folded(f"{product} RTM"), _folded(product.removesuffix(" RTM"))}:
            return target
    names = ", ".join(product.removeprefix("Exchange Server ") for product in known)
    raise UpgradeRefused(f"'{text}' is no release that the lab can play; there are {names}, and builds of them")


def _folded(text: str) -> str:
    return " ".join(text.casefold().removeprefix("exchange server").split())


def checked(server: ServerPlan, target: Target) -> None:
    """Refuse what Setup refuses: an older or the same build, another product line; Edge Transport servers too."""
    if numbers(target.build) <= numbers(server.build):
        raise UpgradeRefused(
            f"{server.name} runs {server.build} already, and {target.product} is {target.build}: an upgrade leads to "
            "something newer"
        )
    if line_of(server.product) not in target.lines:
        raise UpgradeRefused(
            f"{server.name} runs {server.product}: Setup takes no server of that line to {target.product}; a new "
            "server takes its place"
        )
    if server.edge:
        raise UpgradeRefused(f"{server.name} is an Edge Transport server, whose upgrade the lab does not play")
