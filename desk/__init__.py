"""What a support desk is: records, commands and rules, as pure functions over frozen structs.

Nothing here performs I/O, reads a clock or draws a random number. The backend uses these rules to decide; the console
uses the same ones to show the result at once, offline.
"""
