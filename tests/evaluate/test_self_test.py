"""Metrics that test themselves: faults go in at known rates, and each metric has to notice what it is for."""

import numpy as np
import pytest
import typer.testing

import ganzoo
from ganzoo.errors import InvalidArgumentError
from ganzoo.evaluate import sensitivity
from ganzoo.evaluate.extractors import load_extractor, random_conv_extractor
from ganzoo.evaluate.faults import measure_bench
from ganzoo.evaluate.glyphs import glyph_digits
from ganzoo.evaluate.sensitivity import Sensitivity, markdown, measure_sensitivity

UP, DOWN, STILL = 1, -1, 0

# What each metric is there for, and what it cannot see by what it is.
NOTICED = {
    ("mode drop", "Fréchet distance"): UP,
    ("mode drop", "kernel distance"): UP,
    ("mode drop", "recall"): DOWN,
    ("mode drop", "coverage"): DOWN,
    ("mode drop", "JS of bins"): UP,
    ("mode drop", "Inception score"): DOWN,
    ("mode drop", "modes covered"): DOWN,
    ("duplicates", "duplicate pairs"): UP,
    ("duplicates", "modes covered"): STILL,
    ("blur", "Fréchet distance"): UP,
    ("blur", "kernel distance"): UP,
    ("blur", "precision"): DOWN,
    ("blur", "C_T"): UP,
    ("noise", "Fréchet distance"): UP,
    ("noise", "precision"): DOWN,
    ("noise", "C_T"): UP,
    ("copying", "AuthPct"): DOWN,
    ("copying", "C_T"): DOWN,
    ("copying", "modes covered"): STILL,
    ("copying", "duplicate pairs"): STILL,
}


def bench_of_glyphs(extractor, n, seed=0):
    images, labels = glyph_digits(5 * n, seed=seed)
    train, test, clean = images[: 2 * n], images[2 * n : 3 * n], images[3 * n :]
    return measure_bench(extractor, train, test, clean, labels[3 * n :], seed=seed)


def directions(found):
    return {(entry.fault, entry.metric): entry.direction for entry in found}


@pytest.fixture(scope="module")
def glyphs():
    bench = bench_of_glyphs(load_extractor("mnist-cnn"), 300)
    return measure_sensitivity(bench, n=300, rates=(0, 0.2, 0.4), repeats=3)


def test_each_metric_notices_what_it_is_for_on_drawn_digits(glyphs):
    found = directions(glyphs)
    assert {key: found[key] for key in NOTICED} == NOTICED


def test_the_class_histogram_counts_the_modes_that_are_left(glyphs):
    (covered,) = [e for e in glyphs if (e.fault, e.metric) == ("mode drop", "modes covered")]
    np.testing.assert_allclose(covered.means, [10, 8, 6], atol=0.7)  # a few are misread


def test_copies_are_invisible_to_the_distances(glyphs):
    """Which is why an audit is needed: a generator that copies 40% of its samples scores as well as one that
    copies none, or better."""
    for metric in ("Fréchet distance", "kernel distance"):
        (entry,) = [e for e in glyphs if (e.fault, e.metric) == ("copying", metric)]
        blurred = next(e for e in glyphs if (e.fault, e.metric) == ("blur", metric))
        rise = entry.means[-1] - entry.means[0]
        assert rise < 0.1 * (blurred.means[-1] - blurred.means[0])


def test_the_weight_free_extractor_notices_the_coarse_faults_without_a_classifier():
    bench = bench_of_glyphs(random_conv_extractor((28, 28, 1), width=8), 200)
    found = directions(measure_sensitivity(bench, n=200, rates=(0, 0.2, 0.4), repeats=3))
    assert not any(metric == "Inception score" for _, metric in found)
    expected = {
        ("blur", "Fréchet distance"): UP,
        ("noise", "Fréchet distance"): UP,
        ("duplicates", "duplicate pairs"): UP,
        ("copying", "AuthPct"): DOWN,
        ("copying", "C_T"): DOWN,
    }
    assert {key: found[key] for key in expected} == expected


@pytest.mark.data
def test_each_metric_notices_what_it_is_for_on_mnist():
    train, test, clean, labels = sensitivity._mnist(500, 1100, 0)
    bench = measure_bench(load_extractor("mnist-cnn"), train, test, clean, labels)
    entries = measure_sensitivity(bench, n=500, repeats=3)
    found = directions(entries)
    assert {key: found[key] for key in NOTICED} == NOTICED
    (covered,) = [e for e in entries if (e.fault, e.metric) == ("mode drop", "modes covered")]
    np.testing.assert_array_equal(covered.means, [10, 9, 8, 6])


def entry(*values, metric="m", fault="f"):
    values = np.array(values, dtype="float64")
    return Sensitivity(metric, fault, tuple(range(values.shape[1])), values)


def test_noticed_means_every_step_and_beyond_the_scatter():
    assert entry([1, 2, 3], [1, 2.1, 3.1]).direction == UP
    assert entry([3, 2, 1], [3, 2.1, 1.1]).direction == DOWN
    assert entry([1, 3, 2], [1, 3, 2]).direction == STILL  # there and back
    assert entry([1, 2, 2], [1, 2, 2]).direction == STILL  # a step that changes nothing
    assert entry([1, 2, 3], [1, 0.9, 0.8]).direction == STILL  # the repeats do not agree
    assert entry([1, 2, 3], [2, 3, 4]).direction == STILL  # a rise of 2, clean sets scatter by 0.7
    assert entry([1, 2, 3.2], [2, 3, 4.2]).direction == UP  # 2.2 is more than three times that


@pytest.mark.parametrize("options", [{"rates": (0.1, 0.2)}, {"rates": (0,)}, {"repeats": 1}])
def test_without_a_clean_set_or_a_second_one_nothing_is_noticed(options):
    with pytest.raises(InvalidArgumentError, match="begin with 0, and repeats be at least 2"):
        measure_sensitivity(None, n=10, **options)


def test_the_table_by_hand():
    found = [entry([1, 2], [1, 2]), entry([5, 5], [5, 5], fault="g"), entry([4, 0.5], [4, 0.5], metric="k")]
    assert markdown(found).splitlines() == [
        "| metric | f | g |",
        "|---|---|---|",
        "| m | 1 → 2 ↑ | 5 → 5 · |",
        "| k | 4 → 0.5 ↓ |  |",
    ]


def test_the_command_prints_the_table_and_how_it_was_made():
    app = typer.Typer()
    app.command()(sensitivity.main)
    result = typer.testing.CliRunner().invoke(app, ["glyphs", "--n", "100", "--repeats", "2"])
    assert result.exit_code == 0, result.output
    assert "`python -m ganzoo.evaluate.sensitivity glyphs --n 100 --repeats 2 --seed 0`" in result.output
    assert "| metric | mode drop | duplicates | blur | noise | copying |" in result.output
    assert "| AuthPct | " in result.output


def test_a_models_samples_carry_the_classes_asked_for_or_read():
    extractor = load_extractor("mnist-cnn")
    _, asked = sensitivity._samples("mnist-cdcgan", 12, 0, extractor)
    assert asked.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    images, read = sensitivity._samples("mnist-dcgan", 12, 0, extractor)
    np.testing.assert_array_equal(images, ganzoo.load("mnist-dcgan").generate(12, seed=0))
    np.testing.assert_array_equal(read, extractor.features_and_logits(images)[1].argmax(1))
