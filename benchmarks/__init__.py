"""Speed of ganzoo, each figure a ratio against a peer that ran in turn with it on the same machine."""
