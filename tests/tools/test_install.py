"""Installing: when it is done again, and how far it says it is."""

import sys

import pytest

from book.tools import install, packages
from book.tools.install import moved
from book.tools.lock import locked


@pytest.mark.parametrize(("made_for", "is_moved"), [("here", False), ("there", True)])
def test_a_folder_that_was_moved_or_copied_is_noticed(tmp_path, made_for, is_moved):
    venv = tmp_path / "here" / "a b 神经" / ".venv"
    venv.mkdir(parents=True)
    first = tmp_path / made_for / "a b 神经" / ".venv"
    (venv / "pyvenv.cfg").write_text(
        f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv {first}\n"
    )
    assert moved(venv) == is_moved


def test_a_link_to_the_environment_of_another_folder_is_left_alone(
    tmp_path, monkeypatch, capfd
):
    (tmp_path / "first").mkdir()
    (tmp_path / ".venv").symlink_to(tmp_path / "first")
    monkeypatch.chdir(tmp_path)
    install.main()
    assert list((tmp_path / "first").iterdir()) == []
    assert capfd.readouterr().out == ""


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("No module named ensurepip", "On Debian: sudo apt-get install python3-venv"),
        (
            "OSError: [Errno 28] No space left on device",
            "Make room, then run it again.",
        ),
    ],
)
def test_why_an_environment_gets_no_pip_is_said(tmp_path, monkeypatch, told, said):
    python = tmp_path / "python"
    python.write_text(
        f"#!/bin/sh\nif [ $2 = venv ]; then mkdir -p $4/bin; cp $0 $4/bin; exit; fi\n"
        f"echo {told!r}; exit 1\n"
    )
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        install.make_venv()
    assert str(end.value).endswith(said)
    assert "\n" not in str(end.value)
    assert not (tmp_path / ".venv").exists()


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A folder with an environment that is whole."""
    monkeypatch.chdir(tmp_path)
    for file in [install.REQUIREMENTS, *install.PACKAGES]:
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).write_text("one")
    install.PIP.parent.mkdir(parents=True)
    install.PIP.touch()
    install.PYTHON.write_text("#!/bin/sh\n")
    install.PYTHON.chmod(0o755)
    install.DONE.write_text(install.digest())
    return tmp_path


@pytest.fixture
def copied(installed):
    """A folder with an environment that is whole, but was made for another folder."""
    (install.VENV / "pyvenv.cfg").write_text(
        "command = /usr/bin/python3 -m venv /elsewhere/.venv\n"
    )
    return installed


def test_what_is_whole_is_not_installed_again(installed, monkeypatch):
    monkeypatch.delattr(install, "make_venv")
    install.main()


@pytest.mark.parametrize("python", ["removed", "replaced"])
def test_an_environment_whose_python_is_gone_is_made_anew(
    installed, monkeypatch, python
):
    if python == "removed":
        install.PYTHON.unlink()
    else:  # by another version, which looks for packages elsewhere
        install.PYTHON.write_text("#!/bin/sh\nexit 1\n")
    monkeypatch.setattr(install, "make_venv", lambda: sys.exit("made anew"))
    with pytest.raises(SystemExit, match="made anew"):
        install.main()


def test_what_a_stopped_run_has_changed_is_not_taken_for_whole(installed, monkeypatch):
    was = install.REQUIREMENTS.read_text()
    install.REQUIREMENTS.write_text("two")
    install.PYTHON.write_text("#!/bin/sh\n[ $3 != install ]\n")
    with pytest.raises(SystemExit, match="Installing failed"):
        install.main()
    install.REQUIREMENTS.write_text(was)
    with pytest.raises(SystemExit, match="Installing failed"):
        install.main()


def test_a_copied_environment_that_is_half_removed_is_not_taken_for_whole(
    copied, monkeypatch
):
    making = []

    def stop(folder, ignore_errors=False):
        making.append(folder)
        (folder / "pyvenv.cfg").unlink(missing_ok=True)  # what told that it was copied
        raise KeyboardInterrupt

    monkeypatch.setattr(install.shutil, "rmtree", stop)
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            install.main()
    assert making == [install.VENV] * 2


def test_a_copied_environment_is_not_removed_twice_at_once(copied):
    with locked(install.BUILD / ".lock"), pytest.raises(SystemExit):
        install.main()
    assert install.DONE.exists()
    assert (install.VENV / "bin" / "pip").exists()


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
        ("WARNING: Retrying (x\nERROR: [Errno 28] No space left\n", "the disk is full"),
        ("ERROR: Could not find\nERROR: No matching x\nnotice\n", "No matching x"),
        ("npm error code E404\nnpm error 404 Not found\n", "404 Not found"),
        ("Killed\n", "Killed"),
        ("", "no reason"),
    ],
)
def test_why_installing_failed_is_one_line(log, said):
    assert said in install.reason(log)
    assert "\n" not in install.reason(log)
