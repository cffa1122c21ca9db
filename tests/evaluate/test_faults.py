import numpy as np
import pytest

from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate.extractors import random_conv_extractor
from ganzoo.evaluate.faults import Bench, Features, add_noise, blur, measure_bench


def numbered(n, start):
    """Features that say which row they are."""
    values = start + np.arange(float(n))[:, None]
    return Features(values, np.hstack([values, -values]))


@pytest.fixture
def bench():
    return Bench(
        train=numbered(60, 1000),
        test=numbered(60, 2000),
        clean=numbered(120, 3000),
        blurred=numbered(120, 4000),
        noisy=numbered(120, 5000),
        labels=np.arange(120) % 10,
    )


def rows_of(samples, start, n=120):
    values = samples.features[:, 0]
    np.testing.assert_array_equal(samples.logits[:, 1], -values)  # logits stay beside their features
    return values[(values >= start) & (values < start + n)] - start


@pytest.mark.parametrize(("fault", "start"), [("copying", 1000), ("blur", 4000), ("noise", 5000)])
def test_the_rate_is_the_share_of_what_is_replaced_and_grows_by_adding(bench, fault, start):
    clean = rows_of(bench.inject(fault, 0, n=50, seed=3), 3000)
    assert len(set(clean)) == 50
    before = set()
    for rate, count in ((0.1, 5), (0.3, 15), (0.9, 45)):
        samples = bench.inject(fault, rate, n=50, seed=3)
        bad, good = rows_of(samples, start), rows_of(samples, 3000)
        assert (len(set(bad)), len(good)) == (count, 50 - count)
        assert before <= set(bad)
        assert set(good) <= set(clean)
        if fault != "copying":
            assert set(bad) | set(good) == set(clean)  # the same images, only worse
        before = set(bad)


@pytest.mark.parametrize("rate", [0, 0.1, 0.5])
def test_duplicates_leave_that_many_fewer_different_samples(bench, rate):
    samples = rows_of(bench.inject("duplicates", rate, n=50, seed=3), 3000)
    assert len(samples) == 50
    assert len(set(samples)) == 50 - round(50 * rate)


def test_dropped_modes_are_gone_and_the_sample_is_as_large(bench):
    before = set(range(10))
    for rate, count in ((0, 10), (0.1, 9), (0.2, 8), (0.5, 5)):
        samples = rows_of(bench.inject("mode drop", rate, n=50, seed=3), 3000)
        modes = set((samples % 10).astype(int))
        assert (len(samples), len(set(samples)), len(modes)) == (50, 50, count)
        assert modes <= before
        before = modes


def test_what_cannot_be_injected_is_refused(bench):
    for arguments, message in (
        (("blurr", 0.1), "one of mode drop"),
        (("blur", 1), "Received: 1"),
        (("blur", -0.1), "Received: -0.1"),
        (("mode drop", 0.9), "too few images for 50 samples at rate 0.9"),
    ):
        with pytest.raises(InvalidArgumentError, match=message):
            bench.inject(*arguments, n=50, seed=0)
    with pytest.raises(InvalidArgumentError, match="too few images"):
        bench.inject("copying", 0.6, n=110, seed=0)


def test_blur_spreads_a_point_by_its_radius_and_leaves_plain_images_alone():
    images = np.zeros((1, 31, 31, 2), "uint8")
    images[0, 15, 15, 0] = 255
    images[0, :, :, 1] = 77
    done = blur(np.tile(images * 1, (2, 1, 1, 1)), radius=1.5)[1]
    assert (done[..., 1] == 77).all()
    weight = done[..., 0] / done[..., 0].sum()
    spread = np.sqrt((weight.sum(1) * (np.arange(31) - 15) ** 2).sum())
    assert spread == pytest.approx(1.5, abs=0.25)


def test_noise_has_the_deviation_that_was_asked_for():
    grey = np.full((20, 16, 16, 1), 128, "uint8")
    noisy = add_noise(grey, deviation=20, seed=1).astype(float) - 128
    assert noisy.std() == pytest.approx(20, rel=0.03)
    assert noisy.mean() == pytest.approx(0, abs=1)
    assert add_noise(grey * 0, deviation=20, seed=1).min() == 0


def test_a_bench_holds_the_features_of_the_faulty_images():
    extractor = random_conv_extractor((8, 8, 1), width=4)
    clean = np.random.default_rng(0).integers(0, 256, (5, 8, 8, 1), dtype="uint8")
    bench = measure_bench(
        extractor, clean[:2], clean[2:4], clean, np.arange(5), radius=1, deviation=9, seed=2
    )
    np.testing.assert_allclose(bench.blurred.features, extractor.features(blur(clean, radius=1)), rtol=1e-6)
    noisy = extractor.features(add_noise(clean, deviation=9, seed=2))
    np.testing.assert_allclose(bench.noisy.features, noisy, rtol=1e-6)
    np.testing.assert_allclose(bench.train.features, bench.clean.features[:2], rtol=1e-6)
    assert bench.clean.logits is None
    assert bench.inject("noise", 0.5, n=4, seed=0).logits is None
