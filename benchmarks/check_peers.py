"""Are the hand-written networks ganzoo's? Same weights in, same pictures and logits out.

KERAS_BACKEND=jax python -m benchmarks.check_peers
"""

import keras
import numpy as np

from benchmarks.settings import MODELS, latents
from ganzoo import networks

__all__: list[str] = []


def _jax(model: str, g: list[np.ndarray], d: list[np.ndarray], z: np.ndarray, x: np.ndarray) -> list[tuple]:
    import jax.numpy as jnp

    from benchmarks.peers.jax import JaxPeer, Network

    answers = []
    for fixed in (False, True):
        peer, network = JaxPeer(model, batch=4, fixed=fixed), Network(model, fixed=fixed)
        answers.append(
            (
                network.generator(list(map(jnp.asarray, g)), peer.state[1], z, training=False)[0],
                network.discriminator(list(map(jnp.asarray, d)), peer.state[4], x, key=None)[0],
            )
        )
    return answers


def _tensorflow(
    model: str, g: list[np.ndarray], d: list[np.ndarray], z: np.ndarray, x: np.ndarray
) -> list[tuple]:
    from benchmarks.peers import tensorflow as peers

    peer = peers.TensorFlowPeer(model, batch=4)
    return [
        (
            peers.generator(model, g, peer.g_moving, z, training=False),
            peers.discriminator(model, d, peer.d_moving, x, training=False),
        )
    ]


def _torch(model: str, g: list[np.ndarray], d: list[np.ndarray], z: np.ndarray, x: np.ndarray) -> list[tuple]:
    """The mirror image, see `benchmarks.peers.torch`: kernels and feature maps are flipped in both axes."""
    import torch

    from benchmarks.peers.torch import networks as build

    def maps(columns: np.ndarray, channels: int) -> np.ndarray:
        """(n, height * width * channels) in Keras' order -> mirrored, in PyTorch's."""
        side = int((columns.shape[1] // channels) ** 0.5)
        shaped = columns.reshape(len(columns), side, side, channels)[:, ::-1, ::-1]
        return shaped.transpose(0, 3, 1, 2).reshape(len(columns), -1)

    def converted(weights: list[np.ndarray], *, dense_maps: int, first: bool) -> list[np.ndarray]:
        new = []
        for i, w in enumerate(weights):
            here = i == 0 if first else i == len(weights) - 2
            if w.ndim == 4:
                new.append(w[::-1, ::-1].transpose(3, 2, 0, 1))
            elif w.ndim == 2:
                if here and dense_maps:
                    w = maps(w, dense_maps) if first else maps(w.T, dense_maps).T
                new.append(w.T)
            elif i == 1 and first and len(w) == 4096:
                new.append(maps(w[None], dense_maps)[0])
            else:
                new.append(w)
        return new

    last = {"mlp-gan": 0, "dcgan": 256, "wgan-gp": 256}[model]
    generator, discriminator = build(model)
    for network, weights in (
        (generator, converted(g, dense_maps={"mlp-gan": 0, "dcgan": 512, "wgan-gp": 256}[model], first=True)),
        (discriminator, converted(d, dense_maps=last, first=False)),
    ):
        network.eval()
        for parameter, w in zip(network.parameters(), weights, strict=True):
            parameter.data = torch.from_numpy(np.ascontiguousarray(w))
    mirror = slice(None, None, -1) if last else slice(None)
    with torch.inference_mode():
        pictures = generator(torch.from_numpy(z)).numpy().transpose(0, 2, 3, 1)[:, mirror, mirror]
        images = np.ascontiguousarray(x[:, mirror, mirror].transpose(0, 3, 1, 2))
        return [(pictures, discriminator(torch.from_numpy(images)).numpy())]


def main() -> None:
    """Compare the three models on the backend that is chosen.

    Raises:
        SystemExit: a peer computes something else.
    """
    peer = {"jax": _jax, "tensorflow": _tensorflow, "torch": _torch}[keras.backend.backend()]
    for model in MODELS:
        rng = np.random.default_rng(0)
        generator, discriminator = networks.build(model)
        for variable in [*generator.trainable_variables, *discriminator.trainable_variables]:
            # so that no bias is 0 and no scale is 1
            variable.assign(variable + 0.05 * rng.standard_normal(variable.shape).astype("float32"))
        z = latents(4, model)
        x = rng.uniform(-1, 1, (4, 28, 28, 1)).astype("float32")
        expected = [keras.ops.convert_to_numpy(net(v)) for net, v in ((generator, z), (discriminator, x))]
        weights = [
            [keras.ops.convert_to_numpy(v) for v in net.trainable_variables]
            for net in (generator, discriminator)
        ]
        for answer in peer(model, *weights, z, x):
            error = max(
                float(np.abs(np.asarray(a) - b).max() / np.abs(b).max())
                for a, b in zip(answer, expected, strict=True)
            )
            print(f"{model}: largest difference {error:.1e} of the largest value")
            if not error < 1e-4:
                raise SystemExit(f"The {keras.backend.backend()} peer of {model} is another network.")


if __name__ == "__main__":
    main()
