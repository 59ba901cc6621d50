"""`python -m numberline.simulator`."""

from .main import main

raise SystemExit(main())
