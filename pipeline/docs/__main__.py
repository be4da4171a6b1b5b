"""``python -m pipeline.docs``: write the pages anew."""

from pipeline.docs.pages import main

if __name__ == "__main__":
    main()
