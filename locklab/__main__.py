"""`python -m locklab`."""

from locklab.cli.app import main

if __name__ == "__main__":
    main()
