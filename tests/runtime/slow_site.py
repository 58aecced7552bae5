"""A site for test_graceful_stop.py whose pages take a moment: leaves a line when one begins and when it ends."""

import os
import time
from pathlib import Path


def application(environ, start_response):
    log = Path(os.environ["SLOW_SITE_LOG"])
    if environ["PATH_INFO"] == "/slow":
        with log.open("a") as file:
            file.write("begins\n")
        time.sleep(2.0)
        with log.open("a") as file:
            file.write("ends\n")
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"whole answer"]
