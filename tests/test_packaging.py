"""What is installed: the lock file fits the project, the wheel holds all data and nothing else."""

import itertools
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def test_the_lock_file_has_every_dependency_in_a_version_that_fits():
    """Whoever installs from the lock gets what the project asks for, and no address to fetch it from."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+)==([\w.]+)", text, re.MULTILINE)
    locked = {canonicalize_name(name): version for name, version in pins}
    extras = itertools.chain.from_iterable(project["optional-dependencies"].values())
    asked = {canonicalize_name(one.name): one for one in map(Requirement, (*project["dependencies"], *extras))}
    del asked[project["name"]]  # an extra of its own

    unmet = [name for name, one in asked.items() if not one.specifier.contains(locked[name])]

    assert unmet == []
    assert "://" not in text


def test_the_wheel_holds_what_git_holds(tmp_path):
    """Suites, pitfalls, texts, templates, stubs and solutions: every file that is tracked, and no other."""
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split(
        "\n"
    )
    folders = ("grader/", "exercises/", "solutions/")
    wanted = [name for name in tracked if name.startswith((*folders, "pyproject", "README.md", "LICENSE"))]
    for name in wanted:
        target = tmp_path / "tree" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / name).read_bytes())

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=tmp_path / "tree", check=True, capture_output=True,
    )  # fmt: skip

    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    code = [name for name in wanted if name.startswith(folders)]
    assert packed == {name if name.startswith("grader/") else f"grader/_data/{name}" for name in code}
