"""``muster catalogue``: what a person reads, and what the exit status says."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from muster.catalogue import Catalogue, tables
from muster.cli import app, catalogue

E19, SE = "Exchange Server 2019", "Exchange Server SE"
OWN = """sources: {ms: a post of that morning}
releases:
- {product: Exchange Server SE, kind: SU, cu: RTM, su: Nov26SU, build: 15.2.2562.61, date: 2026-11-10, kb: KB5130001}
"""
WIDTH = len("Support on 2026-10-05  ")
BUILDS = Path(tables.__file__).parent / "data" / "builds.yaml"


def muster(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["catalogue", *arguments])


def sheet(done: Result) -> dict[str, str]:
    """Label → text, of several lines under one label the first."""
    lines = done.output.splitlines()
    return {line[:WIDTH].strip(): line[WIDTH:] for line in lines if line[:WIDTH].strip()}


@pytest.fixture
def prod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An environment in a folder of its own."""
    folder = tmp_path / "inventory" / "prod"
    folder.mkdir(parents=True)
    (folder / "inventory.yaml").write_text("organisation: Contoso\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    return folder


def laid(folder: Path, text: str = OWN) -> Path:
    (folder / "catalogue").mkdir()
    path = folder / "catalogue" / "own.yaml"
    path.write_text(text, "utf-8")
    return path


def written(folder: Path, text: str, name: str = "morning.yaml") -> str:
    path = folder / name
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("build", ["15.2.1748.37", "15.02.1748.037", "Version 15.2 (Build 1748.37)"])
def test_show_says_everything_of_a_release(build: str) -> None:
    done = muster("show", build, "--at", "2025-09-15")
    assert done.exit_code == 0
    said = sheet(done)
    assert said["Product"] == E19
    assert (said["CU"], said["Update"], said["Build"]) == ("CU15", "Sep25HU (HU)", "15.2.1748.37")
    assert (said["Released"], said["KB"]) == ("2025-09-08", "KB5066372")
    assert said["Support on 2025-09-15"].startswith(
        "supported: extended support, until 2025-10-14; CU15 is the newest CU"
    )
    assert said["Newest of its CU"] == "this one"
    assert said["Directory"] == "rangeUpper 17003, organisation 16763, domain 13243"
    assert said["Windows Server"] == "2019, 2022, 2025"
    assert said[".NET Framework"] == "on 2019: 4.8, best 4.8; on 2022, 2025: 4.8, 4.8.1, best 4.8.1"
    assert said["Open CVEs"] == "none by its build"
    assert "CVE-2024-49040" in said["Depend on more"]
    assert done.output.splitlines()[-1] == "Catalogue of 2026-11-23; releases read until 2026-10-10."


def test_show_names_what_is_open_and_what_nobody_knows() -> None:
    done = muster("show", "15.2.2562.35", "--at", "2026-10-05")
    assert "CVE-2026-21527 (closed by Exchange Server SE RTM Feb26SU (15.2.2562.37))" in done.output
    assert sheet(done)["Open CVEs"] == "1 by its build"
    assert sheet(done)["Not known"].startswith("whether there are more: the CVE data end with Feb26SU, and Exchange")
    assert "Not known" not in sheet(muster("show", "15.2.2562.53", "--at", "2026-10-05"))


def test_show_says_what_is_doubtful_and_why() -> None:
    said = sheet(muster("show", "15.0.620.34"))
    assert said["Doubtful"].startswith("only in the community rows of righel/ms-exchange-version-nse")
    assert said["Released"] == "2013-08"
    assert "Available to" in sheet(muster("show", "15.1.2507.66"))


def test_show_judges_by_the_esu_that_were_bought(prod: Path) -> None:
    plain = sheet(muster("show", "15.2.1748.53", "--at", "2026-10-05"))
    assert plain["Support on 2026-10-05"].startswith("unsupported: ")
    (prod / "policy.yaml").write_text("esu: [2]\n", "utf-8")
    bought = sheet(muster("show", "15.2.1748.53", "--at", "2026-10-05", "--env", "prod"))
    assert bought["Support on 2026-10-05"].startswith("supported: ESU period 2, until 2026-10-31")


@pytest.mark.parametrize(
    ("build", "said"),
    [
        ("15.3.1750.8", ["15.3.1750.8 is newer than Exchange Server SE RTM Sep26SUv2 (15.2.2562.53), ", "is SE CU1"]),
        ("15.2.1748.38", ["15.2.1748.38 lies between Exchange Server 2019 CU15 Sep25HU (15.2.1748.37) and "]),
        ("4.0.1.1", ["4.0.1.1 is older than every published release."]),
    ],
)
def test_show_of_a_build_that_nobody_released(build: str, said: list[str]) -> None:
    done = muster("show", build)
    assert done.exit_code == 1
    assert all(part in done.output for part in said)


@pytest.mark.parametrize("text", ["", "15.2rc1", "v15.2.1748.37", "CU15"])
def test_show_quotes_what_is_no_build(text: str) -> None:
    done = muster("show", text)
    assert done.exit_code == 2
    assert f"'{text}' is no build" in done.output


def test_show_knows_the_rows_of_an_environment(prod: Path) -> None:
    laid(prod)
    assert muster("show", "15.2.2562.61").exit_code == 1
    done = muster("show", "15.2.2562.61", "--env", "prod")
    assert done.exit_code == 0
    assert sheet(done)["Source"] == "this environment's own rows"
    assert sheet(done)["KB"] == "KB5130001"


@pytest.mark.parametrize("command", [("show", "15.2.2562.61"), ("check",)])
def test_a_refused_row_and_an_unknown_environment_stop_it(prod: Path, command: tuple[str, ...]) -> None:
    path = laid(prod, OWN.replace("2562.61", "1748.61"))
    done = muster(*command, "--env", "prod")
    assert done.exit_code == 2
    assert "is not inside its CU" in done.output
    assert path.name in done.output
    assert "There are: prod" in muster(*command, "--env", "nowhere").output


def test_check_says_what_it_looked_at(prod: Path) -> None:
    done = muster("check")
    assert done.exit_code == 0, done.output
    assert "ok      447 releases in 76 CUs of 7 products ascend by build and date" in done.output
    assert done.output.splitlines()[-1] == "Nothing wrong."
    laid(prod)
    own = muster("check", "--env", "prod")
    assert own.exit_code == 0
    assert "448 releases" in own.output
    assert "1 row of prod's own (own.yaml), each judged when it was read" in own.output


def test_check_fails_with_the_row_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tables.table
    releases = tables.rows("builds", "releases")
    last = {**releases[-1], "build": "15.2.2563.53", "sources": []}
    broken = {**whole("builds"), "releases": [*releases[:-1], last]}

    def table(name: str) -> Mapping[str, object]:
        return broken if name == "builds" else whole(name)

    monkeypatch.setattr(tables, "table", table)
    monkeypatch.setattr("muster.catalogue.checking.table", table)
    monkeypatch.setattr(catalogue, "published", Catalogue)
    done = muster("check")
    assert done.exit_code == 1
    assert "not so  every update lies inside its CU" in done.output
    assert "Sep26SUv2 (15.2.2563.53): has not the first three numbers of" in done.output
    assert "15.2.2563.53: names no source" in done.output


def test_diff_of_the_own_table_finds_nothing() -> None:
    done = muster("diff", str(BUILDS))
    assert (done.exit_code, done.output) == (0, "= 447 rows equal\n")
    for name in ("schema", "cves", "lifecycle"):
        assert muster("diff", str(BUILDS.with_name(f"{name}.yaml"))).exit_code == 0


def test_diff_of_a_whole_table_tells_more_less_and_otherwise(tmp_path: Path) -> None:
    text = BUILDS.read_text("utf-8").replace("KB5121573", "KB5121574").replace("15.2.1748.37", "15.2.1748.38")
    done = muster("diff", written(tmp_path, text))
    assert done.exit_code == 1
    assert done.output.splitlines() == [
        f"+ {E19} CU15 Sep25HU (15.2.1748.38) of 2025-09-08",
        f"~ {SE} RTM Aug26SU (15.2.2562.46) of 2026-08-11: kb is KB5121574 here, KB5121573 in the catalogue",
        f"- {E19} CU15 Sep25HU (15.2.1748.37) of 2025-09-08",
        "= 445 rows equal",
    ]


def test_diff_of_an_overlay_lacks_nothing(tmp_path: Path, prod: Path) -> None:
    path = written(tmp_path, OWN)
    done = muster("diff", path)
    assert (done.exit_code, done.output) == (1, f"+ {SE} RTM Nov26SU (15.2.2562.61) of 2026-11-10\n= 0 rows equal\n")
    laid(prod)
    assert muster("diff", path, "--env", "prod").output == "= 1 row equal\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("releases: [{build: x}]\n", ":1:12: releases[0]: "),
        ("releases: [1]\n", "releases[0]: is no row"),
        ("other: 1\n", "there are no rows"),
        ("a: [\n", "broken YAML"),
    ],
)
def test_diff_of_what_cannot_be_read(tmp_path: Path, text: str, said: str) -> None:
    done = muster("diff", written(tmp_path, text))
    assert done.exit_code == 2
    assert said in done.output


def test_import_writes_what_is_right_and_says_how_much(tmp_path: Path, prod: Path) -> None:
    done = muster("import", written(tmp_path, OWN, "morning.yml"), "--env", "prod")
    target = prod / "catalogue" / "morning.yaml"
    assert done.exit_code == 0, done.output
    assert done.output == f"1 row added: {target}\n"
    assert target.read_text("utf-8") == OWN
    assert [path.name for path in target.parent.iterdir()] == ["morning.yaml"]
    again = muster("import", written(tmp_path, OWN), "--env", "prod")
    assert (again.exit_code, again.output) == (0, f"{target} is there already, with the same content.\n")
    other = muster("import", written(tmp_path, OWN.replace("61", "62")), "--env", "prod")
    assert other.exit_code == 1
    assert "with other content" in other.output
    assert target.read_text("utf-8") == OWN
    known = muster("import", written(tmp_path, OWN, "same.yaml"), "--env", "prod")
    assert (known.exit_code, known.output) == (0, "Every row is known already: nothing was written.\n")


def test_import_writes_nothing_where_one_row_is_refused(tmp_path: Path, prod: Path) -> None:
    bad = "- {product: Exchange Server SE, kind: SU, cu: CU7, su: Nov26SU, build: 15.2.2600.1, date: 2026-11-31}\n"
    done = muster("import", written(tmp_path, OWN + bad), "--env", "prod")
    assert done.exit_code == 1
    assert "releases[1].date: '2026-11-31' is no day" in done.output
    assert "releases[1].cu: Exchange Server SE has no CU 'CU7' that is known" in done.output
    assert "2 mistakes: nothing was written." in done.output
    assert not (prod / "catalogue").exists()


def test_import_judges_beside_the_rows_that_are_there(tmp_path: Path, prod: Path) -> None:
    laid(prod)
    done = muster("import", written(tmp_path, OWN.replace("2562.61", "2562.62")), "--env", "prod")
    assert done.exit_code == 1
    assert "own.yaml:3 says 15.2.2562.61 of Exchange Server SE RTM Nov26SU" in done.output


def test_import_of_a_file_that_is_not_there(tmp_path: Path, prod: Path) -> None:
    done = muster("import", str(tmp_path / "nowhere.yaml"), "--env", "prod")
    assert done.exit_code == 2
    assert "cannot be read: No such file or directory" in done.output
