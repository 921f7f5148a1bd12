# SPDX-License-Identifier: GPL-2.0-or-later
"""What a dynamic launch does to a TPM, as the lab describes and performs it."""
import re
import struct

from . import LabError

ALGORITHMS = {"sha1": (0x0004, 20), "sha256": (0x000b, 32),
              "sha384": (0x000c, 48), "sha512": (0x000d, 64)}

TPM_TAG_RQU_COMMAND, TPM_ORD_EXTEND = 0x00c1, 0x14
TPM2_ST_SESSIONS, TPM2_CC_PCR_EXTEND, TPM2_RS_PW = 0x8002, 0x182, 0x40000009

LAUNCH_LOCALITY = 2


def parse_extend(line):
    """`PCR ALG:HEX [ALG:HEX...]` as a number and [(algorithm, digest)]."""
    pcr, *words = line.split()
    digests = []
    for word in words:
        algorithm, _, text = word.partition(":")
        if algorithm not in ALGORITHMS:
            raise ValueError(f"{algorithm} is not a bank")
        digest = bytes.fromhex(text)
        if len(digest) != ALGORITHMS[algorithm][1]:
            raise ValueError(f"a {algorithm} digest of {len(digest)} bytes")
        digests.append((algorithm, digest))
    if not re.fullmatch(r"\d{1,2}", pcr) or not digests:
        raise ValueError("not 'PCR ALG:HEX [ALG:HEX...]'")
    return int(pcr), digests


def read_extends(path):
    """Every extend of the file, in order; # begins a comment."""
    extends = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.partition("#")[0].strip()
        if not line:
            continue
        try:
            extends.append(parse_extend(line))
        except ValueError as e:
            raise LabError(f"{path}:{number}: {e}") from e
    return extends


def extend_command(version, pcr, digests):
    """The bytes of one PCR extend for that family of TPM."""
    if version == "1.2":
        sha1 = dict(digests).get("sha1")
        if sha1 is None:
            raise LabError(f"a TPM 1.2 needs a sha1 digest to extend PCR {pcr}")
        return struct.pack(">HIII", TPM_TAG_RQU_COMMAND, 34, TPM_ORD_EXTEND,
                           pcr) + sha1
    session = struct.pack(">IIHBH", 9, TPM2_RS_PW, 0, 0, 0)
    body = struct.pack(">I", pcr) + session + struct.pack(">I", len(digests))
    for algorithm, digest in digests:
        body += struct.pack(">H", ALGORITHMS[algorithm][0]) + digest
    return struct.pack(">HII", TPM2_ST_SESSIONS, 10 + len(body),
                       TPM2_CC_PCR_EXTEND) + body


class Launch:
    """A launch read from its directory: what is hashed, and what is extended."""

    def __init__(self, where, version):
        for name in ("hash_start.bin", "extends"):
            if not (where / name).is_file():
                raise LabError(f"--drtm {where}: there is no {name}")
        self.hash_start = (where / "hash_start.bin").read_bytes()
        self.commands = [extend_command(version, *extend)
                         for extend in read_extends(where / "extends")]

    def perform(self, channel):
        """Do to the TPM what a processor's launch does to it.

        The hash sequence of locality 4 resets PCRs 17 to 22 and measures the
        ACM; the ACM's and the MLE's own extends follow at locality 2.
        """
        channel.hash_sequence(self.hash_start)
        channel.set_locality(LAUNCH_LOCALITY)
        for command in self.commands:
            response = channel.transmit(command)
            code = struct.unpack_from(">I", response.ljust(10, b"\xff"), 6)[0]
            if code:
                raise LabError("the TPM refused an extend of the launch with "
                               f"{code:#x}")
        channel.set_locality(0)
