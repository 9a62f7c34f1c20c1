"""Whom the servers run as. PostgreSQL refuses to run as root, so root hands both to an account."""

import os
import pwd
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from config.embedded.errors import ServerFailed
from config.embedded.folder import DataFolder

CANDIDATES = ("postgres", "nobody")
CAP_DAC_READ_SEARCH = 1 << 2
"""Bit of the capability in /proc/self/status, see capabilities(7)."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """The account that the servers run as."""

    uid: int
    gid: int
    dropped: bool
    """Whether we are root, and give up its power for the servers."""


def account_for(folder: DataFolder) -> Account:
    """Choose our own; for root the cluster's owner, or `EMBEDDED_USER`, or a candidate."""
    if os.geteuid() != 0:
        return Account(uid=os.geteuid(), gid=os.getegid(), dropped=False)
    if folder.postgres.exists():
        made = folder.postgres.stat()
        return Account(uid=made.st_uid, gid=made.st_gid, dropped=True)
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in (os.environ.get("EMBEDDED_USER", ""), *CANDIDATES):
        if name in known:
            return Account(uid=known[name].pw_uid, gid=known[name].pw_gid, dropped=True)
    raise ServerFailed("No account is left to run PostgreSQL as: name one in EMBEDDED_USER.")


def make_private(path: Path, account: Account) -> None:
    """Make a folder that only the account may enter; refuse one that is somebody else's."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in (os.geteuid(), account.uid):
        raise ServerFailed(
            f"{path} belongs to somebody else. Remove it, or choose another DATA_DIR."
        )
    if account.dropped:
        os.chown(path, account.uid, account.gid)


def command(
    argv: Sequence[str | Path],
    account: Account,
    *,
    reaches: Iterable[Path],
    death_signal: Signals | None = None,
) -> list[str]:
    """Give the command line that runs `argv` as the account.

    `reaches` are the paths that it must get to: where a parent folder is closed to others (a
    project below /root), the process alone may pass it. `death_signal` is what the kernel sends it
    when we die; under root `setpriv` must ask for it, since a change of account clears the wish.
    """
    plain = [str(part) for part in argv]
    if not account.dropped:
        return plain
    powers = "-all" + _needed_power(reaches)
    wish = ["--pdeathsig", death_signal.name.removeprefix("SIG")] if death_signal else []
    return [
        "setpriv",
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        f"--inh-caps={powers}",
        f"--ambient-caps={powers}",
        f"--bounding-set={powers}",
        "--securebits=+no_setuid_fixup",
        "--no-new-privs",
        *wish,
        *plain,
    ]


def _needed_power(paths: Iterable[Path]) -> str:
    parents = {parent for path in paths for parent in path.parents}
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in parents):
        return ""
    status = Path("/proc/self/status").read_text()
    held = re.search(r"^CapPrm:\s*([0-9a-f]+)", status, re.MULTILINE)
    if held and int(held[1], 16) & CAP_DAC_READ_SEARCH:
        return ",+dac_read_search"
    return ",+dac_override"
