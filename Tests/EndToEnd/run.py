#!/usr/bin/env python3
"""End-to-end tests: a relay, real proxies, real phones. Standard library only.

    run.py [--relay baton|rtpengine] [--baton PATH] [--only WORD] [--list] [--figures]

One line a test and a closing line; exit status 1 when a test failed. `--only` picks tests by
tag or by a part of the title, and may be repeated. `--relay rtpengine` checks the tests.
"""

import argparse
import importlib
import pathlib
import shutil
import signal
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE))

from harness import framework, processes  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--relay", choices=("baton", "rtpengine"), default="baton")
    parser.add_argument("--baton", help="the baton binary")
    parser.add_argument("--only", action="append", default=[], metavar="WORD")
    parser.add_argument("--list", action="store_true", help="print the titles and stop")
    parser.add_argument("--figures", action="store_true", help="print what was measured")
    parser.add_argument("--folder", help="where logs go and stay")
    parser.add_argument("--talk-seconds", type=int, default=10,
                        help="how long browser and phone talk in the test that looks for gaps")
    parser.add_argument("--load-calls", type=int, default=500)
    parser.add_argument("--load-rate", type=int, default=20, help="new calls a second")
    parser.add_argument("--load-seconds", type=int, default=8, help="length of each call")
    return parser.parse_args()


def find_baton(given):
    candidates = [given] if given else [
        ROOT / ".build/release/baton", ROOT / ".build/debug/baton"]
    for candidate in candidates:
        if shutil.which(str(candidate)):
            return str(candidate)
    sys.exit(f"no baton binary at {' or '.join(map(str, candidates))}; "
             "build it with tools/dev release")


def picked(words):
    entries = framework.TESTS
    if not words:
        return [entry for entry in entries if not entry.long]
    tags = {tag for entry in entries for tag in entry.tags}
    return [entry for entry in entries
            if any(word in entry.tags if word in tags else word.lower() in entry.title.lower()
                   for word in words)]


def main():
    arguments = options()
    for path in sorted((HERE / "suites").glob("*.py")):
        importlib.import_module(f"suites.{path.stem}")
    entries = picked(arguments.only)
    if arguments.list:
        for entry in entries:
            print(f"{entry.title}  [{' '.join(entry.tags)}]"
                  f"{' (' + entry.only + ')' if entry.only else ''}"
                  f"{' (long)' if entry.long else ''}")
        return 0
    if not entries:
        sys.exit(f"no test matches {' '.join(arguments.only)}")
    if arguments.relay == "baton":
        arguments.baton = find_baton(arguments.baton)
    folder = pathlib.Path(arguments.folder or tempfile.mkdtemp(prefix="baton-e2e-")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    status = 1
    # Whoever ends this ends all that it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        status = framework.run_all(entries, arguments, folder)
    finally:
        processes.stop_all()
        if status == 0 and not arguments.folder:
            shutil.rmtree(folder, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
