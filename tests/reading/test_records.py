"""When two records are equal."""

from muster.model import Object, Value
from muster.reading.records import Record
from muster.reading.values import Flag, Text


class Thing(Record):
    name: Text
    enabled: Flag


class Other(Thing):
    pass


def thing(text: str | None = None, /, **properties: Value) -> Thing:
    return Thing.of(Object("Thing", text, properties), "EX01")


def test_what_was_read_counts_and_not_how_it_was_written() -> None:
    assert thing("EX01\\thing", Name="a", Enabled=True) == thing(None, Name="a", Enabled="True")
    assert thing(Name="a", Enabled=True) != thing(Name="b", Enabled=True)
    assert thing(Name="a", Enabled=True) != Other.of(Object("Thing", None, {"Name": "a", "Enabled": True}), "EX01")


def test_what_is_missing_counts_by_kind_of_reason() -> None:
    assert thing(Name="a") == thing(Name="a")
    assert thing(Name="a") != thing(Name="a", Enabled=False)
    assert thing(Name="a") != thing(Name="a", Enabled="perhaps")
    assert thing(Name="a", Enabled="perhaps") == thing(Name="a", Enabled="who knows")
