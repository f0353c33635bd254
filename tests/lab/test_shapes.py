import pytest

from muster.lab.shapes import Kind, load_shapes, load_types, parse_kind


def test_every_type_that_a_property_names_is_known() -> None:
    types = load_types()
    named = {
        (shape.name, prop.name, prop.kind.name)
        for shape in load_shapes().values()
        for prop in shape.properties.values()
        if prop.kind.name
    }
    assert {entry for entry in named if entry[2] not in types} == set()


def test_what_a_switch_leaves_out_is_a_property() -> None:
    for shape in load_shapes().values():
        assert shape.from_iis | shape.from_status <= set(shape.properties), shape.name


def test_names_and_order_are_those_of_a_recorded_answer() -> None:
    names = list(load_shapes()["Get-ReceiveConnector"].properties)
    assert names[:5] == ["AuthMechanism", "Banner", "BinaryMimeEnabled", "Bindings", "ChunkingEnabled"]
    assert names.index("RemoteIPRanges") < names.index("Server") < names.index("TransportRole")


_FITS: dict[str, type | tuple[type, ...]] = {"bool": bool, "int": int, "long": int, "object": dict}


def test_defaults_fit_their_kinds() -> None:
    for shape in load_shapes().values():
        for prop in shape.properties.values():
            values = prop.default if prop.kind.many else [prop.default]
            assert isinstance(values or [], list), (shape.name, prop.name)
            wanted = _FITS.get(prop.kind.form, str)
            assert all(value is None or isinstance(value, wanted) for value in values or []), (shape.name, prop.name)


def test_kinds() -> None:
    assert parse_kind("list rich IPBinding") == Kind("rich", "IPBinding", many=True)
    assert parse_kind("bool") == Kind("bool")
    with pytest.raises(ValueError, match="no kind of value"):
        parse_kind("list enum")


def test_flags_add_up() -> None:
    assert load_types()["AuthMechanisms"].number("Tls, Integrated, ExchangeServer") == 1 + 2 + 16
