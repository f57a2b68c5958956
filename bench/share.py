"""A part of one core for a process: a control group with a CPU quota.

With a whole core each, a fast relay and the load generator reach their limits together, and a
search for the relay's capacity finds the generator's. With half a core the relay is the first.
"""

import os
import pathlib

# The quota is refilled every 2 ms, so that a relay that has used it up waits for 1 ms at most.
PERIOD = 2000


class Share:
    """A control group whose processes get `percent` of one core. A context manager."""

    def __init__(self, percent):
        self.quota = PERIOD * percent // 100
        first = pathlib.Path("/sys/fs/cgroup/cpu")
        self.is_first_version = (first / "cpu.shares").exists()
        root = first if self.is_first_version else pathlib.Path("/sys/fs/cgroup")
        self.folder = root / f"baton-bench-{os.getpid()}"

    def __enter__(self):
        if not self.is_first_version:
            (self.folder.parent / "cgroup.subtree_control").write_text("+cpu")
        self.folder.mkdir(exist_ok=True)
        if self.is_first_version:
            (self.folder / "cpu.cfs_period_us").write_text(str(PERIOD))
            (self.folder / "cpu.cfs_quota_us").write_text(str(self.quota))
        else:
            (self.folder / "cpu.max").write_text(f"{self.quota} {PERIOD}")
        return self

    def add(self, pid):
        """Puts a process into the group; the threads and processes that it starts follow."""
        (self.folder / "cgroup.procs").write_text(str(pid))

    def __exit__(self, *_):
        self.folder.rmdir()
