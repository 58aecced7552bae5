"""`python -m tujing` is the `tujing` command."""

import sys

from tujing.cli.main import main

sys.exit(main())
