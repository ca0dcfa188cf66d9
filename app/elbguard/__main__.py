"""`python -m app` is `elbguard`."""

from elbguard.entry import main

if __name__ == "__main__":
    main()
