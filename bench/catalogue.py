"""The catalogue's speed, each as a ratio to what anybody would have to do anyway.

Run: ``python bench/catalogue.py``. Looking up: ``release_of`` and ``cves_open`` of 10,000 strings, against
``packaging.version.Version`` of the same strings, with nothing remembered of a string before; limit 3. Loading: every
table and index, against a safe load of the same files by PyYAML, and by libyaml; limit 1. Best of several rounds, in
each order.
"""

import gc
import random
import time
from collections.abc import Callable
from functools import partial
from importlib.resources import files

import yaml
from packaging.version import Version

from muster.catalogue import Catalogue, published, tables

NUMBER, ROUNDS = 10_000, 7
TABLES = ("as_of", "builds", "schema", "lifecycle", "dotnet", "cves", "smtp_replies")


def best(*measured: Callable[[], object]) -> list[float]:
    """The shortest time of each, measured in turn, in both orders, collected garbage apart."""
    shortest = [float("inf")] * len(measured)
    gc.disable()
    for attempt in range(2 * ROUNDS):
        order = range(len(measured)) if attempt % 2 else reversed(range(len(measured)))
        for which in order:
            gc.collect()
            published().releases.of.cache_clear()  # type: ignore[attr-defined] # functools.cache, told as a callable
            began = time.perf_counter()
            measured[which]()
            shortest[which] = min(shortest[which], time.perf_counter() - began)
    gc.enable()
    return shortest


def kinds() -> dict[str, list[str]]:
    """Three sorts of 10,000 build strings."""
    chance = random.Random(2026)  # noqa: S311 - the same strings each time
    known = [one for one in published().releases.all if len(one.build.release) == 4]  # noqa: PLR2004
    heads = sorted({one.build.release[:3] for one in known})
    inside = {f"{major}.{minor}.{third}.{last}" for major, minor, third in heads for last in range(400)}
    everywhere = {
        f"15.{chance.randrange(4)}.{chance.randrange(3000)}.{chance.randrange(2000)}" for _ in range(NUMBER + 500)
    }
    return {
        "published, repeated": [str(chance.choice(known).build) for _ in range(NUMBER)],
        "distinct, inside known CUs": chance.sample(sorted(inside), NUMBER),
        "distinct, anywhere": chance.sample(sorted(everywhere), NUMBER),
    }


def look_up(catalogue: Catalogue, strings: list[str]) -> None:
    """What a report asks of every string."""
    release_of, cves_open = catalogue.release_of, catalogue.cves_open
    for string in strings:
        release_of(string)
        cves_open(string)


def parse(strings: list[str]) -> None:
    """The floor: what packaging needs for the same strings."""
    for string in strings:
        Version(string)


def load() -> None:
    """Every table, and every index that a look-up needs."""
    tables.table.cache_clear()
    fresh = Catalogue()
    fresh.release_of("15.2.1748.37")
    fresh.cves_open("15.2.1748.37")
    _ = fresh.lifecycles, fresh.schema_levels, fresh.as_of
    fresh.windows_for("Exchange Server SE", "RTM")
    fresh.dotnet_for("Exchange Server SE", "RTM", "2022")
    fresh.upgrade_path(("Exchange Server 2019", "CU15"), ("Exchange Server SE", "RTM"))
    fresh.coexistence(("Exchange Server SE", "RTM"), "Exchange Server 2019")
    fresh.smtp_reply("550")


def main() -> None:
    """Print the ratios."""
    print(f"release_of and cves_open of {NUMBER:,} strings, in times of Version of the same (limit 3):")
    catalogue = published()
    for kind, strings in kinds().items():
        look_up(catalogue, strings)  # tables loaded, and every stretch of builds worked out
        plain, ours = best(partial(parse, strings), partial(look_up, catalogue, strings))
        print(f"  {kind:<28} {ours / plain:.2f}  ({1e3 * ours:.0f} ms)")
    folder = files("muster.catalogue").joinpath("data")
    texts = [folder.joinpath(f"{name}.yaml").read_bytes() for name in TABLES]
    ours, safe, fast = best(
        load,
        lambda: [yaml.safe_load(text) for text in texts],
        lambda: [yaml.load(text, Loader=yaml.CSafeLoader) for text in texts],
    )
    print(f"every table and index ({1e3 * ours:.0f} ms), in times of a load of the same files (limit 1):")
    print(f"  yaml.safe_load               {ours / safe:.2f}")
    print(f"  yaml.CSafeLoader             {ours / fast:.2f}")


if __name__ == "__main__":
    main()
