# SPDX-License-Identifier: GPL-2.0-or-later
"""The kernel's log: whole on disk, and searchable when it matters."""
import collections
import re

PANIC = re.compile(r"Kernel panic - not syncing: (.*)")

# init says this on the console, so that a firmware's or a boot's own
# complaint is not held against the command.
STARTS = "drtmon-lab: command starts"

PREFIX = re.compile(r"^(?:\[ *\d+\.\d+\](?:\[ *[TC]\d+\])? )?")
COMPLAINT = re.compile(
    r"WARNING: |BUG[: ]|UBSAN: |Oops|KASAN|KCSAN|ODEBUG: |kernel BUG at "
    r"|general protection fault|double fault|stack segment"
    r"|Unable to handle|DEBUG_LOCKS_WARN_ON|Kernel panic "
    r"|list_(?:add|del) corruption|watchdog: BUG|rcu: INFO: .*(?:stall|starv)"
    r"|INFO: (?:task .* blocked|possible |suspicious |trying to register )"
    r"|kmemleak: \d+ new suspected|unreferenced object ")
END = re.compile(r"---\[ end trace|^ *</TASK>$|^=+$|^$|^drtmon-lab: ")
RACE = re.compile(r"BUG: KCSAN: ([^\n]*)")
REPORT_LINES = 60


class Console:
    """What the guest's kernel printed."""

    def __init__(self, path, watch):
        self.path = path
        self.file = open(path, "wb")
        self.watch = watch

    def add(self, data):
        """More of it, as it comes."""
        self.watch(data)
        self.file.write(data)
        self.file.flush()

    def text(self):
        """All of it so far."""
        return self.path.read_bytes().replace(b"\r", b"").decode(
            errors="replace")

    def panic(self):
        """Why the kernel panicked, or None."""
        found = PANIC.search(self.text())
        return found.group(1).strip() if found else None

    def tail(self, lines=40):
        """The last lines, for whoever must find out what happened."""
        return "\n".join(self.text().splitlines()[-lines:])

    def complaints(self):
        """Each report that the kernel made while the command ran.

        Of data races those are left out that the module has no part in: a stock
        kernel has some that nobody minds. races() names them.
        """
        _, found, text = self.text().partition(STARTS)
        lines = [PREFIX.sub("", line) for line in text.splitlines()]
        reports, number = [], 0
        while found and number < len(lines):
            if COMPLAINT.match(lines[number]):
                end = number + 1
                while end < min(len(lines), number + REPORT_LINES) \
                        and not END.search(lines[end]):
                    end += 1
                report = "\n".join(lines[number:end])
                if not RACE.match(report) or "[drtmon" in report:
                    reports.append(report)
                number = end
            number += 1
        return reports

    def races(self):
        """Data races by the functions they are in, and how often each was seen."""
        return collections.Counter(RACE.findall(self.text()))
