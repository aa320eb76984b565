"""`python -m config.lint`: every check that needs no server; all of them run, then the failed ones are named."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.devstack.places import BASE_DIR

# Enough to look at production settings; nothing is reached by them.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "only-for-checking-the-settings-" + "0123456789abcdefghij" * 2,
    "ALLOWED_HOSTS": "crm.example",
    "SITE_URL": "https://crm.example",
    "EMAIL_URL": "smtp+tls://user:password@mail.example:587",
    "DEFAULT_FROM_EMAIL": "crm@crm.example",
    "DATABASE_URL": "postgres://crm@database/crm",
    "REDIS_URL": "redis://queue:6379",
}
TYPED = ("services", "selectors")


def typed_paths() -> list[str]:
    found = [path for kind in TYPED for path in [*BASE_DIR.glob(f"*/{kind}.py"), *BASE_DIR.glob(f"*/{kind}/")]]
    return ["config", *sorted(str(path.relative_to(BASE_DIR)) for path in found)]


def checks() -> dict[str, list[str]]:
    python, programs = sys.executable, Path(sys.executable).parent
    return {
        "ruff": [f"{programs}/ruff", "check", "--quiet"],
        "ruff format": [f"{programs}/ruff", "format", "--check", "--quiet"],
        "djlint": [f"{programs}/djlint", "templates", "--lint", "--quiet"],
        "lint-imports": [f"{programs}/lint-imports", "--no-cache"],
        "makemigrations": [python, "-W", "ignore", "manage.py", "makemigrations", "--check", "--dry-run"],
        "check": [python, "manage.py", "check", "--fail-level=WARNING"],
        "check --deploy": [python, "manage.py", "check", "--deploy", "--fail-level=WARNING"],
        "mypy": [f"{programs}/mypy", *typed_paths()],
    }


def _outcome(name: str, command: list[str]) -> subprocess.CompletedProcess[str]:
    env = os.environ | PRODUCTION if name == "check --deploy" else os.environ
    return subprocess.run(command, cwd=BASE_DIR, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def main() -> int:
    """As many at once as there are processors; told in their order."""
    failed, wanted = [], checks()
    with ThreadPoolExecutor(os.cpu_count()) as at_once:
        slowest_first = sorted(wanted, key=lambda name: name != "mypy")
        running = {name: at_once.submit(_outcome, name, wanted[name]) for name in slowest_first}
        for name in wanted:
            done = running[name].result()
            print(f"{'failed' if done.returncode else 'ok':>7}  {name}", flush=True)
            if done.returncode:
                failed.append(name)
                print(done.stdout, flush=True)
    if failed:
        print(f"Not clean: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
