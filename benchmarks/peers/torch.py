"""PyTorch by hand: as the official DCGAN example writes it, and tuned.

Convolutions are padded by 2 on both sides, as PyTorch's users do: with an even side and stride 2 the last row
is left out, so the network is the mirror image of the one that "same" padding gives in Keras.
"""

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn.functional import softplus

from benchmarks.settings import MODELS

__all__ = ["TorchPeer", "networks"]

torch.manual_seed(0)


class Maxout(nn.Module):
    """The largest of each `pieces` neighbouring units."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, units * pieces) -> (N, units)."""
        return x.unflatten(1, (-1, self.pieces)).amax(2)


class Crop(nn.Module):
    """Drops the first row and column, as the mirrored network must."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) -> (N, C, H - 1, W - 1)."""
        return x[:, :, 1:, 1:]


def _down(channels: int, filters: int, *, bias: bool = True) -> nn.Module:
    return nn.Conv2d(channels, filters, 5, 2, 2, bias=bias)


def _up(channels: int, filters: int, *, bias: bool = True) -> nn.Module:
    return nn.ConvTranspose2d(channels, filters, 5, 2, 2, output_padding=1, bias=bias)


def _leaky() -> nn.Module:
    return nn.LeakyReLU(0.2, inplace=True)


def networks(model: str) -> tuple[nn.Module, nn.Module]:
    """Generator and discriminator, NCHW, with PyTorch's own initial weights."""
    if model == "mlp-gan":
        generator = nn.Sequential(
            nn.Linear(100, 1200),
            nn.ReLU(),
            nn.Linear(1200, 1200),
            nn.ReLU(),
            nn.Linear(1200, 784),
            nn.Tanh(),
            nn.Unflatten(1, (1, 28, 28)),
        )
        discriminator = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(784, 1200),
            Maxout(5),
            nn.Dropout(0.5),
            nn.Linear(240, 1200),
            Maxout(5),
            nn.Dropout(0.5),
            nn.Linear(240, 1),
        )
    elif model == "dcgan":
        generator = nn.Sequential(
            nn.Linear(100, 4 * 4 * 512, bias=False),
            nn.Unflatten(1, (512, 4, 4)),
            nn.BatchNorm2d(512),
            nn.ReLU(inplace=True),
            _up(512, 256, bias=False),
            Crop(),
            nn.BatchNorm2d(256),
            nn.ReLU(inplace=True),
            _up(256, 128, bias=False),
            nn.BatchNorm2d(128),
            nn.ReLU(inplace=True),
            _up(128, 1),
            nn.Tanh(),
        )
        discriminator = nn.Sequential(
            _down(1, 64),
            _leaky(),
            _down(64, 128, bias=False),
            nn.BatchNorm2d(128),
            _leaky(),
            _down(128, 256, bias=False),
            nn.BatchNorm2d(256),
            _leaky(),
            nn.Flatten(),
            nn.Linear(4096, 1),
        )
    else:
        generator = nn.Sequential(
            nn.Linear(128, 4 * 4 * 256),
            nn.Unflatten(1, (256, 4, 4)),
            nn.ReLU(inplace=True),
            _up(256, 128),
            Crop(),
            nn.ReLU(inplace=True),
            _up(128, 64),
            nn.ReLU(inplace=True),
            _up(64, 1),
            nn.Tanh(),
        )
        discriminator = nn.Sequential(
            _down(1, 64),
            _leaky(),
            _down(64, 128),
            _leaky(),
            _down(128, 256),
            _leaky(),
            nn.Flatten(),
            nn.Linear(4096, 1),
        )
    return generator, discriminator


class TorchPeer:
    """A training loop in eager PyTorch.

    Args:
        model: "mlp-gan", "dcgan" or "wgan-gp".
        batch: images in one update of the discriminator.
        tuned: channels last, fused Adam, and only the gradients that are applied.
    """

    def __init__(self, model: str, *, batch: int, tuned: bool) -> None:
        self.settings = MODELS[model]
        self.batch = batch
        self.tuned = tuned
        self.generator, self.discriminator = networks(model)
        if tuned:
            for network in (self.generator, self.discriminator):
                network.to(memory_format=torch.channels_last)
        betas = (self.settings.beta_1, self.settings.beta_2)
        self.g_optimizer, self.d_optimizer = (
            torch.optim.Adam(
                network.parameters(), self.settings.learning_rate, betas, eps=1e-7, fused=tuned or None
            )
            for network in (self.generator, self.discriminator)
        )
        self._d_loss = torch.zeros(())

    @property
    def parameters(self) -> int:
        """Trainable numbers of both networks."""
        return sum(p.numel() for n in (self.generator, self.discriminator) for p in n.parameters())

    def step(self, images: np.ndarray) -> None:
        """Update the discriminator n_critic times and the generator once, by the last batch of fakes.

        Args:
            images: uint8 (n_critic * batch, 28, 28, 1).
        """
        n_critic = self.settings.n_critic
        for k, part in enumerate(torch.from_numpy(images).split(self.batch)):
            real = part.permute(0, 3, 1, 2).float().div_(127.5).sub_(1.0)
            with torch.set_grad_enabled(k == n_critic - 1):
                fake = self.generator(self._draw())
            self._update_discriminator(real, fake.detach())
        self._update_generator(fake)

    def _update_discriminator(self, real: torch.Tensor, fake: torch.Tensor) -> None:
        if self.tuned:
            self.discriminator.requires_grad_(True)
        self.d_optimizer.zero_grad(set_to_none=True)
        real_logits, fake_logits = self.discriminator(real), self.discriminator(fake)
        if self.settings.penalty:
            d_loss = fake_logits.mean() - real_logits.mean()
            (d_loss + self.settings.penalty * self._gradient_penalty(real, fake)).backward()
        else:
            d_loss = softplus(-real_logits).mean() + softplus(fake_logits).mean()
            d_loss.backward()
        self.d_optimizer.step()
        self._d_loss = d_loss.detach()

    def _gradient_penalty(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        mix = torch.rand(len(real), 1, 1, 1)
        x = (mix * real + (1 - mix) * fake).requires_grad_(True)
        (gradient,) = torch.autograd.grad(self.discriminator(x).sum(), x, create_graph=True)
        norms = (gradient.flatten(1).square().sum(1) + 1e-12).sqrt()
        return (norms - 1).square().mean()

    def _update_generator(self, fake: torch.Tensor) -> None:
        if self.tuned:
            self.discriminator.requires_grad_(False)
        self.g_optimizer.zero_grad(set_to_none=True)
        fake_logits = self.discriminator(fake)
        g_loss = -fake_logits.mean() if self.settings.penalty else softplus(-fake_logits).mean()
        g_loss.backward()
        self.g_optimizer.step()

    def _draw(self) -> torch.Tensor:
        shape = (self.batch, self.settings.latent_dim)
        return torch.rand(shape) * 2 - 1 if self.settings.prior == "uniform" else torch.randn(shape)

    def d_loss(self) -> float:
        """The discriminator's loss at the last step, without the penalty."""
        return self._d_loss.item()

    def generate(self, z: np.ndarray) -> Any:
        """z -> float32 (n, 28, 28, 1) in [-1, 1]."""
        self.generator.eval()
        with torch.inference_mode():
            return self.generator(torch.from_numpy(z)).permute(0, 2, 3, 1).numpy()
