"""The encoder: it learns z, keeps it in a file, and knows whose it is."""

import h5py
import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError, WeightsError
from ganzoo.latent.encoder import build_encoder, encoder_error, load_encoder, save_encoder, train_encoder


def test_it_learns_the_z_of_a_linear_generator_and_comes_back_from_its_file(linear_gan, tmp_path):
    gan, _ = linear_gan(latent_dim=3)
    assert encoder_error(gan, build_encoder(gan)) > 0.5
    seen = []
    encoder = train_encoder(gan, steps=150, batch_size=32, progress=lambda *step: seen.append(step))
    error = encoder_error(gan, encoder)
    assert error < 0.1
    assert seen[-1] == (150, 150)
    path = save_encoder(encoder, tmp_path / "encoder.weights.h5", gan=gan)
    assert [file.name for file in tmp_path.iterdir()] == ["encoder.weights.h5"]
    assert encoder_error(gan, load_encoder(path, gan=gan)) == pytest.approx(error, rel=1e-5)
    # the generator is as free to be trained as before
    assert all(layer.trainable for layer in gan.generator.layers)


def test_another_models_and_broken_files_are_refused(linear_gan, tmp_path):
    gan, matrix = linear_gan(latent_dim=3)
    path = save_encoder(build_encoder(gan), tmp_path / "encoder.weights.h5", gan=gan)
    gan.generator.set_weights([2 * matrix])
    with pytest.raises(InvalidArgumentError, match="encoder of another model"):
        load_encoder(path, gan=gan)
    gan.generator.set_weights([matrix])
    with h5py.File(path, "r+") as file:
        file["outside"] = h5py.ExternalLink("other.h5", "/x")
    with pytest.raises(WeightsError, match="is a link"):
        load_encoder(path, gan=gan)
    path.write_bytes(b"no HDF5")
    with pytest.raises(WeightsError, match="no HDF5 file"):
        load_encoder(path, gan=gan)
    with pytest.raises(WeightsError, match="is missing"):
        load_encoder(tmp_path / "none.weights.h5", gan=gan)
    with pytest.raises(InvalidArgumentError, match=r"must end in \.weights\.h5"):
        save_encoder(build_encoder(gan), tmp_path / "encoder.h5", gan=gan)


def test_of_a_class_conditional_model_it_is_told_the_class(conditional_gan):
    gan = conditional_gan(latent_dim=4, num_classes=3)
    encoder = train_encoder(gan, steps=3, batch_size=8)
    assert [tuple(shape) for shape in encoder.input_shape] == [(None, 4, 4, 1), (None,)]
    assert np.isfinite(encoder_error(gan, encoder, n=9))
