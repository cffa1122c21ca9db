"""Training: recipes, the loop around Keras' `fit`, checkpoints, what runs while it trains."""
