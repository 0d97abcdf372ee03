"""The sample desk: people, accounts, articles and a day of tickets in Chinese and English, made up and reproducible.

The words are data (``articles/``, ``scenarios/`` and the TOML files beside them); the code only picks, fills in and
plays them through the desk's own rules, so that counters, clocks and urgency are what a real day would have left.
"""
