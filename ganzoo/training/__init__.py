"""Training: recipes, the loop around Keras' `fit`, checkpoints, what runs while it trains.

`GAN.fit` puts the callbacks in by itself where it is given `output`; they can be passed to it one by one as
well.
"""

from ganzoo.training.callbacks import Journal, SampleGrids, read_journal
from ganzoo.training.tensorboard import TensorBoard

__all__ = ["Journal", "SampleGrids", "TensorBoard", "read_journal"]
