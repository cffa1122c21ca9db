"""The data sets known by name: whose they are, under which licence, and what their classes are called."""

from dataclasses import dataclass

__all__ = ["DATASETS", "DatasetInfo"]


@dataclass(frozen=True, kw_only=True)
class DatasetInfo:
    """What a model card says of its data.

    Args:
        title: the name to print.
        licence: licence of the images.
        credit: whom to name.
        hub_id: the data set on the Hugging Face Hub, None where there is none.
        class_names: name of each class, empty where they have none.
        keras_module: module of `keras.datasets` that downloads it, None where there is none.
        keras_files: what that module keeps below Keras' folder `datasets`.
    """

    title: str
    licence: str
    credit: str
    hub_id: str | None = None
    class_names: tuple[str, ...] = ()
    keras_module: str | None = None
    keras_files: tuple[str, ...] = ()


_DIGITS = tuple("0123456789")

DATASETS: dict[str, DatasetInfo] = {
    "mnist": DatasetInfo(
        title="MNIST handwritten digits",
        licence="CC BY-SA 3.0",
        credit="Yann LeCun, Corinna Cortes and Christopher J.C. Burges",
        hub_id="ylecun/mnist",
        class_names=_DIGITS,
        keras_module="mnist",
        keras_files=("mnist.npz",),
    ),
    "fashion-mnist": DatasetInfo(
        title="Fashion-MNIST",
        licence="MIT",
        credit="Zalando Research; Han Xiao, Kashif Rasul and Roland Vollgraf, arXiv:1708.07747",
        hub_id="zalando-datasets/fashion_mnist",
        class_names=(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        keras_module="fashion_mnist",
        keras_files=tuple(
            f"fashion-mnist/{part}-{kind}.gz"
            for part in ("train", "t10k")
            for kind in ("labels-idx1-ubyte", "images-idx3-ubyte")
        ),
    ),
    "kittens64": DatasetInfo(
        title="Cartoon kittens",
        licence="CC BY 4.0",
        credit="Art by David Revoy (peppercarrot.com), layers as packed in Robohash set4",
    ),
    "nouns32": DatasetInfo(title="Nouns pixel-art characters", licence="CC0 1.0", credit="nounsDAO"),
    "sign-digits64": DatasetInfo(
        title="Sign Language Digits",
        licence="Apache 2.0",
        credit="Turkey Ankara Ayranc\u0131 Anadolu High School; arXiv:2011.08927",
        class_names=_DIGITS,
    ),
    "emoji-faces64": DatasetInfo(
        title="Emoji faces",
        licence="Apache 2.0 and CC BY 4.0",
        credit="Noto Emoji and blob emoji by Google (Apache 2.0), EmojiOne 2.2.7 (CC BY 4.0)",
    ),
}
"""Data sets by name."""
