"""Names in the product: one class per class name, and no function named by a participle."""

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests.programs import PROJECT
from tests.structure.test_architecture import modules

FOUND_BY_NAME = {"Meta", "Command"}
"""Classes that Django finds by this name."""
CLIENT = PROJECT / "jobs" / "client"
"""The client for other programs has the server's names on purpose."""
IRREGULAR = frozenset(
    """begun bought bound brought built caught chosen come dealt done drawn driven fed felt found
    frozen given gone grown heard held hidden kept known laid led left lent lit lost made meant met
    paid ridden risen rung said seen sent shown sold spoken stood stuck sunk sworn taken thrown told
    torn understood woken won worn written""".split()  # noqa: SIM905  # shorter than a list
)
"""Participles that are not also the infinitive, as `split`, `set` and `read` are."""
INFINITIVES = {"embed", "exceed", "feed", "need", "proceed", "seed", "shed", "speed", "succeed"}
PREPOSITIONS = {"as", "at", "by", "from", "in", "into", "of", "on", "out", "to", "with"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def is_bare_participle(name: str) -> bool:
    """Say whether a name is a past participle without a noun: `submitted`, `kept_in`."""
    first, *rest = name.split("_")
    is_participle = first in IRREGULAR or (first.endswith("ed") and first not in INFINITIVES)
    return is_participle and set(rest) <= PREPOSITIONS


def functions(node: ast.AST) -> Iterator[Function]:
    """Give the functions and methods below a node, except those that are named by convention.

    These are filters of a `QuerySet`, as in Django's documentation, and columns of the admin, whose
    headings are the names.
    """
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef) and child.name.endswith("QuerySet"):
            continue
        decorators = getattr(child, "decorator_list", [])
        is_column = any("admin.display" in ast.unparse(each) for each in decorators)
        if isinstance(child, Function) and not is_column:
            yield child
        yield from functions(child)


def test_a_class_name_stands_for_one_class() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and not path.is_relative_to(CLIENT):
                places[node.name].append(f"{path.relative_to(PROJECT)}:{node.lineno}")
    several = {name: found for name, found in places.items() if len(found) > 1}
    assert several.keys() <= FOUND_BY_NAME, several


def test_no_public_function_is_named_by_a_participle() -> None:
    assert [
        f"{path.relative_to(PROJECT)}:{function.lineno} {function.name}"
        for path in modules()
        for function in functions(ast.parse(path.read_text()))
        if is_bare_participle(function.name)
    ] == []


def test_participles_are_told_from_verbs_and_nouns() -> None:
    assert all(map(is_bare_participle, ["submitted", "kept_in", "told", "opened"]))
    assert not any(map(is_bare_participle, ["submit", "split", "expected_wait", "is_closed"]))
