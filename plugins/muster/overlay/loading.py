"""``inventory/<env>/catalogue/*.yaml`` → ``Overlay``, or every row that is refused, with its reason."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path

from muster.catalogue import Catalogue, Overlay
from muster.overlay.document import OverlayFile
from muster.overlay.others import OtherJudge
from muster.overlay.placed import E, Placed
from muster.overlay.releases import ReleaseJudge
from muster.yaml_lines import Mistake, YamlMistakes, read
from muster.yaml_models import Checked, check

FOLDER = "catalogue"


class CatalogueMistakes(YamlMistakes):
    """Everything that is wrong with an overlay, one line each."""


def load(folder: Path, base: Catalogue, now: date, also: Path | None = None) -> Overlay:
    """Read ``catalogue/*.yaml`` in an environment's folder; without files, none, and no table of ``base`` is read.

    ``now`` is the last day that anything may have come out; ``also`` is a file to judge beside those that are there.
    Raises ``CatalogueMistakes`` with every refused row.
    """
    place = folder / FOLDER
    named = [Mistake(str(path), 0, 0, "", "is not read.", "Name it .yaml.") for path in sorted(place.glob("*.yml"))]
    paths = [*sorted(place.glob("*.yaml")), *([also] if also else [])]
    if not paths and not named:
        return Overlay()
    return _judged(paths, base, now, named)


def _judged(paths: Iterable[Path], base: Catalogue, now: date, mistakes: list[Mistake]) -> Overlay:
    files: list[Checked[OverlayFile]] = []
    names: list[str] = []
    for path in paths:
        names.append(path.name)
        try:
            files.append(check(read(path), OverlayFile))
        except YamlMistakes as broken:
            mistakes.extend(broken.mistakes)
    for file in files:
        mistakes.extend(file.mistakes)
        if file.model and file.model.as_of and date.fromisoformat(file.model.as_of) > now:
            mistakes.append(
                file.mistake(
                    ("as_of",),
                    f"{file.model.as_of} is in the future.",
                    f"Today is {now} at the latest.",
                )
            )
    releases = ReleaseJudge(base, now)
    releases.judge(_placed(files, "releases", lambda model: model.releases))
    others = OtherJudge(base, releases)
    others.judge_schema(_placed(files, "schema", lambda model: model.schema_))
    others.judge_products(_placed(files, "products", lambda model: model.products))
    others.judge_cves(_placed(files, "cves", lambda model: model.cves))
    mistakes += [*releases.mistakes, *others.mistakes]
    if mistakes:
        raise CatalogueMistakes(tuple(mistakes))
    return Overlay(
        tuple(releases.accepted), tuple(others.schema), tuple(others.products), tuple(others.cves), tuple(names)
    )


def _placed(
    files: Iterable[Checked[OverlayFile]], section: str, rows: Callable[[OverlayFile], list[E]]
) -> Iterator[Placed[E]]:
    for file in files:
        if file.model is not None:
            for index, entry in enumerate(rows(file.model)):
                yield Placed(entry, (section, index), file)
