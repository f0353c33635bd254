"""``muster lab dump``: the files that guides tell operators to make, from a simulated organisation."""

from pathlib import Path
from typing import Annotated

import typer

from muster.cli import where


def dump(  # noqa: PLR0917 - typer gives them by name
    environment: Annotated[str, typer.Argument(help="An environment that a lab plays.")],
    into: Annotated[Path, typer.Option("--into", help="The folder to write into.")],
    server: Annotated[str | None, typer.Option("--server", help="One server instead of all.")] = None,
    limit: Annotated[int, typer.Option("--limit", help="$FormatEnumerationLimit: 16, 4, or -1 for all.")] = 16,
    width: Annotated[int, typer.Option("--width", min=60, help="Characters on a line.")] = 119,
    culture: Annotated[str, typer.Option("--culture", help="How dates are printed.")] = "en-US",
    form: Annotated[str, typer.Option("--as", help="text, clixml (a plain session) or clixml-full.")] = "text",
    ad_only: Annotated[bool, typer.Option("--ad-properties-only", help="As with -ADPropertiesOnly.")] = False,
    back_end: Annotated[bool, typer.Option("--back-end", help="With -ShowMailboxVirtualDirectories.")] = False,
) -> None:
    """Write owavirdir.txt and its like, as `Get-… | fl > file.txt` makes them before an upgrade."""
    from muster.cli.lab import needs_lab  # noqa: PLC0415 - that module adds this command

    read = where.environment(environment)
    if read.lab is None:
        raise where.stop(f"'{environment}' is a real environment: its inventory names no lab")
    forms = {"text": "", "clixml": "partial", "clixml-full": "full"}
    if form not in forms:
        raise where.stop(f"--as {form}: text, clixml or clixml-full is right")
    with needs_lab():
        from muster.lab import dumping, format_list  # noqa: PLC0415 - needs the extra of the same name
        from muster.lab.description import DescriptionMistake  # noqa: PLC0415
    if culture not in format_list.CULTURES:
        raise where.stop(f"--culture {culture}: {', '.join(format_list.CULTURES)} are there")
    printing = format_list.Printing(width=width, limit=limit, culture=culture)
    try:
        world = dumping.world_of(read.lab)
        into.mkdir(parents=True, exist_ok=True)
        files = list(
            dumping.dumps(world, printing, server=server, clixml=forms[form], ad_only=ad_only, back_end=back_end)
        )
        for name, data in files:
            (into / name).write_bytes(data)
    except (DescriptionMistake, LookupError) as why:
        raise where.stop(str(why)) from None
    except OSError as error:
        raise where.stop(f"nothing can be written to {into}: {error.strerror}") from None
    typer.echo(f"{len(files)} files in {into}: {', '.join(name for name, _ in files)}")
