"""Where a test's own server may listen."""

import socket


def free_port() -> int:
    """A port of this machine at which nobody listened a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
