"""`python -m app` is `elbguard`."""

from app.entry import main

if __name__ == "__main__":
    main()
