"""Shapes of the trainable weights, in the order and layout of ganzoo's networks (and so of Keras).

A transposed convolution's kernel is (height, width, out, in).
"""

import numpy as np

__all__ = ["MOVING", "SHAPES", "initial"]

Shapes = list[tuple[int, ...]]

# model -> (generator, discriminator)
SHAPES: dict[str, tuple[Shapes, Shapes]] = {
    "mlp-gan": (
        [(100, 1200), (1200,), (1200, 1200), (1200,), (1200, 784), (784,)],
        [(784, 1200), (1200,), (240, 1200), (1200,), (240, 1), (1,)],
    ),
    "dcgan": (
        [
            *[(100, 8192), (512,), (512,), (5, 5, 256, 512), (256,), (256,)],
            *[(5, 5, 128, 256), (128,), (128,), (5, 5, 1, 128), (1,)],
        ],
        [
            *[(5, 5, 1, 64), (64,), (5, 5, 64, 128), (128,), (128,)],
            *[(5, 5, 128, 256), (256,), (256,), (4096, 1), (1,)],
        ],
    ),
    "wgan-gp": (
        [(128, 4096), (4096,), (5, 5, 128, 256), (128,), (5, 5, 64, 128), (64,), (5, 5, 1, 64), (1,)],
        [(5, 5, 1, 64), (64,), (5, 5, 64, 128), (128,), (5, 5, 128, 256), (256,), (4096, 1), (1,)],
    ),
}

# channels of the batch normalisations, whose moving mean and variance are kept beside the weights
MOVING: dict[str, tuple[list[int], list[int]]] = {
    "mlp-gan": ([], []),
    "dcgan": ([512, 256, 128], [128, 256]),
    "wgan-gp": ([], []),
}


def initial(model: str, player: int, *, seed: int = 0) -> list[np.ndarray]:
    """Initial weights: kernels normal, scale vectors of a normalisation one, all other vectors zero.

    Args:
        model: a name of `SHAPES`.
        player: 0 the generator, 1 the discriminator.
        seed: of the normal numbers.
    """
    rng = np.random.default_rng(seed + player)
    shapes = SHAPES[model][player]
    weights = []
    for shape, following in zip(shapes, [*shapes[1:], ()], strict=True):
        if len(shape) == 1:
            # two equal vectors in a row are gamma and beta of a batch normalisation
            weights.append(np.full(shape, float(shape == following), np.float32))
            continue
        fan_in = shape[0] if len(shape) == 2 else shape[0] * shape[1] * min(shape[2:])
        # 0.02: DCGAN, section 4
        scale = 0.02 if model == "dcgan" else fan_in**-0.5
        weights.append(rng.normal(0.0, scale, shape).astype(np.float32))
    return weights
