"""What customers of wallets and exchanges write about: transactions, addresses, networks and memos, found in text.

The rule lives here once. :mod:`~desk.crypto.finding` finds what is there, :mod:`~desk.crypto.networks` knows the names
of networks, :mod:`~desk.crypto.addresses` the checksums. The console paints what has one of the
:mod:`~desk.crypto.shapes`; they import nothing, because every conversation that is opened needs them.
"""
