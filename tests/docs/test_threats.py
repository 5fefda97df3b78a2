"""The threat model names what is there: every test in it exists, and every attack has one."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def tables() -> list[list[str]]:
    """Rows of every table whose last column is of tests."""
    rows, inside = [], False
    for line in PAGE.splitlines():
        if not line.startswith("|"):
            inside = False
        elif line.rstrip().endswith("| tests |"):
            inside = True
        elif inside and not line.startswith("| ---"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def names_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_attack_names_a_test():
    assert len(tables()) > 25
    assert [row[0] for row in tables() if not NAMED.search(row[-1])] == []


@pytest.mark.parametrize("where", sorted({where for where, _ in NAMED.findall(PAGE)}))
def test_every_test_that_is_named_exists(where: str):
    named = {name for place, name in NAMED.findall(PAGE) if place == where}
    assert (ROOT / where).is_file()
    assert named - names_in(ROOT / where) == set()


@pytest.mark.parametrize(
    "adversary", ["stolen", "hostile host", "hostile clip", "curious lead", "malicious cable"]
)
def test_everybody_is_there(adversary: str):
    assert re.search(rf"^## .*{adversary}", PAGE, re.MULTILINE)


@pytest.mark.parametrize("name", ["threat-model.md", "capability-statement.md", "works-agreement.md"])
def test_links_lead_somewhere(name: str):
    text = (ROOT / "docs" / name).read_text("utf-8")
    linked = re.findall(r"\]\(([\w-]+\.md)[)#]", text)
    assert [target for target in linked if not (ROOT / "docs" / target).is_file()] == []
