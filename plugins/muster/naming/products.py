"""Product names as people write them → one spelling, and an order for "ask the newest first"."""

import re

from muster.yaml_models import WrongValue

_GENERATIONS = {"2013": (15, 0, 0), "2016": (15, 1, 0), "2019": (15, 2, 0), "SE": (15, 2, 1)}
_PRODUCT = re.compile(
    r"(?:(?:Microsoft )?Exchange )?(?:Server )?(2013|2016|2019|SE)(?: (RTM|CU ?\d{1,2}))?", re.IGNORECASE
)


def spelled(product: str) -> str:
    """``2019 cu15`` → ``Exchange Server 2019 CU15``; raises ``WrongValue`` for what is no such product."""
    found = _PRODUCT.fullmatch(" ".join(product.split()))
    if not found:
        raise WrongValue(
            f"'{product[:60]}' is no product that muster knows.",
            "Write it as 'Exchange Server 2019 CU15', 'Exchange Server SE RTM' or 'Exchange Server 2016'.",
        )
    update = (found[2] or "").upper().replace(" ", "")
    return f"Exchange Server {found[1].upper()} {update}".strip()


def version_of(product: str | None) -> tuple[int, ...]:
    """An order of products, newest greatest; ``()`` for an unknown one. No build number: only for comparing."""
    if product is None:
        return ()
    *_, generation, update = (product if product.count(" ") == 3 else product + " RTM").split()  # noqa: PLR2004 - four words
    return (*_GENERATIONS[generation], 0 if update == "RTM" else int(update.removeprefix("CU")))
