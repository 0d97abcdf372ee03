"""Finds out whether a path lies on a network file system, where SQLite's locks cannot be trusted."""

from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
NETWORK_TYPES = frozenset(
    [
        "nfs",
        "nfs4",
        "cifs",
        "smb3",
        "smbfs",
        "afs",
        "9p",
        "ceph",
        "glusterfs",
        "lustre",
        "beegfs",
        "gpfs",
        "fuse.sshfs",
        "fuse.rclone",
        "fuse.s3fs",
        "davfs",
    ]
)


def network_filesystem(path: Path) -> str:
    """The type of the network file system that holds the path (which need not exist yet); empty for a local one.

    Knows Linux only; elsewhere it says nothing.
    """
    try:
        mounts = MOUNTS.read_text("utf-8", "replace")
    except OSError:
        return ""
    kind = _type_of(path.resolve(), mounts)
    return kind if kind in NETWORK_TYPES else ""


def _type_of(path: Path, mounts: str) -> str:
    best, kind, inside = 0, "", f"{path}/"
    for line in mounts.splitlines():
        fields = line.split(" ", 3)
        if len(fields) < 3:
            continue
        mount = fields[1].replace("\\040", " ").rstrip("/") + "/"
        if len(mount) >= best and inside.startswith(mount):
            best, kind = len(mount), fields[2]
    return kind
