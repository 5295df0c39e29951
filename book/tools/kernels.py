"""Kernels that are spoken to through files instead of ports.

Jupyter chooses five free ports for a kernel, and the kernel takes them a second later;
meanwhile another one may have: of 300 kernels, started four at a time, one died so.
"""

import shutil
import tempfile
from pathlib import Path

from jupyter_client import AsyncKernelManager, KernelManager
from jupyter_client.connect import ConnectionFileMixin


class Files(ConnectionFileMixin):
    """A kernel's sockets are files in a folder of its own."""

    def _transport_default(self) -> str:
        return "ipc"

    def _ip_default(self) -> str:
        return f"{tempfile.mkdtemp()}/socket"

    def cleanup_ipc_files(self) -> None:
        """Remove the sockets with their folder, if that isn't done yet."""
        shutil.rmtree(Path(self.ip).parent, ignore_errors=True)


class FileKernelManager(Files, KernelManager):
    """The manager that nbval needs."""


class AsyncFileKernelManager(Files, AsyncKernelManager):
    """The manager that nbclient needs."""
