"""The kernel distance (KID on Inception features): unbiased, so comparable between sample sizes."""

import numpy as np

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate._checks import check_features, check_same_width, random_state

__all__ = ["kernel_distance"]


def kernel_distance(
    real: np.ndarray, fake: np.ndarray, *, subsets: int = 100, subset_size: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """The squared maximum mean discrepancy with kernel (x·y/d + 1)³, over random subsets.

    Args:
        real: (n_real, d) features.
        fake: (n_fake, d) features.
        subsets: number of subsets.
        subset_size: rows of each, drawn without replacement; at least 2 and at most n_real and n_fake.
        seed: of `numpy.random.RandomState`; each subset draws fakes, then reals, as torch-fidelity does.

    Returns:
        Mean and standard deviation (ddof 0) over the subsets. 0 is best; being unbiased, it can fall below.

    Raises:
        InvalidArgumentError: subset_size or subsets out of range, different d, NaN.

    Example:
        >>> mean, std = kernel_distance(real_features, fake_features, seed=0)

    Reference: [Bińkowski et al., 2018](https://arxiv.org/abs/1801.01401)
    """
    real, fake = check_features(real, "real", at_least=2), check_features(fake, "fake", at_least=2)
    check_same_width(real=real, fake=fake)
    if subsets < 1:
        raise InvalidArgumentError(f"subsets must be at least 1. Received: {subsets}")
    largest = min(len(real), len(fake))
    if not 2 <= subset_size <= largest:
        raise InvalidArgumentError(
            f"subset_size must be from 2 to {largest}, the smaller number of rows. Received: {subset_size}"
        )
    rng = random_state(seed)
    values = []
    for _ in range(subsets):
        y = fake[rng.choice(len(fake), subset_size, replace=False)]
        x = real[rng.choice(len(real), subset_size, replace=False)]
        values.append(_squared_discrepancy(x, y))
    return float(np.mean(values)), float(np.std(values))


def _squared_discrepancy(x: np.ndarray, y: np.ndarray) -> float:
    n = len(x)
    within = sum(
        (kernel.sum() - np.trace(kernel)) / (n * (n - 1)) for kernel in (_kernel(x, x), _kernel(y, y))
    )
    return float(within - 2 * _kernel(x, y).mean())


def _kernel(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return (x @ y.T / x.shape[1] + 1) ** 3
