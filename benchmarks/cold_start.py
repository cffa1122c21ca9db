"""From a fresh process to 64 pictures: ganzoo against bare Keras doing the same work.

    python -m benchmarks.cold_start
    python -m benchmarks.cold_start --backends jax --preset FOLDER --rounds 5 --json result.json

Bare Keras builds the stock network from the preset's `config.json`, loads its weights and draws, once by
`predict` and once by calling the model. Processes run one at a time and take turns; the first round, which
fills the disk cache, does not count. Ratios are of wall time from start to exit; asked for: at most 1.25.
"""

import argparse
import dataclasses
import json
import os
import shlex
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import contest, machine
from benchmarks.settings import BACKENDS

__all__: list[str] = []

# `{preset}` is a name or a folder, `{folder}` where the files are. Each prints when a part was done.
GANZOO = """
import time; start = time.perf_counter()
import ganzoo
gan = ganzoo.load({preset!r}); loaded = time.perf_counter()
pictures = gan.generate(64, seed=0{labels})
print(loaded - start, time.perf_counter() - start, pictures.shape)
"""
KERAS = """
import time; start = time.perf_counter()
import json, keras, numpy as np
config = json.load(open({folder!r} + "/config.json"))
model = keras.saving.deserialize_keras_object(config)
model.load_weights({folder!r} + "/model.weights.h5"); loaded = time.perf_counter()
z = np.random.default_rng(0).standard_normal((64, {latent_dim})).astype("float32")
inputs = [z, np.arange(64, dtype="int32") % {num_classes}] if {num_classes} else z
{draw}
pictures = np.clip(np.rint((images + 1) * 127.5), 0, 255).astype("uint8")
print(loaded - start, time.perf_counter() - start, pictures.shape)
"""
DRAW = {
    "keras-predict": "images = model.predict(inputs, batch_size=64, verbose=0)",
    "keras-call": "images = keras.ops.convert_to_numpy(model(inputs, training=False))",
}


def scripts(preset: str, folder: Path) -> dict[str, str]:
    """The contestants' programs by name."""
    manifest = json.loads((folder / "ganzoo.json").read_text())
    network = manifest["network"]
    classes = network.get("num_classes", 0)
    labels = ", labels=[i % 10 for i in range(64)]" if classes else ""
    return {
        "ganzoo": GANZOO.format(preset=preset, labels=labels),
        **{
            name: KERAS.format(
                folder=str(folder), latent_dim=network["latent_dim"], num_classes=classes, draw=draw
            )
            for name, draw in DRAW.items()
        },
    }


def once(program: str, *, backend: str) -> dict[str, float]:
    """Run a program in a process of its own.

    Raises:
        ContestError: it failed.
    """
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=contest.ROOT,
        env={**os.environ, "KERAS_BACKEND": backend, "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
    )
    seconds = time.perf_counter() - started
    if done.returncode:
        raise contest.ContestError(f"A contestant failed on {backend}:\n{done.stderr[-1500:]}")
    loaded, drawn = map(float, done.stdout.strip().splitlines()[-1].split()[:2])
    return {"seconds": seconds, "loaded": loaded, "drawn": drawn}


def find(preset: str) -> Path:
    """The preset's folder.

    Raises:
        SystemExit: there is none.
    """
    root = os.environ.get("GANZOO_WEIGHTS") or contest.ROOT / "weights"
    for folder in (Path(preset), Path(root) / preset):
        if (folder / "ganzoo.json").is_file():
            return folder.resolve()
    raise SystemExit(f"No preset there. Received: {preset!r}. Pass --preset a name in {root} or a folder.")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.cold_start", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--backends", nargs="+", choices=BACKENDS, default=BACKENDS)
    parser.add_argument("--preset", default="mnist-dcgan", help="a preset's name, or its folder")
    parser.add_argument("--rounds", type=int, default=7, help="rounds that count")
    parser.add_argument("--json", type=Path, help="file for all figures")
    options = parser.parse_args()
    folder = find(options.preset)
    preset = str(folder) if Path(options.preset).is_dir() else options.preset
    programs = scripts(preset, folder)
    about = {"command": f"python -m benchmarks.cold_start {shlex.join(sys.argv[1:])}".strip()}
    about["machine"] = machine.words()
    lines: list[dict[str, Any]] = []
    for backend in options.backends:
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in programs}
        names = list(programs)
        for turn in range(options.rounds + 1):
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                runs[name].append(once(programs[name], backend=backend))
        for name in names:
            own, ours = ([run["seconds"] for run in runs[n][1:]] for n in (name, "ganzoo"))
            lines.append(
                {
                    "backend": backend,
                    "contestant": name,
                    "seconds": median(own),
                    "loaded": median(run["loaded"] for run in runs[name][1:]),
                    "drawn": median(run["drawn"] for run in runs[name][1:]),
                    "ganzoo_takes": dataclasses.asdict(contest.ratio(ours, own)),
                    "runs": runs[name],
                }
            )
    print(f"`{about['command']}`\n\n{about['machine']}\n")
    header = ("backend, contestant", "process s", "imported and loaded s", "drawn s", "ganzoo's time / its")
    rows = [
        [
            f"{line['backend']}, {line['contestant']}",
            *(f"{line[key]:.2f}" for key in ("seconds", "loaded", "drawn")),
            "1" if line["contestant"] == "ganzoo" else str(contest.Ratio(**line["ganzoo_takes"])),
        ]
        for line in lines
    ]
    print(contest.markdown(header, rows))
    if options.json:
        options.json.write_text(json.dumps({**about, "lines": lines}, indent=1))


if __name__ == "__main__":
    contest.run_main(main)
