from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from muster.catalogue import Catalogue
from muster.policy import PolicyMistakes, load

Mistakes = Callable[[str], list[str]]

ANY = "Write latest, n-1, supported, security-current, or a mapping such as {pinned: 15.1.2507.59}."
PINNED = "Write {pinned: 15.1.2507.59} or {pinned: 15.1.2507.59, until: 2026-01-31}."
CURRENT = "Write security-current or {security-current: {grace: 30d, until: 2026-01-31}}"


@pytest.mark.parametrize(
    ("decision", "told"),
    [
        ("lates", "4:9: releases.ex01: 'lates' is no decision. Did you mean 'latest'?"),
        ("n-2", "4:9: releases.ex01: 'n-2' is no decision. Did you mean 'n-1'?"),
        ("", f"4:8: releases.ex01: nothing where a decision is wanted. {ANY}"),
        ("7", f"4:9: releases.ex01: '7' where a decision is wanted. {ANY}"),
        ("[n-1]", f"4:9: releases.ex01: a list where a decision is wanted. {ANY}"),
        ("{grace: 30d}", f"4:9: releases.ex01: no decision where one decision is wanted. {ANY}"),
        (
            "{latest: {until: 2026-01-31}, n-1: {until: 2026-01-31}}",
            f"4:9: releases.ex01: 'latest' and 'n-1' together where one decision is wanted. {ANY}",
        ),
        (
            "{latest: {grace: 30d}}",
            (
                "4:19: releases.ex01.latest.grace: 'latest' has no option 'grace'. "
                "Write latest or {latest: {until: 2026-01-31}}."
            ),
        ),
        (
            "{latest: {}}",
            (
                "4:18: releases.ex01.latest: a mapping where the options of 'latest' are wanted. "
                "Write latest or {latest: {until: 2026-01-31}}."
            ),
        ),
        (
            "{supported: {untill: 2026-01-31}}",
            "4:22: releases.ex01.supported.untill: 'supported' has no option 'untill'. Did you mean 'until'?",
        ),
        (
            "{n-1: {until: 2026-02-30}}",
            "4:23: releases.ex01.n-1.until: '2026-02-30' is no day. Write it like 2025-09-15.",
        ),
        (
            "{n-1: {until: 2026-W05-6}}",
            "4:23: releases.ex01.n-1.until: '2026-W05-6' is no day. Write it like 2025-09-15.",
        ),
        (
            "{n-1: {until: 20260131}}",
            "4:23: releases.ex01.n-1.until: '20260131' is no day. Write it like 2025-09-15.",
        ),
        (
            "{security-current: {grace: 30}}",
            "4:36: releases.ex01.security-current.grace: '30' is no grace. Write days, like 30d, at most 3650d.",
        ),
        (
            "{security-current: {grace: 4000d}}",
            (
                "4:36: releases.ex01.security-current.grace: '4000d' is out of range. "
                "Write days, like 30d, at most 3650d."
            ),
        ),
        (
            '"security-current (grace: a week)"',
            "4:9: releases.ex01: 'a week' is no grace. Write days, like 30d, at most 3650d.",
        ),
        (
            "security-current (grace 30d)",
            (
                "4:9: releases.ex01: 'security-current (grace 30d)' is no decision. "
                f'{CURRENT} or "security-current (grace: 30d)".'
            ),
        ),
        ("pinned", f"4:9: releases.ex01: 'pinned' has no build. {PINNED}"),
        ("{pinned: 15.1}", f"4:18: releases.ex01.pinned: '15.1' is no build. {PINNED}"),
        ('"pinned: 15.2.x"', f"4:9: releases.ex01: '15.2.x' is no build. {PINNED}"),
        ("{pinned: {build: 15.1.2507.59}}", f"4:18: releases.ex01.pinned: a mapping is no build. {PINNED}"),
        (
            "{pinned: 15.1.2507.59, untill: 2026-01-31}",
            f"4:32: releases.ex01.untill: 'untill' cannot stand beside 'pinned'. {PINNED}",
        ),
        (
            "{pinned: 15.1.2507.60}",
            (
                "4:9: releases.ex01: no release has the build 15.1.2507.60: it lies between "
                "Exchange Server 2016 CU23 Sep25HU (15.1.2507.59) and "
                "Exchange Server 2016 CU23 Oct25SU (15.1.2507.61), and is no published release. "
                "Where it came out after the catalogue was made: muster catalogue import."
            ),
        ),
        (
            "{pinned: 15.3.1750.8}",
            (
                "4:9: releases.ex01: no release has the build 15.3.1750.8: it is newer than "
                "Exchange Server SE RTM Sep26SUv2 (15.2.2562.53), the "
                "last that the catalogue knows before it. "
                "Where it came out after the catalogue was made: muster catalogue import."
            ),
        ),
    ],
)
def test_a_decision_that_is_none(mistakes: Mistakes, decision: str, told: str) -> None:
    found = mistakes(f"certificates: {{}}\nreleases:\n  every server: supported\n  ex01: {decision}\n")
    assert found == [told]


@pytest.mark.parametrize(
    ("selector", "told"),
    [
        ("ex1", "no server, DAG, site, role or product is called 'ex1'. Did you mean 'ex01'?"),
        ("DAG1", "no server, DAG, site, role or product is called 'DAG1'. Did you mean 'DAG01'?"),
        ("Seatle", "no server, DAG, site, role or product is called 'Seatle'. Did you mean 'Seattle'?"),
        ("edges", "no server, DAG, site, role or product is called 'edges'. Did you mean 'Edge'?"),
        (
            "all servers",
            "no server, DAG, site, role or product is called 'all servers'. Did you mean 'every server'?",
        ),
        (
            "Exchange Server 2015",
            "the catalogue has no product 'Exchange Server 2015'. Did you mean 'Exchange Server 2016'?",
        ),
        ("2019 CU16", "the catalogue has no CU16 of Exchange Server 2019. Did you mean 'Exchange Server 2019 CU15'?"),
        ("Exchange Server SE CU1", "the catalogue has no CU1 of Exchange Server SE. Known: RTM."),
        ("ex[05-08]", "no server is called 'ex08', which 'ex[05-08]' means. Did you mean 'ex07'?"),
        ("ex[04-01]", "'ex[04-01]' runs backwards. Write [01-04]."),
    ],
)
def test_a_selector_that_means_nothing(mistakes: Mistakes, selector: str, told: str) -> None:
    for section, decision in (("releases", "n-1"), ("upgrades", "legacy")):
        key = selector if selector.isalnum() else f'"{selector}"'
        assert mistakes(f"{section}:\n  '{selector}': {decision}\n") == [f"2:3: {section}.{key}: {told}"]


def test_names_of_the_environment_are_judged_where_it_is_known(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("releases: {DAG1: n-1, 2019 CU16: n-1}\n", "utf-8")
    with pytest.raises(PolicyMistakes) as caught:
        load(tmp_path)
    assert [one.path for one in caught.value.mistakes] == ['releases."2019 CU16"']


def test_a_build_of_another_product(mistakes: Mistakes) -> None:
    assert mistakes("releases: {2019: {pinned: 15.1.2507.59}, 2019 CU14: {pinned: 15.2.1748.37}}") == [
        (
            "1:18: releases.2019: 15.1.2507.59 is Exchange Server 2016, which no server with Exchange Server 2019 "
            "can have. Write it under Exchange Server 2016, or a build of Exchange Server 2019."
        ),
        (
            '1:53: releases."2019 CU14": 15.2.1748.37 is Exchange Server 2019 CU15, which no server with '
            "Exchange Server 2019 CU14 can have. Write it under Exchange Server 2019 CU15, "
            "or a build of Exchange Server 2019 CU14."
        ),
    ]


@pytest.mark.parametrize(
    ("text", "column", "second", "first", "server"),
    [
        ("{'ex[01-03]': n-1, 'ex[03-04]': latest}", 30, "ex[03-04]", "ex[01-03]", "ex03"),
        ("{ex01: n-1, ex01.contoso.local: latest}", 23, "ex01.contoso.local", "ex01", "ex01"),
    ],
)
def test_two_selectors_that_decide_differently(  # noqa: PLR0917 - one parameter for each column
    mistakes: Mistakes, text: str, column: int, second: str, first: str, server: str
) -> None:
    assert mistakes(f"releases: {text}") == [
        (
            f"1:{column}: releases.\"{second}\": '{second}' and '{first}' both mean {server} and decide differently. "
            f"Let one of them mean {server}, or decide about {server} in a line of its own."
        )
    ]
    assert len(mistakes(f"upgrades: {text.replace('n-1', 'legacy').replace('latest', 'in-place')}")) == 1


def test_one_selector_spelled_twice(mistakes: Mistakes) -> None:
    assert mistakes("releases: {'2016': n-1, Exchange Server 2016: latest}") == [
        (
            "1:25: releases.\"Exchange Server 2016\": 'Exchange Server 2016' means the same servers as '2016'. "
            "Keep one of them."
        )
    ]


@pytest.mark.parametrize("text", ["releases:", "releases: {}"])
def test_releases_without_a_decision(mistakes: Mistakes, text: str) -> None:
    (told,) = mistakes(text)
    assert told.endswith("releases: nothing is decided. Write releases: supported, or leave releases: out.")


@pytest.mark.parametrize(
    "text",
    [
        "releases: security-current (grace: 30d)",
        "releases: {ex01: security-current (grace: 30d)}",
        "releases:\n  ex01: pinned: 15.1.2507.59",
        "releases: {ex01: pinned: 15.1.2507.59}",
    ],
)
def test_text_with_a_colon_needs_quotes(mistakes: Mistakes, text: str) -> None:
    (told,) = mistakes(text)
    assert "broken YAML" in told
    assert "put text that holds ': ' in quotes, as in \"security-current (grace: 30d)\"" in told


def test_the_day_to_judge_at_is_not_after_today(tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text("as_of: 2025-09-15\n", "utf-8")
    assert load(tmp_path, now=date(2025, 9, 15)).as_of == date(2025, 9, 15)
    with pytest.raises(PolicyMistakes, match=r":1:8: as_of: 2025-09-15 has not come yet\."):
        load(tmp_path, now=date(2025, 9, 14))


def test_every_mistake_at_once(mistakes: Mistakes) -> None:
    found = mistakes("""\
        as_of: 2031-01-01
        releases: {ex01: lates, DAG1: n-1}
        esu: [1, 3, 1]
        support: {warn: 3}
        windows_server: {allowed: [2008 R2, 2023]}
        domain_controllers: {until: 2026-01-01}
        functional_levels: {forest: 2019, domain: 2016}
        dotnet: 4.9
        upgrades: {Exchange Server 2019: inplace}
        coexistence: {allowed: [Exchange 2019 CU15, Exchange Server 2018], until: soon}
        upgrade: {stop_services: ['**']}
        relases: n-1
    """)
    assert found == [
        "1:8: as_of: 2031-01-01 has not come yet. Write a day up to today, or leave as_of: out.",
        "2:18: releases.ex01: 'lates' is no decision. Did you mean 'latest'?",
        "2:25: releases.DAG1: no server, DAG, site, role or product is called 'DAG1'. Did you mean 'DAG01'?",
        "3:10: esu[1]: there is no Extended Security Update period 3. Known: 1, 2.",
        "3:13: esu[2]: period 1 stands twice. Keep one of them.",
        "4:11: support.warn: unknown key 'warn'. Did you mean 'warn_days'?",
        (
            "5:28: windows_server.allowed[0]: '2008 R2' is no release of Windows Server that the catalogue knows. "
            "Did you mean '2008 R2 SP1'?"
        ),
        (
            "5:37: windows_server.allowed[1]: '2023' is no release of Windows Server that the catalogue knows. "
            "Did you mean '2022'?"
        ),
        "6:21: domain_controllers: 'allowed:' is missing. Releases, like ['2022', '2025'].",
        (
            "7:29: functional_levels.forest: '2019' is no functional level that the catalogue knows. "
            "Did you mean '2016'?"
        ),
        "8:9: dotnet: '4.9' is no version of .NET Framework that the catalogue knows. Did you mean '4.8'?",
        "9:34: upgrades.\"Exchange Server 2019\": 'inplace' is none of in-place, legacy. Did you mean 'in-place'?",
        (
            "10:25: coexistence.allowed[0]: 'Exchange Server 2019 CU15' is one CU of a product. "
            "Write the product alone: Exchange Server 2019."
        ),
        (
            "10:45: coexistence.allowed[1]: the catalogue has no product 'Exchange Server 2018'. "
            "Did you mean 'Exchange Server 2019'?"
        ),
        "10:75: coexistence.until: 'soon' is no day. Write it like 2025-09-15.",
        (
            "11:27: upgrade.stop_services[0]: '**' means every service, Exchange's own too. "
            "Write names of third-party services, like Qualys*."
        ),
        "12:1: relases: unknown key 'relases'. Did you mean 'releases'?",
    ]


def test_a_policy_without_names_reads_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Unread:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"the catalogue was asked for {name}")

    (tmp_path / "policy.yaml").write_text("releases: {every server: latest, Edge: n-1, DAG01: supported}\n", "utf-8")
    assert load(tmp_path, catalogue=cast("Catalogue", Unread())).releases.rules
