"""An address on the Hub is taken apart or refused, whatever is in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ganzoo
from ganzoo.zoo.hub_address import HubAddress, parse_address

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("text", "repo_id", "revision"),
    [
        ("hf://user/digits", "user/digits", "main"),
        ("hf://user/digits@v1.0", "user/digits", "v1.0"),
        ("hf://user/digits@refs/pr/1", "user/digits", "refs/pr/1"),
        ("hf://My_Org/gan.28-x@main", "My_Org/gan.28-x", "main"),
        (f"hf://user/digits@{COMMIT}", "user/digits", COMMIT),
    ],
)
def test_addresses(text: str, repo_id: str, revision: str):
    assert parse_address(text) == HubAddress(repo_id, revision)
    assert parse_address(text).commit == (COMMIT if revision == COMMIT else None)


@pytest.mark.parametrize(
    "text",
    [
        "hf://",
        "hf://digits",
        "hf:///digits",
        "hf://user/",
        "hf://user/digits/model.weights.h5",
        "hf://datasets/user/digits",
        "hf://user/../../etc",
        "hf://../digits",
        "hf://user/di..gits",
        "hf://user/di--gits",
        "hf://user/-digits",
        "hf://user/digits.git",
        "hf://user/digits\n",
        "hf://user/digi ts",
        "hf://user/digits?x=1",
        "hf://user/" + "d" * 100,
        "hf://user/digits@",
        "hf://user/digits@../../refs",
        "hf://user/digits@/etc/passwd",
        "hf://user/digits@a//b",
        "hf://user/digits@v1@v2",
        "hf://user/digits@.hidden",
        "hf://user/digits@" + "v" * 201,
    ],
)
def test_what_is_no_address_is_refused_before_anything_is_asked(text: str):
    with pytest.raises(
        ganzoo.InvalidArgumentError, match=r"hf://user/name@revision.*Received: 'hf://"
    ) as error:
        ganzoo.zoo.info(text)
    assert "\n" not in str(error.value)


@given(st.text(max_size=60))
def test_no_text_becomes_a_path_that_leads_elsewhere(tail: str):
    try:
        address = parse_address(f"hf://{tail}")
    except ganzoo.InvalidArgumentError:
        return
    assert ".." not in f"{address.repo_id}/{address.revision}"
    assert address.repo_id.count("/") == 1
    assert not address.revision.startswith("/")


@pytest.mark.parametrize("text", ["hf://user/digits", "hf://user/digits@v1"])
def test_an_address_reads_as_it_was_written(text: str):
    assert str(parse_address(text)) == text
