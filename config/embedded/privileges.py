"""The account that runs the servers. PostgreSQL does not run as root, so root uses another."""

import os
import pwd
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from config.embedded.data_folder import DataFolder
from config.embedded.errors import ServerFailed

DEFAULT_ACCOUNTS = ("postgres", "nobody")
CAP_DAC_READ_SEARCH = 1 << 2
"""Bit of this capability in /proc/self/status, see capabilities(7)."""


@dataclass(frozen=True, kw_only=True)
class ServerAccount:
    """The account that runs the servers."""

    uid: int
    gid: int
    drops_root: bool
    """Whether this process is root and starts the servers as another account."""


def choose_account(folder: DataFolder) -> ServerAccount:
    """Return the current account; for root the cluster's owner, `EMBEDDED_USER` or a default."""
    if os.geteuid() != 0:
        return ServerAccount(uid=os.geteuid(), gid=os.getegid(), drops_root=False)
    if folder.postgres.exists():
        owner = folder.postgres.stat()
        return ServerAccount(uid=owner.st_uid, gid=owner.st_gid, drops_root=True)
    entries = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in (os.environ.get("EMBEDDED_USER", ""), *DEFAULT_ACCOUNTS):
        if name in entries:
            return ServerAccount(
                uid=entries[name].pw_uid, gid=entries[name].pw_gid, drops_root=True
            )
    raise ServerFailed(
        "PostgreSQL cannot run as root, and no other account was found. Set EMBEDDED_USER to the "
        "name of an account."
    )


def create_private_folder(path: Path, account: ServerAccount) -> None:
    """Create a folder that only the account can enter; raise `ServerFailed` for another owner."""
    path.mkdir(mode=0o700, exist_ok=True)
    if path.is_symlink() or path.stat().st_uid not in (os.geteuid(), account.uid):
        raise ServerFailed(f"{path} belongs to another user. Remove it, or set another DATA_DIR.")
    if account.drops_root:
        os.chown(path, account.uid, account.gid)


def wrap_command(
    argv: Sequence[str | Path],
    account: ServerAccount,
    *,
    paths: Iterable[Path],
    death_signal: Signals | None = None,
) -> list[str]:
    """Return the command line that runs `argv` as the account.

    The process must reach `paths`. If a parent folder is closed to other users (a project below
    /root), the process gets a capability to pass it. The kernel sends `death_signal` to the process
    when this process dies; for root `setpriv` must request it, since a change of account clears it.
    """
    command = [str(part) for part in argv]
    if not account.drops_root:
        return command
    capabilities = "-all" + _required_capability(paths)
    death_options = ["--pdeathsig", death_signal.name.removeprefix("SIG")] if death_signal else []
    return [
        "setpriv",
        f"--reuid={account.uid}",
        f"--regid={account.gid}",
        "--clear-groups",
        f"--inh-caps={capabilities}",
        f"--ambient-caps={capabilities}",
        f"--bounding-set={capabilities}",
        "--securebits=+no_setuid_fixup",
        "--no-new-privs",
        *death_options,
        *command,
    ]


def _required_capability(paths: Iterable[Path]) -> str:
    parents = {parent for path in paths for parent in path.parents}
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in parents):
        return ""
    status = Path("/proc/self/status").read_text()
    permitted = re.search(r"^CapPrm:\s*([0-9a-f]+)", status, re.MULTILINE)
    if permitted and int(permitted[1], 16) & CAP_DAC_READ_SEARCH:
        return ",+dac_read_search"
    return ",+dac_override"
