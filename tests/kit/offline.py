"""A process that dies when it touches the network."""

from pathlib import Path

import pytest


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """Environment variables of such a process."""
    (tmp_path / "nonet.py").write_text(
        "import socket\n"
        "def refuse(*args, **more):\n    raise RuntimeError('the network was touched')\n"
        "socket.getaddrinfo = refuse\n"
        "real = socket.socket.connect\n"
        "socket.socket.connect = lambda self, to: real(self, to) if self.family == socket.AF_UNIX else refuse()\n",
        "utf-8",
    )
    return {"PYTHONPATH": str(tmp_path), "PYTEST_ADDOPTS": "-p nonet"}
