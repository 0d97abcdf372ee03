"""Where a sign-in is kept: environment, operating-system keyring, encrypted file, or memory. Never plain text.

The only room that reaches the keyring. Everything here may block (the keyring for up to three seconds); call it from
a thread.
"""

from console.credentials.keeper import Credentials, Where
from console.credentials.sealed_file import WrongPassphrase

__all__ = ["Credentials", "Where", "WrongPassphrase"]
