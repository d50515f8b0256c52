"""Every method of the SDK has a form: built, filled with its least, read back, and opened below the first level."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from playground.core.catalog import Catalog, read_catalog
from playground.core.forms import Kind
from playground.widgets.form import FormAndJson, SchemaForm
from playground.widgets.form.field_row import FieldRow
from playground.widgets.form.header_row import HeaderRow
from playground.widgets.form.rows import ButtonRow, SectionRow
from playground.widgets.theme import ThemeManager
from tests.helpers.sdk_schemas import TEN
from tests.widgets.conftest import Show, settle


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    found = read_catalog(tmp_path_factory.mktemp("catalog"))
    assert found is not None
    return found


def test_every_method_gets_a_form(show: Show, catalog: Catalog) -> None:
    form = SchemaForm()
    show(form, 900, 700)
    wrong = []
    for name in catalog.methods:
        least = catalog.minimal(name)
        form.set_schema(catalog.schema_of(name))
        errors = form.set_value(least)
        if errors or form.value() != least or len(form.sheet.rows) < len(form.model.root.children()):
            wrong.append((name, errors))
    print(f"{len(catalog.methods)} methods")
    assert wrong == [] and len(catalog.methods) > 400


def test_every_alternative_of_every_method_can_be_chosen(show: Show, catalog: Catalog) -> None:
    """At the top, and for the first item of each list: chosen, opened, sent as what it says, and taken back."""
    form = SchemaForm()
    show(form, 900, 700)
    count = 0
    for name in catalog.methods:
        form.set_schema(catalog.schema_of(name))
        for node in form.model.root.children():
            if node.shape.kind is Kind.LIST:
                form.sheet.add_item(node)
                node = node.children()[0]
            for index, variant in enumerate(node.shape.variants):
                node.choose(index)
                form.sheet.set_open(node, True)
                inner = node.inner()
                assert inner is not None and inner.shape is variant.shape, (name, node.pointer)
                if variant.shape.kind is Kind.OBJECT:
                    matched = form.model.checker.match(node.shape, node.value)
                    same = node.shape.variants[matched].tags == variant.tags
                    assert same or not variant.tags, (name, node.pointer, variant.title)
                count += 1
    print(f"{count} alternatives")
    assert count > 500


@pytest.mark.parametrize("name", TEN)
@pytest.mark.parametrize(("width", "look"), [(420, "light"), (900, "dark")])
def test_nothing_lies_over_anything_else(
    show: Show, catalog: Catalog, light: ThemeManager, name: str, width: int, look: str
) -> None:
    light.apply(look)
    form = SchemaForm()
    form.set_schema(catalog.schema_of(name))
    form.set_value(catalog.minimal(name))
    show(form, width, 700)
    for _ in range(2):
        for row in [one for one in form.sheet.rows if isinstance(one, HeaderRow) and one.is_composite]:
            form.sheet.set_open(row.node, True)
    form.insist()
    settle()
    below = 0
    for row in form.sheet.rows:
        assert row.y() >= below, row.node.pointer
        below = row.y() + row.height()
        if isinstance(row, SectionRow | ButtonRow):
            continue
        seen = [one for one in row.children() if one.isWidgetType() and one.isVisible()]
        assert all(row.rect().contains(one.geometry()) for one in seen), row.node.pointer
        if isinstance(row, FieldRow):
            assert row.field.width() >= 60, row.node.pointer
    assert form.sheet.width() <= width


def test_a_method_after_another_leaves_nothing_behind(show: Show, catalog: Catalog) -> None:
    pair = FormAndJson()
    show(pair, 1000, 700)
    pair.set_mode("both")
    pair.set_schema(catalog.schema_of("responses.create"))
    pair.set_value({"model": "m", "input": "x", "odd": 1})
    pair.mark("model", "no")
    pair.set_schema(catalog.schema_of("batches.create"))
    QTest.qWait(0)
    assert pair.value() == {} and pair.text() == "{}" and pair.problem.isHidden() and pair.editor.marks() == []


def test_the_catalogue_is_where_the_fixture_looks(tmp_path: Path) -> None:
    assert read_catalog(tmp_path) is not None
