"""directions.npz: what goes in comes out, and what is foreign or broken is refused in one line."""

import json
import pickle
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.latent.direction import Direction, Directions
from ganzoo.latent.directions_file import load_directions, save_directions
from ganzoo.latent.fingerprint import fingerprint


def some(gan):
    model = fingerprint(gan)
    rng = np.random.default_rng(0)
    entries = tuple(
        Direction(name, rng.normal(size=gan.latent_dim), "sefa", (-2, 3), 0.5, "share", {"size": 1.5}, model)
        for name in ("slant", "stroke width")
    )
    return Directions(entries, model, gan.name, {"method": "sefa", "n": 7, "share": 0.5})


def test_round_trip(linear_gan, tmp_path):
    gan, _ = linear_gan(latent_dim=3)
    written = some(gan)
    path = save_directions(written, tmp_path / "new" / "directions.npz")
    assert [file.name for file in path.parent.iterdir()] == ["directions.npz"]
    read = load_directions(path, gan=gan)
    np.testing.assert_array_equal(read.vectors, written.vectors)
    assert (read.names, read.model, read.model_name) == (written.names, written.model, gan.name)
    assert dict(read.protocol) == {"method": "sefa", "n": 7, "share": 0.5}
    one, other = read["slant"], written["slant"]
    assert (one.steps, one.score, one.score_name, one.per_step) == ((-2, 3), 0.5, "share", {"size": 1.5})
    assert (one.method, one.model) == (other.method, other.model)


def test_of_another_model_they_are_refused(linear_gan, tmp_path):
    gan, matrix = linear_gan(latent_dim=3)
    path = save_directions(some(gan), tmp_path / "directions.npz")
    gan.generator.set_weights([matrix + 1e-6])
    with pytest.raises(InvalidArgumentError, match="Find its own: ganzoo directions gan"):
        load_directions(path, gan=gan)
    with pytest.raises(InvalidArgumentError, match=r"latent_dim 3. Received: 'gan', with latent_dim 4"):
        load_directions(path, gan=linear_gan(latent_dim=4)[0])


def rewrite(path, *, header=None, vectors=None):
    with np.load(path) as arrays:
        kept = dict(arrays)
    if header is not None:
        text = {**json.loads(kept["header"].tobytes()), **header}
        kept["header"] = np.frombuffer(json.dumps(text).encode(), "uint8")
    if vectors is not None:
        kept["vectors"] = vectors
    np.savez(path, **kept)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"header": {"schema_version": 9}}, "schema version 9, this ganzoo reads up to 1"),
        ({"header": {"model": "no hash"}}, "is not valid: model: "),
        ({"header": {"surprise": 1}}, "is not valid: surprise: "),
        ({"header": {"directions": []}}, "is not valid: directions: "),
        ({"vectors": np.ones((3, 3), "float32")}, "2 directions are described and 3 are there"),
        ({"vectors": np.full((2, 3), np.nan, "float32")}, "NaN"),
        ({"vectors": np.ones((2, 3))}, "of other types"),
        ({"vectors": np.ones(6, "float32")}, "of 1 dimensions"),
    ],
)
def test_what_breaks_the_schema(linear_gan, tmp_path, change, message):
    path = save_directions(some(linear_gan(latent_dim=3)[0]), tmp_path / "directions.npz")
    rewrite(path, **change)
    with pytest.raises(WeightsError, match=message):
        load_directions(path)


def test_what_is_no_such_file(linear_gan, tmp_path):
    path = tmp_path / "directions.npz"
    with pytest.raises(WeightsError, match="No such file"):
        load_directions(path)
    path.write_bytes(b"no archive")
    with pytest.raises(WeightsError, match="holds no directions"):
        load_directions(path)
    save_directions(some(linear_gan(latent_dim=3)[0]), path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(WeightsError, match="holds no directions"):
        load_directions(path)
    np.savez(path, header=np.array({"a": 1}, "object"), vectors=np.ones((1, 1), "float32"))
    with pytest.raises(WeightsError, match="holds no directions"):
        load_directions(path)
    path.write_bytes(pickle.dumps({"header": 1}))
    with pytest.raises(WeightsError, match="holds no directions"):
        load_directions(path)


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "directions.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("header.npy", b"\0" * (2**26 + 1))
    with pytest.raises(WeightsError, match="bytes unpacked"):
        load_directions(path)


def test_where_they_cannot_be_written(linear_gan, tmp_path):
    several = some(linear_gan(latent_dim=3)[0])
    with pytest.raises(InvalidArgumentError, match="cannot be written: model: "):
        save_directions(replace(several, model="no hash"), tmp_path / "directions.npz")
    with pytest.raises(InvalidArgumentError, match=r"must end in \.npz"):
        save_directions(several, tmp_path / "directions.json")
    (tmp_path / "file").touch()
    with pytest.raises(InvalidArgumentError, match="Cannot write"):
        save_directions(several, tmp_path / "file" / "directions.npz")
