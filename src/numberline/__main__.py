"""`python -m numberline` is the command `numberline`."""

from numberline.cli.main import main

if __name__ == "__main__":
    main()
