"""Runs tests one after the other: a line for each, a deadline for each, a closing line."""

import collections
import contextlib
import os
import signal
import sys
import time
import traceback

Test = collections.namedtuple("Test", "title function only deadline tags long cell")
TESTS = []

# Whether baton translates between SRTP, DTLS, ICE, Opus and plain RTP. Until it does, the tests of
# that (suites browser and matrix) run when asked for by tag or title only. With True here,
# tools/test has to call tools/setup with --peers.
MEDIA_INTERWORKING = True


class Skip(Exception):
    """The test cannot run here; the text says why."""


class TooLate(BaseException):
    """The test's deadline has passed."""


def test(title, only=None, deadline=60, tags=(), long=False, cell=None):
    """Registers a test function; it is called with a Context.

    only: the kind of relay that the test needs. long: runs when asked for by name only.
    cell: the (row, column) of the outcome in the table that is printed at the end.
    """
    def register(function):
        TESTS.append(Test(title, function, only, deadline, tuple(tags), long, cell))
        return function
    return register


class Context:
    """What a test gets: the relay's kind, a folder, and things that are put away at its end."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.kind = options.relay
        self._stack = contextlib.ExitStack()
        self.figures = []

    def cleanup(self, function, *arguments):
        self._stack.callback(function, *arguments)

    def keep(self, thing, method="stop"):
        """Puts the thing away at the end of the test."""
        self._stack.callback(getattr(thing, method))
        return thing

    def relay(self, **keywords):
        """A started relay of the kind under test."""
        from . import relays
        relay = relays.make(self.kind, self.folder, self.options.baton, **keywords)
        self.keep(relay)
        return relay.start()

    def figure(self, text):
        """A measured value, printed below the test's line when figures are asked for."""
        self.figures.append(text)

    def close(self):
        self._stack.close()


def need(condition, reason):
    if not condition:
        raise Skip(reason)


@contextlib.contextmanager
def time_limit(seconds):
    def expired(_number, _frame):
        raise TooLate(f"took longer than {seconds} s")

    before = signal.signal(signal.SIGALRM, expired)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run_one(number, entry, options, folder):
    """(outcome, text) of one test; outcome is passed, failed or skipped."""
    function = entry.function
    if entry.only and entry.only != options.relay:
        return "skipped", f"only for {entry.only}", []
    place = folder / f"{number:02d}-{function.__name__}"
    place.mkdir(parents=True, exist_ok=True)
    context = Context(options, place)
    outcome, text = "passed", ""
    try:
        with time_limit(entry.deadline):
            function(context)
    except Skip as reason:
        outcome, text = "skipped", str(reason)
    except (AssertionError, TooLate) as error:
        outcome, text = "failed", f"{error}\n{_place(error)}"
    except Exception:
        outcome, text = "failed", traceback.format_exc()
    except BaseException:
        # Interrupted from outside: nothing that the test started stays.
        context.close()
        raise
    try:
        with time_limit(30):
            context.close()
    except (Exception, TooLate):
        outcome, text = "failed", f"{text}\nwhile cleaning up: {traceback.format_exc()}"
    return outcome, text, context.figures


def _place(error):
    frames = traceback.extract_tb(error.__traceback__)
    here = [frame for frame in frames if "suites" in frame.filename] or frames
    return f"  at {os.path.basename(here[-1].filename)}:{here[-1].lineno}: {here[-1].line}"


def print_table(cells):
    """The outcomes of the tests that have a cell: a line for each row, rows in order."""
    rows = list(dict.fromkeys(row for row, _ in cells))
    columns = list(dict.fromkeys(column for _, column in cells))
    if not rows:
        return
    width = max(map(len, rows))
    print("\n" + "  ".join([" " * width, *(f"{column:16}" for column in columns)]).rstrip())
    for row in rows:
        line = [f"{row:{width}}", *(f"{cells.get((row, c), '-'):16}" for c in columns)]
        print("  ".join(line).rstrip())
    print()


def run_all(entries, options, folder):
    """Runs the tests, prints, and returns the exit status."""
    counts, cells = {"passed": 0, "failed": 0, "skipped": 0}, {}
    started = time.monotonic()
    for number, entry in enumerate(entries, 1):
        begun = time.monotonic()
        outcome, text, figures = run_one(number, entry, options, folder)
        counts[outcome] += 1
        note = f" ({text})" if outcome == "skipped" else ""
        took = time.monotonic() - begun
        print(f"{outcome:7} {took:6.1f} s  {entry.title}{note}", flush=True)
        if entry.cell:
            cells[entry.cell] = f"{outcome} {took:.1f} s"
        if outcome == "failed":
            print("        " + text.strip().replace("\n", "\n        "), flush=True)
        if options.figures:
            for figure in figures:
                print(f"                 {figure}", flush=True)
    print_table(cells)
    skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
    print(f"{counts['passed']} passed, {counts['failed']} failed{skipped} "
          f"in {time.monotonic() - started:.0f} s ({options.relay}"
          f"{f'; logs in {folder}' if counts['failed'] else ''})")
    sys.stdout.flush()
    return 1 if counts["failed"] or not counts["passed"] else 0
