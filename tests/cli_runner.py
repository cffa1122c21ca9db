"""How the tests type a command: in this process, its output caught."""

import pytest

from ganzoo.cli import main

__all__ = ["call_ganzoo", "refused"]

Result = tuple[int, str, str]


def call_ganzoo(capfd: pytest.CaptureFixture[str], *arguments: object) -> Result:
    """Run `ganzoo` with these arguments: `(status, stdout, stderr)`."""
    capfd.readouterr()
    with pytest.raises(SystemExit) as leave:
        main([str(argument) for argument in arguments])
    out, err = capfd.readouterr()
    return int(leave.value.code or 0), out, err


def refused(result: Result, *words: str) -> None:
    """Hold a result to be a refusal: status 2, nothing printed, one line on stderr with these words."""
    status, out, err = result
    assert (status, out) == (2, "")
    assert err.startswith("ganzoo: ")
    assert err.count("\n") == 1
    for word in words:
        assert word in err
