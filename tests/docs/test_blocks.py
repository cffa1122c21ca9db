"""Blocks are found as a reader sees them, and few are left out of the run."""

import pytest
from site_pages import find_blocks, pages
from site_pages.blocks import ROOT
from site_pages.commands import CommandError, run_commands
from site_pages.small import shorten

# Page and line's beginning of every block that is never run, and why that is all right. Keep it short.
NOT_RUN: dict[tuple[str, str], str] = {}

PAGE = """\
Text.

```python
one = 1

two = 2
```

1. In a list:

    ```bash
    ganzoo list
    ```

```
pip install x
```

<!-- needs: a camera -->

```python
photo()
```
<!-- not run: it never ends -->
````python
print("```")
````

```text
what it prints
```
"""


def test_blocks_of_python_and_commands_are_found_with_their_lines():
    blocks = find_blocks(PAGE)
    assert [(block.line, block.language, block.code) for block in blocks] == [
        (4, "python", "one = 1\n\ntwo = 2"),
        (12, "bash", "ganzoo list"),
        (16, "bash", "pip install x"),
        (22, "python", "photo()"),
        (26, "python", 'print("```")'),
    ]
    assert [(block.needs, block.not_run) for block in blocks] == [
        ("", ""),
        ("", ""),
        ("", ""),
        ("a camera", ""),
        ("", "it never ends"),
    ]


def test_blocks_that_are_not_run_are_listed_here():
    found = {
        (page.relative_to(ROOT).as_posix(), block.code.splitlines()[0])
        for page in pages()
        for block in find_blocks(page.read_text(encoding="utf-8"))
        if block.not_run
    }
    assert found == set(NOT_RUN)


def test_options_are_made_smaller_and_never_larger():
    assert shorten(["train", "--epochs", "100"]) == ["train", "--epochs", "1"]
    assert shorten(["train", "--epochs", "1"]) == ["train", "--epochs", "1"]
    assert shorten(["evaluate", "mnist-dcgan"]) == ["evaluate", "mnist-dcgan", "-n", "500"]
    assert shorten(["list"]) == ["list"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("rm -r folder", "no command 'rm'"),
        ("pip install 'ganzoo[nothing]'", "no extra 'nothing'"),
        ("pip install -c no-such.txt .", "no file no-such.txt"),
        ("python -m nothing", "no python"),
    ],
)
def test_a_command_that_nobody_knows_is_an_error(line: str, words: str):
    with pytest.raises(CommandError, match=words):
        run_commands(line)


def test_commands_that_set_up_an_environment_are_stood_in_for():
    run_commands("python -m venv .venv && . .venv/bin/activate\npip install -c constraints.txt '.[jax]'")
