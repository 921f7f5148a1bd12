# SPDX-License-Identifier: GPL-2.0-or-later
"""A plausible machine after a dynamic launch: its TPM, registers, heap and log.

All four agree with one another, and are the same wherever they are made: what
has no known data is the hash of a label. To have a machine that contradicts
itself, write the sample and change one of its files.
"""
import hashlib
import struct

from .drtm import ALGORITHMS

HEAP, HEAP_SIZE = 0x31000000, 0xe0000
SINIT, SINIT_SIZE = 0x30fd0000, 0x30000
LOG_OFFSET, LOG_SIZE = 0x10000, 0x2000
DPR = 0x31200041    # 4 MiB below 0x31200000, locked

EV_NO_ACTION = 3
MAPPING, HASH_START = 0x401, 0x402
MLE_HASH, BIOSAC_REG, CPU_SCRTM, LCP_CONTROL = 0x404, 0x40a, 0x40b, 0x40c
STM_HASH, CAPABILITIES, PUBKEY, LCP_DETAILS = 0x40e, 0x40f, 0x410, 0x412
LCP_AUTHORITIES, NV_INFO = 0x413, 0x414

END_ELEMENT, LOG_ELEMENT = 0, 8
NO_PCR = 0xff


def label(text):
    """Stands for data that a real machine has and this one does not."""
    return f"drtmon sample: {text}".encode()


def known(text):
    """32 bytes that look like a hash because they are one."""
    return hashlib.sha256(label(text)).digest()


def number(value):
    return struct.pack("<I", value)


# What the processor hashes at locality 4: the ACM's hash and SENTER's EDX.
START = known("SINIT ACM") + number(0)

# PCR, type, what is in the log, and what is hashed where that is not it.
EVENTS = [
    (NO_PCR, MAPPING, number(1), None),
    (17, HASH_START, START, None),
    (17, BIOSAC_REG, known("BIOS ACM registration"), None),
    (17, CPU_SCRTM, number(0), None),
    (18, CPU_SCRTM, number(0), None),
    (17, LCP_CONTROL, number(0), None),
    (18, LCP_CONTROL, number(0), None),
    (17, LCP_DETAILS, b"\0", None),
    (18, LCP_AUTHORITIES, b"\0", None),
    (17, STM_HASH, b"", b"\0"),
    (17, CAPABILITIES, number(0x204), None),
    (18, CAPABILITIES, number(0x204), None),
    (17, MLE_HASH, b"", label("MLE")),
    (17, NV_INFO, label("NV public areas"), None),
    (18, NV_INFO, label("NV public areas"), None),
    (18, PUBKEY, b"", known("ACM public key")),
]


def hashes(data):
    """The digest of data in every bank."""
    return {name: hashlib.new(name, data).digest() for name in ALGORITHMS}


def extends():
    """The text that --drtm wants: all events but those the hardware does."""
    lines = []
    for pcr, kind, data, hashed in EVENTS:
        if kind not in (MAPPING, HASH_START):
            digests = hashes(data if hashed is None else hashed).items()
            words = " ".join(f"{name}:{d.hex()}" for name, d in digests)
            lines.append(f"# event {kind:#x}\n{pcr} {words}\n")
    return "".join(lines)


def log_header():
    """The first record, whose layout is that of TPM 1.2 for old readers."""
    spec = b"Spec ID Event03\0" + struct.pack(
        "<IBBBBI", 0, 0, 2, 0, 2, len(ALGORITHMS))
    for algorithm, size in ALGORITHMS.values():
        spec += struct.pack("<HH", algorithm, size)
    spec += b"\0"
    return struct.pack("<II20xI", 0, EV_NO_ACTION, len(spec)) + spec


def log():
    """The launch's event log in TCG's crypto agile format."""
    out = log_header()
    for pcr, kind, data, hashed in EVENTS:
        out += struct.pack("<III", pcr, kind, len(ALGORITHMS))
        for name, digest in hashes(data if hashed is None else hashed).items():
            if kind == MAPPING:
                digest = bytes(len(digest))
            out += struct.pack("<H", ALGORITHMS[name][0]) + digest
        out += number(len(data)) + data
    return out


def table(body):
    """One of the heap's tables, behind the size that counts itself."""
    body += bytes(-len(body) % 8)
    return struct.pack("<Q", len(body) + 8) + body


def element(kind, data=b""):
    return struct.pack("<II", kind, len(data) + 8) + data


def heap():
    """The four tables, and the event log some way behind them."""
    events = log()
    pointer = struct.pack("<QIII", HEAP + LOG_OFFSET, LOG_SIZE, 0, len(events))
    bios = struct.pack("<IIQQIII", 6, 0, 0, 0, 2, 0, 2) + element(END_ELEMENT)
    mle = struct.pack("<IIQQII64x", 1, 0, 0, 0, 0, 0)
    sinit = struct.pack("<IIQQQQQQQQQIQ", 7, 0, 0, 0x200000, 0, 0, 0x30000000,
                        0, 0, 0, 0, 0x204, 0) \
        + element(LOG_ELEMENT, pointer) + element(END_ELEMENT)
    result = struct.pack("<I116xIIIIIII", 9, 0, 0, 0, 0, 0, 0, 0) \
        + element(END_ELEMENT)
    out = b"".join(map(table, (bios, mle, sinit, result)))
    out = out.ljust(LOG_OFFSET, b"\0") + events
    return out.ljust(HEAP_SIZE, b"\0")


def registers():
    """The public window of a processor that launched, and reported no error."""
    window = bytearray(0x10000)
    for offset, value in (
            (0x000, 0x18091),               # STS: SENTER done, localities open
            (0x008, 0), (0x030, 0),         # ESTS, ERRORCODE
            (0x0a0, 1 << 63 | 1 << 59 | 1 << 53 | 1 << 30),    # BOOTSTATUS
            (0x100, 0xffffffff),            # VER.FSBIF
            (0x110, 0x1b0058086),           # DIDVID
            (0x200, 0x9d003000),            # VER.QPIIF
            (0x270, SINIT), (0x278, SINIT_SIZE),
            (0x300, HEAP), (0x308, HEAP_SIZE), (0x330, DPR),
            (0x378, 2 << 32 | 1 << 15 | 2 << 13 | 1 << 7),     # ACM policy
            (0x800, 5 << 16),               # VER.FTIF: TPM on SPI
            (0x8f0, 0x6)):                  # E2STS: secrets
        struct.pack_into("<Q", window, offset, value)
    window[0x400:0x420] = known("ACM public key")
    return bytes(window)


def write(out):
    """The directory that --drtm and --txt want."""
    out.mkdir(parents=True, exist_ok=True)
    (out / "hash_start.bin").write_bytes(START)
    (out / "extends").write_text(extends())
    (out / "registers.bin").write_bytes(registers())
    (out / "heap.bin").write_bytes(heap())
