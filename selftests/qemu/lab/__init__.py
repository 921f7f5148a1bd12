# SPDX-License-Identifier: GPL-2.0-or-later
"""The lab: everything `run` needs to put one command into a fresh guest."""
import pathlib

HERE = pathlib.Path(__file__).resolve().parent.parent
TREE = HERE.parent.parent


class LabError(Exception):
    """The lab could not be set up; the text is one sentence for a person."""
