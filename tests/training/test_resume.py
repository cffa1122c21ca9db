"""A run that is killed, for real, ends with the same bits as one that is not."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ganzoo.training import checkpoint
from ganzoo.training.callbacks import read_journal

WORKER = Path(__file__).with_name("resume_worker.py")
ROOT = WORKER.parents[2]
STEPS, EPOCHS = 8, 4


def start(folder: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(WORKER), json.dumps({"output": str(folder), **options})]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=600, check=False)


def place(folder: Path) -> int:
    """Steps that the checkpoint says are done; reading it checks that the file is whole."""
    _, meta = checkpoint.read(folder / checkpoint.FILE)
    return meta["epoch"] * STEPS + meta["step"]


def test_three_kills_and_a_ctrl_c_end_in_the_bits_of_a_run_left_alone(tmp_path: Path) -> None:
    alone, broken = tmp_path / "alone", tmp_path / "broken"
    done = start(alone)
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("done\n")

    rng = np.random.default_rng()
    first, second, third = (int(rng.integers(low, low + 7)) for low in (2, 10, 18))
    resumed_at = []
    told = f"killed at {first}, in the write after {second}, and at {third}"

    killed = start(broken, kill_at=first)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed_at.append(place(broken))
    assert place(broken) <= first
    # from here on a checkpoint is written within the epoch as well
    killed = start(broken, resume=True, kill_in_write_after=second, seconds=0.0)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed_at.append(place(broken))
    assert place(broken) < second + STEPS, told
    killed = start(broken, resume=True, kill_at=third, seconds=0.0)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed_at.append(place(broken))
    assert place(broken) <= third, told

    stopped = start(broken, resume=True, interrupt_at=27)
    assert stopped.returncode == 0, stopped.stderr
    assert stopped.stdout.endswith("interrupted\n")
    resumed_at.append(place(broken))
    assert place(broken) in (27, 28)  # mid-epoch: the step that ran when the signal came, or the next

    done = start(broken, resume=True)
    assert done.returncode == 0, done.stderr
    assert place(broken) == STEPS * EPOCHS

    expected, _ = checkpoint.read(alone / checkpoint.FILE)
    received, _ = checkpoint.read(broken / checkpoint.FILE)
    assert list(expected) == list(received)
    different = [key for key in expected if not np.array_equal(expected[key], received[key])]
    assert not different, told
    # weights, averages, both optimizers and the seeds have all moved
    assert len(expected) > 40
    start_again = [line["epoch"] for line in read_journal(broken)]
    assert start_again == [1, 2, 3, 4]
    # the figures of an epoch that was gone on with are means over the rest of it; all others are the same
    partial = {at // STEPS for at in resumed_at if at % STEPS}
    for epoch in {*range(EPOCHS)} - partial:
        assert read_journal(broken)[epoch]["d_loss"] == read_journal(alone)[epoch]["d_loss"], told
    assert {path.name for path in (broken / "samples").iterdir()} == {"epoch-0002.png", "epoch-0004.png"}
    # nothing temporary stays behind
    assert sorted(p.name for p in broken.iterdir()) == ["checkpoint.npz", "log.jsonl", "samples"]
