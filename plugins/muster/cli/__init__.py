"""``muster``: everything that is not running checks. Checks are run by pytest."""

import typer

from muster.cli import baseline, catalogue, demo, lab, pages, plan

app = typer.Typer(
    help="Does your Exchange pass muster? Checks are run by pytest: pytest --env NAME.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (demo.demo, plan.plan, pages.report, pages.schema, pages.docs, pages.checks):
    app.command()(command)
app.add_typer(lab.app, name="lab")
app.add_typer(baseline.app, name="baseline")
app.add_typer(catalogue.app, name="catalogue")
