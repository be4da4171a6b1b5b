"""A stranger finds each page, and no link leads nowhere."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.glob("*.md"))]


def links(page: Path) -> list[tuple[Path, str]]:
    """File and heading of every link of a page that stays within the project."""
    found = re.findall(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)", page.read_text("utf-8"))
    return [((page.parent / file).resolve() if file else page, heading) for file, heading in found]


def headings(page: Path) -> set[str]:
    """A page's headings as the anchors that git hosts make of them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_index_names_every_page() -> None:
    pages = {path for path in DOCS.iterdir() if path.is_file()} - {DOCS / "README.md"}
    named = {file for file, _heading in links(DOCS / "README.md")}
    assert not pages - named, "docs/README.md: add a line for each"


def test_every_link_leads_somewhere() -> None:
    for page in PAGES:
        for file, heading in links(page):
            assert file.exists(), (page.name, file.name)
            assert not heading or heading in headings(file), (page.name, file.name, heading)
