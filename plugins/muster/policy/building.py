"""A policy's file → ``Policy``, with everything that is wrong with the names in it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Generic, NamedTuple, TypeVar, cast

from muster.catalogue import Catalogue
from muster.model import Environment
from muster.policy import naming
from muster.policy.decided import (
    AllowedReleases,
    CertificatePolicy,
    Coexistence,
    FreeDisk,
    FunctionalLevels,
    Policy,
    ReleaseDecision,
    SupportPolicy,
    UpgradeMethod,
    UpgradePolicy,
)
from muster.policy.decisions import Wrong, is_decision, read_decision
from muster.policy.document import AllowedEntry, PolicyFile, UpgradeEntry
from muster.policy.known import esu_periods
from muster.policy.selecting import EVERY_SERVER, Selected
from muster.policy.third_party import STOP_SERVICES
from muster.yaml_lines import Data, Where
from muster.yaml_models import WrongValue, suggestion

T = TypeVar("T")
_PRODUCT_WORDS = 3  # Exchange Server 2019
_DOTNET_WORDS = ("supported", "recommended")


class Rule(NamedTuple, Generic[T]):
    """What was decided for whom: ``selector`` in its one spelling, ``where`` the decision stands in the file."""

    selector: str
    decided: T
    where: Where


class Building:
    """Makes the parts of one policy and collects what is wrong with them in ``wrong``.

    Without ``catalogue`` names count as they are written: a run remembers them in their one spelling.
    """

    def __init__(self, environment: Environment | None, catalogue: Catalogue | None) -> None:
        self._environment = environment
        self._catalogue = catalogue
        self.wrong: list[Wrong] = []
        self.releases: tuple[Rule[ReleaseDecision], ...] = ()
        self.upgrades: tuple[Rule[UpgradeMethod], ...] = ()

    def policy(self, file: PolicyFile) -> Policy:
        """The policy, without what is wrong; ``releases`` and ``upgrades`` then hold its rules with their places."""
        if "releases" in file.model_fields_set:
            self.releases = tuple(self._releases(cast("Data", file.releases)))
        upgrades = {key: (("upgrades", key), method) for key, method in file.upgrades.items()}
        self.upgrades = tuple(self._rules(upgrades))
        return Policy(
            as_of=_date(file.as_of),
            certificates=CertificatePolicy(file.certificates.warn_days),
            releases=Selected(tuple((rule.selector, rule.decided) for rule in self.releases)),
            esu=self._esu(file.esu),
            support=SupportPolicy(file.support.warn_days),
            windows_server=self._allowed("windows_server", file.windows_server),
            domain_controllers=self._allowed("domain_controllers", file.domain_controllers),
            functional_levels=FunctionalLevels(
                self._level("forest", file.functional_levels.forest),
                self._level("domain", file.functional_levels.domain),
            ),
            dotnet=self._dotnet(file.dotnet),
            upgrades=Selected(tuple((rule.selector, rule.decided) for rule in self.upgrades)),
            coexistence=self._coexistence(file),
            upgrade=self._upgrade(file.upgrade),
        )

    def _releases(self, data: Data) -> Iterator[Rule[ReleaseDecision]]:
        top: Where = ("releases",)
        if data in (None, {}):
            self.wrong.append(Wrong(top, "nothing is decided.", "Write releases: supported, or leave releases: out."))
            return
        written: dict[str, tuple[Where, Data]] = {EVERY_SERVER: (top, data)}
        if isinstance(data, dict) and not is_decision(data):
            written = {key: ((*top, key), value) for key, value in data.items()}
        read = {key: (where, read_decision(value, where)) for key, (where, value) in written.items()}
        for _, decided in read.values():
            if isinstance(decided, tuple):
                self.wrong.extend(decided)
        for rule in self._rules(read):
            if isinstance(rule.decided, ReleaseDecision):
                yield Rule(rule.selector, rule.decided, rule.where)

    def _rules(self, written: Mapping[str, tuple[Where, T]]) -> Iterator[Rule[T]]:
        """Selectors in their one spelling; one that stands twice is a mistake."""
        first: dict[str, str] = {}
        for key, (where, decided) in written.items():
            name = self._selector(where, key)
            if name is None:
                continue
            earlier = first.setdefault(name.casefold(), key)
            if earlier != key:
                wrong = f"'{key}' means the same servers as '{earlier}'."
                self.wrong.append(Wrong(where, wrong, "Keep one of them.", at_key=True))
                continue
            yield Rule(name, decided, where)

    def _selector(self, where: Where, text: str) -> str | None:
        try:
            return naming.selector(text, self._environment, self._catalogue)
        except WrongValue as wrong:
            self.wrong.append(Wrong(where, wrong.wrong, wrong.right, at_key=True))
            return None

    def _esu(self, periods: list[int]) -> frozenset[int]:
        for index, period in enumerate(periods):
            where: Where = ("esu", index)
            sold = (period,) if self._catalogue is None else esu_periods(self._catalogue)
            if period not in sold:
                known = f"Known: {', '.join(map(str, sold))}."
                self.wrong.append(Wrong(where, f"there is no Extended Security Update period {period}.", known))
            elif period in periods[:index]:
                self.wrong.append(Wrong(where, f"period {period} stands twice.", "Keep one of them."))
        return frozenset(periods)

    def _allowed(self, key: str, entry: AllowedEntry | None) -> AllowedReleases:
        if entry is None:
            return AllowedReleases()
        names = [
            self._name(
                (key, "allowed", index),
                text,
                lambda said, known: naming.one_of(said, known.windows_releases, "release of Windows Server"),
            )
            for index, text in enumerate(entry.allowed)
        ]
        return AllowedReleases(frozenset(filter(None, names)), _date(entry.until))

    def _level(self, key: str, text: str | None) -> str | None:
        if text is None:
            return None
        return self._name(
            ("functional_levels", key),
            text,
            lambda said, known: naming.one_of(said, known.functional_levels, "functional level"),
        )

    def _dotnet(self, text: str) -> str:
        if text.casefold() in _DOTNET_WORDS:
            return text.casefold()

        def version(said: str, known: Catalogue) -> str:
            try:
                return naming.one_of(said, known.dotnet_versions, "version of .NET Framework")
            except WrongValue as unknown:
                near = suggestion(said, (*_DOTNET_WORDS, *known.dotnet_versions[::-1]), "version")
                raise WrongValue(unknown.wrong, near) from None

        return self._name(("dotnet",), text, version) or text

    def _coexistence(self, file: PolicyFile) -> Coexistence:
        if file.coexistence is None:
            return Coexistence()
        names = [
            self._name(("coexistence", "allowed", index), text, _product_alone)
            for index, text in enumerate(file.coexistence.allowed)
        ]
        return Coexistence(frozenset(filter(None, names)), _date(file.coexistence.until))

    def _upgrade(self, entry: UpgradeEntry) -> UpgradePolicy:
        for index, pattern in enumerate(entry.stop_services or ()):
            if not pattern.strip("*? "):
                wrong = f"'{pattern}' means every service, Exchange's own too."
                right = "Write names of third-party services, like Qualys*."
                self.wrong.append(Wrong(("upgrade", "stop_services", index), wrong, right))
        return UpgradePolicy(
            stop_services=STOP_SERVICES if entry.stop_services is None else tuple(entry.stop_services),
            exchange_backup_within=entry.exchange_backup_within,
            directory_backup_within=entry.directory_backup_within,
            free_disk=FreeDisk(entry.free_disk_gb.system, entry.free_disk_gb.install),
            crl_reachable=entry.crl_reachable,
        )

    def _name(self, where: Where, text: str, spelled: Callable[[str, Catalogue], str]) -> str | None:
        """A name in its one spelling; ``None`` for one that is not known."""
        if self._catalogue is None:
            return text
        try:
            return spelled(text, self._catalogue)
        except WrongValue as wrong:
            self.wrong.append(Wrong(where, wrong.wrong, wrong.right))
            return None


def _product_alone(text: str, catalogue: Catalogue) -> str:
    found = naming.product(text, catalogue)
    if found is None:
        wrong = f"'{text[:60]}' is no product that the catalogue knows."
        raise WrongValue(wrong, suggestion(text, catalogue.products, "product"))
    product = " ".join(found.split()[:_PRODUCT_WORDS])
    if product != found:
        raise WrongValue(f"'{found}' is one CU of a product.", f"Write the product alone: {product}.")
    return product


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
