"""The settings of the suite: those of the product, in a home folder of its own that goes when the run ends."""

import atexit
import os
import shutil
import tempfile

HOME = tempfile.mkdtemp(prefix="tujing-tests-")
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
# The product reads this at import; two runs at once must not share a database.
os.environ["TUJING_HOME"] = HOME

from tujing.web.settings import *  # noqa: E402, F403

# The product's own takes a tenth of a second for each account that a test makes.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
