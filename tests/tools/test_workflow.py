"""The workflow file is what GitHub can read, and calls what there is."""

import re

import pytest
import yaml

from tests.paths import ROOT

WORKFLOW = (ROOT / ".github" / "workflows" / "book.yml").read_text()
JOBS = yaml.safe_load(WORKFLOW)["jobs"]


@pytest.mark.parametrize("name", JOBS)
def test_a_job_needs_jobs_that_there_are(name):
    needs = JOBS[name].get("needs", [])
    assert set([needs] if isinstance(needs, str) else needs) <= set(JOBS)


@pytest.mark.parametrize("name", JOBS)
def test_an_action_is_named_by_its_commit(name):
    for step in JOBS[name]["steps"]:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", f"a@{'0' * 40}"))


def test_what_a_job_makes_is_a_target_of_the_makefile():
    made = set(re.findall(r"\bmake ([a-z-]+)", WORKFLOW))
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert {"test", "offline", "unit-test"} <= made
    assert made <= set(targets)


@pytest.mark.parametrize("kind", ["zip", "pdf", "epub"])
def test_a_release_has_each_edition(kind):
    kept = [step.get("with", {}).get("path", "") for step in JOBS["test"]["steps"]]
    assert any(f"_build/*.{kind}" in paths.split() for paths in kept)
    assert f"./*.{kind}" in JOBS["release"]["steps"][-1]["run"]


def test_the_oldest_versions_are_tried_with_the_tools_of_the_other_tests():
    [names] = re.findall(r"grep -E '\^\((\S+)\)==' requirements.txt", WORKFLOW)
    requirements = (ROOT / "requirements.txt").read_text()
    for name in names.split("|"):
        assert re.search(rf"^{name}==", requirements, re.MULTILINE)
