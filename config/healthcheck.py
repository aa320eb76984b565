"""`python -m config.healthcheck`: asks the web server of this container whether it can work. Exit code 0 or 1."""

import os
import sys
import urllib.request
from urllib.parse import urlsplit


def is_well() -> bool:
    port = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    host = urlsplit(os.environ.get("SITE_URL", "http://localhost")).hostname or "localhost"
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health/ready/", headers={"Host": host})
    try:
        with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if is_well() else 1)
