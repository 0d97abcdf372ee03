"""Takes in what a desk already has: articles, tickets, mail. One module a format, one way to report.

Importing the same file again changes nothing: what is known by its source id is left alone, or brought up to date.
"""
