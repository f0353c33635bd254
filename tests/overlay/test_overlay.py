"""An environment's own rows: what is taken, and every reason for which one is refused, with its place."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from muster import overlay
from muster.catalogue import Catalogue, Overlay, Release, published
from muster.overlay import CatalogueMistakes
from muster.snapshot import dumps

NOW = date(2026, 11, 24)
LEVEL = "- {{product: {}, cu: {}, rangeUpper: {}, objectVersion_config: {}, objectVersion_meso: {}}}\n"
SE, E19 = "Exchange Server SE", "Exchange Server 2019"
TODAY = f"""
sources: {{ms: Microsoft's post of 2026-11-10}}
releases:
- product: {SE}
  kind: SU
  cu: RTM
  su: Nov26SU
  build: 15.2.2562.61
  date: 2026-11-10
  kb: KB5130001
"""


def laid(folder: Path, text: str, name: str = "own.yaml") -> Overlay:
    """What the rows come to over the published catalogue."""
    place = folder / "catalogue"
    place.mkdir(exist_ok=True)
    (place / name).write_text(text, "utf-8")
    return overlay.load(folder, published(), NOW)


def refused(folder: Path, text: str) -> list[str]:
    """The reasons, each without the folder."""
    with pytest.raises(CatalogueMistakes) as caught:
        laid(folder, text)
    return [str(one).replace(f"{folder}/catalogue/", "") for one in caught.value.mistakes]


def release(**fields: str) -> str:
    """A file with one release: a good one with these fields in place of its own."""
    row = {"product": SE, "kind": "SU", "cu": "RTM", "su": "Nov26SU", "build": "15.2.2562.61", "date": "2026-11-10"}
    row |= fields
    said = ", ".join(f"{key}: {value}" for key, value in row.items() if value)
    return f"sources: {{ms: a post}}\nreleases:\n- {{{said}}}\n"


def test_without_files_no_row_and_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muster.catalogue.catalogue.rows", lambda *_: pytest.fail("a table was read"))
    assert overlay.load(tmp_path, Catalogue(), NOW) == Overlay()
    (tmp_path / "catalogue").mkdir()
    assert overlay.load(tmp_path, Catalogue(), NOW) == Overlay()


def test_the_update_of_this_morning_is_known(tmp_path: Path) -> None:
    own = Catalogue(laid(tmp_path, TODAY))
    found = own.release_of("15.2.2562.61")
    assert isinstance(found, Release)
    assert (found.name, found.when, found.kb, found.overlaid) == (
        f"{SE} RTM Nov26SU",
        "2026-11-10",
        "KB5130001",
        True,
    )
    assert own.newest(SE) == found
    assert published().newest(SE).build < found.build
    assert own.overlay.names == ("own.yaml",)


def test_a_new_cu_is_taken_with_its_update_before_it_in_the_file(tmp_path: Path) -> None:
    rows = "\n".join(
        (
            "sources: {ms: a post}",
            "releases:",
            f"- {{product: {SE}, kind: SU, cu: CU1, su: Nov26SU, build: 15.2.2900.15, date: 2026-11-20}}",
            f"- {{product: {SE}, kind: CU, cu: CU1, build: 15.2.2900.10, date: 2026-11-03}}",
            "schema:",
            LEVEL.format(SE, "CU1", 17004, 16764, 13243),
        )
    )
    own = Catalogue(laid(tmp_path, rows))
    assert own.cus_of(SE) == ("RTM", "CU1")
    assert str(own.newest(SE)) == f"{SE} CU1 Nov26SU (15.2.2900.15)"
    level = own.schema_for(SE, "CU1")
    assert level is not None
    assert level.organization == 16764
    assert own.support_of(SE, "RTM", NOW).state == "unknown"
    assert own.support_of(SE, "CU1", NOW).state == "supported"


def test_an_identical_row_is_ignored(tmp_path: Path) -> None:
    text = release(su="Sep26SUv2", build="15.02.2562.053", date="2026-10-02", kb="KB5129955")
    assert laid(tmp_path, text).releases == ()
    assert len(laid(tmp_path, TODAY + TODAY.partition("releases:\n")[2], "own.yaml").releases) == 1


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"build": "15.2.2562"}, "own.yaml:3:72: releases[0].build: '15.2.2562' is no build."),
        ({"build": "15.2rc1"}, "releases[0].build: '15.2rc1' is no build. Write it like 15.2.2562.53."),
        ({"date": "2026-11-31"}, "releases[0].date: '2026-11-31' is no day. Write it like 2025-09-15."),
        ({"date": "", "month": "2026-13"}, "releases[0].month: '2026-13' is no month."),
        ({"date": ""}, "releases[0]: neither date: nor month:."),
        ({"date": "2026-11-25"}, "releases[0].date: 2026-11-25 is in the future. Today is 2026-11-24 at the latest."),
        ({"date": "", "month": "2026-12"}, "releases[0].month: 2026-12 is in the future."),
        ({"date": "2026-11-10", "month": "2026-10"}, "'2026-10' is not the month of 2026-11-10."),
        ({"product": "Exchange Sever SE"}, "'Exchange Sever SE' is no product. Did you mean 'Exchange Server SE'?"),
        ({"cu": "CU1"}, f"releases[0].cu: {SE} has no CU 'CU1' that is known. Did you mean 'RTM'?"),
        ({"product": E19, "cu": "CU16"}, f"{E19} has no CU 'CU16' that is known. Did you mean 'CU15'?"),
        ({"cu": "R2"}, "releases[0].cu: 'R2' is no CU. Write RTM, CU15 or SP3."),
        (
            {"su": "Sep26SUv2", "build": "15.2.2562.53", "date": "2026-10-03"},
            "releases[0].date: '2026-10-03' contradicts: the catalogue says '2026-10-02' of 15.2.2562.53.",
        ),
        (
            {"su": "Sep26SUv2", "build": "15.2.2562.53", "date": "2026-10-02", "kb": "KB5129999"},
            "releases[0].kb: 'KB5129999' contradicts: the catalogue says 'KB5129955' of 15.2.2562.53.",
        ),
        (
            {"su": "Sep26SUv2"},
            f"'15.2.2562.61' contradicts: the catalogue says 15.2.2562.53 of {SE} RTM Sep26SUv2.",
        ),
        ({"build": "15.2.2563.61"}, f"'15.2.2563.61' is not inside its CU: {SE} RTM (15.2.2562.17)."),
        ({"build": "15.2.2562.5"}, f"'15.2.2562.5' is not above its CU: {SE} RTM (15.2.2562.17)."),
        ({"date": "2026-10-01"}, f"2026-10-01 is before {SE} RTM Sep26SUv2 (15.2.2562.53) of 2026-10-02"),
        ({"build": "15.2.2562.51"}, f"2026-11-10 is after {SE} RTM Sep26SUv2 (15.2.2562.53) of 2026-10-02"),
        ({"su": "November26"}, "releases[0].su: 'November26' is no label of a SU. Write it like Oct26SU."),
        ({"su": "Nov26HU"}, "releases[0].su: 'Nov26HU' is no label of a SU."),
        ({"su": ""}, "a SU without su:. Write Microsoft's label, like Oct26SU."),
        ({"kb": "5130001"}, "releases[0].kb: '5130001' where text (in quotes if it looks like a number) is wanted."),
        ({"kind": "CU"}, "releases[0].su: a CU has no update 'Nov26SU'."),
        ({"kind": "CU", "su": "", "cu": "RTM"}, "contradicts: the catalogue says 15.2.2562.17"),
        (
            {"kind": "CU", "su": "", "cu": "CU1", "build": "15.2.2500.5"},
            f"'15.2.2500.5' is not above the CU before it: {SE} RTM (15.2.2562.17).",
        ),
        (
            {"kind": "CU", "su": "", "cu": "CU1", "build": "15.2.2562.70"},
            f"'15.2.2562.70' has the first three numbers of {SE} RTM (15.2.2562.17).",
        ),
        ({"unverified": "true"}, "releases[0].unverified: unverified without a reason."),
        ({"builds": "1"}, "releases[0].builds: unknown key 'builds'. Did you mean 'build'?"),
    ],
)
def test_a_row_is_refused_with_its_reason(tmp_path: Path, fields: dict[str, str], reason: str) -> None:
    said = refused(tmp_path, release(**fields))
    assert [one for one in said if reason in one], said
    assert all(one.startswith("own.yaml:3:") for one in said)


def test_malformed_fields_count_as_missing_only_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, release(date="soon"))) == 1


def test_every_row_is_judged_by_itself(tmp_path: Path) -> None:
    good, bad = f"- {{product: {SE}, kind: SU, cu: RTM, su: ", ", date: 2026-11-10}\n"
    text = (
        "sources: {ms: a post}\nreleases:\n"
        f"{good}Nov26SU, build: 15.2.2562.61{bad}{good}Nov26SU, build: 15.2.2562.62{bad}"
        f"{good}Nov26SUv2, build: 15.2.2562.61{bad}{good}Nov26SUv3, build: 15.2.1{bad}"
    )
    said = refused(tmp_path, text)
    assert [one.partition(" ")[0] for one in said] == ["own.yaml:4:72:", "own.yaml:5:56:", "own.yaml:6:74:"]
    assert "contradicts" in said[0]
    assert "own.yaml:3 says 15.2.2562.61" in said[0]


def test_a_cu_that_is_refused_is_named_at_its_updates(tmp_path: Path) -> None:
    text = (
        "sources: {ms: a post}\nreleases:\n"
        f"- {{product: {SE}, kind: CU, cu: CU1, build: 15.2.2500.10, date: 2026-11-03}}\n"
        f"- {{product: {SE}, kind: SU, cu: CU1, su: Nov26SU, build: 15.2.2500.15, date: 2026-11-20}}\n"
    )
    assert refused(tmp_path, text)[1].endswith("has no CU 'CU1' that is known. Its own row here was refused.")


@pytest.mark.parametrize("sources", ["", "sources: {a: one page, b: another page}\n"])
def test_a_row_needs_a_source_of_its_own_or_of_its_file(tmp_path: Path, sources: str) -> None:
    _, _, rows = release().partition("\n")
    assert "no source: the row names none, and the file names" in refused(tmp_path, sources + rows)[0]
    own = rows.replace("{product", "{sources: [a post], product")
    assert len(laid(tmp_path, sources + own).releases) == 1


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (LEVEL.format(SE, "CU1", 17003, 16763, 13243), f"schema[0].cu: {SE} has no CU 'CU1' that is known."),
        (
            LEVEL.format(E19, "CU15", 17004, 16763, 13243),
            "17004 contradicts: Exchange Server 2019 CU15 is known with",
        ),
        (LEVEL.format("Exchange", "CU1", 17003, 1, 1), "'Exchange' is no product."),
        (
            LEVEL.format(SE, "RTM, with_su_or_later: Sep26SU", 17002, 16763, 13243),
            f"schema[0].rangeUpper: 17002 is below that of {SE} RTM: 17003.",
        ),
        (
            LEVEL.format(SE, "RTM, with_su_or_later: Sep27SU", 17003, 16763, 13243),
            "no update 'Sep27SU' of RTM is known",
        ),
    ],
)
def test_directory_versions_are_judged(tmp_path: Path, row: str, reason: str) -> None:
    said = refused(tmp_path, f"sources: {{ms: a post}}\nschema:\n{row}")
    assert [one for one in said if reason in one], said


PERIODS = """sources: {{ms: a post}}
products:
- product: {product}
  policy: fixed
  mainstream_end: '2024-01-09'
  extended_end: '2025-10-14'
  esu:
  - {{period: 1, from: 2025-10-14, to: 2026-04-14, cus: [CU14, CU15]}}
  - {{period: 2, from: 2026-05, to: 2026-10-31, cus: [CU14, CU15]}}
  - {{period: 3, from: {first}, to: {last}, cus: [{cu}]}}
"""


def test_a_third_esu_period_counts(tmp_path: Path) -> None:
    text = PERIODS.format(product=E19, first="2026-11-01", last="2027-04-13", cu="CU15")
    own = Catalogue(laid(tmp_path, text))
    assert own.support_of(E19, "CU15", NOW, frozenset({3})).state == "supported"
    assert own.support_of(E19, "CU14", NOW, frozenset({3})).state == "unsupported"
    assert published().support_of(E19, "CU15", NOW, frozenset({3})).state == "unsupported"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"first": "2026-10-31"}, "products[0].esu: ESU period 2 (2026-05-01 to 2026-10-31) and ESU period 3"),
        ({"first": "2025-01-01", "last": "2025-02-01"}, "begins before extended support ends (2025-10-14)"),
        ({"last": "2026-10-31"}, "ends before it begins"),
        ({"cu": "CU19"}, "has no CU 'CU19' that is known"),
        ({"product": "Exchange Server 2091"}, "is no product. Did you mean 'Exchange Server 2019'?"),
        ({"first": "2026-11-31"}, "'2026-11-31' is no day"),
    ],
)
def test_support_is_judged(tmp_path: Path, fields: dict[str, str], reason: str) -> None:
    whole = {"product": E19, "first": "2026-11-01", "last": "2027-04-13", "cu": "CU15"} | fields
    said = refused(tmp_path, PERIODS.format(**whole))
    assert [one for one in said if reason in one], said


CVE = """sources: {{ms: a post}}
cves:
- {{cve: {}, update: Sep26SU, products: [{}], fixed_builds: {{{}: {{RTM: {}}}}}}}
"""


def test_a_cve_of_ones_own_is_open_below_its_fix(tmp_path: Path) -> None:
    own = Catalogue(laid(tmp_path, CVE.format("CVE-2026-99999", SE, SE, "15.2.2562.49")))
    names = {build: [one.cve.name for one in own.cves_open(build)] for build in ("15.2.2562.46", "15.2.2562.49")}
    assert "CVE-2026-99999" in names["15.2.2562.46"]
    assert "CVE-2026-99999" not in names["15.2.2562.49"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (("CVE-2026-99999", SE, SE, "15.2.2562.48"), f"'15.2.2562.48' is no release of {SE} RTM that is known."),
        (("CVE-26-1", SE, SE, "15.2.2562.49"), "'CVE-26-1' is no CVE or advisory."),
        (("CVE-2026-21527", SE, SE, "15.2.2562.49"), "contradicts the catalogue, which has CVE-2026-21527."),
        (("CVE-2026-99999", E19, SE, "15.2.2562.49"), f"'{SE}' is not among products:."),
        (("CVE-2026-99999", "Exchange", SE, "15.2.2562.49"), "'Exchange' is no product."),
    ],
)
def test_cves_are_judged(tmp_path: Path, said: tuple[str, ...], reason: str) -> None:
    found = refused(tmp_path, CVE.format(*said))
    assert [one for one in found if reason in one], found


def test_a_condition_that_no_check_knows_is_refused(tmp_path: Path) -> None:
    text = CVE.format("CVE-2026-99999", SE, SE, "15.2.2562.49").replace("update:", "condition: overide, update:")
    assert "'overide' is no condition that a check knows. Did you mean 'override'?" in refused(tmp_path, text)[0]


def test_the_file_itself_may_be_wrong(tmp_path: Path) -> None:
    assert "as_of: 2027-01-01 is in the future" in refused(tmp_path, f"as_of: 2027-01-01\n{release()}")[0]
    assert "unknown key 'release'. Did you mean 'releases'?" in refused(tmp_path, "release: []\n")[0]
    (tmp_path / "catalogue" / "own.yaml").unlink()
    (tmp_path / "catalogue" / "own.yml").write_text(TODAY, "utf-8")
    with pytest.raises(CatalogueMistakes, match=r"own\.yml: is not read\. Name it \.yaml\."):
        overlay.load(tmp_path, published(), NOW)


def test_a_run_remembers_its_rows(tmp_path: Path) -> None:
    text = PERIODS.format(product=E19, first="2026-11-01", last="2027-04-13", cu="CU15")
    own = laid(tmp_path, text + TODAY.partition("\n")[2].partition("\n")[2])
    said = overlay.dump(own)
    assert dumps(said)  # type: ignore[arg-type] # rows of a YAML file are JSON data
    assert overlay.restore(said) == own
    again = overlay.restored(said)
    assert again.overlay == own
    assert again.release_of("15.2.2562.61") == Catalogue(own).release_of("15.2.2562.61")
    assert overlay.dump(Overlay()) == {}
    assert overlay.restored({}) is published()


def test_rows_that_came_out_since_are_those_of_the_catalogue(tmp_path: Path) -> None:
    own = laid(tmp_path, TODAY)
    row = {**own.releases[0], "build": "15.2.2562.53", "date": "2026-10-05"}
    assert overlay.restored(overlay.dump(replace(own, releases=(row,)))).overlay.releases == ()


@pytest.mark.parametrize("said", [[], {"releases": 1}, {"releases": [{"build": "x"}]}, {"unknown": []}])
def test_what_a_run_cannot_have_remembered_is_a_sentence(said: object) -> None:
    with pytest.raises(ValueError, match="the catalogue's own rows"):
        overlay.restored(said)
