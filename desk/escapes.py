"""Takes terminal control sequences out of a text. :func:`desk.text.clean_text` is the door; nothing else calls this."""

import re

_STRING_END = "\x07\x18\x1a\x9c"
"""What ends a control string beside ``ESC \\``: BEL, CAN, SUB and ST."""

_STRING_BODY = f"[^\n\x1b{_STRING_END}]"

_SEQUENCE = re.compile(
    # OSC, DCS, APC, PM, SOS in both spellings, through the terminator or else to the end of the line
    rf"(?:\x1b[\]P_^X]|[\x9d\x90\x9f\x9e\x98]){_STRING_BODY}*+(?:\x1b(?!\\){_STRING_BODY}*+)*+(?:[{_STRING_END}]|\x1b\\)?"
    # CSI in both spellings; terminals go on reading one across other controls, and across parameters out of order
    r"|(?:\x1b\[|\x9b)[\x00-\x09\x0b-\x17\x19\x1c-\x3f\x7f]*+[\x40-\x7e]?"
    # every other escape: ESC, intermediates, final (this includes the two-character spelling of C1)
    r"|\x1b[\x20-\x2f]*+[\x30-\x7e]?"
)
"""Possessive throughout: each character is looked at a bounded number of times, so hostile input costs linear time."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]+")


def strip_controls(text: str) -> str:
    """The text without control sequences and without control characters but tab and newline."""
    return _CONTROL.sub("", _SEQUENCE.sub("", text))
