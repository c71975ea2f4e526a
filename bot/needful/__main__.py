"""`python -m needful`."""

from needful.cli import main

if __name__ == "__main__":
    main()
