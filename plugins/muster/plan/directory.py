"""Schema, organisation and domains for a release: only the steps that the numbers call for, each with its wait."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from muster.catalogue import Catalogue, SchemaLevel
from muster.naming.target import Target
from muster.plan.case import Case
from muster.plan.commands import quoted, setup
from muster.plan.situation import Directory, DomainState, Situation, Unknown, known
from muster.plan.steps import Note, Phase, Step

_EVERY_DOMAIN = "reaching a domain controller of every domain on TCP 389"
_AGAIN = Note("Run where the number is already there, Setup changes nothing.", unverified=True)


@dataclass(frozen=True, slots=True)
class Reached:
    """The numbers that earlier phases of the plan leave behind; ``None``: what the run saw still counts."""

    schema: int = 0
    organization: int = 0
    domain: int = 0

    def after(self, level: SchemaLevel | None) -> "Reached":
        """What is reached when a release's own phase is done."""
        if level is None:
            return self
        return Reached(
            max(self.schema, level.range_upper),
            max(self.organization, level.organization),
            max(self.domain, level.domain),
        )


def prepare(case: Case, target: Target, reached: Reached) -> Phase:
    """The directory's phase for a release: the case's target, or a CU on the way there."""
    situation, catalogue = case.situation, case.catalogue
    level = catalogue.schema_for(*target.pair)
    title = f"Active Directory for {target.name}"
    if level is None:
        step = Step(
            "prepare unknown",
            f"Prepare Active Directory for {target.name}, as its release notes say",
            _where(situation.directory),
            ("Schema Admins", "Enterprise Admins", "Organization Management"),
            notes=(Note(f"The catalogue does not know which numbers {target.name} needs."),),
            cannot_undo="a schema extension stays for ever",
        )
        return Phase(title, (step,))
    steps = tuple(_steps(case, target, level, reached))
    told = [Note(f"{target.name} needs {_numbers(level)}.", level.unverified)]
    there = [f"{what} is {number} already" for what, number in _there(situation.directory, level, reached)]
    if there:
        said = "; ".join(there)
        told.append(Note(f"{said[0].upper() + said[1:] if steps else 'No step: ' + said}. Setup looks for itself."))
    return Phase(title, steps, tuple(told))


def _numbers(level: SchemaLevel) -> str:
    return (
        f"rangeUpper {level.range_upper}, objectVersion {level.organization} of the organisation and "
        f"{level.domain} of Microsoft Exchange System Objects in each domain"
    )


def _there(directory: Directory, level: SchemaLevel, reached: Reached) -> Iterator[tuple[str, int]]:
    """The numbers that call for no step."""
    schema = max(reached.schema, directory.schema or 0)
    if schema >= level.range_upper:
        yield "rangeUpper", schema
    organization = max(reached.organization, known(directory.organization) or 0)
    if organization >= level.organization:
        yield "objectVersion of the organisation", organization
    for one in directory.domains:
        version = max(reached.domain, one.object_version if isinstance(one.object_version, int) else 0)
        if version >= level.domain:
            yield f"that of {one.name}", version


def _steps(case: Case, target: Target, level: SchemaLevel, reached: Reached) -> Iterator[Step]:
    situation, catalogue = case.situation, case.catalogue
    directory = situation.directory
    schema = directory.schema
    if max(reached.schema, schema or 0) < level.range_upper:
        unknown = None if schema is not None else "the run saw rangeUpper of no domain controller"
        yield _prepare_schema(situation, target, catalogue, unknown)
        yield _wait(directory, "rangeUpper", level.range_upper, _range_upper_of)
    organization = known(directory.organization)
    if max(reached.organization, organization or 0) < level.organization:
        yield _prepare_ad(situation, target, catalogue)
        yield _wait(directory, "objectVersion of the organisation", level.organization, _organization_of)
    lacking = [one for one in directory.domains if reached.domain < level.domain and _lacks(one, level)]
    if lacking:
        yield _prepare_domains(situation, target, lacking, level)
        yield _wait(
            directory,
            "objectVersion of Microsoft Exchange System Objects",
            level.domain,
            _domain_of,
            tuple(one.name for one in lacking),
        )


def _lacks(domain: DomainState, level: SchemaLevel) -> bool:
    """Whether it needs preparing: also where its number is not known, and not where it never had Exchange."""
    if domain.object_version is None:
        return domain.has_exchange
    version = known(domain.object_version)
    return version is None or version < level.domain


def _where(directory: Directory) -> str:
    master = directory.master
    if master is None:
        return f"any member computer in the schema master's domain and site, {_EVERY_DOMAIN}"
    return (
        f"any member computer in {master.domain} and in site {master.site or '(unknown)'} "
        f"(schema master: {master.name}), {_EVERY_DOMAIN}"
    )


def _notes(situation: Situation, target: Target, catalogue: Catalogue) -> tuple[Note, ...]:
    row = catalogue.dotnet_for(*target.pair, "2022") or catalogue.dotnet_for(*target.pair)
    notes = [Note("Elevated prompt; a group that was just joined counts after the next logon.")]
    if row:
        notes.append(Note(f".NET Framework on that computer: {' or '.join(row.supported)}.", row.unverified))
    if situation.account:
        notes.append(Note(f"The rights are those of the installing account, {situation.account}."))
    master = situation.directory.master
    windows = known(master.windows) if master else None
    if windows in {"2025", None}:
        whose = f"{master.name} runs" if master and windows else "If the schema master runs"
        notes.append(
            Note(
                f"{whose} Windows Server 2025: it needs the cumulative update of November 2025 or later before this."
            )
        )
    return tuple(notes)


def _prepare_schema(situation: Situation, target: Target, catalogue: Catalogue, unknown: str | None) -> Step:
    return Step(
        "prepare schema",
        f"Extend the schema: PrepareSchema of {target.name}",
        _where(situation.directory),
        ("Schema Admins", "Enterprise Admins"),
        (setup(target, "/PrepareSchema"),),
        (*_notes(situation, target, catalogue), *((Note(f"Listed because {unknown}."), _AGAIN) if unknown else ())),
        cannot_undo="a schema extension stays for ever",
    )


def _prepare_ad(situation: Situation, target: Target, catalogue: Catalogue) -> Step:
    value = situation.directory.organization
    unknown = (Note(f"Listed because it is not known: {value}."), _AGAIN) if isinstance(value, Unknown) else ()
    return Step(
        "prepare organisation",
        f"Prepare the organisation: PrepareAD of {target.name}",
        _where(situation.directory),
        ("Enterprise Admins", "Organization Management"),
        (setup(target, "/PrepareAD"),),
        (
            *_notes(situation, target, catalogue),
            Note("Organization Management is asked for in an organisation that exists already.", unverified=True),
            Note("It also prepares the domain that it runs in.", unverified=True),
            *unknown,
        ),
        cannot_undo="the organisation's objects, groups and permissions stay as PrepareAD leaves them",
    )


def _prepare_domains(situation: Situation, target: Target, lacking: list[DomainState], level: SchemaLevel) -> Step:
    domains = situation.directory.domains
    notes = []
    for one in lacking:
        if isinstance(one.object_version, int):
            notes.append(Note(f"{one.name} was forgotten: it has {one.object_version} of {level.domain}."))
        elif one.object_version is None:
            notes.append(Note(f"{one.name} has Exchange servers, and no container of it was seen."))
        else:
            notes.append(Note(f"{one.name}: {one.object_version}."))
    if len(lacking) == len(domains) and len(domains) > 1:
        return Step(
            "prepare domains",
            f"Prepare every domain: PrepareAllDomains of {target.name}",
            f"any member computer {_EVERY_DOMAIN}",
            ("Enterprise Admins",),
            (setup(target, "/PrepareAllDomains"),),
            tuple(notes),
            cannot_undo="containers and permissions in each domain stay",
        )
    names = ", ".join(one.name for one in lacking)
    return Step(
        "prepare domains",
        f"Prepare {names}: PrepareDomain of {target.name}",
        f"any member computer of {names}" if len(lacking) == 1 else "any member computer of each of them",
        tuple(f"Domain Admins of {one.name}" for one in lacking),
        tuple(setup(target, f"/PrepareDomain:{one.name}") for one in lacking),
        (
            *notes,
            Note("That computer reaches every domain on TCP 389 and has the .NET Framework of the new release."),
            Note("Where the domain is newer than the last PrepareAD, also Organization Management."),
            Note("Microsoft's SetupLogReviewer asks for Enterprise Admins.", unverified=True),
        ),
        cannot_undo="containers and permissions in the domain stay",
    )


def _range_upper_of(controller: str) -> str:
    root = f"(Get-ADRootDSE -Server {controller})"
    return (
        f'(Get-ADObject "CN=ms-Exch-Schema-Version-Pt,$({root}.schemaNamingContext)" '
        f"-Server {controller} -Properties rangeUpper).rangeUpper"
    )


def _organization_of(controller: str) -> str:
    root = f"(Get-ADRootDSE -Server {controller})"
    return (
        f'(Get-ADObject -SearchBase "CN=Microsoft Exchange,CN=Services,$({root}.configurationNamingContext)" '
        f"-SearchScope OneLevel -Filter 'objectClass -eq \"msExchOrganizationContainer\"' "
        f"-Server {controller} -Properties objectVersion).objectVersion"
    )


def _domain_of(controller: str) -> str:
    root = f"(Get-ADRootDSE -Server {controller})"
    return (
        f'(Get-ADObject "CN=Microsoft Exchange System Objects,$({root}.defaultNamingContext)" '
        f"-Server {controller} -Properties objectVersion).objectVersion"
    )


def _wait(
    directory: Directory, what: str, number: int, ask: Callable[[str], str], domains: tuple[str, ...] | None = None
) -> Step:
    controllers = [one for one in directory.controllers if domains is None or one.domain in domains]
    names = ", ".join(one.name for one in controllers)
    return Step(
        "wait for replication",
        f"Wait until {what} is {number} on {names or 'every domain controller'}",
        "any computer with the Active Directory module",
        ("read access to the directory",),
        tuple(ask(quoted(one.fqdn)) for one in controllers),
        (
            Note("repadmin /replsummary shows who is behind; go on only when every controller shows the number."),
            Note("Controllers that the inventory does not name count too."),
        ),
    )
