"""Network namespaces joined by veth pairs; all of them go away with the test."""

import contextlib
import ctypes
import functools
import os
import shutil
import subprocess

from . import framework

CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)


def _run(*words):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if done.returncode != 0:
        raise AssertionError(f"{' '.join(map(str, words))}: {done.stderr.strip()}")
    return done.stdout


class Namespace:
    """One namespace with its loopback device up."""

    def __init__(self, short):
        framework.need(os.geteuid() == 0, "needs root for network namespaces")
        framework.need(shutil.which("ip"), "ip is not installed")
        self.name = f"baton{os.getpid()}{short}"
        try:
            _run("ip", "netns", "add", self.name)
        except AssertionError as error:
            raise framework.Skip(f"no network namespaces here ({error})") from None
        self.exec("ip", "link", "set", "lo", "up")

    def exec(self, *words):
        return _run("ip", "netns", "exec", self.name, *words)

    def stop(self):
        _run("ip", "netns", "delete", self.name)

    @contextlib.contextmanager
    def inside(self):
        """Sockets that this thread makes meanwhile belong to the namespace."""
        here = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        try:
            _enter(there)
            yield self
        finally:
            _enter(here)
            os.close(here)
            os.close(there)


def apart(function):
    """Runs a test in a namespace of its own: with a loopback device, and with another that leads
    nowhere, for programs that look for a network before they do anything. What browsers and phones
    say to the rest of the world stays here.
    """
    @functools.wraps(function)
    def run(t):
        space = t.keep(Namespace("a"))
        space.exec("ip", "link", "add", "nowhere", "type", "veth", "peer", "name", "end")
        space.exec("ip", "addr", "add", "192.0.2.1/24", "dev", "nowhere")
        for device in ("nowhere", "end"):
            space.exec("ip", "link", "set", device, "up")
        space.exec("ip", "route", "add", "default", "dev", "nowhere")
        with space.inside():
            function(t)
    return run


def _enter(descriptor):
    if _libc.setns(descriptor, CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "setns")


def connect(one, other, address_one, address_other):
    """Joins two namespaces; the device in each is called `to-` and the other's last letter."""
    end_one, end_other = f"to-{other.name[-1]}", f"to-{one.name[-1]}"
    _run("ip", "link", "add", end_one, "netns", one.name, "type", "veth",
         "peer", "name", end_other, "netns", other.name)
    for space, device, address in ((one, end_one, address_one), (other, end_other, address_other)):
        space.exec("ip", "addr", "add", f"{address}/24", "dev", device)
        space.exec("ip", "link", "set", device, "up")
