# SPDX-License-Identifier: GPL-2.0-or-later
"""Puts a TXT register window, and what its registers point to, into memory."""
import pathlib

from . import LabError

MIB = 1 << 20

# Where a file lies unless `map` says otherwise, and how much is reserved.
PLACES = {"registers.bin": 0x30000000, "heap.bin": 0x31000000,
          "drtm_log.bin": 0x31400000}
BASE = PLACES["registers.bin"]
RESERVE = 2 * MIB

# With more memory than SPLIT, q35 has only LOW of it below 4 GiB.
Q35_SPLIT_MB, Q35_LOW_MB = 2816, 2048


def read_map(path):
    """`FILE ADDRESS` lines that move or add files."""
    places = {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        try:
            name, address = words
            places[name] = int(address, 0)
        except ValueError as e:
            raise LabError(f"{path}:{number}: not 'FILE ADDRESS'") from e
    return places


class Image:
    """The files of one --txt directory, each with its own reserved memory."""

    def __init__(self, where, mem):
        self.files = []
        where = pathlib.Path(where)
        places = dict(PLACES)
        named = {}
        if (where / "map").is_file():
            named = read_map(where / "map")
            places.update(named)
        for name, address in places.items():
            if (where / name).is_file():
                self._add(where / name, address, mem)
            elif name in named:
                raise LabError(f"--txt {where}: map names {name}, "
                               "which is not there")
        if not self.files:
            raise LabError(f"--txt {where}: there is no registers.bin, "
                           "heap.bin, drtm_log.bin, nor any file that map names")
        self.base = places["registers.bin"]

    def _add(self, path, address, mem):
        size = path.stat().st_size
        end = address + max(RESERVE, -(-size // MIB) * MIB)
        low = (mem if mem < Q35_SPLIT_MB else Q35_LOW_MB) * MIB
        if address % MIB or end > low:
            raise LabError(f"{path.name} at {address:#x} does not begin on a "
                           f"MiB boundary, or not all of it is below the end "
                           f"of the guest's memory ({low:#x}); see --mem")
        for other, start, stop in self.files:
            if address < stop and start < end:
                raise LabError(f"{path.name} and {other.name} overlap")
        self.files.append((path, address, end))

    def devices(self):
        """QEMU's arguments that load the bytes."""
        return [word for path, address, _ in self.files for word in (
            "-device", f"loader,file={path},addr={address:#x},force-raw=on")]

    def words(self):
        """The kernel's arguments that keep it from calling this System RAM."""
        return [f"memmap={(end - address) // MIB}M${address:#x}"
                for _, address, end in self.files]
