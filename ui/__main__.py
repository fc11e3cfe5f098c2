"""``python -m ui`` is ``tham``."""

from ui.cli import main

if __name__ == "__main__":
    main()
