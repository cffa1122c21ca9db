"""The zoo's models go to the Hub and come back: the same files, the same pictures, the golden ones."""

import numpy as np
import pytest
from hub_server import HubServer
from huggingface_hub import ModelCard

import ganzoo
from ganzoo import zoo


@pytest.mark.parametrize("name", ["mnist-mlp-gan", "mnist-dcgan", "mnist-wgan-gp"])
def test_publish_load_compare(as_alice: HubServer, name: str):
    done = zoo.publish(name, f"alice/{name}", tag="v1")
    assert done.plan.missing == ()
    here, there = zoo.info(name), zoo.info(done.address)
    assert there.folder.name == done.commit
    assert (there.manifest, there.evaluation) == (here.manifest, here.evaluation)
    for file in here.manifest.files:
        assert (there.folder / file).read_bytes() == (here.folder / file).read_bytes()
    gan = ganzoo.load(done.address)
    golden = zoo.load_reference(name)
    np.testing.assert_allclose(gan.decode(golden["z"]), golden["images"], atol=1e-5)
    assert np.array_equal(gan.generate(8, seed=3), ganzoo.load(name).generate(8, seed=3))
    assert gan.saved_sampler == ganzoo.load(name).saved_sampler
    card = ModelCard.load(f"alice/{name}")
    assert card.data.model_name == name
    assert len(card.data.eval_results) == 18
    assert f"hf://alice/{name}" in card.text
