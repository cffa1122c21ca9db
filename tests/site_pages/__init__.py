"""The code on the site's pages and in the README, found and run as a reader would run it.

A page is a folder of its own and one Python process: its blocks run from top to bottom, Python in one
namespace, commands line by line. What lies in a page's folder is drawn by code: pictures, a photo; so is a
small MNIST.

A comment above a block says what is special about it:

    <!-- needs: all backends -->    left out where one of them is not installed
    <!-- not run: the reason -->    never run; a test holds these to a list

Blocks of output, JSON or TOML are not run, and not compared with anything.
"""

from site_pages.blocks import Block, find_blocks, pages

__all__ = ["Block", "find_blocks", "pages"]
