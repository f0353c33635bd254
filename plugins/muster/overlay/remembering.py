"""``Overlay`` ↔ JSON data, for a run to remember: a replay judges by the rows that were there."""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from muster.catalogue import Catalogue, Overlay, published, read_build
from muster.catalogue.rows import Row, maybe, text
from muster.overlay.document import OverlayFile
from muster.yaml_models import Entry

_SECTIONS = ("releases", "schema", "products", "cves")


def dump(overlay: Overlay) -> dict[str, object]:
    """An overlay as JSON data; ``{}`` where there is none."""
    found: dict[str, object] = {name: [dict(row) for row in getattr(overlay, name)] for name in _SECTIONS}
    return {**{name: rows for name, rows in found.items() if rows}, **_files(overlay)}


def _files(overlay: Overlay) -> Mapping[str, object]:
    return {"files": list(overlay.names)} if overlay.names else {}


def restore(data: object) -> Overlay:
    """An overlay back from what ``dump`` gave; raises ``ValueError`` for anything else."""
    if not isinstance(data, dict):
        raise ValueError("the catalogue's own rows are no mapping")  # noqa: TRY004 - its content is wrong
    names = data.get("files", [])
    try:
        file = OverlayFile.model_validate({name: rows for name, rows in data.items() if name != "files"})
    except ValidationError as wrong:
        raise ValueError(f"the catalogue's own rows are not in their form ({wrong})") from None
    return Overlay(
        releases=_rows(file.releases),
        schema=_rows(file.schema_),
        products=_rows(file.products),
        cves=_rows(file.cves),
        names=tuple(map(str, names)) if isinstance(names, list) else (),
    )


def _rows(entries: Sequence[Entry]) -> tuple[Row, ...]:
    return tuple(entry.model_dump(by_alias=True, exclude_unset=True) for entry in entries)


def restored(data: object) -> Catalogue:
    """The published catalogue with the rows that a run remembers.

    Rows that a newer muster has itself are left out: what is published wins over what a site noted before.
    """
    overlay = restore(data)
    if not overlay.size:
        return published()
    base = published()
    builds = {one.build for one in base.releases.all}
    updates = {(one.product, one.cu, one.su) for one in base.releases.all}
    levels = {(one.product, one.cu, one.su) for one in base.schema_levels}
    names = {one.name for one in base.vulnerabilities.all}
    return Catalogue(
        Overlay(
            tuple(
                row
                for row in overlay.releases
                if read_build(text(row, "build")) not in builds and _key(row, "su") not in updates
            ),
            tuple(row for row in overlay.schema if _key(row, "with_su_or_later") not in levels),
            overlay.products,
            tuple(row for row in overlay.cves if text(row, "cve") not in names),
            overlay.names,
        )
    )


def _key(row: Row, update: str) -> tuple[str, str, str | None]:
    return text(row, "product"), text(row, "cu"), maybe(row, update)
