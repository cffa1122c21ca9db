"""The guards of conftest.py hold: a guard that lets everything through would be worse than none."""

import os
import socket
import threading
import urllib.request

import pytest


def test_a_connection_that_leaves_the_machine_raises():
    with socket.socket() as out, pytest.raises(RuntimeError, match=r"reached for the network: 192\.0\.2\.1"):
        out.connect(("192.0.2.1", 80))  # an address kept for documentation: nobody has it


def test_a_look_up_raises():
    with pytest.raises(RuntimeError, match=r"reached for the network: example\.org"):
        socket.create_connection(("example.org", 80), timeout=1)


def test_a_child_process_finds_dead_proxies():
    assert urllib.request.getproxies()["https"] == os.environ["HTTPS_PROXY"] == "http://127.0.0.1:9"


def test_the_machine_itself_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        greet = threading.Thread(target=lambda: server.accept()[0].sendall(b"hi"))
        greet.start()
        with socket.create_connection(server.getsockname(), timeout=5) as connection:
            assert connection.recv(2) == b"hi"
        greet.join()


@pytest.mark.data
def test_a_data_test_runs_only_with_data():
    assert os.environ["GANZOO_DATA"]


@pytest.mark.slow
def test_a_slow_test_runs_only_when_asked(request: pytest.FixtureRequest):
    arguments = request.config.invocation_params.args
    assert any("slow" in argument or "::" in argument for argument in arguments)
