"""Pages are found, link to what exists, and name what exists; decisions have one shape."""

import re
from pathlib import Path

import pytest

from tests.programs import PROJECT

PAGES = [*sorted(PROJECT.glob("docs/**/*.md")), *sorted(PROJECT.glob("*.md"))]
DECISIONS = sorted(PROJECT.glob("docs/decisions/*.md"))
SOURCE = "\n".join(
    path.read_text()
    for package in ("config", "documents", "jobs", "reports")
    for path in (PROJECT / package).rglob("*.py")
)
OF_OTHERS = {"ExceptionWithTraceback", "AbortIncompleteMultipartUpload"}
"""Classes of billiard, and rules of S3."""
INDEX = (PROJECT / "docs" / "README.md").read_text()


def anchors(page: Path) -> set[str]:
    """Give the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", PAGES)
def test_links_between_documents_have_a_target(document: Path) -> None:
    for target, anchor in re.findall(
        r"\]\((?!http|document:)([^)#]*)#?([^)]*)\)", document.read_text()
    ):
        page = document.parent / target if target else document
        assert page.exists(), target
        assert not anchor or anchor in anchors(page), f"{target}#{anchor}"


@pytest.mark.parametrize("document", PAGES)
def test_every_path_and_module_that_a_page_names_exists(document: Path) -> None:
    text = document.read_text()
    paths = re.findall(r"`((?:config|documents|jobs|reports|tests)/[\w./-]*)`", text)
    modules = re.findall(r"`(?:python -m )?((?:config|documents|jobs|reports)\.[a-z_.]+)`", text)
    paths += [module.replace(".", "/") for module in modules if module.count(".") > 1]
    assert [path for path in paths if not is_there(PROJECT / path)] == []


@pytest.mark.parametrize("document", PAGES)
def test_every_class_that_a_page_names_is_one_of_the_code(document: Path) -> None:
    named = set(re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)\b", document.read_text()))
    assert named - OF_OTHERS <= set(re.findall(r"\b[A-Z][A-Za-z]+\b", SOURCE))


def is_there(path: Path) -> bool:
    """Whether a file, a module, or a name in a module is at this path."""
    return any(one.exists() for one in (path, path.with_suffix(".py"))) or (
        path.parent.with_suffix(".py").exists()
    )


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_a_date_and_a_status_and_is_listed_with_both(page: Path) -> None:
    title, _, header, *_ = text = page.read_text().splitlines()
    found = re.fullmatch(r"Date: (\d{4}-\d\d-\d\d)\. Status: (\w+( by \d+)?)\.", header)
    assert found is not None
    sections = [line for line in text if line.startswith("## ")]
    assert sections == ["## Context", "## Decision", "## Consequences"]
    link = f"[{title.removeprefix('# ')}](decisions/{page.name})"
    assert f"| {int(page.name[:4])} | {link} | {found[1]} | {found[2]} |" in INDEX


def test_every_page_is_in_the_index_of_the_documentation() -> None:
    pages = {page.name for page in PROJECT.glob("docs/*.md")} - {"README.md"}
    assert {page for page in pages if f"({page})" not in INDEX} == set()
