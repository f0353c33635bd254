"""Loads muster's plugin, by the same name as its entry point so that both coexist."""

pytest_plugins = ("muster.pytest",)
