"""Installing: when it is done again, and how far it says it is."""

import pytest

from book.tools import install, packages
from book.tools.install import moved


@pytest.mark.parametrize(("made_for", "is_moved"), [("here", False), ("there", True)])
def test_a_folder_that_was_moved_or_copied_is_noticed(tmp_path, made_for, is_moved):
    venv = tmp_path / "here" / "a b 神经" / ".venv"
    venv.mkdir(parents=True)
    first = tmp_path / made_for / "a b 神经" / ".venv"
    (venv / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv {first}\n"
    )
    assert moved(venv) == is_moved


def test_a_link_to_the_environment_of_another_folder_is_left_alone(tmp_path):
    venv = tmp_path / ".venv"
    venv.mkdir()
    (venv / "pyvenv.cfg").write_text(f"command = python3 -m venv --clear {venv}\n")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / ".venv").symlink_to(venv)
    assert not moved(tmp_path / "other" / ".venv")


def test_no_environment_is_not_a_moved_one(tmp_path):
    assert not moved(tmp_path / ".venv")


def test_a_changed_list_is_installed_again(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in [install.REQUIREMENTS, *install.PACKAGES]:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("one")
    before = install.digest()
    for file in [install.REQUIREMENTS, *install.PACKAGES]:
        (tmp_path / file).write_text("two")
        assert install.digest() != before
        (tmp_path / file).write_text("one")
    assert install.digest() == before


def test_what_pip_prints_is_told_as_how_far_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(packages, "PACKAGES", tmp_path)
    (tmp_path / "old-1.dist-info").mkdir()
    told = []
    hear = packages.tell_pip(told.append)
    for line in [
        "Looking in indexes: https://example.org\n",
        "Collecting scipy==1.17.1 (from -r requirements.txt (line 3))\n",
        "Processing /wheels/torch-2.13.0+cpu-cp311-linux_x86_64.whl (from x)\n",
        "Progress 5000000 of 190000000\n",
        "WARNING: Location 'file:///x' is ignored: it is no file.\n",
        "WARNING: Retrying (Retry(total=4)) after connection broken by x\n",
        "Installing collected packages: torch, scipy\n",
    ]:
        hear(line)
    (tmp_path / "torch-2.dist-info").mkdir()
    hear("")
    assert told == [
        "Fetching packages: 1, scipy",
        "Fetching packages: 2, torch",
        "Fetching packages: 2, torch 5 of 190 MB",
        "The network does not answer; trying again",
        "Installing packages: 0 of 2",
        "Installing packages: 1 of 2",
    ]


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ("WARNING: Retrying (x\nERROR: No matching distribution\n", "network"),
        ("npm error code ENOTFOUND\nnpm error network x\n", "network"),
        ("ERROR: [Errno 28] No space left on device\n", "the disk is full"),
        ("ERROR: Could not find\nERROR: No matching x\nnotice\n", "No matching x"),
        ("npm error code E404\nnpm error 404 Not found\n", "404 Not found"),
        ("Killed\n", "Killed"),
        ("", "no reason"),
    ],
)
def test_why_installing_failed_is_one_line(log, said):
    assert said in install.reason(log)
    assert "\n" not in install.reason(log)
