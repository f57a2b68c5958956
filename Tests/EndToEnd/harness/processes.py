"""Processes that a test starts: each has a log, and is ended by its own process id."""

import atexit
import os
import pathlib
import re
import signal
import subprocess
import time

_running = []


class Process:
    """A started program whose output goes to a log file."""

    def __init__(self, name, command, log_folder, environment=None, stdin=None, namespace=None,
                 folder=None):
        self.name = name
        self.log = pathlib.Path(log_folder) / f"{name}.log"
        if namespace:
            command = ["ip", "netns", "exec", namespace, *command]
        self.command = [str(word) for word in command]
        self._file = open(self.log, "ab")
        self.process = subprocess.Popen(
            self.command, stdin=stdin or subprocess.DEVNULL, stdout=self._file,
            stderr=subprocess.STDOUT, env={**os.environ, **(environment or {})},
            cwd=folder, start_new_session=True)
        _running.append(self)

    @property
    def pid(self):
        return self.process.pid

    def text(self):
        return self.log.read_text(errors="replace")

    def is_running(self):
        return self.process.poll() is None

    def wait_for(self, pattern, timeout=10.0):
        """Waits until the log matches `pattern`; raises with the log's end otherwise."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            found = re.search(pattern, self.text())
            if found:
                return found
            if not self.is_running():
                break
            time.sleep(0.02)
        raise AssertionError(f"{self.name}: no '{pattern}' within {timeout} s\n{self.tail()}")

    def wait(self, timeout):
        """The exit status; raises when the program still runs after `timeout` seconds."""
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(
                f"{self.name} still runs after {timeout} s\n{self.tail()}") from None

    def tail(self, lines=25):
        return "\n".join(f"    {self.name}| {line}" for line in self.text().splitlines()[-lines:])

    def stop(self, timeout=5.0, first=signal.SIGTERM):
        """Ends the program: politely, then not. Returns its exit status."""
        if self in _running:
            _running.remove(self)
        for number in (first, signal.SIGKILL):
            if self.is_running():
                self._signal_group(number)
                try:
                    self.process.wait(timeout)
                except subprocess.TimeoutExpired:
                    continue
        # Children of a program that has ended may still be there: the group is ours alone.
        self._signal_group(signal.SIGKILL)
        self._file.close()
        return self.process.returncode

    def _signal_group(self, number):
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


def stop_all():
    for process in list(_running):
        process.stop(timeout=2.0)


atexit.register(stop_all)


def wait_until(condition, timeout, message):
    """Calls `condition` until it is true; raises `message` (text or a function) otherwise."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.05)
    raise AssertionError(message() if callable(message) else message)
