"""How the house stands: what no reviewer should have to look for. Imports between rooms: pyproject.toml."""

import ast
import re
import statistics
import sys
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from numberline.environment import SETTINGS
from numberline.scope import TenantManager
from tests.support.source import PACKAGE, Function, Module, dotted, imported, modules

LONGEST_FILE, MEDIAN_FILE, LONG_FUNCTION = 400, 120, 35
WRITTEN = [module for module in modules() if not module.is_migration]
CORE_LIBRARIES = {"phonenumbers", "lark", "re2", "numberline"}
NOT_PURE = {
    "asyncio",
    "http",
    "os",
    "random",
    "secrets",
    "socket",
    "sqlite3",
    "subprocess",
    "threading",
    "time",
    "uuid",
}
TELLS_THE_TIME = re.compile(
    r"(^|\.)((datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|gmtime|localtime)|timezone\.(now|localtime))$"
)
KEEPS_TIME = ("auto_now", "auto_now_add")
# Methods that are named for others: for whoever implements them, or for the rules of a grammar.
NAMED_BY_OTHERS = re.compile(r"\b(Protocol|Transformer)\b")
OWN_SQL = {"database.py", "promises.py", "triggers.py", "tally_triggers.py", "apps.py"}
STATEMENT = re.compile(r"\b(FROM|JOIN|INTO|UPDATE)\s+\"?(\w+)\"?")


def test_files_are_short() -> None:
    lengths = {module.name: len(module.text.splitlines()) for module in WRITTEN}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) <= MEDIAN_FILE


def test_functions_are_short() -> None:
    lengths = sorted(length(function) for module in WRITTEN for function in module.functions())
    assert lengths[int(len(lengths) * 0.9)] <= LONG_FUNCTION


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def test_everything_public_has_a_docstring() -> None:
    silent = [place for module in WRITTEN for place, node in public(module) if not ast.get_docstring(node)]
    assert silent == []


def public(module: Module) -> Iterator[tuple[str, ast.Module | ast.ClassDef | Function]]:
    """What others may use: the file, its classes and functions, and the methods of its classes."""
    if module.text.strip():
        yield module.name, module.tree
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef | Function) or node.name.startswith("_"):
            continue
        yield f"{module.at(node)} {node.name}", node
        if isinstance(node, ast.ClassDef) and not any(
            NAMED_BY_OTHERS.search(ast.unparse(x)) for x in node.bases
        ):
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_") and not repeats(method):
                    yield f"{module.at(method)} {node.name}.{method.name}", method


def repeats(method: Function) -> bool:
    """Whether the docstring stands elsewhere: at an overridden method, or at the property that it sets."""
    return any(
        dotted(x) in ("override", "typing.override", "overload") or dotted(x).endswith(".setter")
        for x in method.decorator_list
    )


def test_only_the_clock_tells_the_time() -> None:
    bound = [module for module in WRITTEN if module.name != "clock.py" and module.room != "simulator"]
    assert [place for module in bound for place, name in times(module) if name] == []


def times(module: Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and TELLS_THE_TIME.search(dotted(node)):
            yield f"{module.at(node)} {dotted(node)}", dotted(node)
        if isinstance(node, ast.keyword) and node.arg in KEEPS_TIME:
            yield f"{module.at(node.value)} {node.arg}", node.arg
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "time"
            and any(x.name == "time" for x in node.names)
        ):
            yield f"{module.at(node)} from time import time", "time"


def test_the_core_imports_little_more_than_the_standard_library() -> None:
    core = [module for module in WRITTEN if module.room == "core"]
    for module, (node, name) in ((one, each) for one in core for each in imported(one)):
        first = name.split(".")[0]
        assert first in sys.stdlib_module_names | CORE_LIBRARIES, f"{module.at(node)} imports {name}"
        assert first not in NOT_PURE, (
            f"{module.at(node)} imports {name}: the core has no clock, chance or input"
        )
        assert not name.startswith("."), f"{module.at(node)}: import by the whole name"


def nodes(chosen: Iterable[Module]) -> Iterator[tuple[Module, ast.AST]]:
    """All that stands in these files."""
    return ((module, node) for module in chosen for node in ast.walk(module.tree))


def owned_models() -> list[type[models.Model]]:
    """The models whose rows belong to a tenant."""
    return [
        model for model in apps.get_models() if any(field.name == "tenant" for field in model._meta.fields)
    ]


def test_there_are_models_that_belong_to_tenants() -> None:
    assert {model.__name__ for model in owned_models()} >= {
        "Person",
        "Number",
        "Range",
        "Assignment",
        "Change",
    }


@pytest.mark.parametrize("model", owned_models(), ids=lambda model: model.__name__)
def test_a_model_of_a_tenant_can_only_be_asked_for_a_tenant(model: type[models.Model]) -> None:
    assert type(model._default_manager) is TenantManager
    assert [manager.name for manager in model._meta.managers] == ["objects"]


def test_every_query_names_its_tenant() -> None:
    owned = {model.__name__ for model in owned_models()}
    for module, node in nodes(module for module in modules() if module.name != "scope.py"):
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("_base_manager", "_default_manager"), (
                f"{module.at(node)} goes around the scope"
            )
            if isinstance(node.value, ast.Attribute) and node.value.attr == "objects":
                model = dotted(node.value.value).split(".")[-1]
                assert model not in owned or node.attr == "of", (
                    f"{module.at(node)}: say {model}.objects.of(tenant)"
                )


def test_every_statement_of_our_own_sql_names_its_tenant() -> None:
    tables = {model._meta.db_table for model in owned_models()}
    for module, node in nodes(module for module in WRITTEN if module.name not in OWN_SQL):
        if isinstance(node, ast.Constant | ast.JoinedStr) and tables & set(tables_in(text_of(node))):
            assert "tenant_id" in text_of(node), f"{module.at(node)}: a statement without tenant_id"


def text_of(node: ast.Constant | ast.JoinedStr) -> str:
    """The fixed text of a string; what is filled in stands as a gap."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return " ? ".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))


def tables_in(sql: str) -> list[str]:
    return [name for _, name in STATEMENT.findall(sql)]


def test_no_setting_is_read_that_is_not_in_the_table_of_settings() -> None:
    known = {setting.name for setting in SETTINGS}
    named = {
        node.value: module.at(node)
        for module, node in nodes(module for module in WRITTEN if module.room != "simulator")
        if isinstance(node, ast.Constant) and is_name(node.value)
    }
    assert {name: place for name, place in named.items() if name not in known} == {}


def is_name(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"NUMBERLINE_[A-Z_]+", value) is not None


def test_every_room_with_models_is_installed() -> None:
    rooms = {f"numberline.{path.parent.name}" for path in PACKAGE.glob("*/models.py")}
    assert rooms <= set(settings.INSTALLED_APPS)


def test_every_change_of_a_model_has_its_migration() -> None:
    loader = MigrationLoader(None)
    wanted = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(
        graph=loader.graph
    )
    assert {label: [str(step) for step in migrations] for label, migrations in wanted.items()} == {}


UNFINISHED = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "NotImplemented" + "Error"))


def test_nothing_is_left_unfinished() -> None:
    found = {module.name: re.findall(rf"\b(?:{UNFINISHED})\b", module.text) for module in modules()}
    assert {name: words for name, words in found.items() if words} == {}


def test_what_no_test_covers_has_its_reason_on_the_line() -> None:
    lines = [(module.name, line) for module in WRITTEN for line in module.text.splitlines()]
    marks = [(name, line) for name, line in lines if "pragma: no cover" in line]
    assert [mark for mark in marks if not re.search(r"no cover\s*[-:(]\s*\w{3,}", mark[1])] == []


def test_no_error_is_caught_and_dropped_without_a_reason_on_the_line() -> None:
    for module, node in nodes(WRITTEN):
        if isinstance(node, ast.ExceptHandler) and all(isinstance(x, ast.Pass) for x in node.body):
            reason = re.search(r"#\s*\w+", module.text.splitlines()[node.body[0].lineno - 1])
            assert reason, f"{module.at(node)} drops an error: handle it, or say why it may be dropped"
